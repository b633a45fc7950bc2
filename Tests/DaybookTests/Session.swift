import Foundation

/// A file of what a person types at the shell, and what comes of it with a real daemon.
///
/// - Shape: a step begins with `$ `: `daybookd ARGUMENTS &` starts the daemon, `kill daybookd` stops
///   it, `daybook ARGUMENTS` runs the tool. Then come the lines of the output, `! ` a line of the
///   error output, `+ ` a line that is typed at the terminal, `? ` the exit status where it is not
///   0. In expected lines `…` is any run of characters, a line `…` any number of lines, and `‹name›`
///   a word that later steps use under that name. Lines that begin with `#` are for the reader.
struct Session: Sendable, CustomStringConvertible {
    struct Step: Sendable {
        let line: Int
        let words: [String]
        var typed: [String] = []
        var output: [String] = []
        var errors: [String] = []
        var status: Int32 = 0
    }

    let name: String
    let steps: [Step]

    var description: String { name }

    static let folder = Transcript.folder.appendingPathComponent("sessions")
    /// What lies in the working folder when a session begins.
    static let files = folder.appendingPathComponent("files").path

    /// All sessions, by name.
    static let all: [Session] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().compactMap(Session.init)
    }()

    init?(name: String) {
        let url = Session.folder.appendingPathComponent(name)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        self.name = name
        var steps: [Step] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("$ ") {
                let words = Transcript.words(String(line.dropFirst(2)))
                steps.append(Step(line: index + 1, words: words))
                continue
            }
            guard !steps.isEmpty, !line.hasPrefix("#") else { continue }
            steps[steps.count - 1].take(line)
        }
        for index in steps.indices {
            while steps[index].output.last?.isEmpty == true { steps[index].output.removeLast() }
        }
        self.steps = steps
    }
}

extension Session.Step {
    fileprivate mutating func take(_ line: String) {
        let rest = String(line.dropFirst(2))
        switch line.prefix(2) {
        case "+ ": typed.append(rest)
        case "! ": errors.append(rest)
        case "? " where Int32(rest) != nil: status = Int32(rest) ?? 0
        default: output.append(line)
        }
    }

    /// Whether the step only asks: what it asks for may come a moment later, so it is asked again.
    var isQuestion: Bool {
        guard words.first == "daybook", words.count > 1, typed.isEmpty else { return false }
        let questions = [
            "query", "tasks", "tasks list", "tasks show", "process instances", "process instance",
            "process explain", "process incidents", "process stalled", "replay", "audit trace",
        ]
        let given = words[1...].prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ")
        return questions.contains(words[1]) && words[1] != "tasks" || questions.contains(given)
    }
}

/// Expected lines with gaps and names.
struct ExpectedLines {
    private(set) var names: [String: String]

    /// Whether the lines are as expected; words under new names are kept.
    mutating func match(_ expected: [String], _ found: [String]) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        let rest = Array(expected.dropFirst())
        if first == "…" {
            for skipped in 0...found.count {
                var attempt = self
                if attempt.match(rest, Array(found.dropFirst(skipped))) {
                    self = attempt
                    return true
                }
            }
            return false
        }
        guard let line = found.first, matchLine(first, line) else { return false }
        return match(rest, Array(found.dropFirst()))
    }

    private mutating func matchLine(_ expected: String, _ line: String) -> Bool {
        var pattern = ""
        var captured: [String] = []
        for (text, name) in Self.parts(of: expected) {
            pattern += text.split(separator: "…", omittingEmptySubsequences: false)
                .map { NSRegularExpression.escapedPattern(for: String($0)) }
                .joined(separator: ".*")
            guard let name else { continue }
            if let known = names[name] {
                pattern += NSRegularExpression.escapedPattern(for: known)
            } else {
                pattern += "([^ ]+)"
                captured.append(name)
            }
        }
        guard let regex = try? Regex(pattern), let found = line.wholeMatch(of: regex) else {
            return false
        }
        for (index, name) in captured.enumerated() {
            names[name] = found.output[index + 1].substring.map(String.init)
        }
        return true
    }

    /// A text with the names that are known put in.
    func filled(_ text: String) -> String {
        Self.parts(of: text).map { text, name in
            text + (name.map { names[$0] ?? "‹\($0)›" } ?? "")
        }.joined()
    }

    /// Texts, each with the name behind it.
    private static func parts(of text: String) -> [(text: String, name: String?)] {
        var parts: [(text: String, name: String?)] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "‹"), let end = rest[open...].firstIndex(of: "›") {
            parts.append((String(rest[..<open]), String(rest[rest.index(after: open)..<end])))
            rest = rest[rest.index(after: end)...]
        }
        parts.append((String(rest), nil))
        return parts
    }
}
