import LMDB
import Testing

@testable import EventLog

@Suite("The stored record")
struct RecordTests {
    static let full = Envelope(
        stream: "sales.order/SO-2026-000042", version: 300, type: "sales.order-placed",
        schemaVersion: 2, company: "ACME", recordedAtMicroseconds: 1_795_432_145_678_901,
        effectiveDay: 20_780, actor: "gateway", onBehalfOf: "erika", key: "po-7781",
        keyHash: Digest256((0..<32).map { UInt8($0) }), correlation: "order/SO-2026-000042",
        causation: Position(4_711),
        objects: [
            ObjectReference("sales.customer/ALFKI", qualifier: "customer"),
            ObjectReference("inventory.product/P-11"),
        ],
        definitionHash: Digest256((32..<64).map { UInt8($0) }))

    static let small = Envelope(
        stream: "s", version: 1, type: "t", company: "", recordedAtMicroseconds: -1,
        effectiveDay: -1, actor: "ä")

    /// Layout 1 as it was released: these bytes never change; the hashes were worked out apart.
    static let goldenFull = """
        013f35f2429fef6006002c510000ac02021273616c65732e6f726465722d706c616365641a73616c65732e6f\
        726465722f534f2d323032362d3030303034320441434d450767617465776179056572696b6107706f2d3737\
        3831000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f146f726465722f534f2d\
        323032362d303030303432e724202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e\
        3f021473616c65732e637573746f6d65722f414c464b4908637573746f6d657216696e76656e746f72792e70\
        726f647563742f502d313100030a0b0c
        """
    static let goldenSmall = "0100ffffffffffffffffffffffff0101017401730002c3a40000"

    // swift-format-ignore
    static let golden: [(Envelope, [UInt8], String, String)] = [
        (full, [10, 11, 12], goldenFull, "fc86755e8cff374ab90e3da36190c54efd72606448aae5e6a0d16ec6618dc0bd"),
        (small, [], goldenSmall, "a713afec80d5a6fb552a3a37af9a876a1a728810fa7af9e5bff34b054056ebe0"),
    ]

    @Test(
        "has the released bytes and leaf hash, and they decode to the same event", arguments: 0...1)
    func goldenBytes(_ row: Int) throws {
        let (envelope, payload, record, leaf) = RecordTests.golden[row]
        var encoder = RecordEncoder()
        let hash = try encoder.encode(envelope, payload: payload)
        let encoded = Array(encoder.stored)
        #expect(hex(encoded.dropLast(32)) == record)
        #expect(hash.description == leaf)
        #expect(Array(encoded.suffix(32)) == hash.bytes)
        let stored = unhex(record) + hash.bytes
        let view = try EventView(position: Position(7), stored: stored.span.bytes)
        let event = try view.event()
        #expect(event.position == Position(7))
        #expect(event.envelope == envelope)
        #expect(event.payload == payload)
        #expect(event.leafHash == hash)
        #expect(event.recordBytes == stored.count)
        let isIntact = view.isIntact
        #expect(isIntact)
    }

    @Test("cut off anywhere, or with a byte too many, is refused and never read beyond its end")
    func truncated() throws {
        let record = unhex(RecordTests.goldenFull)
        let hash = [UInt8](repeating: 0, count: 32)
        for count in 0..<record.count {
            let stored = Array(record[..<count]) + hash
            #expect(throws: RecordFailure.self) {
                _ = try EventView(position: .first, stored: stored.span.bytes).event()
            }
        }
        let longer = record + [0] + hash
        #expect(throws: RecordFailure.malformed(field: "end")) {
            _ = try EventView(position: .first, stored: longer.span.bytes).event()
        }
        let none = [UInt8](repeating: 1, count: 32)
        #expect(throws: RecordFailure.malformed(field: "leaf hash")) {
            _ = try EventView(position: .first, stored: none.span.bytes).event()
        }
    }

    @Test("with any one byte changed decodes to something or is refused, but does no harm")
    func mutated() {
        let record = unhex(RecordTests.goldenFull) + [UInt8](repeating: 0, count: 32)
        for index in record.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var stored = record
                stored[index] = value
                _ = try? EventView(position: .first, stored: stored.span.bytes).event()
            }
        }
    }

    @Test("of a layout to come is refused by its number")
    func newerLayout() {
        let stored =
            [2] + unhex(RecordTests.goldenFull).dropFirst() + [UInt8](repeating: 0, count: 32)
        #expect(throws: RecordFailure.unknownFormat(2)) {
            _ = try EventView(position: .first, stored: stored.span.bytes).event()
        }
    }

    /// One field out of its range, and the refusal.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout Envelope) -> Void
        let failure: RecordFailure
    }

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    // swift-format-ignore
    static let refusals: [Refusal] = [
        Refusal(testDescription: "version 0", change: { $0.version = 0 }, failure: .numberInvalid(field: "version", found: 0)),
        Refusal(testDescription: "schema version -1", change: { $0.schemaVersion = -1 }, failure: .numberInvalid(field: "schema version", found: -1)),
        Refusal(testDescription: "no stream", change: { $0.stream = "" }, failure: .fieldInvalid(field: "stream", reason: "is empty")),
        Refusal(testDescription: "a zero byte", change: { $0.actor = "a\0b" }, failure: .fieldInvalid(field: "actor", reason: "holds a zero byte")),
        Refusal(testDescription: "long stream", change: { $0.stream = long(201) }, failure: .fieldTooLong(field: "stream", bytes: 201, maximum: 200)),
        Refusal(testDescription: "long type", change: { $0.type = long(101) }, failure: .fieldTooLong(field: "type", bytes: 101, maximum: 100)),
        Refusal(testDescription: "long company", change: { $0.company = long(65) }, failure: .fieldTooLong(field: "company", bytes: 65, maximum: 64)),
        Refusal(testDescription: "long key", change: { $0.key = long(129) }, failure: .fieldTooLong(field: "key", bytes: 129, maximum: 128)),
        Refusal(testDescription: "long object", change: { $0.objects = [ObjectReference(long(201))] }, failure: .fieldTooLong(field: "object", bytes: 201, maximum: 200)),
        Refusal(testDescription: "long qualifier", change: { $0.objects = [ObjectReference("o", qualifier: long(65))] }, failure: .fieldTooLong(field: "qualifier", bytes: 65, maximum: 64)),
        Refusal(testDescription: "too many objects", change: { $0.objects = Array(repeating: ObjectReference("o"), count: 4_097) }, failure: .fieldTooLong(field: "objects", bytes: 4_097, maximum: 4_096)),
    ]

    @Test("is not made of a field out of its range", arguments: refusals)
    func refuses(_ row: Refusal) {
        var envelope = RecordTests.full
        row.change(&envelope)
        var encoder = RecordEncoder()
        #expect(throws: row.failure) { _ = try encoder.encode(envelope, payload: []) }
    }
}
