internal import Engine
internal import EventLog
internal import Foundation
internal import Logging
package import Records
package import Views

/// Views against fresh folds of the log, and views as they were.
package struct ViewsAudit: Sendable {
    private let folder: LogFolder
    private let host: ViewHost
    private let temporaryFolder: String

    /// Views of a folder; nil when the log has no first event to tell which one it is.
    package init?(_ folder: LogFolder, temporaryFolder: String = NSTemporaryDirectory()) {
        guard let lineage = folder.lineage else { return nil }
        self.folder = folder
        self.temporaryFolder = temporaryFolder
        let decoder = folder.decoder
        host = ViewHost(
            folder: folder.folder.viewsPath, log: folder.log, lineage: lineage,
            decode: { try decoder.recorded($0) }, views: folder.views,
            logger: Logger(label: "daybook") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The views' names.
    package var names: [String] { host.catalog.views.map { $0.name } }

    /// Times that the log is read again because the live view has gone on meanwhile.
    private static let attemptsMax = 5

    /// Compares a view's rows with a fresh fold of the log.
    package func audit(
        _ view: String, progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
    ) -> [AuditFinding] {
        do throws(ViewFailure) {
            var audit = try host.audit(
                view, temporaryFolder: temporaryFolder, progress: Self.told(progress))
            for _ in 0..<Self.attemptsMax where audit.position > folder.log.end.last.rawValue {
                do throws(LogFailure) { try folder.log.refresh() } catch { throw .log(error) }
                audit = try host.audit(
                    view, temporaryFolder: temporaryFolder, progress: Self.told(progress))
            }
            return Self.findings(of: audit)
        } catch { return [AuditFinding("view", "view \(view)", "\(error)")] }
    }

    private static func told(
        _ progress: @escaping @Sendable (WorkProgress) -> Void
    ) -> @Sendable (RebuildProgress) -> Void {
        { step in
            progress(
                WorkProgress(
                    work: "view \(step.view)", done: step.position, total: step.target,
                    eventsPerSecond: step.eventsPerSecond, secondsLeft: step.secondsLeft))
        }
    }

    private static func findings(of audit: ViewAudit) -> [AuditFinding] {
        let subject = "view \(audit.view)"
        var findings: [AuditFinding] = []
        if audit.liveHash == nil {
            findings.append(
                AuditFinding(
                    "view-absent", subject,
                    "there are no rows to compare: \(audit.finding ?? "it was never built")",
                    severity: .notice))
        } else if !audit.isClean {
            findings.append(
                AuditFinding(
                    "view-differs", at: audit.position, subject,
                    "expected the rows of a fresh fold: \(audit.finding ?? "the dumps differ"); run `daybook rebuild \(audit.view)`"
                ))
        }
        for key in audit.parked {
            findings.append(
                AuditFinding(
                    "view-parked", at: key.position, "\(subject), \(key.stream)", key.reason))
        }
        return findings
    }

    /// A question to a view as it was at a past position.
    package func query(
        _ name: String, _ parameters: JSONValue, through position: UInt64, asOf: BusinessDate?,
        progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
    ) throws(PastFailure) -> QueryReply {
        let view = folder.views.first { $0.queries.contains { $0.name == name } }
        guard let view else {
            let names = host.catalog.queries.map(\.name)
            throw .query(
                .unknownQuery(name: name, nearest: nearest(to: name, among: names)))
        }
        let fold: FoldedView
        do throws(ViewFailure) {
            fold = try host.fold(
                view.name, through: position, temporaryFolder: temporaryFolder,
                progress: Self.told(progress))
        } catch { throw .view(error) }
        do throws(QueryFailure) {
            return try fold.query(
                name, parameters: parameters, context: context(asOf: asOf, through: position))
        } catch { throw .query(error) }
    }

    /// Today is the company's date of that time: what was due is told as it was told then.
    private func context(asOf: BusinessDate?, through position: UInt64) -> QueryContext {
        let end = min(position, folder.log.end.last.rawValue)
        let last = try? folder.log.event(at: Position(end))
        let calendar = (try? folder.calendar(through: end)) ?? CompanyCalendar(zoneName: "UTC")
        let today = calendar.date(
            at: Instant(microsecondsSinceEpoch: last?.envelope.recordedAtMicroseconds ?? 0))
        return QueryContext(asOf: asOf, today: today, todayBegins: calendar.start(of: today))
    }

    /// Why the past was not shown.
    package enum PastFailure: Error, CustomStringConvertible {
        /// The view could not be folded.
        case view(ViewFailure)
        /// The question was refused.
        case query(QueryFailure)

        /// Expected, found and remedy.
        package var description: String {
            switch self {
            case .view(let failure): failure.description
            case .query(let failure): failure.description
            }
        }
    }

    /// Folds views anew, compares and switches; only where no daemon writes in the folder.
    package func rebuild(
        _ views: [String], progress: @escaping @Sendable (WorkProgress) -> Void
    ) -> [(view: String, result: Result<RebuildOutcome, ViewFailure>)] {
        host.rebuild(views, progress: Self.told(progress))
    }

    /// A question's columns as the daemon describes them.
    package func columns(of name: String) -> JSONValue {
        let fields = host.catalog.query(name)?.columns.fields ?? []
        return .array(
            fields.map {
                .object([
                    "name": .string($0.name), "kind": .string($0.kind.name),
                    "doc": .string($0.documentation),
                ])
            })
    }
}
