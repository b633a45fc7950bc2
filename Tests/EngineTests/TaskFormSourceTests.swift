import Business
import Engine
import Processes
import Records
import Testing

@Suite("Forms inside a diagram and forms outside, and tasks that are held back")
struct TaskFormSourceTests {
    private static func task(_ definition: String, form: String = "") -> String {
        Diagrams.process(
            "ask",
            """
            <bpmn:extensionElements>\(form)</bpmn:extensionElements>
            <bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>
            <bpmn:userTask id="wait"><bpmn:extensionElements><zeebe:userTask/>
            <zeebe:assignmentDefinition candidateGroups="employee"/>\(definition)
            </bpmn:extensionElements></bpmn:userTask>
            \(Diagrams.flow("start", "wait"))\(Diagrams.flow("wait", "end"))
            """)
    }

    private static func embedded(_ json: String) -> String {
        """
        <zeebe:userTaskForm id="userTaskForm_1">\(json.replacing("\"", with: "&quot;"))\
        </zeebe:userTaskForm>
        """
    }

    private static let json = """
        {"type": "default", "components": [
         {"type": "textfield", "key": "answer", "label": "Your answer"}]}
        """

    private func asked(_ diagram: String) async throws -> (firm: Firm, task: String) {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/ask.bpmn": diagram])
        try await firm.run(
            "process.start", #"{"process": "ask", "variables": {"where": "desk", "day": 3}}"#)
        let instance = try #require(try firm.instances(of: "ask").last)
        let wait = try #require(try await firm.state(instance).waits.first)
        return (firm, "\(instance):\(wait.token)")
    }

    @Test("a form inside the diagram is asked by like a form file")
    func inside() async throws {
        let (firm, task) = try await asked(
            Self.task(
                #"<zeebe:formDefinition formKey="camunda-forms:bpmn:userTaskForm_1"/>"#,
                form: Self.embedded(Self.json)))
        try firm.restart(losingIndex: true)
        let form = try await Desk(firm).ask("process.form", #"{"task": "\#(task)"}"#)
        #expect(form["form"]?.stringValue == "userTaskForm_1")
        #expect(form["fields"]?.arrayValue?.first?["label"]?.stringValue == "Your answer")
        try await firm.run(
            "process.complete-task", #"{"task": "\#(task)", "payload": {"answer": "yes"}}"#,
            as: "anna")
    }

    @Test("one that is no form is refused when it is deployed")
    func broken() async throws {
        let diagram = Self.task(
            #"<zeebe:formDefinition formKey="camunda-forms:bpmn:userTaskForm_1"/>"#,
            form: Self.embedded("{"))
        await #expect(throws: (any Error).self) {
            _ = try await Firm.trading(stock: [:], replacing: ["processes/ask.bpmn": diagram])
        }
    }

    @Test("a form outside is named, and the task takes what it gives")
    func outside() async throws {
        let (firm, task) = try await asked(
            Self.task(#"<zeebe:formDefinition externalReference='="https://forms/" + where'/>"#))
        let form = try await Desk(firm).ask("process.form", #"{"task": "\#(task)"}"#)
        #expect(form["externalReference"]?.stringValue == "https://forms/desk")
        #expect(form["form"] == nil)
        #expect(form["fields"] == .array([]))
        try await firm.run(
            "process.complete-task", #"{"task": "\#(task)", "payload": {"anything": 1}}"#,
            as: "anna")
        let instance = String(task.split(separator: ":")[0])
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("a task to be followed up later is shown, behind the others, and can be left out")
    func followUp() async throws {
        let (firm, _) = try await asked(
            Self.task(
                #"<zeebe:taskSchedule followUpDate='=now() + duration("P" + string(day) + "D")'/>"#)
        )
        try await firm.run(
            "process.start", #"{"process": "ask", "variables": {"day": 0}}"#)
        let desk = try Desk(firm)
        func listed(_ more: String = "") throws -> [String?] {
            try desk.rows("process.tasks", #"{"all": true\#(more)}"#)
                .map { $0["followUp"]?.stringValue }
        }
        #expect(try listed() == ["2026-03-02T08:00:00Z", "2026-03-05T08:00:00Z"])
        #expect(try listed(#", "ready": true"#) == ["2026-03-02T08:00:00Z"])
        #expect(try listed(#", "heldBack": true"#) == ["2026-03-05T08:00:00Z"])
        try await firm.advance(to: "2026-03-05T00:00:00Z")
        #expect(try listed(#", "ready": true"#).count == 2)
    }
}
