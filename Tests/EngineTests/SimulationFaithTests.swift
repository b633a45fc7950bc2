import Business
import Engine
import Foundation
import Records
import Testing

@Suite("What is played again under the definitions of then goes as it went")
struct SimulationFaithTests {
    /// Numbers from a seed (SplitMix64), so that a session that fails can be played again.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
        }
    }

    private static let stepsOfSession = 60

    /// Orders, blocks, tasks, cancellations and payments as chance has it; what is refused is
    /// refused.
    private func session(_ seed: UInt64) async throws -> Firm {
        var dice = Dice(state: seed)
        let firm = try await Firm.trading(
            singlePerson: true, stock: ["P1": 60, "P2": 20, "P3": 4])
        _ = try await firm.ask(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "\#(200 + dice.roll(900)).00", "reason": "test"}"#)
        var orders: [String] = []
        var hours = 0
        for _ in 0..<Self.stepsOfSession {
            let order = orders.isEmpty ? "SO-0" : orders[dice.roll(orders.count)]
            switch dice.roll(10) {
            case 0, 1:
                let id = "SO-\(orders.count + 1)"
                let lines = (1...(1 + dice.roll(2))).map { _ in
                    #"{"product": "P\#(1 + dice.roll(3))", "quantity": "\#(1 + dice.roll(6))", "price": "20.00"}"#
                }
                let channel = dice.roll(2) == 0 ? "web" : "phone"
                _ = try await firm.ask(
                    "sales.place-order",
                    #"{"order": "\#(id)", "customer": "C1", "channel": "\#(channel)", "lines": [\#(lines.joined(separator: ", "))]}"#
                )
                orders.append(id)
            case 2:
                _ = try await firm.ask(
                    "sales.raise-block",
                    #"{"order": "\#(order)", "kind": "manual", "reason": "look at it"}"#)
            case 3:
                let kind = dice.roll(2) == 0 ? "manual" : "credit"
                _ = try await firm.ask(
                    "sales.release-block",
                    #"{"order": "\#(order)", "kind": "\#(kind)", "reason": "seen"}"#)
            case 4:
                _ = try await firm.ask(
                    "sales.cancel-order", #"{"order": "\#(order)", "reason": "test"}"#)
            case 5:
                _ = try await firm.ask(
                    "finance.receive-payment",
                    #"{"customer": "C1", "order": "\#(order)", "amount": "\#(20 + dice.roll(60)).00"}"#
                )
            case 6: hours += 1 + dice.roll(60)
            default: try await work(firm, &dice)
            }
            if dice.roll(3) == 0 { hours += 1 }
            let time = Instant("2026-03-02T09:00:00Z")?.adding(
                microseconds: Int64(hours) * 3_600_000_000)
            try await firm.advance(to: try #require(time).description)
        }
        return firm
    }

    /// Completes one of the open tasks.
    private func work(_ firm: Firm, _ dice: inout Dice) async throws {
        let instances = try firm.instances(of: "order-to-cash")
        guard !instances.isEmpty else { return }
        let tasks = try await firm.tasks(of: instances[dice.roll(instances.count)])
        guard !tasks.isEmpty else { return }
        let task = tasks[dice.roll(tasks.count)]
        _ = try await firm.ask(
            "process.complete-task",
            #"{"task": "\#(task.id)", "payload": {"reason": "by chance"}}"#)
    }

    @Test("a random session with unchanged definitions differs nowhere", arguments: 1...6)
    func unchanged(seed: UInt64) async throws {
        print("simulation session with seed \(seed)")
        let firm = try await session(seed)
        var simulation = Simulation(
            log: firm.log, decoder: firm.engine.decoder, registry: firm.engine.registry,
            question: Simulation.Question(
                process: "order-to-cash", from: try #require(Instant("2026-03-01T00:00:00Z")),
                to: try #require(Instant("2026-12-31T00:00:00Z")), changed: []))
        let body = try simulation.run()
        #expect((body["instances"]?.integerValue ?? 0) > 2, "seed \(seed)")
        #expect(body["differing"]?.integerValue == 0, "seed \(seed): \(body["rows"] ?? .null)")
        #expect(body["faithful"] == body["instances"], "seed \(seed)")
        for list in ["outcomes", "decisions", "commands"] {
            for row in body[list]?.arrayValue ?? [] {
                #expect(row["recorded"] == row["simulated"], "seed \(seed): \(row)")
            }
        }
    }
}
