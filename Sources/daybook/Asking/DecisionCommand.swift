internal import ArgumentParser
internal import Client
internal import Engine
internal import Foundation
internal import Records

/// `daybook decision`.
struct DecisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision", abstract: "Decision tables: what they say, and which rules fire.",
        subcommands: [DecisionShow.self, DecisionTest.self, DecisionDeploy.self])
}

/// `daybook decision show`.
struct DecisionShow: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints a decision's table, and the inputs that fall into its gaps.",
        discussion: """
            daybook decision show discount-limit
            daybook decision show --file processes/rules/discount-limit.dmn
            """)

    @Argument(help: "The decision's id or name; with --file all of the file when absent.")
    var decision: String?

    @OptionGroup var source: DecisionSourceOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let body: JSONValue
        if let given = try source.read() {
            do throws(DecisionFailure) {
                body = try DecisionDesk.show(
                    files: given.files, among: given.beside, decision: decision)
            } catch { throw ToolFailure(.refused, "\(error)") }
        } else {
            guard let decision else {
                throw ToolFailure(.usage, "Name a decision, or give --file.")
            }
            body = try daemon.connect(console).require(
                RequestLine.text(
                    "query", "decision.show",
                    payload: .object(["decision": .string(decision)])))
        }
        if daemon.json { return console.print(body.description) }
        for (index, decision) in (body["decisions"]?.arrayValue ?? []).enumerated() {
            if index > 0 { console.print() }
            for line in DecisionText.shown(decision) { console.print(line) }
        }
    }
}

/// `daybook decision test`.
struct DecisionTest: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Evaluates a decision and says which rules fired.",
        discussion: """
            daybook decision test discount-limit '{"roles":["sales"],"customerGroup":"wholesale"}'
            daybook decision test discount-limit --field customerGroup=wholesale --file draft.dmn
            """)

    @Argument(help: "The decision's id or name.")
    var decision: String

    @Argument(help: "The inputs as a JSON object.")
    var inputs: String?

    @Option(
        name: .customLong("field"), parsing: .unconditionalSingleValue,
        help: "One input, name=value. May be repeated.")
    var fields: [String] = []

    @OptionGroup var source: DecisionSourceOptions
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        try GivenField.check(fields)
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let given = try payload()
        let body: JSONValue
        if let read = try source.read() {
            do throws(DecisionFailure) {
                body = try DecisionDesk.test(
                    files: read.files, among: read.beside, decision: decision, inputs: given)
            } catch { throw ToolFailure(.refused, "\(error)") }
        } else {
            body = try daemon.connect(console).require(
                RequestLine.text(
                    "query", "decision.test",
                    payload: .object(["decision": .string(decision), "inputs": given])))
        }
        if daemon.json {
            console.print(body.description)
        } else {
            for line in DecisionText.tested(body) { console.print(line) }
        }
        let problems = body["problems"]?.arrayValue ?? []
        if !problems.isEmpty, body["text"]?.stringValue == "null" {
            throw ToolFailure(
                .refused, "\(decision) gives nothing for these inputs; see the problems.")
        }
    }

    private func payload() throws(ToolFailure) -> JSONValue {
        var members: [JSONMember] = []
        if let inputs {
            do throws(JSONFailure) {
                members = try JSONValue.parse(inputs).objectMembers ?? []
            } catch { throw ToolFailure(.usage, "The inputs are no JSON object: \(error).") }
        }
        for field in fields {
            let (name, text) = GivenField.parts(of: field)
            members.removeAll { $0.name == name }
            members.append(JSONMember(name, .string(text)))
        }
        return .object(members)
    }
}

/// `daybook decision deploy`.
struct DecisionDeploy: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Checks decision files as a set with those deployed, and deploys them.")

    @OptionGroup var deployment: DeploymentOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try deployment.deploy(given, daemon, console)
    }
}

/// Whether a decision is read from a file on the disk.
struct DecisionSourceOptions: ParsableArguments {
    /// Files beside those given that are read to find what they import.
    private static let filesBesideMax = 1_000

    @Option(
        name: .customLong("file"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Read the decision from this file; no daemon is asked. May be repeated.",
            discussion:
                "Models that a file imports are found by their namespaces, among the files given and the .dmn files beside them."
        ),
        completion: .file(extensions: ["dmn"]))
    var files: [String] = []

