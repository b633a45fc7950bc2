import Client
import Foundation
import Records
import TestSupport
import Testing

@testable import daybook

/// An example of a command line, in a help text, a message, a script or a page of documentation.
struct Example: Sendable, CustomTestStringConvertible {
    let file: String
    let line: Int
    let words: [String]
    /// Whether it only names the command, inside a sentence.
    let isMention: Bool

    var testDescription: String { "\(file):\(line): daybook \(words.joined(separator: " "))" }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// All that are shown anywhere.
    static let all: [Example] = files().flatMap(examples)

    /// What people read: sources, for their help texts and messages, pages and scripts.
    private static func files() -> [String] {
        let manager = FileManager.default
        var found = ["README.md"]
        for folder in ["Sources", "tools", ".github"] {
            let path = root.appendingPathComponent(folder).resolvingSymlinksInPath().path
            let names = manager.subpaths(atPath: path) ?? []
            found += names.filter { name in
                let isText =
                    folder == "tools" || name.hasSuffix(".swift") || name.hasSuffix(".md")
                var isFolder: ObjCBool = false
                return isText
                    && manager.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            }.sorted().map { "\(folder)/\($0)" }
        }
        return found
    }

    static func lines(of file: String) -> [String] {
        let url = root.appendingPathComponent(file)
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func examples(in file: String) -> [Example] {
        var found: [Example] = []
        let lines = lines(of: file)
        for (index, line) in lines.enumerated() {
            let isComment = line.contains("///")
            var text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("$ ") { text.removeFirst(2) }
            if text.hasPrefix("daybook "), !isComment {
                // A line that goes on on the next one.
                if text.hasSuffix("\\"), index + 1 < lines.count {
                    text = text.dropLast() + lines[index + 1].trimmingCharacters(in: .whitespaces)
                }
                found.append(Example(file, index + 1, text, isMention: false))
            } else if !isComment {
                for match in line.matches(of: /`(daybook [^`]*)`/) {
                    found.append(Example(file, index + 1, String(match.1), isMention: true))
                }
            }
        }
        return found
    }

    private init(_ file: String, _ line: Int, _ text: String, isMention: Bool) {
        self.file = file
        self.line = line
        self.isMention = isMention
        let plain = text.replacing(/\\\([^)]*\)/, with: "X")
        let ends: Set<String> = ["|", ">", "2>/dev/null", "#", "\\"]
        words = Array(Transcript.words(plain).dropFirst().prefix { !ends.contains($0) })
    }

    /// The words that name the command: `process explain`.
    var path: [String] {
        let groups: Set<String> = ["process", "tasks", "decision", "audit"]
        let first = Array(words.prefix(1).filter { !$0.hasPrefix("-") })
        guard let group = first.first, groups.contains(group), words.count > 1,
            words[1].allSatisfy({ $0.isLowercase || $0 == "-" }), !words[1].hasPrefix("-")
        else { return first }
        return Array(words.prefix(2))
    }

    /// What stands behind an option.
    func values(of option: String) -> [String] {
        zip(words, words.dropFirst()).filter { $0.0 == option }.map(\.1)
    }
}

@Suite("Examples that are shown work")
struct ExampleTests {
    @Test("are found")
    func found() {
        #expect(Example.all.filter { !$0.isMention }.count > 30)
        #expect(Example.all.filter(\.isMention).count > 10)
    }

    @Test("the command is there", arguments: Example.all)
    func commandIsThere(_ example: Example) {
        let help = ToolRun(example.path + ["--help"])
        #expect(help.status == 0)
        #expect(
            help.output.contains("USAGE: daybook \(example.path.joined(separator: " "))"),
            "there is no daybook \(example.path.joined(separator: " "))")
    }

    /// Options that name a file of the checkout.
    private static let fileOptions = ["--file", "--plan"]

    @Test("the command line is one", arguments: Example.all.filter { !$0.isMention })
    func isRightLine(_ example: Example) {
        var files = Self.fileOptions.flatMap(example.values)
        if [["import"], ["process", "deploy"]].contains(where: example.words.starts) {
            files += example.words.filter { $0.hasPrefix("processes/") }
        }
        guard files.isEmpty else {
            // A draft is the reader's own.
            for file in files where !file.hasPrefix("draft") {
                let path = Example.root.appendingPathComponent(file).path
                #expect(FileManager.default.fileExists(atPath: path), "\(file) is not there")
            }
            return
        }
        // What the page of the first company makes is there when it is typed; its test types it.
        if example.words.contains(where: { $0.hasPrefix("first/") }) { return }
        let run = ToolRun(example.words, environment: ["DAYBOOK_SOCKET": "/nowhere/daybook.sock"])
        #expect(run.status != ToolStatus.usage.rawValue, "\(run.errors)")
    }

    @Test("names and fields are those that the daemon describes")
    func namesAndFields() async throws {
        try await onThread {
            let daybook = try RealDaybook()
            try daybook.startDaemon(["--data", "data"])
            let client = try Connection(path: daybook.folder + "/data/daybook.sock")
            let description = Descriptions(client)
            for example in Example.all {
                let place = Comment(rawValue: example.testDescription)
                for fault in try description.faults(in: example) {
                    Issue.record("\(place): \(fault)")
                }
            }
            for (line, place) in ProtocolLines.all {
                for fault in try description.faults(inLine: line) {
                    Issue.record("\(place): \(line): \(fault)")
                }
            }
            #expect(ProtocolLines.all.count >= 4)
            #expect(try daybook.stopDaemon() == 0)
        }
    }
}

/// Requests of the protocol that the documentation shows.
enum ProtocolLines {
    static let all: [(line: String, place: String)] = {
        let folder = "Sources/Engine/Engine.docc"
        let path = Example.root.appendingPathComponent(folder).resolvingSymlinksInPath().path
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        return names.flatMap { name -> [(line: String, place: String)] in
            let file = "\(folder)/\(name)"
            return Example.lines(of: file).enumerated().compactMap { index, line in
                let isRequest = line.wholeMatch(of: /(query )?[a-z]+\.[a-z-]+ .*\{.*\}/) != nil
                return isRequest ? (line, "\(file):\(index + 1)") : nil
            }
        }
    }()
}

/// What the daemon knows by name.
final class Descriptions {
    private let client: Connection
    private var known: [String: Answer] = [:]

    init(_ client: Connection) { self.client = client }

    private func describe(_ name: String) throws -> Answer {
        if let answer = known[name] { return answer }
        let answer = try client.ask(RequestLine.text("describe", name), timeoutSeconds: 30)
        known[name] = answer
        return answer
    }

    /// What is wrong with an example.
    func faults(in example: Example) throws -> [String] {
        let words = example.words
        // A name that a reader puts in stands in capitals.
        guard words.count > 1, words[1].contains(where: \.isLowercase), !words[1].hasPrefix("-")
        else { return try faults(inReplay: example) }
        switch words[0] {
        case "do": return try faults(in: example, name: words[1], kind: "command")
        case "query": return try faults(in: example, name: words[1], kind: "query")
        case "describe":
            let answer = try describe(words[1])
            return answer.isOK ? [] : [answer.message]
        case "decision" where words.count > 2 && words[1] == "test":
            return try faults(inTest: example, of: words[2])
        default: return []
        }
    }

    private func faults(inReplay example: Example) throws -> [String] {
        try example.values(of: "--query").flatMap { name in
            let answer = try describe(name)
            return answer.body["kind"] == .string("query") ? [] : ["there is no query \(name)"]
        }
    }

    private func faults(in example: Example, name: String, kind: String) throws -> [String] {
        let answer = try describe(name)
        guard answer.isOK else { return [answer.message] }
        guard answer.body["kind"] == .string(kind) else { return ["\(name) is no \(kind)"] }
        var faults: [String] = []
        let schema = answer.body["schema"]
        for field in example.values(of: "--field") {
            let (name, text) = GivenField.parts(of: field)
            guard let place = try FieldPath(name).schema(in: schema) else {
                faults.append("there is no field \(name)")
                continue
            }
            faults += Self.faults(in: .string(text), place, name)
        }
        if words(example, hold: "{"), let json = example.words.first(where: { $0.hasPrefix("{") }) {
            faults += try self.faults(inPayload: JSONValue.parse(json), schema, of: name)
        }
        return faults
    }

    private func words(_ example: Example, hold start: String) -> Bool {
        example.words.contains { $0.hasPrefix(start) }
    }

    private func faults(
        inPayload payload: JSONValue, _ schema: JSONValue?, of name: String
    ) throws -> [String] {
        var faults = Self.faults(in: payload, schema ?? .null, name)
        // The command whose vouchers are wanted, and what it is given.
        if name == "finance.preview", let command = payload["command"]?.stringValue {
            let answer = try describe(command)
            guard answer.isOK else { return faults + [answer.message] }
            faults += Self.faults(
                in: payload["payload"] ?? .object([]), answer.body["schema"] ?? .null, command)
        }
        return faults
    }

    private func faults(inTest example: Example, of decision: String) throws -> [String] {
        let answer = try client.ask(
            RequestLine.text(
                "query", "decision.show",
                payload: .object(["decision": .string(decision)])), timeoutSeconds: 30)
        guard answer.isOK else { return [answer.message] }
        let shown = answer.body["decisions"]?.arrayValue?.first ?? answer.body
        let inputs = (shown["inputs"]?.arrayValue ?? []).compactMap { input in
            input.stringValue?.split(separator: ":").first.map(String.init)
        }
        var given = example.values(of: "--field").map { GivenField.parts(of: $0).name }
        if let json = example.words.first(where: { $0.hasPrefix("{") }) {
            given += try JSONValue.parse(json).objectMembers?.map(\.name) ?? []
        }
        return given.filter { !inputs.contains($0) }.map {
            "the decision has no input \($0), but \(inputs.joined(separator: ", "))"
        }
    }

    /// What is wrong with a line of the protocol.
    func faults(inLine line: String) throws -> [String] {
        let words = line.split(separator: " ")
        let isQuery = words.first == "query"
        guard let name = words.dropFirst(isQuery ? 1 : 0).first.map(String.init),
            let brace = line.firstIndex(of: "{")
        else { return ["it is no request"] }
        let answer = try describe(name)
        guard answer.isOK else { return [answer.message] }
        guard answer.body["kind"] == .string(isQuery ? "query" : "command") else {
            return ["\(name) is something else"]
        }
        let payload = String(line[brace...])
        if payload.contains("…") { return [] }
        return try faults(inPayload: JSONValue.parse(payload), answer.body["schema"], of: name)
    }

    /// Names and choices that the schema does not have.
    private static func faults(
        in value: JSONValue, _ schema: JSONValue, _ place: String
    ) -> [String] {
        switch value {
        case .object(let members):
            guard let properties = schema["properties"] else { return [] }
            return members.flatMap { member -> [String] in
                guard let inner = properties[member.name] else {
                    return ["\(place) has no field \(member.name)"]
                }
                return faults(in: member.value, inner, "\(place).\(member.name)")
            }
        case .array(let elements):
            return elements.flatMap { faults(in: $0, schema["items"] ?? .null, place) }
        case .string:
            guard let choices = schema["enum"]?.arrayValue, !choices.contains(value) else {
                return []
            }
            return ["\(place): expected one of \(JSONValue.array(choices)), found \(value)"]
        default: return []
        }
    }
}
