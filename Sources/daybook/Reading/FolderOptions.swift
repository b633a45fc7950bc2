internal import ArgumentParser
internal import Audit
internal import Business
internal import EventLog
internal import Records
internal import Views

/// Which data folder is read, and how what is found is shown.
struct FolderOptions: ParsableArguments {
    @Option(help: "The data folder.")
    var data: String

    @Flag(help: "Print JSON, for programs.")
    var json = false

    /// Opens the folder for reading.
    func open() throws(ToolFailure) -> LogFolder {
        do throws(LogFolder.Failure) {
            return try LogFolder(path: data)
        } catch { throw Self.failure(error) }
    }

    static func failure(_ failure: LogFolder.Failure) -> ToolFailure {
        ToolFailure(.folder, "\(failure)")
    }
}

/// A place in the log as a person names it.
enum LogPlace {
    /// The last position at or before a position, a time or the end of a date in UTC.
    static func last(_ text: String, in log: any EventLog) throws(ToolFailure) -> UInt64 {
        if let position = UInt64(text) { return min(position, log.end.last.rawValue) }
        let instant: Instant
        if let given = Instant(text) {
            instant = given
        } else if let date = BusinessDate(text) {
            instant = Instant(startOf: date.adding(days: 1)).adding(microseconds: -1)
        } else {
            throw ToolFailure(
                .usage,
                "Expected a position, a date 2026-09-30 or a time 2026-09-30T12:00:00Z, found \"\(text)\"."
            )
        }
        do throws(LogFailure) {
            return try LogTime.position(at: instant, in: log)
        } catch { throw ToolFailure(.folder, "\(error)") }
    }

    /// The first position at or after a position, a time or the start of a date in UTC.
    static func first(_ text: String, in log: any EventLog) throws(ToolFailure) -> UInt64 {
        if let position = UInt64(text) { return max(1, position) }
        let instant = Instant(text) ?? BusinessDate(text).map { Instant(startOf: $0) }
        guard let instant else { return try last(text, in: log) }
        do throws(LogFailure) {
            return try LogTime.position(at: instant.adding(microseconds: -1), in: log) + 1
        } catch { throw ToolFailure(.folder, "\(error)") }
    }
}
