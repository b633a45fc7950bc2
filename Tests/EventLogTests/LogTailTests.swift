import EventLog
import Foundation
import Testing

@Suite("Waiting for the log's tail")
struct LogTailTests {
    @Test("a wait ends with the append that it waited for")
    func wakes() throws {
        let log = MemoryEventLog()
        let writer = Thread {
            Thread.sleep(forTimeInterval: 0.05)
            _ = try? log.append(DraftEvent.samples(1), expecting: .first)
        }
        writer.start()
        #expect(log.tail.wait(after: .origin, timeoutMilliseconds: 10_000) == .first)
    }

    @Test("a wait for what is there already does not wait")
    func isThere() throws {
        let log = MemoryEventLog()
        _ = try log.append(DraftEvent.samples(3), expecting: .first)
        #expect(log.tail.wait(after: .first, timeoutMilliseconds: 10_000) == Position(3))
    }

    @Test("a wait ends after its time")
    func timesOut() {
        let log = MemoryEventLog()
        #expect(log.tail.wait(after: .origin, timeoutMilliseconds: 5) == .origin)
    }
}
