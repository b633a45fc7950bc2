import Business
import Engine
import Processes
import Records
import Testing

@Suite("Workers that decide what an ad-hoc sub-process enters")
struct AdHocWorkerTests {
    private static let diagram = Diagrams.row(
        "plan",
        wait: """
            <bpmn:adHocSubProcess id="wait"><bpmn:extensionElements>
            <zeebe:taskDefinition type="plan"/>
            <zeebe:adHoc outputCollection="answers" outputElement="=answer"/>
            </bpmn:extensionElements>
            <bpmn:serviceTask id="ask"><bpmn:extensionElements>
            <zeebe:taskDefinition type="ask"/></bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:serviceTask id="look"><bpmn:extensionElements>
            <zeebe:taskDefinition type="look"/></bpmn:extensionElements></bpmn:serviceTask>
            </bpmn:adHocSubProcess>
            """)

    private func job(_ firm: Firm, _ type: String) async throws -> String {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "\#(type)", "worker": "w"}"#, as: "ida")
        guard case .result(let result) = reply,
            let job = result["jobs"]?.arrayValue?.first?["job"]?.stringValue
        else { throw FirmFailure("no jobs: \(reply.line)") }
        return job
    }

    private func complete(_ firm: Firm, _ job: String, _ more: String) async throws {
        try await firm.run("process.complete-job", #"{"job": "\#(job)"\#(more)}"#, as: "ida")
    }

    @Test("a worker enters, is asked again, and ends; what was given is collected")
    func decides() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/plan.bpmn": Self.diagram])
        try await firm.run("process.start", #"{"process": "plan"}"#)
        let instance = try #require(try firm.instances(of: "plan").last)
        try await complete(
            firm, try await job(firm, "plan"),
            #", "activateElements": [{"elementId": "ask", "variables": {"who": "anna"}}]"#)
        try await complete(firm, try await job(firm, "ask"), #", "variables": {"answer": 42}"#)
        try firm.restart(losingIndex: true)
        let again = try await job(firm, "plan")
        for wrong in [
            #", "activateElements": [{"elementId": "end"}]"#,
            #", "activateElements": [{"elementId": "ask"}], "isCompletionConditionFulfilled": true"#,
        ] {
            #expect(
                try await firm.refusal(
                    "process.complete-job", #"{"job": "\#(again)"\#(wrong)}"#, as: "ida")
                    == "invalid-value")
        }
        try await complete(firm, again, #", "isCompletionConditionFulfilled": true"#)
        #expect(try await firm.state(instance).status == .completed)
        let lines = try #require(try firm.engine.history(of: instance)).advances.flatMap(\.lines)
        #expect(
            lines.contains { $0.hasPrefix("variable") && $0.contains("name=answers value=[42]") })
    }
}
