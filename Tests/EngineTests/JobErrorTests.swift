import Business
import Engine
import Processes
import Records
import Testing

@Suite("A worker ends a job with an error that the process catches, or does not")
struct JobErrorTests {
    /// A job with a boundary event for the error `no-paper`, behind which the way ends elsewhere.
    private static let label = Diagrams.process(
        "label",
        """
        <bpmn:startEvent id="start"/>
        <bpmn:serviceTask id="work"><bpmn:extensionElements>
          <zeebe:taskDefinition type="print-label"/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:boundaryEvent id="caught" attachedToRef="work"><bpmn:extensionElements>
            <zeebe:ioMapping><zeebe:output source="=printer" target="broken"/></zeebe:ioMapping>
          </bpmn:extensionElements>
          <bpmn:errorEventDefinition errorRef="no-paper"/></bpmn:boundaryEvent>
        <bpmn:userTask id="refill"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:assignmentDefinition candidateGroups="warehouse"/></bpmn:extensionElements>
        </bpmn:userTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "end"))
        \(Diagrams.flow("caught", "refill"))\(Diagrams.flow("refill", "end"))
        """, shared: #"<bpmn:error id="no-paper" errorCode="no-paper"/>"#)

    /// An instance whose job a worker has.
    private func held() async throws -> (firm: Firm, instance: String, job: String) {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/label.bpmn": Self.label])
        try await firm.run(
            "process.start", #"{"process": "label", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "label").last)
        return (firm, instance, try await take(firm))
    }

    private func take(_ firm: Firm) async throws -> String {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "print-label", "worker": "printer"}"#, as: "ida")
        guard case .result(let body) = reply,
            let job = body["jobs"]?.arrayValue?.first?["job"]?.stringValue
        else { throw FirmFailure("no job: \(reply.line)") }
        return job
    }

    private static func error(_ job: String, _ code: String) -> String {
        """
        {"job": "\(job)", "code": "\(code)", "message": "the tray is empty",
         "variables": {"printer": "P-7"}}
        """
    }

    @Test("a boundary event for its code takes it, with what the error carries")
    func caught() async throws {
        let (firm, instance, job) = try await held()
        try await firm.run("process.throw-job-error", Self.error(job, "no-paper"), as: "ida")
        try await firm.expectNoIncident(in: instance)
        let state = try await firm.state(instance)
        let wait = try #require(state.waits.first)
        #expect(wait.elementID == "refill")
        let broken = state.visibleVariables(at: wait.owner).first { $0.name == "broken" }
        #expect(broken?.value == .text("P-7"))
        // The job has ended: nobody reports on it any more.
        for (command, payload) in [
            ("process.throw-job-error", Self.error(job, "no-paper")),
            ("process.complete-job", #"{"job": "\#(job)"}"#),
            ("process.fail-job", #"{"job": "\#(job)", "retries": 1, "message": "late"}"#),
        ] {
            #expect(try await firm.refusal(command, payload, as: "ida") == "unknown-task")
        }
    }

    @Test("one that nothing catches is an incident; a retry hands the job out again")
    func uncaught() async throws {
        let (firm, instance, job) = try await held()
        try await firm.run("process.throw-job-error", Self.error(job, "on-fire"), as: "ida")
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.elementID == "work")
        #expect(incident.reason == "on-fire")
        #expect(incident.message.contains("the tray is empty"))
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "it is out"}"#)
        let again = try await take(firm)
        try await firm.run("process.complete-job", #"{"job": "\#(again)"}"#, as: "ida")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("only workers throw, and only for jobs that are open")
    func refused() async throws {
        let (firm, _, job) = try await held()
        let end = firm.end
        #expect(
            try await firm.refusal(
                "process.throw-job-error", Self.error(job, "no-paper"), as: "anna")
                == "not-allowed")
        for unknown in ["x", "label-1:99", "none:1"] {
            let code = try await firm.refusal(
                "process.throw-job-error", Self.error(unknown, "no-paper"), as: "ida")
            #expect(["unknown-task", "unknown-object"].contains(code), "\(unknown): \(code)")
        }
        #expect(firm.end == end)
    }

    // MARK: What is known of an instance

    @Test("an instance tells where it stands, what it waits for, and every step with its cause")
    func instance() async throws {
        let (firm, instance, job) = try await held()
        let held = try Desk(firm)
        let line = try #require(
            try held.rows("process.instances", #"{"process": "label"}"#).first)
        #expect(line["instance"]?.stringValue == instance)
        #expect(line["status"]?.stringValue == "active")
        #expect(line["element"]?.stringValue == "work")
        #expect(line["waitsFor"]?.stringValue == "the worker printer on print-label")
        try await firm.advance(to: "2026-03-02T08:01:00Z")
        try await firm.run("process.throw-job-error", Self.error(job, "no-paper"), as: "ida")
        let desk = try Desk(firm)
        let steps = try desk.rows("process.instance", #"{"instance": "\#(instance)"}"#)
        #expect(steps.compactMap { $0["actor"]?.stringValue } == ["owner", "ida", "ida"])
        let did = steps.map { ($0["did"]?.arrayValue ?? []).compactMap(\.stringValue) }
        #expect(did.count == 3)
        #expect(did.first?.contains { $0.contains("work") } == true, "\(did)")
        #expect(did.last?.contains { $0.contains("refill") } == true, "\(did)")
        let positions = steps.compactMap { $0["position"]?.integerValue }
        #expect(positions == positions.sorted())
        let notes = try desk.notes("process.instance", #"{"instance": "\#(instance)"}"#)
        #expect(notes.first?.contains("label for") == true, "\(notes)")
        #expect(notes.first?.contains("active") == true)
        #expect(
            notes.contains { $0.hasPrefix("Waits at refill for somebody of warehouse since") },
            "\(notes)")
        #expect(notes.contains { $0.hasPrefix("Variables:") && $0.contains("P-7") }, "\(notes)")
    }

    @Test("an instance that is none is refused, with where to look")
    func unknownInstance() async throws {
        let firm = try await Firm.trading(stock: [:])
        let desk = try Desk(firm)
        do {
            _ = try desk.rows("process.instance", #"{"instance": "label-1"}"#)
            Issue.record("an instance that is none was shown")
        } catch { #expect("\(error)".contains("process.instances"), "\(error)") }
    }
}
