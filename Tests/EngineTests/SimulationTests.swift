import Business
import Engine
import Foundation
import Processes
import Records
import Testing

@Suite("Past instances are played again under changed definitions")
struct SimulationTests {
    /// A claim is paid at once or looked at by a person, as a table says; looking costs 20.
    private static let claim = Diagrams.process(
        "claim",
        """
        <bpmn:startEvent id="start"/>
        <bpmn:businessRuleTask id="route"><bpmn:extensionElements>
          <zeebe:calledDecision decisionId="claim-route" resultVariable="way"/>
        </bpmn:extensionElements></bpmn:businessRuleTask>
        <bpmn:exclusiveGateway id="choose" default="choose-pay"/>
        <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:scriptTask id="cost"><bpmn:extensionElements>
          <zeebe:script expression="=fee + 20" resultVariable="fee"/>
        </bpmn:extensionElements></bpmn:scriptTask>
        <bpmn:serviceTask id="pay"><bpmn:extensionElements>
          <zeebe:taskDefinition type="transfer"/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:endEvent id="paid"/><bpmn:endEvent id="refused"/>
        <bpmn:exclusiveGateway id="judge" default="judge-pay"/>
        \(Diagrams.flow("start", "route"))\(Diagrams.flow("route", "choose"))
        \(Diagrams.flow("choose", "look", "=way = \"hand\""))\(Diagrams.flow("choose", "pay"))
        \(Diagrams.flow("look", "cost"))\(Diagrams.flow("cost", "judge"))
        \(Diagrams.flow("judge", "refused", "=approved = false"))\(Diagrams.flow("judge", "pay"))
        \(Diagrams.flow("pay", "paid"))
        """)

