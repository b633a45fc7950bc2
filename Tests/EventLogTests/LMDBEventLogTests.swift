import Foundation
import LMDB
import Synchronization
import Testing

@testable import EventLog

@Suite("The log on LMDB")
struct LMDBEventLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ options: LMDBEventLogOptions = .unwatched) throws -> LMDBEventLog {
        try LMDBEventLog(path: folder.path, options: options)
    }

    @Test("is after reopening what it was before")
    func reopens() throws {
        var end = LogEnd.empty
        var events: [StoredEvent] = []
        for round in 0..<5 {
            let log = try open()
            #expect(log.end == end)
            #expect(try log.read(from: .first).events == events)
            events += try log.append(
                DraftEvent.samples(round + 1, from: events.count + 1), expecting: end.next)
            end = log.end
            if round == 3 {
                try log.reopen()
                #expect(log.end == end)
                #expect(log.isOpen)
            }
        }
    }

    @Test("names the event whose bytes have changed, and reads the others")
    func bitRot() throws {
        do {
            let log = try open()
            _ = try log.append(DraftEvent.samples(5), expecting: .first)
        }
        try change(Position(3)) { $0[$0.count - 40] ^= 0x10 }
        let log = try open()
        #expect(try log.event(at: Position(2))?.position == Position(2))
        #expect(try log.event(at: Position(4))?.position == Position(4))
        #expect(throws: LogFailure.damaged(Position(3))) { try log.event(at: Position(3)) }
        #expect(throws: LogFailure.damaged(Position(3))) { try log.read(from: .first) }
        var seen: [UInt64] = []
        let next = try log.scan(from: .first, budget: .standard, verifying: false) {
            (view) throws(LogFailure) in
            if !view.isIntact { seen.append(view.position.rawValue) }
            return true
        }
        #expect(seen == [3])
        #expect(next == Position(6))
    }

    @Test("names the position whose event is gone")
    func missing() throws {
        do {
            let log = try open()
            _ = try log.append(DraftEvent.samples(5), expecting: .first)
        }
        try change(Position(2)) { $0 = [] }
        let log = try open()
        #expect(throws: LogFailure.missing(Position(2))) { try log.read(from: .first) }
    }

    @Test("is refused when its end row does not fit its events")
    func endDiffers() throws {
        do {
            let log = try open()
            _ = try log.append(DraftEvent.samples(2), expecting: .first)
        }
        try change(Position(2)) { $0 = [] }
        #expect(
            throws: LogFailure.endInvalid(reason: "it names 2, the last event is 1")
        ) { _ = try open() }
    }

    @Test("of a newer layout is refused")
    func newerLayout() throws {
        do { _ = try open().append(DraftEvent.samples(1), expecting: .first) }
        do {
            let environment = try Environment(path: folder.path, tables: [""])
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put([9, 0, 0, 0], for: EndRow.key, in: environment.table(""))
            }
        }
        #expect(throws: LogFailure.newerFormat(found: 9, known: 1)) { _ = try open() }
    }

    /// Changes the stored value of one event behind the log's back; an empty one removes it.
    private func change(_ position: Position, _ body: (inout [UInt8]) -> Void) throws {
        let environment = try Environment(path: folder.path, tables: ["events"])
        let table = try environment.table("events")
        try environment.write { (transaction) throws(StoreFailure) in
            var value: [UInt8] = []
            if let found = try transaction.value(for: position.bytes, in: table) {
                value = Array(found)
            }
            body(&value)
            if value.isEmpty {
                try transaction.delete(position.bytes, in: table)
            } else {
                try transaction.put(value, for: position.bytes, in: table)
            }
        }
    }

    @Test("refuses when the disk is low, and takes events again when it is not")
    func diskLow() throws {
        let shared = FreeBytes(free: 1_000)
        var options = LMDBEventLogOptions()
        options.freeBytesMin = 5_000
        options.freeBytes = { _ in shared.value }
        let log = try open(options)
        #expect(throws: AppendFailure.diskLow(freeBytes: 1_000, freeBytesMin: 5_000)) {
            try log.append(DraftEvent.samples(1), expecting: .first)
        }
        #expect(try log.read(from: .first).events.isEmpty)
        shared.value = 5_000
        #expect(try log.append(DraftEvent.samples(1), expecting: .first).count == 1)
    }

    @Test("refuses a batch that the map has no room for, and goes on with a smaller one")
    func mapFull() throws {
        var options = LMDBEventLogOptions.unwatched
        options.environment.mapBytes = 256 << 10
        options.environment.mapBytesExact = true
        let log = try open(options)
        _ = try log.append(DraftEvent.samples(1), expecting: .first)
        let end = log.end
        do throws(AppendFailure) {
            _ = try log.append([.sample(2, payloadBytes: 300_000)], expecting: Position(2))
            Issue.record("it was appended")
        } catch {
            guard case .diskFull(.mapFull) = error else {
                Issue.record("found \(error)")
                return
            }
        }
        #expect(log.end == end)
        #expect(log.isOpen)
        #expect(try log.append(DraftEvent.samples(1, from: 2), expecting: Position(2)).count == 1)
    }

    /// A failure at a step of the commit, the answer, and what the disk holds afterwards.
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let step: LMDBEventLogOptions.CommitStep
        let failure: StoreFailure
        let answer: AppendFailure
        let staysOpen: Bool
        let isThere: Bool
    }

    private static let space = StoreFailure.noSpace(operation: "commit")
    private static let device = StoreFailure.inputOutput(operation: "commit")
    private static let strange = StoreFailure.other(code: 4, operation: "commit")

    // swift-format-ignore
    static let faults: [Fault] = [
        Fault(testDescription: "no space for data pages", step: .writing, failure: space, answer: .diskFull(space), staysOpen: true, isThere: false),
        Fault(testDescription: "no space at the commit", step: .flushing, failure: space, answer: .diskFull(space), staysOpen: true, isThere: false),
        Fault(testDescription: "the flush fails", step: .flushing, failure: strange, answer: .outcomeUnknown(strange), staysOpen: false, isThere: false),
        Fault(testDescription: "the meta page fails and is there", step: .flushed, failure: strange, answer: .outcomeUnknown(strange), staysOpen: false, isThere: true),
        Fault(testDescription: "no space for the meta page, which is there", step: .flushed, failure: space, answer: .outcomeUnknown(space), staysOpen: false, isThere: true),
        Fault(testDescription: "the device fails at the flush", step: .flushing, failure: device, answer: .diskFailed(device), staysOpen: false, isThere: false),
        Fault(testDescription: "the device fails before", step: .writing, failure: device, answer: .diskFailed(device), staysOpen: false, isThere: false),
    ]

    @Test("answers a failed commit by what is known, and reopening tells", arguments: faults)
    func failedCommit(_ fault: Fault) throws {
        let isArmed = FreeBytes(free: 0)
        var options = LMDBEventLogOptions.unwatched
        options.fault = { step in
            guard isArmed.value == 1, step == fault.step else { return nil }
            isArmed.value = 0
            return fault.failure
        }
        let log = try open(options)
        _ = try log.append(DraftEvent.samples(2), expecting: .first)
        isArmed.value = 1
        #expect(throws: fault.answer) {
            try log.append(DraftEvent.samples(2, from: 3), expecting: Position(3))
        }
        #expect(log.isOpen == fault.staysOpen)
        if !fault.staysOpen {
            #expect(throws: AppendFailure.closed) {
                try log.append(DraftEvent.samples(1, from: 3), expecting: Position(3))
            }
            #expect(throws: LogFailure.closed) { try log.read(from: .first) }
            try log.reopen()
        }
        let next = fault.isThere ? Position(5) : Position(3)
        #expect(log.end.next == next)
        #expect(try log.read(from: .first).next == next)
        let more = try log.append(
            DraftEvent.samples(1, from: Int(next.rawValue)), expecting: next)
        #expect(more.count == 1)
        #expect(log.tail.last == next)
    }

    @Test("reopening waits for a reader that still holds the old file")
    func reopenWaits() throws {
        let log = try open()
        _ = try log.append(DraftEvent.samples(3), expecting: .first)
        let started = DispatchSemaphore(value: 0)
        let counted = FreeBytes(free: 0)
        let reader = Thread {
            _ = try? log.scan(from: .first) { (_) throws(LogFailure) in
                started.signal()
                Thread.sleep(forTimeInterval: 0.03)
                counted.value += 1
                return true
            }
        }
        reader.start()
        started.wait()
        try log.reopen()
        #expect(counted.value == 3)
        #expect(try log.read(from: .first).events.count == 3)
    }

    @Test("a copy opened read-only is the log as it was")
    func readOnly() throws {
        let log = try open()
        _ = try log.append(DraftEvent.samples(2), expecting: .first)
        let target = try TemporaryFolder()
        try log.copy(toFolder: target.path)
        let copy = try LMDBEventLog.readOnly(path: target.path)
        #expect(copy.end == log.end)
        try copy.refresh()
        #expect(copy.end == log.end)
        #expect(try copy.read(from: .first).events == log.read(from: .first).events)
    }

    @Test("closed for good, it says so and ends every wait")
    func closes() throws {
        let log = try open()
        log.close()
        #expect(throws: AppendFailure.closed) {
            try log.append(DraftEvent.samples(1), expecting: .first)
        }
        #expect(log.tail.wait(after: .origin, timeoutMilliseconds: 60_000) == .origin)
    }
}

/// A number that tests change while others read it.
final class FreeBytes: Sendable {
    private let state: Mutex<UInt64>

    init(free: UInt64) { state = Mutex(free) }

    var value: UInt64 {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
