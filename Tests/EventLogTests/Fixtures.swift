import EventLog
import Foundation
import LMDB
import Testing

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "daybook-log-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A folder inside, created when there is none.
    func folder(_ name: String) throws -> String {
        let folder = path + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// One implementation of the contract, and how to make it.
struct LogUnderTest: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let make: @Sendable (TemporaryFolder) throws -> any EventLog

    static let all = [
        LogUnderTest(testDescription: "in memory") { _ in MemoryEventLog() },
        LogUnderTest(testDescription: "on LMDB") { folder in
            try LMDBEventLog(path: folder.folder("log"), options: .unwatched)
        },
    ]
}

extension LMDBEventLogOptions {
    /// Without a look at the disk's free space, of which a test machine may have little.
    static var unwatched: LMDBEventLogOptions {
        var options = LMDBEventLogOptions()
        options.freeBytesMin = 0
        return options
    }
}

/// Repeatable randomness (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The seed of this run: `DAYBOOK_SEED`, or a fresh one; it is printed so that it can be repeated.
    static func seed(for test: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["DAYBOOK_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 1...999_999_999)
        print("\(test): DAYBOOK_SEED=\(seed)")
        return seed
    }
}

extension DraftEvent {
    /// A small event, number `number` of its test.
    static func sample(
        _ number: Int, stream: String = "sales.order/SO-1", version: Int? = nil, key: String? = nil,
        payloadBytes: Int = 40
    ) -> DraftEvent {
        DraftEvent(
            envelope: Envelope(
                stream: stream, version: version ?? number, type: "sales.order-placed",
                company: "ACME", recordedAtMicroseconds: 1_700_000_000_000_000 + Int64(number),
                effectiveDay: 20_000, actor: "alice", key: key,
                objects: [ObjectReference("sales.customer/ALFKI", qualifier: "customer")]),
            payload: (0..<payloadBytes).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) })
    }

    /// Small events, numbered from `first`.
    static func samples(_ count: Int, from first: Int = 1) -> [DraftEvent] {
        (first..<(first + count)).map { .sample($0) }
    }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}

func unhex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] * 16 + digits[$0 + 1])
    }
}
