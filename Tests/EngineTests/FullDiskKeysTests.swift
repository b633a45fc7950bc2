import Business
import Engine
import EventLog
import Records
import Synchronization
import Testing

@Suite("A disk without room for a new personal key refuses who needs one, and the engine goes on")
struct FullDiskKeysTests {
    /// How much room a test's disk has, and how often it was asked.
    private final class Room: Sendable {
        private let state = Mutex((isThere: true, asked: 0))

        var asked: Int { state.withLock { $0.asked } }

        func set(_ isThere: Bool) { state.withLock { $0.isThere = isThere } }

        func ask() -> Bool {
            state.withLock {
                $0.asked += 1
                return $0.isThere
            }
        }
    }

    private static func lead(_ id: String) -> String {
        #"{"lead": "\#(id)", "company": "Lead Ltd", "name": "Ada", "email": "ada@x.org"}"#
    }

    private static let product = #"{"product": "K1", "name": "First", "taxCode": "standard"}"#

    @Test("a full disk when keys are written: disk-full, then others go on, then it is done")
    func full() async throws {
        let room = Room()
        let firm = try await Firm(roomForKeys: { room.ask() })
        try await firm.found(stock: [:])
        room.set(false)
        let end = firm.end
        #expect(try await firm.refusal("marketing.capture-lead", Self.lead("L1")) == "disk-full")
        #expect(firm.end == end, "nothing was written")
        room.set(true)
        try await firm.run("inventory.register-product", Self.product)
        try await firm.run("marketing.capture-lead", Self.lead("L1"))
        try firm.restart(losingIndex: true)
        let owner = try firm.engine.actor(for: .actor("owner"), onBehalfOf: nil)
        let lead = await firm.engine.object(type: "marketing.lead", id: "L1", for: owner)
        #expect(lead?["name"]?.stringValue == "Ada")
    }

    @Test("what the log keeps free is not taken by keys")
    func low() async throws {
        let room = Room()
        let log = GatedLog()
        let firm = try await Firm(log: log, roomForKeys: { room.ask() })
        try await firm.found(stock: [:])
        let asked = room.asked
        log.setFreeDisk(.diskLow(freeBytes: 1, freeBytesMin: 2))
        #expect(try await firm.refusal("marketing.capture-lead", Self.lead("L1")) == "disk-low")
        #expect(room.asked == asked, "no key was written")
        log.setFreeDisk(nil)
        try await firm.run("marketing.capture-lead", Self.lead("L1"))
        #expect(room.asked > asked)
    }
}
