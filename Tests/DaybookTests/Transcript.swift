import Foundation

@testable import daybook

/// A file of dialogues: what is typed, what passes over the socket, what is shown.
///
/// - Shape: a dialogue begins with `$ daybook …`. Then, in any order between the lines of output:
///   `> ` a line that the daemon must receive, `< ` a line that it answers, `+ ` a line that a person
///   types, `! ` a line of the error output, `? ` the exit status where it is not 0. All else is
///   the output. Lines that begin with `#`, and what stands before the first `$`, are for the reader.
struct Transcript: Sendable, CustomStringConvertible {
    struct Dialogue: Sendable {
        var arguments: [String] = []
        var line = 0
        var script: [ScriptedDaemon.Step] = []
        var typed: [String] = []
        var output: [String] = []
        var errors: [String] = []
        var status: Int32 = 0
    }

    let name: String
    let dialogues: [Dialogue]

    var description: String { name }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    /// All transcripts, by name.
    static let all: [Transcript] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().compactMap(Transcript.init)
    }()

    init?(name: String) {
        let url = Transcript.folder.appendingPathComponent(name)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        self.name = name
        var dialogues: [Dialogue] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.hasPrefix("$ daybook") {
                let words = Transcript.words(String(line.dropFirst("$ daybook".count)))
                dialogues.append(Dialogue(arguments: words, line: index + 1))
                continue
            }
            guard !dialogues.isEmpty, !line.hasPrefix("#") else { continue }
            dialogues[dialogues.count - 1].take(String(line))
        }
        for index in dialogues.indices {
            while dialogues[index].output.last?.isEmpty == true {
                dialogues[index].output.removeLast()
            }
        }
        self.dialogues = dialogues
    }

    /// Words as a shell splits them, with quotes.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character == " " {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}

extension Transcript.Dialogue {
    mutating func take(_ line: String) {
        let rest = String(line.dropFirst(2))
        switch line.prefix(2) {
        case "> ": script.append(.receive(rest))
        case "< ": script.append(.send(rest))
        case "+ ": typed.append(rest)
        case "! ": errors.append(rest)
        case "? " where Int32(rest) != nil: status = Int32(rest) ?? 0
        default: output.append(line)
        }
    }
}

/// What a run of the tool did.
struct ToolRun {
    let status: Int32
    let output: String
    let errors: String

    /// Runs the tool with a console that keeps what it writes.
    init(_ arguments: [String], environment: [String: String] = [:], typed: [String] = []) {
        var output = ""
        var errors = ""
        var waiting = typed
        let console = Console(
            write: { output += $0 }, writeError: { errors += $0 },
            readLine: {
                if waiting.isEmpty { return nil }
                let line = waiting.removeFirst()
                output += line + "\n"
                return line
            },
            isInteractive: !typed.isEmpty, environment: environment, makeKey: { "fresh" })
        status = Tool.run(arguments, console)
        self.output = output
        self.errors = errors
    }

    static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
