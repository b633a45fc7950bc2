import EventLog
import LMDB
import Synchronization
import Testing

@Suite("The contract of a log")
struct EventLogContractTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("an empty log ends before position 1", arguments: LogUnderTest.all)
    func empty(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        #expect(log.end == .empty)
        #expect(log.end.next == .first)
        #expect(
            log.end.root.description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(try log.read(from: .first).events.isEmpty)
        #expect(try log.event(at: .first) == nil)
        #expect(try log.leafHash(at: .first) == nil)
    }

    @Test("events come back as they were given, at positions 1, 2, 3", arguments: LogUnderTest.all)
    func appendsAndReads(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let drafts = DraftEvent.samples(5)
        let first = try log.append(Array(drafts[..<2]), expecting: .first)
        let second = try log.append(Array(drafts[2...]), expecting: Position(3))
        #expect((first + second).map(\.position.rawValue) == [1, 2, 3, 4, 5])
        let page = try log.read(from: .origin)
        #expect(page.events == first + second)
        #expect(page.events.map(\.envelope) == drafts.map(\.envelope))
        #expect(page.events.map(\.payload) == drafts.map(\.payload))
        #expect(page.events.map(\.recordBytes) == (first + second).map(\.recordBytes))
        #expect(page.next == Position(6))
        #expect(log.end.next == Position(6))
        #expect(log.end.lastRecordedAtMicroseconds == drafts[4].envelope.recordedAtMicroseconds)
        #expect(try log.event(at: Position(4)) == second[1])
        #expect(try log.leafHash(at: Position(4)) == second[1].leafHash)
        #expect(try log.event(at: Position(6)) == nil)
        #expect(try log.event(at: .origin) == nil)
    }

    @Test("an append at another end is refused and changes nothing", arguments: LogUnderTest.all)
    func wrongEnd(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        _ = try log.append(DraftEvent.samples(2), expecting: .first)
        let end = log.end
        for wrong in [Position.origin, .first, Position(2), Position(4)] {
            #expect(throws: AppendFailure.wrongEnd(expected: wrong, actual: Position(3))) {
                try log.append([.sample(3)], expecting: wrong)
            }
        }
        #expect(log.end == end)
    }

    @Test("an empty append changes nothing", arguments: LogUnderTest.all)
    func appendsNothing(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        #expect(try log.append([], expecting: .first).isEmpty)
        #expect(log.end == .empty)
    }

    @Test("recorded time may stand still and never runs backward", arguments: LogUnderTest.all)
    func time(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        var earlier = DraftEvent.sample(2)
        let at = DraftEvent.sample(9).envelope.recordedAtMicroseconds
        earlier.envelope.recordedAtMicroseconds = at - 1
        _ = try log.append([.sample(9), .sample(9)], expecting: .first)
        #expect(
            throws: AppendFailure.timeRunsBackward(
                index: 1, recordedAtMicroseconds: at - 1, lastMicroseconds: at)
        ) {
            try log.append([.sample(9), earlier], expecting: Position(3))
        }
        #expect(log.end.next == Position(3))
        #expect(try log.read(from: .first).events.count == 2)
    }

    @Test("one bad event refuses the whole batch", arguments: LogUnderTest.all)
    func oversize(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let large = DraftEvent.sample(2, payloadBytes: EventLimits.recordBytesMax)
        do throws(AppendFailure) {
            _ = try log.append([.sample(1), large], expecting: .first)
            Issue.record("it was appended")
        } catch {
            guard case .invalid(index: 1, .recordTooLarge(let bytes, let maximum)) = error else {
                Issue.record("found \(error)")
                return
            }
            #expect(bytes > maximum && maximum == EventLimits.recordBytesMax)
        }
        #expect(log.end == .empty)
        #expect(try log.read(from: .first).events.isEmpty)
    }

    @Test("an event of exactly the limit is stored", arguments: LogUnderTest.all)
    func largest(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let frame = try log.append([.sample(1, payloadBytes: 0)], expecting: .first)[0].recordBytes
        // The payload's length takes 3 bytes instead of 1.
        let payloadBytes = EventLimits.recordBytesMax - frame - 2
        let stored = try log.append(
            [.sample(2, payloadBytes: payloadBytes)], expecting: Position(2))[0]
        #expect(stored.recordBytes == EventLimits.recordBytesMax)
        #expect(try log.event(at: Position(2)) == stored)
    }

    @Test(
        "a read stops at its budget of events or bytes and is resumed", arguments: LogUnderTest.all)
    func budget(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let events = try log.append(DraftEvent.samples(25), expecting: .first)
        let size = events[0].recordBytes
        for budget in [
            ReadBudget(events: 10), ReadBudget(events: 1_000, bytes: 10 * size),
            ReadBudget(events: 1_000, bytes: 11 * size - 1),
        ] {
            var counts: [Int] = []
            var found: [StoredEvent] = []
            var next = Position.first
            while true {
                let page = try log.read(from: next, budget: budget)
                if page.events.isEmpty { break }
                counts.append(page.events.count)
                found += page.events
                next = page.next
            }
            #expect(counts == [10, 10, 5])
            #expect(found == events)
        }
        // One event is always given, or a small budget would never come to an end.
        #expect(
            try log.read(from: .first, budget: ReadBudget(events: 0, bytes: 0)).events.count == 1)
    }

    @Test("a scan ends when its body says so", arguments: LogUnderTest.all)
    func scanStops(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        _ = try log.append(DraftEvent.samples(9), expecting: .first)
        var seen: [UInt64] = []
        let next = try log.scan(from: Position(3)) { (view) throws(LogFailure) in
            seen.append(view.position.rawValue)
            return seen.count < 2
        }
        #expect(seen == [3, 4])
        #expect(next == Position(5))
    }

    @Test("a view in place knows its fields without decoding the rest", arguments: LogUnderTest.all)
    func views(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let stored = try log.append([.sample(1)], expecting: .first)[0]
        var checked = false
        try log.scan(from: .first) { (view) throws(LogFailure) in
            checked =
                view.type == "sales.order-placed" && view.isType("sales.order-placed")
                && !view.isType("sales.order-place") && view.stream == "sales.order/SO-1"
                && view.isStream("sales.order/SO-1") && view.version == 1
                && view.leafHash == stored.leafHash && view.recordBytes == stored.recordBytes
                && view.isIntact
                && Array(view.payload) == stored.payload
            return true
        }
        #expect(checked)
    }

    @Test(
        "events at positions that lie apart come in the order asked for",
        arguments: LogUnderTest.all)
    func visits(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let events = try log.append(DraftEvent.samples(9), expecting: .first)
        let positions = [Position(8), Position(2), Position(2), Position(9)]
        #expect(try log.events(at: positions) == [events[7], events[1], events[1], events[8]])
        #expect(try log.events(at: []).isEmpty)
        for missing in [Position.origin, Position(10)] {
            #expect(throws: LogFailure.missing(missing)) {
                try log.events(at: [.first, missing])
            }
        }
    }

    @Test("the tree's root is the same however events were batched", arguments: LogUnderTest.all)
    func root(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let drafts = DraftEvent.samples(13)
        for (start, end) in [(0, 1), (1, 5), (5, 13)] {
            _ = try log.append(Array(drafts[start..<end]), expecting: Position(UInt64(start) + 1))
        }
        let twin = MemoryEventLog()
        _ = try twin.append(drafts, expecting: .first)
        #expect(log.end == twin.end)
        #expect(log.end.root == twin.end.root)
    }

    @Test("who observes the tail is told of each append once", arguments: LogUnderTest.all)
    func observes(_ subject: LogUnderTest) throws {
        let log = try subject.make(folder)
        let seen = Mutex<[UInt64]>([])
        let observation = log.tail.observe { last in seen.withLock { $0.append(last.rawValue) } }
        _ = try log.append(DraftEvent.samples(2), expecting: .first)
        _ = try log.append([], expecting: Position(3))
        _ = try log.append(DraftEvent.samples(1, from: 3), expecting: Position(3))
        log.tail.stop(observation)
        _ = try log.append(DraftEvent.samples(1, from: 4), expecting: Position(4))
        #expect(seen.withLock { $0 } == [2, 3])
        #expect(log.tail.last == Position(4))
    }
}
