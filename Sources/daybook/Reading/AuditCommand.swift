internal import ArgumentParser
internal import Audit
internal import EventLog
internal import Records

/// `daybook audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Proves or disproves what the log, the books and the views say.",
        subcommands: [AuditRun.self, AuditTrace.self], defaultSubcommand: AuditRun.self)
}

/// `daybook audit run`.
struct AuditRun: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Reads the log from its first byte and names every fault; status 4 if there is one.",
        discussion: """
            Checked are: leaf hashes and the tree's root, positions and stream versions without gaps, \
            recorded time, field lists before use, keys, vouchers (balanced, numbered without gaps, \
            one for each event that posts), locked periods, control accounts against open items, goods \
            received and not invoiced, unallocated payments and stock value, quantities within their \
            invariants, and each view against a fresh fold.
            """)

    @OptionGroup var folder: FolderOptions

    @Flag(help: "Leave out the comparison of the views with a fresh fold.")
    var withoutViews = false

    func perform(_ console: Console) throws(ToolFailure) {
        let line = ProgressLine(console)
        defer { line.finish() }
        let opened: LogFolder
        do throws(LogFolder.Failure) {
            opened = try LogFolder(path: folder.data)
        } catch {
            // A log that cannot even be opened is a finding, a folder that is none is not.
            guard case .log = error else { throw FolderOptions.failure(error) }
            throw ToolFailure(.faults, "The log cannot be audited: \(error)")
        }
        var audit = LogAudit(opened)
        let report = audit.run(progress: line.show)
        var findings = report.findings.kept
        if !withoutViews, let views = ViewsAudit(opened) {
            for name in views.names { findings += views.audit(name, progress: line.show) }
        }
        line.finish()
        let isClean = report.findings.dropped == 0 && findings.allSatisfy { $0.severity == .notice }
        if folder.json {
            console.print(Self.json(report, findings, isClean: isClean).description)
        } else {
            for line in Self.lines(report, findings, isClean: isClean) { console.print(line) }
        }
        if !isClean {
            let count = findings.filter { $0.severity == .fault }.count + report.findings.dropped
            throw ToolFailure(
                .faults, "The audit found \(count) \(count == 1 ? "fault" : "faults").")
        }
    }

    static func json(
        _ report: AuditReport, _ findings: [AuditFinding], isClean: Bool
    ) -> JSONValue {
        let members = (report.json.objectMembers ?? []).map { member in
            switch member.name {
            case "clean": JSONMember(member.name, .boolean(isClean))
            case "findings": JSONMember(member.name, .array(findings.map(\.json)))
            default: member
            }
        }
        return .object(members)
    }

    static func lines(
        _ report: AuditReport, _ findings: [AuditFinding], isClean: Bool
    ) -> [String] {
        var lines: [String] = []
        if !findings.isEmpty {
            var table = TextTable([
                .init("severity"), .init("code"), .init("position", isNumber: true),
                .init("subject"), .init("message"),
            ])
            table.rows = findings.map { finding in
                [
                    finding.severity.rawValue, finding.code,
                    finding.position.map { String($0) } ?? "", finding.subject, finding.message,
                ]
            }
            lines = table.lines() + [""]
        }
        if report.findings.dropped > 0 {
            lines.append("and \(report.findings.dropped) more findings that are not listed")
        }
        let rate = report.events * 1_000 / max(report.milliseconds, 1)
        lines.append(
            "events \(report.events), vouchers \(report.vouchers), up to position \(report.position), in \(report.milliseconds) ms (\(rate)/s)"
        )
        lines.append("root \(report.root)")
        for copy in report.copies {
            lines.append("a copy since position \(copy.first), identity \(copy.identity)")
        }
        lines.append(isClean ? "clean" : "NOT CLEAN")
        return lines
    }
}

/// `daybook audit trace`.
struct AuditTrace: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Tells who did what to a thing, when, why, and caused by what.")

    @Argument(help: "The thing, sales.order/SO-2026-000042.")
    var object: String

    @OptionGroup var folder: FolderOptions

    func validate() throws {
        guard object.contains("/") else {
            throw ValidationError(
                "A thing is named type/id, sales.order/SO-1, found \"\(object)\".")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let opened = try folder.open()
        let trace: Trace
        do throws(LogFolder.Failure) {
            trace = try Trace(of: object, in: opened)
        } catch { throw FolderOptions.failure(error) }
        guard !trace.entries.isEmpty else {
            throw ToolFailure(
                .refused, "unknown-object: No event concerns \(object); check type and id.")
        }
        for (depth, entry) in trace.tree {
            console.print(
                folder.json ? Self.json(depth, entry).description : Self.line(depth, entry))
        }
        if trace.isCut {
            console.warn(
                "note: there are more than \(Trace.entriesMax) events; these are the first. `daybook replay --object \(object)` lists all."
            )
        }
    }

    private static func json(_ depth: Int, _ entry: Trace.Entry) -> JSONValue {
        .object([
            "depth": .integer(depth), "own": .boolean(entry.isOwn),
            "definition": entry.definition.map { .string($0) },
            "reverses": positions(entry.reverses), "reversedBy": positions(entry.reversedBy),
            "event": entry.event,
        ])
    }

    private static func positions(_ positions: [UInt64]) -> JSONValue? {
        positions.isEmpty ? nil : .array(positions.map { .integer(Int64(clamping: $0)) })
    }

    /// The event under its cause; what is only a cause stands in parentheses.
    private static func line(_ depth: Int, _ entry: Trace.Entry) -> String {
        let indent = String(repeating: "  ", count: depth) + (depth > 0 ? "└ " : "")
        var text = EventText.line(entry.event)
        if let definition = entry.definition { text += "  judged by \(SafeText.line(definition))" }
        for (word, others) in [("reverses", entry.reverses), ("reversed by", entry.reversedBy)]
        where !others.isEmpty {
            text += "  \(word) \(others.map { String($0) }.joined(separator: ", "))"
        }
        return indent + (entry.isOwn ? text : "(\(text))")
    }
}