    /// The files given, and those beside them; nil where none is given.
    func read() throws(ToolFailure) -> (files: [GivenDefinition], beside: [GivenDefinition])? {
        guard !files.isEmpty else { return nil }
        var given: [GivenDefinition] = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ToolFailure(.usage, "\(file): expected a readable file; check the path.")
            }
            given.append(GivenDefinition(name: file, bytes: Array(data)))
        }
        return (given, beside())
    }

    private func beside() -> [GivenDefinition] {
        let known = Set(files.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
        let folders = Set(
            files.map { URL(fileURLWithPath: $0).standardizedFileURL.deletingLastPathComponent() })
        let paths = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
                .filter { $0.hasSuffix(".dmn") }
                .map { folder.appendingPathComponent($0).path }
        }
        return paths.filter { !known.contains($0) }.sorted().prefix(Self.filesBesideMax)
            .compactMap { path in
                FileManager.default.contents(atPath: path).map {
                    GivenDefinition(name: path, bytes: Array($0))
                }
            }
    }
}

/// Decisions for people.
enum DecisionText {
    private static let hashDigitsShown = 12

    private static func texts(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).map { ReplyText.cell($0) }
    }

    private static func origin(_ body: JSONValue) -> String {
        let hash = ReplyText.cell(body["hash"]).prefix(hashDigitsShown)
        return "\(ReplyText.cell(body["file"])), \(hash)"
    }

    /// A decision's table with what is doubtful about it.
    static func shown(_ body: JSONValue) -> [String] {
        let id = ReplyText.cell(body["decision"])
        let name = ReplyText.cell(body["name"])
        var lines = [SafeText.line("\(id)\(name == id ? "" : " “\(name)”") (\(origin(body)))")]
        if let question = body["question"]?.stringValue { lines.append(SafeText.line(question)) }
        let inputs = texts(body["inputs"])
        if !inputs.isEmpty {
            lines.append(SafeText.line("inputs  \(inputs.joined(separator: ", "))"))
        }
        let needed = texts(body["requires"])
        if !needed.isEmpty {
            lines.append(SafeText.line("needs   \(needed.joined(separator: ", "))"))
        }
        let imports = texts(body["imports"])
        if !imports.isEmpty {
            lines.append(SafeText.line("imports \(imports.joined(separator: ", "))"))
        }
        lines.append("")
        if let table = body["table"]?.stringValue {
            lines += table.split(separator: "\n").map { SafeText.line(String($0)) }
        } else if body["kind"]?.stringValue == "decision-service" {
            lines.append("It is a decision service; `decision test` evaluates what it needs.")
        } else {
            lines.append("It is no table but another expression; `decision test` evaluates it.")
        }
        let warnings = texts(body["warnings"])
        if !warnings.isEmpty { lines.append("") }
        return lines + warnings.map { SafeText.line($0) }
    }

    /// A result with the rules that gave it.
    static func tested(_ body: JSONValue) -> [String] {
        var lines = [
            SafeText.line("\(ReplyText.cell(body["decision"])) = \(ReplyText.cell(body["text"]))")
        ]
        for table in body["fired"]?.arrayValue ?? [] {
            let rules = table["rules"]?.arrayValue ?? []
            let owner = ReplyText.cell(table["table"])
            if rules.isEmpty { lines.append(SafeText.line("  no rule of \(owner) matched")) }
            for rule in rules {
                let notes = texts(rule["notes"]).joined(separator: "; ")
                let when = texts(rule["when"]).joined(separator: " | ")
                let then = texts(rule["then"]).joined(separator: " | ")
                lines.append(
                    SafeText.line(
                        "  rule \(ReplyText.cell(rule["rule"])) of \(owner): \(when) → \(then)\(notes.isEmpty ? "" : "  (\(notes))")"
                    ))
            }
        }
        let missing = texts(body["missing"])
        if !missing.isEmpty {
            lines.append(SafeText.line("  not given: \(missing.joined(separator: ", "))"))
        }
        lines += texts(body["problems"]).map { SafeText.line("  problem: \($0)") }
        lines.append(SafeText.line("  judged by \(origin(body))"))
        return lines
    }
}
