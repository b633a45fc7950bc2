import Foundation
import Testing

@testable import dmn_tck

@Suite("The public kit")
struct KitTests {
    /// The folder of the kit beside the repository, or where DAYBOOK_SHARED says.
    private static var folder: URL? {
        let shared: URL
        if let path = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"] {
            shared = URL(fileURLWithPath: path)
        } else {
            shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("shared")
        }
        let folder = shared.appendingPathComponent("suites/dmn-tck")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }

    @Test("at least 98 % of the cases pass")
    func kit() {
        guard let folder = Self.folder else {
            print("skipped: ../shared is not here")
            return
        }
        let verdicts = Kit(folder: folder).judge()
        let failed = verdicts.filter { $0.outcome != .passed }
        #expect(verdicts.count > 1_000)
        #expect(
            failed.count * 100 <= verdicts.count * 2,
            "\(failed.prefix(40).map(\.line).joined(separator: "\n"))")
    }

    @Test("a results file has one quoted line for each case")
    func results() {
        let verdict = Verdict(
            folder: "level-2/0001", file: "0001-test-01.xml", id: "001", outcome: .failed,
            detail: "found \"a\"")
        #expect(
            Command.csv([verdict])
                == "\"level-2/0001\",\"0001-test-01\",\"001\",\"ERROR\",\"found \"\"a\"\"\"\n")
    }

    @Test("arguments are understood or refused")
    func arguments() {
        let options = Command.parse(["kit", "--csv", "out.csv", "--minimum-percent", "98"])
        #expect(options?.folder == "kit")
        #expect(options?.csv == "out.csv")
        #expect(options?.minimumPercent == 98)
        #expect(Command.parse([]) == nil)
        #expect(Command.parse(["a", "b"]) == nil)
        #expect(Command.parse(["--csv"]) == nil)
    }
}
