import Business
import Engine
import EventLog
import Foundation
import Processes
import Records
import Synchronization
import Testing

/// A client's commands in their order, each with a key, so that they can be sent again.
struct Script: Sendable, CustomTestStringConvertible {
    struct Step: Sendable {
        let person: String
        let command: String
        let payload: String
    }

    let testDescription: String
    let steps: [Step]

    /// Sends all of them; those that were done before are recognised by their keys.
    func run(on firm: Firm) async throws {
        for (index, step) in steps.enumerated() {
            try await firm.run(
                step.command, step.payload, as: step.person, key: "\(testDescription)-\(index)")
        }
    }

    static func order(_ channel: String) -> Step {
        Step(
            person: "anna", command: "sales.place-order",
            payload: """
                {"order": "SO-1", "customer": "C1", "channel": "\(channel)", "lines": [
                 {"product": "P1", "quantity": "2", "price": "20.00"},
                 {"product": "P2", "quantity": "3", "price": "20.00"}]}
                """)
    }

    static let payment = Step(
        person: "gina", command: "finance.receive-payment",
        payload: #"{"customer": "C1", "order": "SO-1", "amount": "120.00"}"#)

    static let all = [
        Script(testDescription: "by itself", steps: [order("web"), payment]),
        Script(
            testDescription: "by people",
            steps: [order("phone")]
                + ["start-pick", "confirm-pick", "pack", "issue-goods"].map {
                    Step(
                        person: "dora", command: "fulfillment.\($0)",
                        payload: #"{"shipment": "SH-2026-000001"}"#)
                } + [payment]),
        Script(
            testDescription: "cancelled",
            steps: [
                order("phone"),
                Step(
                    person: "owner", command: "process.publish-message",
                    payload: #"{"name": "cancel-order", "correlationKey": "sales.order/SO-1"}"#),
            ]),
    ]
}

@Suite("A restart at any moment goes on exactly once")
struct RestartTests {
    @Test(
        "after each commit of a script: what is owed is done, what is sent again is recognised",
        arguments: Script.all)
    func everyCut(_ script: Script) async throws {
        let firm = try await Firm.trading()
        let boundaries = Boundaries()
        firm.engine.observe { boundaries.note($0) }
        let start = firm.end
        try await script.run(on: firm)
        let expected = try firm.names(after: start)
        let cuts = boundaries.all.filter { $0 < firm.end }
        #expect(cuts.count >= script.steps.count - 1)
        for cut in [start] + cuts {
            let log = MemoryEventLog()
            try Self.copy(firm.log, through: cut, to: log)
            let again = try await Firm(log: log, deploys: false)
            try await again.settle()
            try await script.run(on: again)
            #expect(
                try again.names(after: start) == expected, "cut after event \(cut - start)")
            let instance = try #require(try again.instances(of: "order-to-cash").last)
            try await again.expectNoIncident(in: instance)
            #expect(try await again.state(instance).status == .completed)
        }
    }

    static func copy(
        _ log: any EventLog, through last: UInt64, to copy: MemoryEventLog
    ) throws {
        var position = Position.first
        while position.rawValue <= last, let stored = try log.event(at: position) {
            _ = try copy.append(
                [DraftEvent(envelope: stored.envelope, payload: stored.payload)],
                expecting: position)
            position = position.next
        }
    }

    @Test("the log on disk: closed and opened between the steps, with and without the index")
    func onDisk() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let open: () throws -> any EventLog = { try LMDBEventLog(path: folder.path) }
        let firm = try await Firm(log: try open(), reopen: open)
        try await firm.found(stock: ["P1": 10, "P2": 10])
        let before = firm.end
        for (index, step) in Script.all[1].steps.enumerated() {
            try await firm.run(step.command, step.payload, as: step.person, key: "disk-\(index)")
            let instance = try #require(try firm.instances(of: "order-to-cash").last)
            let waits = try await firm.waits(of: instance)
            try firm.restart(losingIndex: !index.isMultiple(of: 2))
            #expect(try await firm.waits(of: instance) == waits)
        }
        let instance = try #require(try firm.instances(of: "order-to-cash").last)
        #expect(try await firm.state(instance).status == .completed)
        #expect(
            try firm.names(after: before).filter { $0 == "finance.invoice-posted" }.count == 1)
        firm.engine.close()
        (firm.log as? LMDBEventLog)?.close()
    }

    @Test("a timer that was due while the engine was closed fires once when it is back")
    func timerAfterRestart() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "promisedDate": "2026-03-10""#)
        try firm.restart(losingIndex: true)
        try await firm.advance(to: "2026-03-11T09:00:00Z")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["tell-late"])
        try firm.restart()
        try await firm.advance(to: "2026-03-20T09:00:00Z")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["tell-late"])
    }
}

/// The last positions of the commits, as an observer hears of them.
private final class Boundaries: Sendable {
    private let positions = Mutex<[UInt64]>([])

    func note(_ events: [RecordedEvent]) {
        guard let last = events.last else { return }
        positions.withLock { $0.append(last.position) }
    }

    var all: [UInt64] { positions.withLock { $0 } }
}
