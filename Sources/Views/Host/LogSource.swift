internal import EventLog
internal import Logging

/// The log that views fold, with what reads its events.
struct LogSource: Sendable {
    let log: any EventLog
    let logIdentity: String
    let decode: EventDecode
    let logger: Logger

    func reader(for view: any View.Type) -> LogBatchReader {
        LogBatchReader(log: log, types: EventTypeSet(view.eventTypes), decode: decode)
    }
}
