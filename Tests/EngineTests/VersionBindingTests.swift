import Business
import Engine
import Processes
import Records
import Testing

@Suite("Which version of a process, decision or form an element means")
struct VersionBindingTests {
    /// A called process with a version tag that waits for a worker of the type `job`.
    private static func child(_ tag: String, job: String) -> String {
        Diagrams.process(
            "child",
            """
            <bpmn:extensionElements><zeebe:versionTag value="\(tag)"/></bpmn:extensionElements>
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="\(job)"/></bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "end"))
            """)
    }

    /// Waits for a worker, then calls, decides and asks.
    private static func parent(_ attributes: String) -> String {
        func element(_ name: String, _ id: String, _ inner: String) -> String {
            """
            <bpmn:\(name) id="\(id)"><bpmn:extensionElements>\(inner)</bpmn:extensionElements>\
            </bpmn:\(name)>
            """
        }
        let chain = ["start", "before", "decide", "call", "ask", "end"]
        return Diagrams.process(
            "parent",
            """
            <bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>
            \(element("serviceTask", "before", "<zeebe:taskDefinition type=\"first\"/>"))
            \(element("businessRuleTask", "decide", "<zeebe:calledDecision decisionId=\"rate\" resultVariable=\"rate\" \(attributes)/>"))
            \(element("callActivity", "call", "<zeebe:calledElement processId=\"child\" \(attributes)/>"))
            \(element("userTask", "ask", "<zeebe:userTask/><zeebe:formDefinition formId=\"ask\" \(attributes)/>"))
            \(zip(chain, chain.dropFirst()).map { Diagrams.flow($0, $1) }.joined())
            """)
    }

    private static func decision(_ tag: String, gives value: Int) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="rates" name="rates"
            namespace="urn:test">
          <decision id="rate" name="rate">
            <extensionElements><zeebe:versionTag value="\(tag)"/></extensionElements>
            <variable name="rate"/>
            <literalExpression><text>\(value)</text></literalExpression>
          </decision>
        </definitions>
        """
    }

    private static func form(_ tag: String, title: String) -> String {
        """
        {"type": "default", "id": "ask", "versionTag": "\(tag)", "schemaVersion": 16,
         "components": [{"type": "textfield", "key": "answer", "id": "f1", "label": "\(title)"}]}
        """
    }

    private static func files(_ attributes: String, _ version: Int) -> [String: String] {
        [
            "processes/parent.bpmn": parent(attributes),
            "processes/child.bpmn": child("v\(version)", job: "job-\(version)"),
            "processes/rates.dmn": decision("v\(version)", gives: version),
            "processes/forms/ask.form": form("v\(version)", title: "Version \(version)"),
        ]
    }

    private func take(_ firm: Firm, _ type: String) async throws -> String? {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "\#(type)", "worker": "w"}"#, as: "ida")
        guard case .result(let result) = reply else { throw FirmFailure(reply.line) }
        return result["jobs"]?.arrayValue?.first?["job"]?.stringValue
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let attributes: String
        let version: Int
        let testDescription: String
    }

    // swift-format-ignore
    static let rows = [
        Row(attributes: "", version: 1, testDescription: "nothing said: what the instance keeps"),
        Row(attributes: #"bindingType="deployment""#, version: 1, testDescription: "deployment: what was deployed with it"),
        Row(attributes: #"bindingType="latest""#, version: 3, testDescription: "latest: what is deployed last when the element is entered"),
        Row(attributes: #"bindingType="versionTag" versionTag="v2""#, version: 2, testDescription: "versionTag: what was deployed with that tag"),
    ]

    @Test("bindings", arguments: rows)
    func binds(_ row: Row) async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: Self.files(row.attributes, 1))
        try await firm.run("process.start", #"{"process": "parent"}"#)
        let instance = try #require(try firm.instances(of: "parent").last)
        try await firm.deploy(Self.files(row.attributes, 2))
        try await firm.deploy(Self.files(row.attributes, 3))
        let first = try #require(try await take(firm, "first"))
        try await firm.run("process.complete-job", #"{"job": "\#(first)"}"#, as: "ida")
        #expect(
            try await firm.state(instance).variable("rate", at: 1) == .integer(Int64(row.version)))
        // What it called stays with it over a restart.
        try firm.restart(losingIndex: true)
        let job = try #require(try await take(firm, "job-\(row.version)"))
        try await firm.run("process.complete-job", #"{"job": "\#(job)"}"#, as: "ida")
        #expect(try await firm.waits(of: instance) == ["ask"])
        let token = try #require(try await firm.state(instance).waits.first).token
        let shown = try await Desk(firm).ask(
            "process.form", #"{"task": "\#(instance):\#(token)"}"#)
        #expect(
            shown["fields"]?.arrayValue?.first?["label"]?.stringValue == "Version \(row.version)")
    }

    @Test("a version that was never deployed is an incident, and goes on when it is")
    func missing() async throws {
        let attributes = #"bindingType="versionTag" versionTag="v2""#
        var files = Self.files("", 1)
        files["processes/parent.bpmn"] = Diagrams.row(
            "parent",
            wait: """
                <bpmn:callActivity id="wait"><bpmn:extensionElements>
                <zeebe:calledElement processId="child" \(attributes)/></bpmn:extensionElements>
                </bpmn:callActivity>
                """)
        let firm = try await Firm.trading(stock: [:], replacing: files)
        try await firm.run("process.start", #"{"process": "parent"}"#)
        let instance = try #require(try firm.instances(of: "parent").last)
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.reason == "process-missing")
        #expect(incident.message.contains("version tag v2"))
        files["processes/child.bpmn"] = Self.child("v2", job: "job-2")
        try await firm.deploy(files)
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "it is there now"}"#)
        #expect(try await take(firm, "job-2") != nil)
    }

    @Test("version tags are listed")
    func listed() async throws {
        let firm = try await Firm.trading(stock: [:], replacing: Self.files("", 1))
        let answer = try await Desk(firm).ask("definition.versions")
        let rows = (answer["rows"]?.arrayValue ?? []).map {
            "\($0["kind"]?.stringValue ?? "") \($0["id"]?.stringValue ?? "") \($0["versionTag"]?.stringValue ?? "")"
        }
        #expect(rows == ["process child v1", "decision rate v1", "form ask v1"])
    }
}
