import Business
import Engine
import EventLog
import Processes
import Records
import Testing

@Suite("What the engine promises whoever gives commands")
struct EngineContractTests {
    private static let register =
        #"{"product": "K1", "name": "Keyed", "taxCode": "standard"}"#

    // MARK: Keys

    @Test("a key that comes again gets the first reply, also after a restart and without the index")
    func keys() async throws {
        let firm = try await Firm.trading(stock: [:])
        let first = try await firm.ask("inventory.register-product", Self.register, key: "k-1")
        guard case .accepted = first else {
            Issue.record("not accepted: \(first.line)")
            return
        }
        let end = firm.end
        #expect(
            try await firm.ask("inventory.register-product", Self.register, key: "k-1") == first)
        try firm.restart()
        #expect(
            try await firm.ask("inventory.register-product", Self.register, key: "k-1") == first)
        try firm.restart(losingIndex: true)
        #expect(
            try await firm.ask("inventory.register-product", Self.register, key: "k-1") == first)
        #expect(firm.end == end, "nothing was written twice")
    }

    @Test("a key with another command, payload or option is refused")
    func reusedKey() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run("inventory.register-product", Self.register, key: "k-1")
        let other = #"{"product": "K2", "name": "Other", "taxCode": "standard"}"#
        for (name, payload) in [
            ("inventory.register-product", other),
            ("inventory.discontinue-product", #"{"product": "K1", "reason": "old"}"#),
        ] {
            guard case .rejected(let rejection) = try await firm.ask(name, payload, key: "k-1")
            else {
                Issue.record("\(name) was not refused")
                continue
            }
            #expect(rejection.code.name == "key-reused")
        }
    }

    @Test("a refused command leaves its key free")
    func keyAfterRefusal() async throws {
        let firm = try await Firm.trading(stock: [:])
        let order =
            #"{"order": "SO-1", "customer": "C9", "lines": [{"product": "P1", "quantity": "1", "price": "1.00"}]}"#
        guard case .rejected = try await firm.ask("sales.place-order", order, key: "k-1") else {
            Issue.record("an order of nobody was accepted")
            return
        }
        try await firm.run(
            "sales.open-account",
            #"{"account": "C9", "name": "New", "terms": {"taxCode": "standard"}}"#)
        try await firm.run("sales.place-order", order, key: "k-1")
    }

    @Test("the same key sent many times at once writes once and answers all alike")
    func concurrentKey() async throws {
        let firm = try await Firm.trading(stock: [:])
        let before = firm.end
        let engine = firm.engine
        let payload = try JSONValue.parse(Self.register)
        let replies = await withTaskGroup(of: CommandReply.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    await engine.submit(
                        Submission(
                            name: "inventory.register-product", payload: payload, key: "same",
                            peer: .actor("owner")))
                }
            }
            return await group.reduce(into: [CommandReply]()) { $0.append($1) }
        }
        #expect(Set(replies.map(\.line)).count == 1)
        #expect(try firm.names(after: before) == ["inventory.product-registered"])
    }

    // MARK: Versions and batches

    @Test("a version that is not the stream's is refused with both numbers")
    func wrongVersion() async throws {
        let firm = try await Firm.trading(stock: [:])
        let change = #"{"product": "P1", "name": "Better part"}"#
        let refused = try await firm.ask("inventory.change-product", change, expecting: 7)
        guard case .rejected(let rejection) = refused else {
            Issue.record("not refused: \(refused.line)")
            return
        }
        #expect(rejection.code.name == "wrong-version")
        let accepted = try await firm.ask("inventory.change-product", change, expecting: 1)
        guard case .accepted(_, let stream, let version, _) = accepted else {
            Issue.record("not accepted: \(accepted.line)")
            return
        }
        #expect(stream == "inventory.product/P1")
        #expect(version == 2)
    }

    @Test("commands that build on each other may be sent without waiting for the replies")
    func dependentBatch() async throws {
        let firm = try await Firm.trading(stock: [:])
        let engine = firm.engine
        let commands = [
            (
                "inventory.register-product",
                #"{"product": "N1", "name": "New", "taxCode": "standard"}"#
            ),
            (
                "inventory.take-on-stock",
                #"{"product": "N1", "warehouse": "main", "quantity": "3", "value": "30.00"}"#
            ),
            (
                "sales.place-order",
                #"{"order": "SO-1", "customer": "C1", "lines": [{"product": "N1", "quantity": "3", "price": "20.00"}]}"#
            ),
            ("inventory.reserve", #"{"order": "SO-1"}"#),
            ("fulfillment.ship", #"{"order": "SO-1"}"#),
        ]
        let replies = Replies()
        for (index, (name, json)) in commands.enumerated() {
            engine.submit(
                Submission(
                    name: name, payload: try JSONValue.parse(json), peer: .actor("owner"))
            ) { replies.put($0, at: index) }
        }
        let found = await replies.all(commands.count)
        for (reply, command) in zip(found, commands) {
            if case .rejected(let rejection) = reply {
                Issue.record("\(command.0): \(rejection.message)")
            }
        }
        #expect(try await firm.field("status", of: "sales.order", "SO-1") != "absent")
    }

    @Test("twenty clients who want ten pieces get exactly ten")
    func lastPieces() async throws {
        let firm = try await Firm.trading(stock: ["P3": 10])
        for number in 1...20 {
            try await firm.order("SO-\(number)", [("P3", 1)], channel: "import")
        }
        let held = try firm.events().compactMap { $0.event as? StockReserved }
        #expect(held.filter { !$0.quantity.isZero }.count == 10)
        #expect(held.filter { !$0.backordered.isZero }.count == 10)
    }

    @Test("two orders at once on the last of the credit limit: one waits for the controller")
    func lastCredit() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "100.00", "reason": "new"}"#, as: "carl")
        let engine = firm.engine
        let replies = Replies()
        for index in 0..<2 {
            let payload = try JSONValue.parse(
                #"{"order": "SO-\#(index)", "customer": "C1", "channel": "import", "lines": [{"product": "P1", "quantity": "3", "price": "20.00"}]}"#
            )
            engine.submit(
                Submission(name: "sales.place-order", payload: payload, peer: .actor("anna"))
            ) { replies.put($0, at: index) }
        }
        _ = await replies.all(2)
        var statuses: [String] = []
        for index in 0..<2 {
            statuses.append(try await firm.field("status", of: "sales.order", "SO-\(index)"))
        }
        #expect(statuses.sorted() == ["pending", "released"])
    }

    @Test("a refusal that rests on what a failed commit held is not given as one")
    func refusalInFailedBatch() async throws {
        let log = GatedLog()
        let firm = try await Firm(log: log)
        try await firm.found(stock: [:])
        let engine = firm.engine
        let replies = Replies()
        func submit(_ index: Int, _ name: String, _ json: String) throws {
            engine.submit(
                Submission(
                    name: name, payload: try JSONValue.parse(json), peer: .actor("owner"))
            ) { replies.put($0, at: index) }
        }
        let gone = #"{"product": "none", "reason": "old"}"#
        log.hold()
        try submit(
            0, "inventory.register-product",
            #"{"product": "K0", "name": "First", "taxCode": "standard"}"#)
        await log.waitUntilHeld()
        // One batch: a refusal with nothing in front, a command, and one that it stands in the way of.
        try submit(1, "inventory.discontinue-product", gone)
        try submit(2, "inventory.register-product", Self.register)
        try submit(3, "inventory.register-product", Self.register)
        try submit(4, "inventory.discontinue-product", gone)
        log.letGo(failingNext: .diskLow(freeBytes: 1, freeBytesMin: 2))
        let codes = await replies.all(5).map { reply in
            if case .rejected(let rejection) = reply { rejection.code.name } else { "" }
        }
        #expect(codes == ["", "unknown-object", "disk-low", "disk-low", "disk-low"])
        try await firm.run("inventory.register-product", Self.register)
    }

    // MARK: Authority

    @Test(
        "a person without the role is refused",
        arguments: [
            (
                "dora", "sales.place-order",
                #"{"customer": "C1", "lines": [{"product": "P1", "quantity": "1", "price": "1.00"}]}"#
            ),
            ("anna", "finance.receive-payment", #"{"customer": "C1", "amount": "1.00"}"#),
            ("emil", "purchasing.approve-order", #"{"order": "PO-1"}"#),
            ("gina", "clock.advance", #"{"to": "2026-12-01T00:00:00Z"}"#),
            ("nobody", "inventory.reserve", #"{"order": "SO-1"}"#),
        ])
    func withoutRole(_ row: (person: String, command: String, payload: String)) async throws {
        let firm = try await Firm.trading(stock: [:])
        let code = try await firm.refusal(row.command, row.payload, as: row.person)
        #expect(["not-allowed", "unknown-actor"].contains(code))
    }
}

/// Replies that come on the writer's thread.
final class Replies: Sendable {
    private let (stream, continuation) = AsyncStream.makeStream(of: (Int, CommandReply).self)

    func put(_ reply: CommandReply, at index: Int) { continuation.yield((index, reply)) }

    /// All of them, in the order of the commands.
    func all(_ count: Int) async -> [CommandReply] {
        var found: [Int: CommandReply] = [:]
        for await (index, reply) in stream {
            found[index] = reply
            if found.count == count { break }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}
