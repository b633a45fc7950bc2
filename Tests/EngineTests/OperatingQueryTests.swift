import Business
import Engine
import Foundation
import Processes
import Records
import Testing

/// A process with a job and a message wait behind it, started some times.
enum Parcel {
    /// `work` is done by a worker, then `arrive` waits for a message about the order.
    static let diagram = Diagrams.process(
        "parcel",
        """
        <bpmn:startEvent id="start"/>
        <bpmn:serviceTask id="work" name="Pack"><bpmn:extensionElements>
          <zeebe:taskDefinition type="pack"/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:intermediateCatchEvent id="arrive" name="Arrived">
          <bpmn:messageEventDefinition messageRef="arrived"/></bpmn:intermediateCatchEvent>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "arrive"))
        \(Diagrams.flow("arrive", "end"))
        """,
        shared: """
            <bpmn:message id="arrived" name="sales.order-shipped-in-full"><bpmn:extensionElements>
              <zeebe:subscription correlationKey='="sales.order/" + order'/>
            </bpmn:extensionElements></bpmn:message>
            """)

    static func firm(_ more: [String: String] = [:]) async throws -> Firm {
        try await Firm.trading(
            stock: [:],
            replacing: ["processes/parcel.bpmn": diagram].merging(more) { _, new in new })
    }

