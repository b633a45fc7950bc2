/// A stream's state with its version, whichever kind of state it is.
///
/// A class, so that the many places that keep a state count one reference; ``Held`` has the state in
/// its own type, so that reading it costs no cast of a value. Whoever made one may change it until it
/// is handed on; after that nobody does.
package class HeldState {
    /// The stream's version, 0 before its first event.
    package final var version: UInt64
    /// The version when it was made: a command changed what is beyond it.
    package final let baseVersion: UInt64

    fileprivate init(version: UInt64) {
        self.version = version
        baseVersion = version
    }

    /// The state.
    package var state: any StreamState { preconditionFailure("only `Held` is made") }

    /// Holds a state whose type the caller does not know.
    package static func holding(_ state: any StreamState, version: UInt64) -> HeldState {
        func held(_ state: some StreamState) -> HeldState { Held(state, version: version) }
        return held(state)
    }
}

/// A stream's state in its own type.
package final class Held<State: StreamState>: HeldState {
    /// The folded state.
    package var value: State

    /// Holds a state.
    package init(_ value: State, version: UInt64) {
        self.value = value
        super.init(version: version)
    }

    package override var state: any StreamState { value }
}
