import Foundation
import Testing

/// What the formatter cannot check.
@Suite("Sources keep the project's habits")
struct TidyTests {
    /// Words that have no place in what is shipped, with the reason.
    static let unwantedWords: [(word: String, reason: String)] = [
        ("try" + "!", "a failure is handled or thrown"),
        ("fatal" + "Error(", "a programmer's mistake is a precondition, anything else an error"),
        ("TO" + "DO", "unfinished work is an issue, not a comment"),
        ("FIX" + "ME", "unfinished work is an issue, not a comment"),
    ]

    @Test("no word that stands for unfinished or unsafe work", arguments: unwantedWords.map(\.word))
    func holdsNone(_ word: String) throws {
        for file in ArrowTests.swiftFiles(below: "Sources") {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains(word), "\(file.lastPathComponent) contains \(word)")
        }
    }

    @Test("every unchecked Sendable says the rule that makes it true")
    func unchecked() throws {
        for file in ArrowTests.swiftFiles(below: "Sources") {
            let lines = try String(contentsOf: file, encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() where line.contains("@unchecked Sendable") {
                let before = lines[max(0, number - 6)..<number]
                #expect(
                    before.contains { $0.contains("//") },
                    "\(file.lastPathComponent):\(number + 1) has no rule beside it")
            }
        }
    }

    @Test("money, quantities, business rules and the log hold no floating point")
    func floatingPoint() throws {
        for folder in ["Records", "Business", "EventLog", "LMDB", "Rules", "Processes"] {
            for file in ArrowTests.swiftFiles(below: "Sources/\(folder)") {
                // Drawing places shapes on a page; nothing of it is counted.
                if file.path.contains("/Drawing/") || file.path.contains("Diagram") { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                for word in [" Double(", "(Double(", ": Double", " Float(", ": Float", "-> Double"]
                {
                    #expect(!text.contains(word), "\(file.lastPathComponent) contains \(word)")
                }
            }
        }
    }

    @Test("no file is longer than a subject should be")
    func length() throws {
        for file in ArrowTests.swiftFiles(below: "Sources") {
            let count = try String(contentsOf: file, encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(count <= 600, "\(file.lastPathComponent) has \(count) lines")
        }
    }
}
