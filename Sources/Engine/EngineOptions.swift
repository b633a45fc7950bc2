internal import Business
internal import EventLog
package import Logging
internal import Records

/// How an engine is opened.
package struct EngineOptions: Sendable {
    /// States that the writer keeps in memory at the most.
    package var cachedStatesMax = 200_000
    /// Events of a stream after which its state is kept beside the log.
    package var snapshotEvents: UInt64 = 64
    /// What the writer takes at the most.
    package var limits = EngineLimits()
    /// Who is who.
    package var access: AccessConfiguration
    /// Where the engine says what an operator should know.
    package var logger: Logger
    /// Hears that the engine can take no more commands, with the reason.
    package var onStop: @Sendable (String) -> Void

    /// Options from their parts.
    package init(
        access: AccessConfiguration, logger: Logger,
        onStop: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.access = access
        self.logger = logger
        self.onStop = onStop
    }
}

/// What the writer takes at the most, each of it a setting (design section 7).
package struct EngineLimits: Sendable {
    /// Commands and owed steps of one commit; owed steps leave a quarter to clients who wait.
    package var batchCommandsMax = 1_024
    /// Bytes of one commit, reached with its last command.
    package var batchBytesMax = 8 << 20
    /// Bytes of an event's payload; the envelope's room is kept from the log's limit of 1 MiB.
    package var eventBytesMax = 1_000_000
    /// Commands that may wait for the writer at once.
    package var waitingCommandsMax = 65_536
    /// Requests for jobs that may wait at once.
    package var waitingWorkersMax = 4_096

    /// The defaults.
    package init() {}
}

/// Why an engine cannot be opened.
package enum EngineFailure: Error, Sendable, CustomStringConvertible {
    /// The log or what is derived from it cannot be read.
    case unreadable(String)
    /// The log was written by a newer program.
    case newerLog(String)
    /// The program's field list of an event type is another than the log's of the same version.
    case fieldListChanged(String)
    /// The folder has the other kind of clock.
    case otherClock(found: String)
    /// The folder cannot be used.
    case folder(String)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .unreadable(let reason): "the data folder cannot be read: \(reason)"
        case .newerLog(let reason), .fieldListChanged(let reason): reason
        case .otherClock(let found):
            "this folder was made with the \(found) clock, which is fixed; start without --clock or with --clock \(found)"
        case .folder(let reason): reason
        }
    }
}

extension EngineFailure {
    /// What an event that cannot be read as a fact means for opening.
    init(_ failure: DecodingFailure) {
        switch failure {
        case .newerLog: self = .newerLog("\(failure)")
        case .damaged, .badStream: self = .unreadable("\(failure)")
        }
    }

    /// What an index that cannot be opened means.
    init(_ failure: IndexFailure) {
        switch failure {
        case .refused(let reason): self = .newerLog(reason)
        default: self = .unreadable("\(failure)")
        }
    }
}

/// What the writer is made of.
struct EngineParts: Sendable {
    let shared: SharedFacts
    let log: any EventLog
    let index: LogIndex
    let registry: Registry
    let options: EngineOptions
    let mailbox: Mailbox
    let clock: any EngineClock
    let decoder: EventDecoder
    let personalKeys: PersonalKeys?
    let observer: @Sendable ([RecordedEvent]) -> Void
}
