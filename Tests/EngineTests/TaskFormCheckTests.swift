import Business
import Engine
import Processes
import Records
import Testing

@Suite("A form is held against the command that completing its task gives")
struct TaskFormCheckTests {
    private static func form(_ components: String) -> String {
        #"{"type": "default", "id": "ask", "components": [{"type": "text", "text": "\#("# Ask")"}, \#(components)]}"#
    }

    /// A task with the form, started by an event that gives `order` and by nothing else.
    private static func diagram(
        command: String? = "sales.release-block", start: String = eventStart, more: String = ""
    ) -> String {
        let property = command.map {
            #"<zeebe:properties><zeebe:property name="command" value="\#($0)"/></zeebe:properties>"#
        }
        return Diagrams.row(
            "ask", start: start,
            wait: """
                <bpmn:userTask id="wait" name="Ask"><bpmn:extensionElements>
                  <zeebe:userTask/><zeebe:formDefinition formId="ask"/>
                  <zeebe:assignmentDefinition candidateGroups="sales"/>\(property ?? "")\(more)
                </bpmn:extensionElements></bpmn:userTask>
                """,
            shared: #"<bpmn:message id="placed" name="sales.order-placed"/>"#)
    }

    private static let eventStart = """
        <bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:ioMapping>
          <zeebe:output source="=event.stream" target="order"/>
        </zeebe:ioMapping></bpmn:extensionElements>
        <bpmn:messageEventDefinition messageRef="placed"/></bpmn:startEvent>
        """
    private static let plainStart = #"<bpmn:startEvent id="start"/>"#

    private func deploy(
        _ form: String, _ diagram: String, dryRun: Bool = true
    ) async throws -> (firm: Firm, reply: CommandReply) {
        let firm = try await Firm.trading(stock: [:])
        let files = [
            "processes/ask.bpmn": diagram, "processes/forms/ask.form": Self.form(form),
        ].sorted { $0.key < $1.key }.map { name, content in
            JSONValue.object(["name": .string(name), "content": .string(content)])
        }
        return (
            firm,
            try await firm.ask(
                "definition.deploy",
                .object(["files": .array(files), "dryRun": .boolean(dryRun)]))
        )
    }

    private func warnings(_ reply: CommandReply) throws -> [String] {
        guard case .result(let difference) = reply else {
            throw FirmFailure("it was not checked: \(reply.line)")
        }
        return (difference["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
            .filter { $0.contains("processes/ask.bpmn") }
    }

    /// A field that the command does not have, and what the refusal tells.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let form: String
        var command = "sales.release-block"
        let tells: [String]
    }

    // swift-format-ignore
    static let faults = [
        Fault(testDescription: "a key that is nearly a field", form: #"{"type": "textarea", "key": "reson"}"#, tells: ["asks for reson", "no field of sales.release-block", "did you mean reason?"]),
        Fault(testDescription: "a key that is like no field", form: #"{"type": "number", "key": "temperature"}"#, tells: ["asks for temperature", "its fields are order, kind, reason, validUntil"]),
        Fault(testDescription: "a name inside a text", form: #"{"type": "textfield", "key": "reason.short"}"#, tells: ["asks for reason.short"]),
        Fault(testDescription: "a field of a list's entries", form: #"{"type": "dynamiclist", "path": "lines", "components": [{"type": "number", "key": "orderLine"}]}"#, command: "fulfillment.confirm-pick", tells: ["asks for lines.orderLine", "its fields are line, quantity"]),
        Fault(testDescription: "a list that is none", form: #"{"type": "dynamiclist", "path": "lin", "components": []}"#, command: "fulfillment.confirm-pick", tells: ["asks for lin,", "did you mean line"]),
        Fault(testDescription: "a field in a group", form: #"{"type": "group", "components": [{"type": "textfield", "key": "resaon"}]}"#, tells: ["asks for resaon", "did you mean reason?"]),
    ]

    @Test("a field that the command does not have is refused, with the nearest", arguments: faults)
    func unknownField(_ fault: Fault) async throws {
        let (_, reply) = try await deploy(fault.form, Self.diagram(command: fault.command))
        guard case .rejected(let rejection) = reply else {
            Issue.record("it was accepted")
            return
        }
        #expect(rejection.code.name == "definition-invalid")
        for part in ["processes/ask.bpmn", "wait \"Ask\"", "form ask"] + fault.tells {
            #expect(rejection.message.contains(part), "\(part): \(rejection.message)")
        }
    }

    private static let whole = """
        {"type": "textfield", "key": "order", "readonly": true},
        {"type": "textfield", "key": "colour", "readonly": true},
        {"type": "textfield", "key": "kind"}, {"type": "textarea", "key": "reason"}
        """

    @Test("what is only shown need be no field, and what has no command may ask for anything")
    func accepted() async throws {
        #expect(try warnings(await deploy(Self.whole, Self.diagram()).reply) == [])
        let free = #"{"type": "number", "key": "temperature"}"#
        #expect(try warnings(await deploy(free, Self.diagram(command: nil)).reply) == [])
    }

    private static let withoutReason = #"{"type": "textfield", "key": "kind"}"#

    @Test("a required field that nothing gives is told, and the task can still be done")
    func missing() async throws {
        let told = try warnings(await deploy(Self.withoutReason, Self.diagram()).reply)
        #expect(told.count == 1)
        #expect(told.first?.contains("gives reason, which sales.release-block needs") == true)
        // A mapping gives it.
        let mapping = """
            <zeebe:ioMapping><zeebe:input source='="small"' target="reason"/></zeebe:ioMapping>
            """
        let mapped = Self.diagram(more: mapping)
        #expect(try warnings(await deploy(Self.withoutReason, mapped).reply) == [])
        // Who starts the process by hand may give anything.
        let byHand = Self.diagram(start: Self.plainStart)
        #expect(try warnings(await deploy(Self.withoutReason, byHand).reply) == [])
    }

    // MARK: Asking by the form

    @Test("a task's form is told with its fields in order, what it shows and what is known")
    func questions() async throws {
        let form = """
            {"type": "textfield", "key": "order", "label": "Order", "readonly": true},
            {"type": "select", "key": "kind", "label": "Kind of block",
             "values": [{"label": "Credit", "value": "credit"}, {"label": "Price", "value": "price"}]},
            {"type": "textarea", "key": "reason", "label": "Why", "description": "In a sentence.",
             "validate": {"required": true}},
            {"type": "textfield", "key": "validUntil", "conditional": {"hide": "=kind = \\"price\\""}}
            """
        let (firm, reply) = try await deploy(
            form, Self.diagram(start: Self.plainStart), dryRun: false)
        guard case .accepted = reply else {
            Issue.record("\(reply.line)")
            return
        }
        try await firm.run(
            "process.start",
            #"{"process": "ask", "variables": {"order": "SO-1", "kind": "credit"}}"#)
        let instance = try #require(try firm.instances(of: "ask").last)
        let task = try #require(try await firm.tasks(of: instance).first).id
        let asked = try await Desk(firm).ask("process.form", #"{"task": "\#(task)"}"#)
        #expect(asked["title"]?.stringValue == "Ask")
        #expect(asked["command"]?.stringValue == "sales.release-block")
        let shown = (asked["shown"]?.arrayValue ?? []).map {
            "\($0["label"]?.stringValue ?? "")=\($0["value"]?.stringValue ?? "")"
        }
        #expect(shown == ["Order=SO-1"])
        let fields = asked["fields"]?.arrayValue ?? []
        #expect(fields.compactMap { $0["name"]?.stringValue } == ["kind", "reason", "validUntil"])
        #expect(
            fields.compactMap { $0["label"]?.stringValue } == [
                "Kind of block", "Why", "validUntil",
            ])
        #expect(fields.map { $0["required"] == .boolean(true) } == [false, true, false])
        #expect(fields.first?["value"]?.stringValue == "credit")
        #expect(fields.first?["options"]?.arrayValue?.count == 2)
        #expect(fields.dropFirst().first?["help"]?.stringValue == "In a sentence.")
        #expect(asked["schema"]?["properties"]?["reason"] != nil)
        await #expect(throws: (any Error).self) {
            try await Desk(firm).ask("process.form", #"{"task": "ask-1:99"}"#)
        }
    }

    @Test("a form without a command tells of which kind its answers are")
    func kinds() async throws {
        let form = """
            {"type": "number", "key": "count"}, {"type": "checkbox", "key": "agreed"},
            {"type": "taglist", "key": "tags"}, {"type": "textfield", "key": "note"},
            {"type": "dynamiclist", "path": "lines", "components": [
              {"type": "number", "key": "line"}]}
            """
        let (firm, _) = try await deploy(
            form, Self.diagram(command: nil, start: Self.plainStart), dryRun: false)
        try await firm.run("process.start", #"{"process": "ask", "variables": {}}"#)
        let instance = try #require(try firm.instances(of: "ask").last)
        let task = try #require(try await firm.tasks(of: instance).first).id
        let asked = try await Desk(firm).ask("process.form", #"{"task": "\#(task)"}"#)
        let properties = asked["schema"]?["properties"]?.objectMembers ?? []
        #expect(
            properties.map { "\($0.name) \($0.value["type"]?.stringValue ?? "")" } == [
                "count number", "agreed boolean", "tags array", "note string", "lines array",
            ])
        let list = asked["fields"]?.arrayValue?.last
        #expect(list?["entry"]?.arrayValue?.first?["name"]?.stringValue == "line")
    }
}
