internal import ArgumentParser
internal import Audit
internal import Business
internal import Engine
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

/// A period on the command line.
enum AskedTimes {
    /// Refuses one that ends before it begins, as a fault of the command line.
    static func check<Moment: Comparable & CustomStringConvertible>(
        from first: Moment?, to last: Moment?
    ) throws(ToolFailure) {
        do throws(InputFailure) {
            try AskedPeriod.check(from: first, to: last)
        } catch { throw ToolFailure(.usage, "--\(error)") }
    }
}

/// A place in the log as a person names it.
enum LogPlace {
    /// The last position at or before a position, a time or the end of a date of the company.
    static func last(_ text: String, in folder: LogFolder) throws(ToolFailure) -> UInt64 {
        if let position = UInt64(text) { return min(position, folder.log.end.last.rawValue) }
        guard let instant = try instant(text, in: folder, isEnd: true) else {
            throw ToolFailure(
                .usage,
                "Expected a position, a date 2026-09-30 or a time 2026-09-30T12:00:00Z, found \"\(text)\"."
            )
        }
        return try position(at: instant, in: folder)
    }

    /// The first position at or after a position, a time or the start of a date of the company.
    static func first(_ text: String, in folder: LogFolder) throws(ToolFailure) -> UInt64 {
        if let position = UInt64(text) { return max(1, position) }
        guard let instant = try instant(text, in: folder, isEnd: false) else {
            return try last(text, in: folder)
        }
        return try position(at: instant.adding(microseconds: -1), in: folder) + 1
    }

    /// A time, or the first or last instant of a date in the company's zone; nil for anything else.
    static func instant(
        _ text: String, in folder: LogFolder, isEnd: Bool
    ) throws(ToolFailure) -> Instant? {
        if let instant = Instant(text) { return instant }
        guard let date = BusinessDate(text) else { return nil }
        let calendar: CompanyCalendar
        do throws(LogFolder.Failure) {
            calendar = try folder.calendar()
        } catch { throw FolderOptions.failure(error) }
        return isEnd ? calendar.end(of: date) : calendar.start(of: date)
    }

    private static func position(
        at instant: Instant, in folder: LogFolder
    ) throws(ToolFailure) -> UInt64 {
        do throws(LogFailure) {
            return try LogTime.position(at: instant, in: folder.log)
        } catch { throw ToolFailure(.folder, "\(error)") }
    }
}
