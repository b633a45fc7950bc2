internal import Business
package import Records

/// What moves the engine's time.
package enum ClockKind: String, Choice {
    /// The machine's clock.
    case real
    /// A clock that only `clock.advance` moves: demos, imports of history, rehearsals.
    case manual
}

/// The folder's own facts: which log this is and what moves its time.
package struct ClockState: StreamState {
    package var logIdentity: Blob
    package var kind: ClockKind
    package var time: Instant
    package var goal: Instant?

    package static let streamType = "clock.clock"
    /// There is one clock in a folder.
    package static let id = "main"
    package static let initial = ClockState(
        logIdentity: Blob([]), kind: .real, time: Instant(microsecondsSinceEpoch: 0), goal: nil)

    package static let schema = Schema<ClockState>(
        "clock.clock", "The folder's identity and clock.",
        Field(1, "logIdentity", \.logIdentity, "Random bytes that tell this log from any other."),
        Field(2, "kind", \.kind, "What moves the time."),
        Field(3, "time", \.time, "Where a manual clock stands."),
        Field(
            4, "goal", \.goal,
            "To where it is on its way; also after it was cut off, until it is moved again."),
        make: ClockState.init)
}

/// The first event of a folder.
package struct ClockStarted: Event {
    package let logIdentity: Blob
    package let kind: ClockKind
    package let time: Instant

    package static let schema = Schema<ClockStarted>(
        "clock.started", "The folder was made: its identity and the kind of its clock.",
        Field(1, "logIdentity", \.logIdentity, "Random bytes that tell this log from any other."),
        Field(2, "kind", \.kind, "What moves the time; fixed for ever."),
        Field(3, "time", \.time, "Where the clock stands."),
        make: ClockStarted.init)

    package func evolve(_ state: inout ClockState) {
        state = ClockState(logIdentity: logIdentity, kind: kind, time: time, goal: nil)
    }
}

/// A restored copy got an identity of its own before anything else was written to it.
package struct LogIdentityRenewed: Event {
    package let logIdentity: Blob

    package static let schema = Schema<LogIdentityRenewed>(
        "clock.log-identity-renewed", "A copy of the log got an identity of its own.",
        Field(1, "logIdentity", \.logIdentity, "Random bytes that tell this log from any other."),
        make: LogIdentityRenewed.init)

    package func evolve(_ state: inout ClockState) { state.logIdentity = logIdentity }
}

/// A manual clock was moved forward, after everything due until then had been done.
package struct ClockAdvanced: Event {
    package let to: Instant

    package static let schema = Schema<ClockAdvanced>(
        "clock.advanced", "The manual clock was moved forward.",
        Field(1, "to", \.to, "Where the clock stands now."),
        make: ClockAdvanced.init)

    package func evolve(_ state: inout ClockState) {
        state.time = to
        state.goal = nil
    }
}

/// A manual clock began to move far; told, so that a cut-off move is known after a restart.
package struct ClockAdvanceBegun: Event {
    package let to: Instant

    package static let schema = Schema<ClockAdvanceBegun>(
        "clock.advance-begun", "The manual clock began to move far forward.",
        Field(1, "to", \.to, "Where it shall stand."),
        make: ClockAdvanceBegun.init)

    package func evolve(_ state: inout ClockState) { state.goal = to }
}