    static func start(_ firm: Firm, _ order: String) async throws -> String {
        try await firm.run(
            "process.start", #"{"process": "parcel", "variables": {"order": "\#(order)"}}"#)
        return try #require(try firm.instances(of: "parcel").last)
    }

    /// The worker takes the oldest job and completes it.
    static func pack(_ firm: Firm) async throws {
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "pack", "worker": "w", "count": 1}"#, as: "ida")
        guard case .result(let body) = reply,
            let job = body["jobs"]?.arrayValue?.first?["job"]?.stringValue
        else { throw FirmFailure("no job: \(reply.line)") }
        try await firm.run("process.complete-job", #"{"job": "\#(job)"}"#, as: "ida")
    }

    static func arrive(_ firm: Firm, _ order: String) async throws {
        try await firm.run(
            "process.publish-message",
            #"{"name": "sales.order-shipped-in-full", "correlationKey": "sales.order/\#(order)"}"#)
    }
}

@Suite("Questions about running processes")
struct OperatingQueryTests {
    /// Six parcels, an hour at the packer and a day on the way each.
    private func experienced() async throws -> Firm {
        let firm = try await Parcel.firm()
        for day in 3...8 {
            try await firm.advance(to: "2026-03-0\(day)T08:00:00Z")
            _ = try await Parcel.start(firm, "SO-\(day)")
            try await firm.advance(to: "2026-03-0\(day)T09:00:00Z")
            try await Parcel.pack(firm)
            let next = day < 9 ? "2026-03-0\(day + 1)" : "2026-03-10"
            try await firm.advance(to: "\(next)T07:00:00Z")
            try await Parcel.arrive(firm, "SO-\(day)")
        }
        return firm
    }

    @Test("counts and medians are kept for each element and day")
    func heat() async throws {
        let firm = try await experienced()
        _ = try await Parcel.start(firm, "SO-X")
        let desk = try Desk(firm)
        let rows = try desk.rows("process.heat", #"{"process": "parcel"}"#)
        func row(_ element: String, _ rows: [JSONValue]) throws -> JSONValue {
            try #require(rows.first { $0["element"]?.stringValue == element })
        }
        let open = try desk.rows("process.instances", #"{"process": "parcel", "status": "open"}"#)
        #expect(open.count == 1, "six have ended")
        let work = try row("work", rows)
        #expect(work["entered"]?.integerValue == 7)
        #expect(work["completed"]?.integerValue == 6)
        #expect(work["open"]?.integerValue == 1)
        let hour = try #require(work["medianMilliseconds"]?.integerValue)
        #expect(hour == 3_600_000)
        let way = try #require(try row("arrive", rows)["medianMilliseconds"]?.integerValue)
        #expect(way == 22 * Int64(3_600_000))
        let twoDays = try desk.rows(
            "process.heat", #"{"process": "parcel", "from": "2026-03-04", "to": "2026-03-05"}"#)
        #expect(try row("work", twoDays)["entered"]?.integerValue == 2)
        let picture = try await desk.ask("process.drawing", #"{"of": "parcel", "heat": true}"#)
        let svg = try #require(picture["svg"]?.stringValue)
        #expect(svg.hasPrefix("<svg"))
        #expect(svg.contains("7×"))
        #expect(svg.contains("1 open"))
    }

    @Test("an instance's path is drawn from its own steps")
    func path() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-1")
        let desk = try Desk(firm)
        let picture = try await desk.ask("process.drawing", #"{"of": "\#(instance)"}"#)
        let svg = try #require(picture["svg"]?.stringValue)
        #expect(svg.contains(#"class="s p a""#), "where it stands is in colour")
        #expect(svg.contains(#"class="e p""#), "so is the flow that it took")
        await #expect(throws: (any Error).self) {
            try await desk.ask("process.drawing", #"{"of": "parcl"}"#)
        }
    }

    @Test("the path through a called process is drawn on that process's diagram")
    func calledPath() async throws {
        let sender = Diagrams.process(
            "sender",
            """
            <bpmn:startEvent id="start"/>
            <bpmn:callActivity id="send" name="Send it"><bpmn:extensionElements>
              <zeebe:calledElement processId="parcel"/></bpmn:extensionElements></bpmn:callActivity>
            <bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "send"))\(Diagrams.flow("send", "end"))
            """)
        let firm = try await Parcel.firm(["processes/sender.bpmn": sender])
        try await firm.run(
            "process.start", #"{"process": "sender", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "sender").last)
        let desk = try Desk(firm)
        let own = try await desk.ask("process.drawing", #"{"of": "\#(instance)"}"#)
        #expect(own["process"]?.stringValue == "sender")
        #expect(own["processes"]?.arrayValue == [.string("sender"), .string("parcel")])
        #expect(try Self.shape("send", own).contains(#" p a t""#))
        #expect(try Self.shape("start", own).contains(#" p""#))
        let called = try await desk.ask(
            "process.drawing", #"{"of": "\#(instance)", "process": "parcel"}"#)
        #expect(called["process"]?.stringValue == "parcel")
        #expect(try Self.shape("work", called).contains(#"class="s p a""#))
        #expect(try !Self.shape("end", called).contains(#" p""#), "it has not come there")
        for wrong in [
            #"{"of": "\#(instance)", "process": "order-to-cash"}"#,
            #"{"of": "sender", "process": "parcel"}"#,
        ] {
            await #expect(throws: (any Error).self, "\(wrong)") {
                try await desk.ask("process.drawing", wrong)
            }
        }
    }

    /// What is drawn for an element.
    private static func shape(_ id: String, _ picture: JSONValue) throws -> String {
        let svg = try #require(picture["svg"]?.stringValue)
        let groups = svg.components(separatedBy: "<g ")
        return try #require(groups.first { $0.hasPrefix("id=\"\(id)\"") })
    }

    @Test("what should have come is found though nothing failed")
    func stalled() async throws {
        let firm = try await experienced()
        let instance = try await Parcel.start(firm, "SO-X")
        var late = try await Desk(firm).ask("process.stalled", #"{"late": true}"#)
        #expect(late["rows"]?.arrayValue == [])
        try await firm.advance(to: "2026-03-09T12:00:00Z")
        late = try await Desk(firm).ask("process.stalled", #"{"late": true}"#)
        let row = try #require(late["rows"]?.arrayValue?.first)
        #expect(row["instance"]?.stringValue == instance)
        #expect(row["element"]?.stringValue == "work")
        #expect(row["basis"]?.stringValue?.contains("19 of 20 of 6 earlier stays") == true)
    }

    @Test("an explanation tells what almost came, and why it did not count")
    func explain() async throws {
        let firm = try await experienced()
        let instance = try await Parcel.start(firm, "SO-X")
        try await Parcel.arrive(firm, "SO-X")
        try await firm.advance(to: "2026-03-09T07:30:00Z")
        try await Parcel.pack(firm)
        #expect(try await firm.state(instance).waits.count == 1)
        try await Parcel.arrive(firm, "SO-Y")
        let told = try await Desk(firm).ask("process.explain", #"{"instance": "\#(instance)"}"#)
        let wait = try #require(told["waits"]?.arrayValue?.first)
        #expect(wait["name"]?.stringValue == "Arrived")
        #expect(wait["known"]?.integerValue == 6)
        let almost = (wait["almost"]?.arrayValue ?? []).compactMap { $0["why"]?.stringValue }
        #expect(almost.contains { $0.contains("sales.order/SO-Y, not sales.order/SO-X") })
        #expect(almost.contains { $0.contains("time to live") })
    }

    @Test("what almost came is found however much was written since")
    func explainsLongAgo() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-X")
        try await Parcel.pack(firm)
        try await Parcel.arrive(firm, "SO-Y")
        for _ in 0..<5_100 {
            let now = firm.engine.clock.now().microsecondsSinceEpoch
            let time = Instant(microsecondsSinceEpoch: now + 1_000_000).description
            let reply = await firm.engine.submit(
                Submission(
                    name: "clock.advance", payload: .object(["to": .string(time)]),
                    peer: .actor("owner")))
            guard case .accepted = reply else { throw FirmFailure(reply.line) }
        }
        let told = try await Desk(firm).ask("process.explain", #"{"instance": "\#(instance)"}"#)
        let wait = try #require(told["waits"]?.arrayValue?.first)
        let almost = (wait["almost"]?.arrayValue ?? []).compactMap { $0["why"]?.stringValue }
        #expect(almost.contains { $0.contains("sales.order/SO-Y, not sales.order/SO-X") })
        #expect(told["almostAfter"] == nil, "all was looked through")
    }

    @Test("an explanation of a stuck instance tells what was tried")
    func tried() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-1")
        let reply = try await firm.ask(
            "process.activate-jobs", #"{"type": "pack", "worker": "w"}"#, as: "ida")
        guard case .result(let body) = reply,
            let job = body["jobs"]?.arrayValue?.first?["job"]?.stringValue
        else { throw FirmFailure("no job") }
        try await firm.run(
            "process.fail-job", #"{"job": "\#(job)", "retries": 0, "message": "no tape"}"#,
            as: "ida")
        let told = try await Desk(firm).ask("process.explain", #"{"instance": "\#(instance)"}"#)
        let incident = try #require(told["incidents"]?.arrayValue?.first)
        #expect(incident["message"]?.stringValue == "no tape")
        let tried = (incident["tried"]?.arrayValue ?? []).compactMap { $0["what"]?.stringValue }
        #expect(tried.contains("job pack was given to w"))
        #expect(tried.contains { $0.contains("no tape") })
        #expect(incident["variables"]?["order"]?.stringValue == "SO-1")
    }
}
