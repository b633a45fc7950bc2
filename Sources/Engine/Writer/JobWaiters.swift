internal import Business
internal import DequeModule
internal import Records

/// A worker's request that waits for jobs of a type.
struct JobWaiter {
    let type: String
    let worker: String
    let submission: Submission
    let presence: ClientPresence?
    /// When it is answered with an empty list; a worker waits in real time on any clock.
    let deadline: ContinuousClock.Instant
    let reply: @Sendable (CommandReply) -> Void
}

/// Workers that found no job and wait for one, in a line for each type of job.
///
/// In a line the workers take turns: each is served its oldest request, then goes behind the others.
/// Lives on the writer's thread; nobody sleeps in it.
struct JobWaiters {
    /// Requests that may wait at once.
    let waitingMax: Int
    /// Milliseconds that a request may wait.
    static let waitMillisecondsMax: Int64 = 60_000

    private struct Line {
        /// Workers with requests, the next one first.
        var turns: Deque<String> = []
        var requests: [String: Deque<JobWaiter>] = [:]
        /// When a job of the type may be free, by the engine's clock; nil when none is known.
        var freeAt: Instant?
    }

    private var lines: [String: Line] = [:]
    private(set) var count = 0
    /// No line may be served before this time of the engine's clock; nil when none may.
    private(set) var nextFree: Instant?
    /// Nobody's time is over before this one; nil when nobody waits.
    private(set) var nextDeadline: ContinuousClock.Instant?

    var isEmpty: Bool { count == 0 }
    var isFull: Bool { count >= waitingMax }

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    /// Whether somebody waits for jobs of a type.
    func areWaiting(for type: String) -> Bool { lines[type] != nil }

    /// Puts a request behind those of its worker, a new worker behind the others.
    mutating func add(_ waiter: JobWaiter, nextFree: Instant?) {
        // Taken out and put back, so that the line is changed in place.
        var line = lines.removeValue(forKey: waiter.type) ?? Line()
        if line.requests[waiter.worker] == nil { line.turns.append(waiter.worker) }
        line.requests[waiter.worker, default: []].append(waiter)
        line.freeAt = Self.earlier(line.freeAt, nextFree)
        noteAdded(waiter, line.freeAt)
        lines[waiter.type] = line
    }

    /// Puts a request that found nothing back in front: no job is free before `nextFree`.
    mutating func putBack(_ waiter: JobWaiter, nextFree: Instant?) {
        var line = lines.removeValue(forKey: waiter.type) ?? Line()
        // With more requests the worker went behind the others when this one was taken.
        if line.turns.last == waiter.worker { line.turns.removeLast() }
        line.turns.prepend(waiter.worker)
        line.requests[waiter.worker, default: []].prepend(waiter)
        line.freeAt = nextFree
        noteAdded(waiter, nextFree)
        lines[waiter.type] = line
    }

    private mutating func noteAdded(_ waiter: JobWaiter, _ freeAt: Instant?) {
        count += 1
        nextFree = Self.earlier(nextFree, freeAt)
        nextDeadline = Self.earlier(nextDeadline, waiter.deadline)
    }

    private static func earlier<Time: Comparable>(_ one: Time?, _ other: Time?) -> Time? {
        [one, other].compactMap { $0 }.min()
    }

    /// Notes that a job of a type is free from a time on.
    mutating func note(_ type: String, freeAt: Instant) {
        guard let line = lines[type] else { return }
        lines[type]?.freeAt = Self.earlier(line.freeAt, freeAt)
        nextFree = Self.earlier(nextFree, freeAt)
    }

    /// Forgets what is known of free jobs: everybody looks again.
    mutating func lookAgain(at time: Instant) {
        for type in lines.keys { note(type, freeAt: time) }
    }

    /// Takes the request whose turn it is out of the line in which a job came free first.
    mutating func takeReady(at time: Instant) -> JobWaiter? {
        guard let nextFree, nextFree <= time else { return nil }
        var first: (type: String, freeAt: Instant)?
        for (type, line) in lines {
            guard let freeAt = line.freeAt, freeAt <= first?.freeAt ?? freeAt else { continue }
            first = (type, freeAt)
        }
        self.nextFree = first?.freeAt
        guard let first, first.freeAt <= time else { return nil }
        return takeNext(of: first.type)
    }

    private mutating func takeNext(of type: String) -> JobWaiter? {
        guard var line = lines.removeValue(forKey: type), let worker = line.turns.popFirst(),
            let waiter = line.requests[worker]?.popFirst()
        else { return nil }
        if line.requests[worker]?.isEmpty == true {
            line.requests[worker] = nil
        } else {
            line.turns.append(worker)
        }
        if !line.turns.isEmpty { lines[type] = line }
        count -= 1
        return waiter
    }

    /// Takes out the requests that have waited for long enough.
    mutating func takeExpired(at time: ContinuousClock.Instant) -> [JobWaiter] {
        guard let nextDeadline, nextDeadline <= time else { return [] }
        return take { $0.deadline <= time }
    }

    /// Takes out the requests of a client.
    mutating func take(of presence: ClientPresence) -> [JobWaiter] {
        take { $0.presence === presence }
    }

    /// Takes out everybody.
    mutating func takeAll() -> [JobWaiter] { take { _ in true } }

    private mutating func take(where isTaken: (JobWaiter) -> Bool) -> [JobWaiter] {
        var taken: [JobWaiter] = []
        var left: [JobWaiter] = []
        for (type, line) in lines {
            for (worker, requests) in line.requests {
                taken += requests.filter(isTaken)
                let kept = requests.filter { !isTaken($0) }
                left += kept
                lines[type]?.requests[worker] = kept.isEmpty ? nil : Deque(kept)
                if kept.isEmpty { lines[type]?.turns.removeAll { $0 == worker } }
            }
            if lines[type]?.turns.isEmpty == true { lines[type] = nil }
        }
        count = left.count
        nextDeadline = left.map(\.deadline).min()
        return taken
    }
}
