import Business
import Engine
import EventLog
import Records
import Testing

@Suite("States of long streams are kept beside the log, and are what the log says")
struct SnapshotTests {
    private static let owner = Actor(id: "owner", roles: ["owner"])

    /// A company that has traded, with the states of all streams kept as soon as they may be.
    private func traded() async throws -> Firm {
        let firm = try await Firm(snapshotEvents: 2)
        try await firm.found(stock: ["P1": 100, "P2": 100])
        for number in 1...3 {
            try await firm.order("SO-\(number)", [("P1", number), ("P2", 1)])
            try await firm.pay(order: "SO-\(number)", "\(number * 20 + 20).00")
        }
        try await firm.run(
            "inventory.change-product", #"{"product": "P1", "name": "Better part"}"#)
        return firm
    }

    private func streams(_ firm: Firm) throws -> Set<StreamName> {
        Set(try firm.events().map(\.stream))
    }

    private func states(_ firm: Firm) async throws -> [String: String] {
        var found: [String: String] = [:]
        for stream in try streams(firm) {
            let state = await firm.engine.object(
                type: stream.type, id: stream.id, for: Self.owner)
            found[stream.description] = state.map { "\($0)" } ?? "none"
        }
        return found
    }

    @Test("with and without snapshots each state is the same, and so is what is decided next")
    func equal() async throws {
        let firm = try await traded()
        try firm.restart()
        let kept = try streams(firm).filter {
            try firm.engine.index.snapshot(of: $0.description) != nil
        }
        #expect(kept.count > 10, "only \(kept.count) were kept")
        let copy = MemoryEventLog()
        try RestartTests.copy(firm.log, through: firm.end, to: copy)
        let bare = try await Firm(log: copy, deploys: false)
        for stream in try streams(bare) {
            #expect(try bare.engine.index.snapshot(of: stream.description) == nil)
        }
        #expect(try await states(firm) == states(bare))
        for each in [firm, bare] {
            try await each.order("SO-9", [("P1", 2)])
            try await each.pay(order: "SO-9", "40.00")
        }
        #expect(try firm.names() == bare.names())
        #expect(try await states(firm) == states(bare))
    }

    @Test("a kept state is read, and one that does not fit is folded from the log instead")
    func used() async throws {
        let firm = try await traded()
        let stream = "inventory.product/P1"
        let kept = try #require(try firm.engine.index.snapshot(of: stream))
        let real = try await firm.field("name", of: "inventory.product", "P1")
        func name(after snapshot: StreamSnapshot) async throws -> String {
            firm.engine.index.keep(snapshot, of: stream)
            // An event of another stream, so that the index has something to write.
            try await firm.run(
                "inventory.change-product",
                #"{"product": "P3", "name": "Part at \#(firm.end)"}"#)
            try firm.restart()
            return try await firm.field("name", of: "inventory.product", "P1")
        }
        // The same length, one letter changed: only who reads the snapshot sees it.
        let place = try #require(kept.bytes.firstRange(of: Array("Better".utf8))).lowerBound
        var other = kept.bytes
        other[place] = UInt8(ascii: "b")
        func snapshot(
            _ bytes: [UInt8], form: Digest256? = nil, version: Int? = nil
        ) -> StreamSnapshot {
            StreamSnapshot(
                head: StreamHead(
                    version: version ?? kept.head.version, position: kept.head.position),
                form: form ?? kept.form, bytes: bytes)
        }
        #expect(try await name(after: snapshot(other)) == "better part")
        #expect(try await name(after: snapshot([0xFF, 0xFF])) == real, "bytes that are none")
        #expect(
            try await name(after: snapshot(other, form: .sha256(of: [1]))) == real,
            "another version of the fold")
        #expect(
            try await name(after: snapshot(other, version: 1)) == real,
            "another event than the log has there")
        firm.engine.index.keep(snapshot(other), of: stream)
        try firm.restart(losingIndex: true)
        #expect(
            try await firm.field("name", of: "inventory.product", "P1") == real,
            "thrown away with the index")
    }

    @Test("what is kept of a state is all of it")
    func whole() async throws {
        let firm = try await traded()
        let registry = firm.engine.registry
        var folded: [StreamName: any StreamState] = [:]
        for event in try firm.events() {
            guard let initial = registry.initialStates[event.stream.type]?() else { continue }
            var state = folded[event.stream] ?? initial
            event.event.apply(to: &state, at: event.version)
            folded[event.stream] = state
        }
        var kinds: Set<String> = []
        for (stream, state) in folded where type(of: state).isWhole {
            kinds.insert(stream.type)
            #expect(try Self.again(state) == Self.text(state), "\(stream)")
        }
        #expect(kinds.count > 15)
        for (type, make) in registry.initialStates where Swift.type(of: make()).isWhole {
            let state = make()
            let stored = Mirror(reflecting: state).children.count
            #expect(
                stored <= Self.fieldCount(state),
                "\(type) has more than its fields and must say that it is not whole")
        }
    }

    private static func fieldCount<State: StreamState>(_ state: State) -> Int {
        State.schema.description.fields.count
    }

    private static func again<State: StreamState>(_ state: State) throws -> [String] {
        text(try State.decoded(from: state.encoded()))
    }

    /// Everything in a value, in an order that does not depend on how it came about.
    private static func text(_ state: Any) -> [String] {
        var text = ""
        dump(state, to: &text)
        return text.split(separator: "\n").map(String.init).sorted()
    }
}
