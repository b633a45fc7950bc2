import Foundation
import Records
import Testing

@testable import daybook

@Suite("The command line")
struct CommandLineTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: String
        let status: ToolStatus
        let says: String
        var testDescription: String { "daybook \(arguments) ends with \(status.rawValue)" }
    }

    static let rows = [
        Row(arguments: "", status: .done, says: "USAGE: daybook"),
        Row(arguments: "--help", status: .done, says: "Exit status:"),
        Row(arguments: "help do", status: .done, says: "accepted, or refused"),
        Row(arguments: "qurey finance.journal", status: .usage, says: "qurey"),
        Row(arguments: "query", status: .usage, says: "Missing expected argument"),
        Row(arguments: "query x --as-off 2026-01-01", status: .usage, says: "--as-off"),
        Row(arguments: "query x", status: .usage, says: "DAYBOOK_SOCKET"),
        Row(arguments: "query x --socket /nowhere/s", status: .noDaemon, says: "/nowhere/s"),
        Row(arguments: "query x --timeout 0", status: .usage, says: "1 to 86400"),
        Row(arguments: "do x --socket /nowhere/s", status: .noDaemon, says: "no daemon answers"),
        Row(arguments: "do x --field y", status: .usage, says: "name=value"),
        Row(arguments: "do x {} --file y", status: .usage, says: "not both"),
        Row(arguments: "tasks complete T --field y", status: .usage, says: "name=value"),
        Row(arguments: "process retry I", status: .usage, says: "--reason"),
        Row(arguments: "process deploy /nowhere/x.dmn", status: .usage, says: "/nowhere/x.dmn"),
    ]

    @Test("tells by its status how it ended", arguments: rows)
    func tellsByStatus(_ row: Row) {
        let run = ToolRun(Transcript.words(row.arguments))
        #expect(run.status == row.status.rawValue)
        #expect((run.output + run.errors).contains(row.says))
        #expect(run.status == 0 ? run.errors.isEmpty : run.output.isEmpty)
    }

    @Test("states every exit status in its help")
    func statesStatuses() {
        let help = ToolRun(["--help"]).output
        for status in ToolStatus.allCases { #expect(help.contains("\(status.rawValue)  ")) }
    }
}

