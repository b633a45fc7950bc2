internal import Synchronization

/// Whether a client is still there to be answered: what waits for it ends with it.
///
/// Shared by a client's connection, which ends it once, and the engine, where its requests wait.
package final class ClientPresence: Sendable {
    private struct State {
        var isOver = false
        var hasListener = false
        var listener: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The presence of a client that has just come.
    package init() {}

    /// Whether the client is gone, or is not to wait any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// The client is gone or is asked to go: requests of it that wait are answered as they stand.
    package func end() {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            state.isOver = true
            return state.listener
        }
        listener?()
    }

    /// Calls `body` once when the client's presence ends; only the first listener is kept.
    /// - Returns: Whether the client is still there.
    func listen(_ body: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isOver else { return false }
            if !state.hasListener {
                state.hasListener = true
                state.listener = body
            }
            return true
        }
    }
}
