import DMN
import Foundation

/// The command `dmn-tck FOLDER [--csv FILE] [--minimum-percent N]`.
@main
struct Command {
    private static let usage = """
        usage: dmn-tck FOLDER [--csv FILE] [--minimum-percent N]

        Judges every test case below FOLDER, which has the format of the DMN TCK. Prints one line
        for each failing case and, last, 'N passed, N failed'.

          --csv FILE             write the results in the kit's own format
          --minimum-percent N    exit with status 1 when fewer cases pass

        """

    struct Options {
        var folder = ""
        var csv: String?
        var minimumPercent: Int?
    }

    static func main() {
        guard let options = parse(Array(CommandLine.arguments.dropFirst())) else {
            FileHandle.standardError.write(Data(usage.utf8))
            exit(2)
        }
        exit(run(options))
    }

    /// nil when the arguments are not understood.
    static func parse(_ arguments: [String]) -> Options? {
        var options = Options()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--csv":
                guard let file = rest.popFirst() else { return nil }
                options.csv = file
            case "--minimum-percent":
                guard let percent = rest.popFirst().flatMap({ Int($0) }) else { return nil }
                options.minimumPercent = percent
            default:
                guard options.folder.isEmpty, !argument.hasPrefix("-") else { return nil }
                options.folder = argument
            }
        }
        return options.folder.isEmpty ? nil : options
    }

    private static func run(_ options: Options) -> Int32 {
        let verdicts = Kit(folder: URL(fileURLWithPath: options.folder)).judge()
        let failed = verdicts.filter { $0.outcome != .passed }
        for verdict in failed { print(verdict.line) }
        let passed = verdicts.count - failed.count
        if let file = options.csv {
            do {
                try Data(csv(verdicts).utf8).write(to: URL(fileURLWithPath: file))
            } catch {
                let message = "dmn-tck: cannot write \(file): \(error.localizedDescription)\n"
                FileHandle.standardError.write(Data(message.utf8))
                return 2
            }
        }
        print("\(passed) passed, \(failed.count) failed")
        guard let minimum = options.minimumPercent else { return 0 }
        return passed * 100 >= minimum * verdicts.count && !verdicts.isEmpty ? 0 : 1
    }

    /// Folder, test file without ending, case, outcome and detail, each in quotes.
    static func csv(_ verdicts: [Verdict]) -> String {
        verdicts.map { verdict in
            let file =
                verdict.file.hasSuffix(".xml") ? String(verdict.file.dropLast(4)) : verdict.file
            return [verdict.folder, file, verdict.id, verdict.outcome.word, verdict.detail]
                .map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
                .joined(separator: ",") + "\n"
        }.joined()
    }
}
