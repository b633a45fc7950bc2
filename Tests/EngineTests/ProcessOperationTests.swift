import Foundation
import Business
import Engine
import Processes
import Records
import Testing

@Suite("Instances that are stuck, run wild, or wait for workers")
struct ProcessOperationTests {
    @Test("a process that nobody can start by hand is refused with what begins it")
    func notByHand() async throws {
        let firm = try await Firm.trading()
        let end = firm.end
        let reply = try await firm.ask("process.start", #"{"process": "order-to-cash"}"#)
        guard case .rejected(let refusal) = reply else { throw FirmFailure(reply.line) }
        #expect(refusal.code.name == "wrong-state")
        #expect(refusal.message.contains("order-placed"), "\(refusal.message)")
        #expect(firm.end == end, "nothing happened")
    }

    @Test("an instance that goes round without end becomes an incident and can be cancelled")
    func runaway() async throws {
        let loop = Diagrams.process(
            "loop",
            """
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="again"><bpmn:extensionElements>
              <zeebe:taskDefinition type="inventory.reserve"/>
            </bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:exclusiveGateway id="choose" default="choose-again"/>
            <bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "again"))\(Diagrams.flow("again", "choose"))
            \(Diagrams.flow("choose", "again"))
            \(Diagrams.flow("choose", "end", "=stop = true"))
            """)
        let firm = try await Firm.trading(replacing: ["processes/loop.bpmn": loop])
        try await firm.order("SO-1", [("P1", 1)], channel: "import")
        try await firm.run(
            "process.start", #"{"process": "loop", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "loop").last)
        for _ in 0..<400 {
            if try await firm.state(instance).isRunaway { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await firm.state(instance).incidents.map(\.reason) == ["runaway"])
        try await firm.run(
            "process.cancel", #"{"instance": "\#(instance)", "reason": "a loop"}"#)
        #expect(try await firm.state(instance).status == .terminated)
    }

    @Test("what was refused is an incident, and goes on when it is tried again after the remedy")
    func retry() async throws {
        let diagram = Diagrams.task("hold", type: "inventory.reserve")
        let firm = try await Firm.trading(replacing: ["processes/hold.bpmn": diagram])
        try await firm.run(
            "process.start", #"{"process": "hold", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "hold").last)
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.reason == "unknown-object")
        #expect(incident.elementID == "work")
        try await firm.order("SO-1", [("P1", 1)], channel: "import")
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "the order is there"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("a restart finds the incident as it was")
    func incidentAfterRestart() async throws {
        let diagram = Diagrams.task("hold", type: "inventory.reserve")
        let firm = try await Firm.trading(replacing: ["processes/hold.bpmn": diagram])
        try await firm.run(
            "process.start", #"{"process": "hold", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "hold").last)
        let before = try await firm.state(instance)
        try firm.restart(losingIndex: true)
        #expect(try await firm.state(instance) == before)
    }

    // MARK: Workers

    private static let label = Diagrams.task(
        "label", type: "print-label",
        inner: """
            <zeebe:ioMapping><zeebe:input source="=order" target="order"/>
            <zeebe:output source="=code" target="code"/></zeebe:ioMapping>
            """)

    private func labels() async throws -> (firm: Firm, instance: String) {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/label.bpmn": Self.label])
        try await firm.run(
            "process.start", #"{"process": "label", "variables": {"order": "SO-1"}}"#)
        return (firm, try #require(try firm.instances(of: "label").last))
    }

    private func take(_ firm: Firm, as worker: String = "ida") async throws -> [JSONValue] {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "print-label", "worker": "printer-1"}"#,
            as: worker)
        guard case .result(.object(let members)) = reply,
            case .array(let jobs)? = members.first(where: { $0.name == "jobs" })?.value
        else { throw FirmFailure("no jobs: \(reply.line)") }
        return jobs
    }

    private func id(_ job: JSONValue) throws -> String {
        try #require(job["job"]?.stringValue)
    }

    @Test("a worker outside takes a job once and completes it")
    func completed() async throws {
        let (firm, instance) = try await labels()
        let jobs = try await take(firm)
        #expect(jobs.count == 1)
        #expect(try await take(firm).isEmpty, "it is held")
        let job = try id(try #require(jobs.first))
        try await firm.run(
            "process.complete-job", #"{"job": "\#(job)", "variables": {"code": "4711"}}"#,
            as: "ida")
        #expect(try await firm.state(instance).status == .completed)
        #expect(
            try await firm.refusal("process.complete-job", #"{"job": "\#(job)"}"#, as: "ida")
                == "unknown-task")
    }

    @Test("a job that a worker does not bring back in time is free again")
    func timedOut() async throws {
        let (firm, _) = try await labels()
        #expect(try await take(firm).count == 1)
        try await firm.advance(to: "2026-03-02T08:10:00Z")
        #expect(try await take(firm).count == 1)
    }

    @Test("a job without attempts left is an incident; a retry hands it out again")
    func failed() async throws {
        let (firm, instance) = try await labels()
        let job = try id(try #require(try await take(firm).first))
        try await firm.run(
            "process.fail-job", #"{"job": "\#(job)", "retries": 0, "message": "no paper"}"#,
            as: "ida")
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.message == "no paper")
        #expect(try await take(firm).isEmpty)
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "paper is in"}"#)
        #expect(try await take(firm).count == 1)
    }

    @Test("jobs are handed out in the order in which they came free, failed ones too")
    func inOrder() async throws {
        let (firm, first) = try await labels()
        let second = try await another(firm)
        let failing = try id(try #require(try await take(firm).first))
        #expect(failing.hasPrefix(first))
        try await firm.run(
            "process.fail-job",
            #"{"job": "\#(failing)", "retries": 2, "backOffSeconds": 60, "message": "jam"}"#,
            as: "ida")
        try await firm.advance(to: "2026-03-02T08:05:00Z")
        let third = try await another(firm)
        var order: [String] = []
        for _ in 0..<3 { order += try await take(firm).map(id) }
        #expect(order.map { String($0.split(separator: ":")[0]) } == [second, first, third])
    }

    @Test("jobs that wait for a person or for their time keep nobody from the others")
    func noStarving() async throws {
        let (firm, _) = try await labels()
        for number in 0..<12 {
            let job = try id(try #require(try await take(firm).first))
            try await firm.run(
                "process.fail-job",
                """
                {"job": "\(job)", "retries": \(number % 2), "backOffSeconds": 86000,
                 "message": "jam"}
                """, as: "ida")
            _ = try await another(firm)
        }
        #expect(try await take(firm).count == 1)
        #expect(try await take(firm).isEmpty)
    }

    private func another(_ firm: Firm) async throws -> String {
        try await firm.run(
            "process.start", #"{"process": "label", "variables": {"order": "SO-1"}}"#)
        return try #require(try firm.instances(of: "label").last)
    }

    @Test("only workers take jobs")
    func notAWorker() async throws {
        let (firm, _) = try await labels()
        #expect(
            try await firm.refusal(
                "process.activate-jobs", #"{"type": "print-label", "worker": "x"}"#, as: "anna")
                == "not-allowed")
    }

    // MARK: Definitions

    @Test(
        "a file with a mistake is refused as a whole, with the place",
        arguments: [
            (
                "unknown command", Diagrams.task("bad", type: "inventory.levitate"),
                "inventory.levitate"
            ),
            ("no XML", "<bpmn", "bad.bpmn"),
            (
                "an id that leaves no room for an instance's number",
                Diagrams.task("bad" + String(repeating: "d", count: 60), type: "print-label"),
                "bytes"
            ),
        ])
    func badFile(_ row: (what: String, content: String, word: String)) async throws {
        let firm = try await Firm.trading(stock: [:])
        let payload = JSONValue.object([
            "files": .array([
                .object([
                    "name": .string("processes/bad.bpmn"), "content": .string(row.content),
                ])
            ])
        ])
        let end = firm.end
        guard case .rejected(let rejection) = try await firm.ask("definition.deploy", payload)
        else {
            Issue.record("\(row.what) was deployed")
            return
        }
        #expect(rejection.code.name == "definition-invalid")
        #expect(rejection.message.contains(row.word) || "\(rejection.details)".contains(row.word))
        #expect(firm.end == end)
    }

    @Test("an instance keeps the set that it started with")
    func keepsItsSet() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let old = try await firm.order("SO-1", [("P3", 5)])
        let table = try #require(try Firm.shipped()["processes/rules/shipping-mode.dmn"])
        let changed = table.replacingOccurrences(of: #""web", "portal""#, with: #""portal""#)
        try await firm.run(
            "definition.deploy",
            JSONValue.object([
                "files": .array([
                    .object([
                        "name": .string("processes/rules/shipping-mode.dmn"),
                        "content": .string(changed),
                    ])
                ])
            ]))
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "9", "value": "90.00"}"#)
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "completed")
        try await firm.expectNoIncident(in: old)
        let new = try await firm.order("SO-2", [("P3", 5)])
        #expect(try await firm.tasks(of: new).map(\.element) == ["start-pick"])
    }
}
