internal import Business
internal import Dispatch

/// A generation that is to become the live one.
struct Replacement: Sendable {
    let store: ViewStore
    let done: DispatchSemaphore
}

/// What a view's thread and its askers share.
struct RunnerState {
    /// What the view is doing.
    enum Phase {
        case closed
        /// It has not yet reached where the log ended at the start.
        case behind
        case live
        case stopped(ViewWriter.Stop)
        case failed(String)

        var isStopped: Bool { if case .stopped = self { true } else { false } }
    }

    struct Status {
        let phase: Phase
        let position: UInt64
        let target: UInt64
        let parked: Int
    }

    struct Work {
        let events: [RecordedEvent]
        let replacement: Replacement?
        let isStopping: Bool
        let mayReadLog: Bool
    }

    var phase = Phase.closed
    var position: UInt64 = 0
    var target: UInt64 = 0
    var parked = 0
    var store: ViewStore?
    var isRunning = false
    var isStopping = false
    var isFed = false
    var waiting: [[RecordedEvent]] = []
    var waitingEvents = 0
    var hasDropped = false
    var mayReadLog = true
    var replacement: Replacement?
    var replacementFailure: ViewFailure?
    var waiters: [Int: (position: UInt64, semaphore: DispatchSemaphore)] = [:]
    var nextWaiter = 0

    var status: Status {
        Status(phase: phase, position: position, target: target, parked: parked)
    }

    /// Whether waiting for a position can help.
    var canMove: Bool {
        switch phase {
        case .closed, .stopped: false
        case .behind, .live, .failed: true
        }
    }

    /// What there is to do; offered events are handed over up to the size of a batch.
    mutating func takeWork() -> Work {
        var events: [RecordedEvent] = []
        var taken = 0
        if phase.isStopped {
            waiting.removeAll()
            waitingEvents = 0
        }
        for chunk in waiting {
            guard taken == 0 || events.count + chunk.count <= ViewRunner.liveBatchMax else { break }
            events.append(contentsOf: chunk)
            taken += 1
        }
        waiting.removeFirst(taken)
        waitingEvents -= events.count
        defer {
            replacement = nil
            hasDropped = false
            mayReadLog = false
        }
        return Work(
            events: events, replacement: replacement, isStopping: isStopping,
            mayReadLog: mayReadLog || hasDropped || !isFed)
    }

    /// The view has folded up to a position.
    mutating func reach(_ position: UInt64, parked: Int) {
        self.position = position
        self.parked = parked
        switch phase {
        case .behind, .failed: if position >= target { phase = .live }
        case .closed, .live, .stopped: break
        }
        for (number, waiter) in waiters where waiter.position <= position {
            waiter.semaphore.signal()
            waiters[number] = nil
        }
    }

    /// Ends every wait: the view does not go on.
    mutating func wakeAll() {
        for waiter in waiters.values { waiter.semaphore.signal() }
        waiters.removeAll()
    }
}
