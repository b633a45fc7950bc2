internal import EventLog
internal import Logging

/// The log that views fold, with what reads its events.
struct LogSource: Sendable {
    let log: any EventLog
    let lineage: LogLineage
    let decode: EventDecode
    let logger: Logger

    func reader(for view: any View.Type) -> LogBatchReader {
        reader(for: [view])
    }

    /// A reader of what any of some views folds.
    func reader(for views: [any View.Type]) -> LogBatchReader {
        LogBatchReader(
            log: log, types: EventTypeSet(views.flatMap { $0.eventTypes }), decode: decode)
    }
}
