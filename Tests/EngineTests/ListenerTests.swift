import Business
import Engine
import Processes
import Records
import Testing

@Suite("Listeners as jobs of workers outside")
struct ListenerTests {
    private static func task(_ event: String) -> String {
        Diagrams.row(
            "ask",
            wait: """
                <bpmn:userTask id="wait"><bpmn:extensionElements><zeebe:userTask/>
                <zeebe:assignmentDefinition candidateGroups="employee"/>
                <zeebe:taskListeners>
                <zeebe:taskListener eventType="\(event)" type="look"/></zeebe:taskListeners>
                </bpmn:extensionElements></bpmn:userTask>
                """)
    }

    private func firm(_ event: String) async throws -> (firm: Firm, instance: String) {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/ask.bpmn": Self.task(event)])
        try await firm.run("process.start", #"{"process": "ask"}"#)
        return (firm, try #require(try firm.instances(of: "ask").last))
    }

    private func job(_ firm: Firm) async throws -> JSONValue {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "look", "worker": "desk-1"}"#, as: "ida")
        guard case .result(let result) = reply, case .array(let jobs)? = result["jobs"],
            let first = jobs.first
        else { throw FirmFailure("no jobs: \(reply.line)") }
        return first
    }

    private func taskRow(_ firm: Firm) throws -> JSONValue? {
        try Desk(firm).rows("process.tasks", #"{"all": true}"#).first {
            $0["process"]?.stringValue == "ask"
        }
    }

    private func taskID(_ firm: Firm) throws -> String {
        try #require(try taskRow(firm)?["task"]?.stringValue)
    }

    @Test("a task is not on the list before its creating listener is done")
    func creating() async throws {
        let (firm, _) = try await firm("creating")
        #expect(try taskRow(firm) == nil)
        let job = try await job(firm)
        #expect(job["listener"]?.stringValue == "creating")
        try await firm.run(
            "process.complete-job",
            """
            {"job": "\(job["job"]?.stringValue ?? "")",
             "corrections": {"assignee": "anna", "followUpDate": "2026-03-09T08:00:00Z"}}
            """, as: "ida")
        let row = try #require(try taskRow(firm))
        #expect(row["assignee"]?.stringValue == "anna")
        #expect(row["followUp"]?.stringValue == "2026-03-09T08:00:00Z")
    }

    @Test("who completes is told by the list that a listener said no, and why")
    func denied() async throws {
        let (firm, instance) = try await firm("completing")
        let task = try taskID(firm)
        try await firm.run("process.complete-task", #"{"task": "\#(task)"}"#, as: "anna")
        #expect(
            try await firm.refusal("process.claim-task", #"{"task": "\#(task)"}"#, as: "anna")
                == "wrong-state", "it is changing already")
        let job = try #require(try await job(firm)["job"]?.stringValue)
        try await firm.run(
            "process.complete-job",
            #"{"job": "\#(job)", "denied": true, "deniedReason": "two signatures are missing"}"#,
            as: "ida")
        #expect(
            try taskRow(firm)?["denied"]?.stringValue
                == "completing: two signatures are missing")
        #expect(try await firm.state(instance).status == .active)
        try await firm.run("process.complete-task", #"{"task": "\#(task)"}"#, as: "anna")
        let again = try #require(try await self.job(firm)["job"]?.stringValue)
        try await firm.run("process.complete-job", #"{"job": "\#(again)"}"#, as: "ida")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("a restart in between changes nothing")
    func restart() async throws {
        let (firm, instance) = try await firm("completing")
        try await firm.run(
            "process.complete-task", #"{"task": "\#(try taskID(firm))"}"#, as: "anna")
        let before = try await firm.state(instance)
        try firm.restart(losingIndex: true)
        #expect(try await firm.state(instance) == before)
        let job = try #require(try await job(firm)["job"]?.stringValue)
        try await firm.run("process.complete-job", #"{"job": "\#(job)"}"#, as: "ida")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("denials are for what can be denied, errors for other jobs")
    func refused() async throws {
        let (firm, _) = try await firm("creating")
        let job = try #require(try await job(firm)["job"]?.stringValue)
        for (command, payload) in [
            ("process.complete-job", #"{"job": "\#(job)", "denied": true}"#),
            ("process.throw-job-error", #"{"job": "\#(job)", "code": "no"}"#),
        ] {
            #expect(try await firm.refusal(command, payload, as: "ida") == "wrong-state")
        }
    }
}