@Suite("Deploying")
struct DeployTests {
    @Test("what is doubtful about a file is told before it is deployed")
    func tells() throws {
        let folder = "\(NSTemporaryDirectory())/daybook-\(UUID().uuidString)/processes/rules"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("<d/>".utf8).write(to: URL(fileURLWithPath: folder + "/x.dmn"))
        let files = #""files":[{"name":"processes/rules/x.dmn","content":"<d/>"}]"#
        let daemon = try ScriptedDaemon([
            .receive("definition.deploy {\(files),\"dryRun\":true}"),
            .send(
                #"ok {"warnings":["processes/rules/x.dmn: line 4: no rule matches amount > 5","processes/a.bpmn:3: the role x is gone"]}"#
            ),
            .receive("definition.deploy key=fresh {\(files)}"),
            .send(
                #"ok {"position":9,"stream":"definition.set/main","version":2,"outcome":"in-effect","validFrom":"2026-09-30"}"#
            ),
        ])
        let run = ToolRun(
            ["process", "deploy", folder], environment: ["DAYBOOK_SOCKET": daemon.path])
        #expect(daemon.finish() == [])
        #expect(
            ToolRun.lines(run.output) == [
                "in effect, for postings from 2026-09-30: definition.set/main version 2, position 9",
                "  1 file is as deployed already",
            ])
        #expect(
            ToolRun.lines(run.errors) == [
                "warning: processes/rules/x.dmn: line 4: no rule matches amount > 5",
                "warning: processes/a.bpmn:3: the role x is gone",
            ])
    }

    /// What a dry run answers, and what is shown of it.
    static let dryRuns: [(answer: String, shown: [String])] = [
        (#"{"added":[],"removed":[],"changed":[],"warnings":[]}"#, ["Nothing would change."]),
        (
            #"{"added":["a.bpmn"],"removed":[],"changed":["b.dmn","c.dmn"],"warnings":["a.bpmn:3: x","b.dmn: y\nz"]}"#,
            [
                "added: a.bpmn", "changed: b.dmn", "changed: c.dmn", "warning: a.bpmn:3: x",
                "warning: b.dmn: y z",
            ]
        ),
        (#"{"removed":["d.form"]}"#, ["removed: d.form"]),
        (#"{}"#, ["Nothing would change."]),
    ]

    @Test("a dry run tells changes and doubts one by one", arguments: dryRuns)
    func dryRun(_ row: (answer: String, shown: [String])) throws {
        let file = "\(NSTemporaryDirectory())/daybook-tool-\(UUID().uuidString).dmn"
        try Data("<d/>".utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        for options in [[], ["--json"]] {
            let name = URL(fileURLWithPath: file).lastPathComponent
            let files = #""files":[{"name":"\#(name)","content":"<d/>"}]"#
            let daemon = try ScriptedDaemon([
                .receive("definition.deploy {\(files),\"dryRun\":true}"),
                .send("ok \(row.answer)"),
            ])
            let run = ToolRun(
                ["process", "deploy", file, "--dry-run"] + options,
                environment: ["DAYBOOK_SOCKET": daemon.path])
            #expect(daemon.finish() == [])
            #expect(ToolRun.lines(run.output) == (options.isEmpty ? row.shown : [row.answer]))
        }
    }
}

@Suite("Fields on the command line")
struct FieldTests {
    static let schema = try? JSONValue.parse(
        """
        {"properties":{"customer":{"type":"string"},"days":{"type":"integer"},"urgent":{"type":"boolean"},
        "tags":{"type":"array","items":{"type":"string"}},"counts":{"type":"array","items":{"type":"integer"}},
        "lines":{"type":"array","items":{"type":"object","properties":{"product":{"type":"string"},"line":{"type":"integer"}}}}}}
        """)

    struct Row: Sendable, CustomTestStringConvertible {
        let fields: [String]
        let json: String?
        var testDescription: String { "\(fields) gives \(json ?? "a refusal")" }
    }

    static let rows = [
        Row(fields: ["customer=ALFKI"], json: #"{"customer":"ALFKI"}"#),
        Row(fields: ["customer=a=b"], json: #"{"customer":"a=b"}"#),
        Row(fields: ["days=14"], json: #"{"days":14}"#), Row(fields: ["days=x"], json: nil),
        Row(fields: ["urgent=yes"], json: #"{"urgent":true}"#),
        Row(fields: ["urgent=perhaps"], json: nil),
        Row(fields: ["tags=a, b"], json: #"{"tags":["a","b"]}"#),
        Row(fields: ["counts=1,2"], json: #"{"counts":[1,2]}"#),
        Row(fields: [#"tags=["a,b"]"#], json: #"{"tags":["a,b"]}"#),
        Row(
            fields: ["lines[0].product=P", "lines[0].line=1", "lines[1].product=Q"],
            json: #"{"lines":[{"product":"P","line":1},{"product":"Q"}]}"#),
        Row(fields: ["lines[1].product=P"], json: nil), Row(fields: ["lines[x].a=P"], json: nil),
        Row(fields: ["=x"], json: nil),
        Row(fields: ["unknown={\"a\":1}"], json: #"{"unknown":{"a":1}}"#),
        Row(fields: ["unknown=12"], json: #"{"unknown":"12"}"#),
    ]

    @Test("become JSON of the kind that the schema asks for", arguments: rows)
    func becomeJSON(_ row: Row) {
        var form = TaskForm(schema: Self.schema)
        var isRefused = false
        do throws(ToolFailure) {
            for field in row.fields { try form.set(field) }
        } catch { isRefused = error.status == .usage }
        #expect(isRefused == (row.json == nil))
        if let json = row.json { #expect(form.payload.description == json) }
    }

    @Test(
        "definition files are named from their folder on",
        arguments: [
            ("/a/processes/rules/x.dmn", "processes/rules/x.dmn"), ("/a/b/x.dmn", "x.dmn"),
            ("/processes/a/processes/tax/codes.yaml", "processes/tax/codes.yaml"),
        ])
    func definitionNames(_ path: String, _ name: String) {
        #expect(DefinitionFiles.name(of: path) == name)
    }
}