    private static func table(limit: Int) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="route"
            namespace="urn:test">
          <decision id="claim-route" name="Way of a claim"><decisionTable id="t" hitPolicy="UNIQUE">
            <input id="i"><inputExpression id="e" typeRef="number"><text>amount</text></inputExpression></input>
            <output id="o" name="way" typeRef="string"/>
            <rule id="r1"><inputEntry id="a1"><text>&lt; \(limit)</text></inputEntry>
              <outputEntry id="b1"><text>"once"</text></outputEntry></rule>
            <rule id="r2"><inputEntry id="a2"><text>&gt;= \(limit)</text></inputEntry>
              <outputEntry id="b2"><text>"hand"</text></outputEntry></rule>
          </decisionTable></decision>
        </definitions>
        """
    }

    private static let tableName = "processes/rules/claim-route.dmn"

    /// Claims of 50, 200 (approved), 300 (refused) and 900 (approved), a day apart.
    private func claims() async throws -> Firm {
        let firm = try await Firm.trading(
            stock: [:],
            replacing: [
                "processes/claim.bpmn": Self.claim, Self.tableName: Self.table(limit: 100),
            ])
        let given: [(day: Int, amount: Int, approved: Bool)] = [
            (3, 50, true), (4, 200, true), (5, 300, false), (6, 900, true),
        ]
        for claim in given {
            try await firm.advance(to: "2026-03-0\(claim.day)T08:00:00Z")
            try await firm.run(
                "process.start",
                #"{"process": "claim", "variables": {"amount": \#(claim.amount), "fee": 0, "approved": true}}"#
            )
            let instance = try #require(try firm.instances(of: "claim").last)
            if let task = try await firm.tasks(of: instance).first {
                try await firm.advance(to: "2026-03-0\(claim.day)T18:00:00Z")
                try await firm.run(
                    "process.complete-task",
                    #"{"task": "\#(task.id)", "payload": {"approved": \#(claim.approved)}}"#)
            }
            let jobs = try await firm.ask(
                "process.activate-jobs", #"{"type": "transfer", "worker": "bank"}"#, as: "ida")
            guard case .result(let body) = jobs else { throw FirmFailure(jobs.line) }
            for job in body["jobs"]?.arrayValue ?? [] {
                try await firm.advance(to: "2026-03-0\(claim.day)T19:00:00Z")
                try await firm.run(
                    "process.complete-job",
                    #"{"job": "\#(job["job"]?.stringValue ?? "")", "variables": {}}"#, as: "ida")
            }
        }
        try await firm.advance(to: "2026-03-31T08:00:00Z")
        return firm
    }

    private func simulate(
        _ firm: Firm, _ process: String = "claim", from: String = "2026-03-01T00:00:00Z",
        with changed: [String: String] = [:]
    ) throws -> JSONValue {
        var simulation = Simulation(
            log: firm.log, decoder: firm.engine.decoder, registry: firm.engine.registry,
            question: Simulation.Question(
                process: process, from: try #require(Instant(from)),
                to: try #require(Instant("2026-12-31T00:00:00Z")),
                changed: changed.map {
                    GivenDefinition(name: $0.key, bytes: Array($0.value.utf8))
                }))
        return try simulation.run()
    }

    private func row(_ list: String, _ name: String, _ body: JSONValue) -> [Int64]? {
        body[list]?.arrayValue?.first { $0["name"]?.stringValue == name }.map {
            [$0["recorded"]?.integerValue ?? -1, $0["simulated"]?.integerValue ?? -1]
        }
    }

    @Test("with nothing changed everything goes as it went")
    func unchanged() async throws {
        let firm = try await claims()
        let end = firm.end
        let body = try simulate(firm)
        #expect(body["instances"]?.integerValue == 4)
        #expect(body["differing"]?.integerValue == 0, "\(body["rows"] ?? .null)")
        #expect(body["faithful"]?.integerValue == 4)
        #expect(body["assumptions"]?.arrayValue == [])
        #expect(firm.end == end, "nothing was written")
    }

    @Test("a higher limit pays more claims at once: outcomes, times and fees side by side")
    func changedTable() async throws {
        let firm = try await claims()
        let body = try simulate(firm, with: [Self.tableName: Self.table(limit: 500)])
        #expect(body["differing"]?.integerValue == 2)
        let draft = try simulate(firm, with: ["claim-route.dmn": Self.table(limit: 500)])
        #expect(draft["outcomes"] == body["outcomes"], "a draft replaces the file of its name")
        #expect(throws: SimulationFailure.self) {
            try simulate(firm, with: ["draft.dmn": Self.table(limit: 500)])
        }
        #expect(row("outcomes", "paid", body) == [3, 4])
        #expect(row("outcomes", "refused", body) == [1, 0])
        #expect(row("decisions", "claim-route = hand", body) == [3, 1])
        let fee = body["amounts"]?.arrayValue?.first { $0["name"]?.stringValue == "fee" }
        #expect(fee?["recorded"]?.stringValue == "60")
        #expect(fee?["simulated"]?.stringValue == "20")
        let before = try #require(body["cycle"]?["recorded"]?["medianMilliseconds"]?.integerValue)
        let after = try #require(body["cycle"]?["simulated"]?["medianMilliseconds"]?.integerValue)
        #expect(after < before)
        let assumed = (body["assumptions"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
        #expect(assumed.contains { $0.contains("pay was not done in this instance") })
    }

    @Test("a changed diagram is played too; one with faults is refused with all of them")
    func changedDiagram() async throws {
        let firm = try await claims()
        let quick = Self.claim.replacing("=fee + 20", with: "=fee + 5")
        let body = try simulate(firm, with: ["processes/claim.bpmn": quick])
        let fee = body["amounts"]?.arrayValue?.first { $0["name"]?.stringValue == "fee" }
        #expect(fee?["simulated"]?.stringValue == "15")
        #expect(fee?["difference"]?.stringValue == "-45")
        let broken = Self.claim.replacing("claim-route", with: "claim-rout")
        #expect(throws: SimulationFailure.self) {
            try simulate(firm, with: ["processes/claim.bpmn": broken])
        }
    }

    @Test("only instances that began in the period are played")
    func period() async throws {
        let firm = try await claims()
        #expect(throws: SimulationFailure.self, "the period is exchanged") {
            try simulate(firm, from: "2027-01-01T00:00:00Z")
        }
        #expect(throws: SimulationFailure.self, "no such process") { try simulate(firm, "nosuch") }
        let none = try simulate(firm, "procure-to-pay")
        #expect(none["instances"]?.integerValue == 0, "a process without instances is no fault")
        let body = try simulate(firm, from: "2026-03-05T00:00:00Z")
        #expect(body["instances"]?.integerValue == 2)
    }

    @Test("orders that ran through sales, stock and billing are played as they went")
    func orderToCash() async throws {
        let firm = try await Firm.trading(stock: ["P1": 100, "P3": 1])
        try await firm.order("SO-1", [("P1", 2)])
        let picked = try await firm.order("SO-2", [("P1", 3)], channel: "phone")
        for _ in 0..<3 {
            guard let task = try await firm.tasks(of: picked).first else { break }
            try await firm.advance(to: "2026-03-03T08:00:00Z")
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        }
        try await firm.pay(order: "SO-1", "48.00")
        try await firm.advance(to: "2026-03-20T08:00:00Z")
        let body = try simulate(firm, "order-to-cash")
        #expect(body["instances"]?.integerValue == 2)
        #expect(body["faithful"]?.integerValue == 2, "\(body)")
        #expect(body["differing"]?.integerValue == 0, "\(body["rows"] ?? .null)")
    }

    private static let modeName = "processes/rules/shipping-mode.dmn"

    /// The shipped table with other channels that run by themselves.
    private func mode(_ channels: String) throws -> [String: String] {
        let text = try #require(try Firm.shipped()[Self.modeName])
        return [
            Self.modeName: text.replacing(
                #""web", "portal", "automatic""#, with: channels)
        ]
    }

    private func outcomes(_ body: JSONValue) -> [String] {
        (body["outcomes"]?.arrayValue ?? []).compactMap { outcome in
            (outcome["simulated"]?.integerValue ?? 0) > 0 ? outcome["name"]?.stringValue : nil
        }
    }

    @Test("what a played command ships is shipped: orders by phone that run by themselves")
    func othersByThemselves() async throws {
        let firm = try await Firm.trading(stock: ["P1": 100, "P3": 1])
        let picked = try await firm.order("SO-1", [("P1", 3)], channel: "phone")
        for day in 3...6 {
            guard let task = try await firm.tasks(of: picked).first else { break }
            try await firm.advance(to: "2026-03-0\(day)T08:00:00Z")
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        }
        try await firm.order("SO-2", [("P1", 1), ("P3", 2)], channel: "phone")
        try await firm.pay(order: "SO-1", "72.00")
        try await firm.advance(to: "2026-03-20T08:00:00Z")
        let end = firm.end
        let body = try simulate(
            firm, "order-to-cash", with: mode(#""web", "portal", "automatic", "phone""#))
        #expect(body["differing"]?.integerValue == 2, "\(body)")
        #expect(outcomes(body).sorted() == ["paid", "still open"], "\(body)")
        #expect(row("commands", "fulfillment.ship", body) == [0, 2], "\(body)")
        #expect(row("commands", "fulfillment.issue-goods", body) == [1, 0])
        #expect(row("commands", "finance.post-invoice", body)?[1] == 2, "\(body)")
        #expect(firm.end == end, "nothing was written")
    }

    @Test("people's tasks that nobody had are done by the deciders too")
    func byPeople() async throws {
        let firm = try await Firm.trading(stock: ["P1": 100])
        try await firm.order("SO-1", [("P1", 2)])
        try await firm.pay(order: "SO-1", "48.00")
        try await firm.advance(to: "2026-03-20T08:00:00Z")
        let body = try simulate(firm, "order-to-cash", with: mode(#""portal", "automatic""#))
        #expect(outcomes(body) == ["paid"], "\(body)")
        #expect(row("commands", "fulfillment.ship", body) == [1, 0])
        #expect(row("commands", "fulfillment.issue-goods", body) == [0, 1], "\(body)")
        #expect(row("commands", "finance.post-invoice", body) == [1, 1], "\(body)")
        let sums = (body["amounts"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        #expect(!sums.contains("loopCounter") && !sums.contains("line"), "\(sums)")
    }
}
