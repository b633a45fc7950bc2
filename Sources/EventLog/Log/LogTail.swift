internal import Dispatch
internal import Synchronization

/// Tells views, subscribers and the index that new events have been flushed.
///
/// An observer is called on the appending thread right after the flush and must be quick: it sets a
/// flag or wakes a thread, and reads the events elsewhere.
package final class LogTail: Sendable {
    /// Stops an observer.
    package struct Observation: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var last: Position
        var isClosed = false
        var nextNumber = 0
        var observers: [Int: @Sendable (Position) -> Void] = [:]
        var waiters: [Int: DispatchSemaphore] = [:]
    }

    private let state: Mutex<State>

    init(last: Position) { state = Mutex(State(last: last)) }

    /// The last position that was flushed.
    package var last: Position { state.withLock { $0.last } }

    /// Calls `body` with the last position after every flush, until ``stop(_:)``.
    package func observe(_ body: @escaping @Sendable (Position) -> Void) -> Observation {
        state.withLock { state in
            state.nextNumber += 1
            state.observers[state.nextNumber] = body
            return Observation(number: state.nextNumber)
        }
    }

    /// Ends an observation; a call that is under way still finishes.
    package func stop(_ observation: Observation) {
        state.withLock { _ = $0.observers.removeValue(forKey: observation.number) }
    }

    /// Waits until the log has an event after `position`, the time is over or the log closes.
    ///
    /// - Returns: The last flushed position, which is not greater than `position` in the latter cases.
    @available(*, noasync, message: "blocks its thread; observe instead")
    package func wait(after position: Position, timeoutMilliseconds: Int) -> Position {
        let semaphore = DispatchSemaphore(value: 0)
        let number: Int? = state.withLock { state in
            guard state.last <= position, !state.isClosed else { return nil }
            state.nextNumber += 1
            state.waiters[state.nextNumber] = semaphore
            return state.nextNumber
        }
        if let number {
            _ = semaphore.wait(timeout: .now() + .milliseconds(timeoutMilliseconds))
            state.withLock { _ = $0.waiters.removeValue(forKey: number) }
        }
        return last
    }

    /// Says that everything up to `last` is flushed.
    func publish(_ last: Position) {
        let observers = state.withLock { state -> [@Sendable (Position) -> Void] in
            state.last = last
            for waiter in state.waiters.values { waiter.signal() }
            state.waiters.removeAll(keepingCapacity: true)
            return state.observers.isEmpty ? [] : Array(state.observers.values)
        }
        for observer in observers { observer(last) }
    }

    /// Ends every wait.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for waiter in state.waiters.values { waiter.signal() }
            state.waiters.removeAll()
        }
    }
}
