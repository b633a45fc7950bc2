internal import ArgumentParser
internal import Audit
internal import Business
internal import Dispatch
internal import Engine
internal import EventLog
internal import Records

/// `daybook simulate`.
struct SimulateCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays past instances of a process again under changed definitions.",
        discussion: """
            daybook simulate order-to-cash --data DIR --from 2026-01-01 --to 2026-03-31 \
            --with processes/rules/shipping-mode.dmn

            The folder is only read, beside a running daemon too. Starts, events, what workers and \
            people gave and how long they took, and what commands answered are taken from the log; \
            decisions, gateways, timers and mappings are worked out anew. Where an instance gives a \
            command that it did not give then, this and what follows are decided over the states of \
            then. What the log cannot tell is assumed and named. Amounts are the process's \
            variables that hold numbers.
            """)

    @Argument(help: "The process's id.")
    var process: String

    @Option(help: "Instances that began from this date of the company or time on.")
    var from: String

    @Option(help: "Instances that began up to this date or time.")
    var to: String

    @Option(
        name: .customLong("with"), parsing: .unconditionalSingleValue,
        help: "A changed definition file or folder. May be repeated.", completion: .file())
    var files: [String] = []

    @Flag(help: "List every instance that differs, with what was assumed for it.")
    var list = false

    @OptionGroup var folder: FolderOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let opened = try folder.open()
        let first = try Self.instant(from, in: opened, isEnd: false)
        let last = try Self.instant(to, in: opened, isEnd: true)
        try AskedTimes.check(from: first, to: last)
        let changed = try DefinitionFiles.read(files).map {
            GivenDefinition(name: $0.name, bytes: Array($0.content.utf8))
        }
        var simulation = Simulation(
            log: opened.log, decoder: opened.decoder, registry: opened.registry,
            question: Simulation.Question(
                process: process, from: first, to: last, changed: changed))
        let line = ProgressLine(console)
        let began = DispatchTime.now().uptimeNanoseconds
        let body: JSONValue
        do throws(SimulationFailure) {
            body = try simulation.run { done, total in
                let milliseconds = (DispatchTime.now().uptimeNanoseconds - began) / 1_000_000
                let rate = done * 1_000 / max(1, milliseconds)
                line.show(
                    WorkProgress(
                        work: "reading", done: done, total: total, eventsPerSecond: rate,
                        secondsLeft: (total - done) / max(1, rate)))
            }
        } catch {
            line.finish()
            throw ToolFailure(.refused, "\(error)")
        }
        line.finish()
        if folder.json { return console.print(body.description) }
        for line in SimulationText(body, lists: list).lines() { console.print(SafeText.line(line)) }
    }

    private static func instant(
        _ text: String, in folder: LogFolder, isEnd: Bool
    ) throws(ToolFailure) -> Instant {
        guard let instant = try LogPlace.instant(text, in: folder, isEnd: isEnd) else {
            throw ToolFailure(
                .usage,
                "Expected a date 2026-09-30 or a time 2026-09-30T12:00:00Z, found \"\(text)\".")
        }
        return instant
    }
}

/// What changed definitions would have done, for people.
struct SimulationText {
    private let body: JSONValue
    private let lists: Bool

    init(_ body: JSONValue, lists: Bool) {
        self.body = body
        self.lists = lists
    }

    private static let rowsShown = 20

    private func text(_ value: JSONValue?, _ name: String) -> String {
        ReplyText.cell(value?[name])
    }

    func lines() -> [String] {
        let count = body["instances"]?.integerValue ?? 0
        if count == 0 {
            return ["No instance of \(text(body, "process")) began in that period."]
        }
        let changed = (body["changed"]?.arrayValue ?? []).map { ReplyText.cell($0) }
        var lines = [
            "\(count) instances of \(text(body, "process")), \(text(body, "from")) to \(text(body, "to")), with \(changed.isEmpty ? "nothing changed" : changed.joined(separator: ", "))",
            "\(text(body, "differing")) would have gone otherwise; with the definitions of then \(text(body, "faithful")) of \(count) end as they did.",
        ]
        if let left = body["leftOut"]?.integerValue, left > 0 {
            lines.append("\(left) were left out: the changed set has no such process.")
        }
        lines += table("OUTCOME", body["outcomes"])
        lines += cycle()
        lines += amounts()
        lines += table("DECISION", body["decisions"])
        lines += table("COMMAND", body["commands"])
        lines += rows()
        let assumptions = body["assumptions"]?.arrayValue ?? []
        if !assumptions.isEmpty { lines += ["", "ASSUMED"] }
        return lines + assumptions.map { "\(text($0, "count"))×  \(text($0, "text"))" }
    }

    private func table(_ title: String, _ rows: JSONValue?) -> [String] {
        let rows = rows?.arrayValue ?? []
        if rows.isEmpty { return [] }
        var table = TextTable([
            .init(title.lowercased()), .init("recorded", isNumber: true),
            .init("simulated", isNumber: true), .init("difference", isNumber: true),
        ])
        table.rows = rows.map { row in
            let before = row["recorded"]?.integerValue ?? 0
            let after = row["simulated"]?.integerValue ?? 0
            return [
                text(row, "name"), String(before), String(after),
                after == before
                    ? "" : after > before ? "+\(after - before)" : String(after - before),
            ]
        }
        return [""] + table.lines()
    }

    private func cycle() -> [String] {
        guard let cycle = body["cycle"] else { return [] }
        var table = TextTable([
            .init("cycle time"), .init("recorded", isNumber: true),
            .init("simulated", isNumber: true),
        ])
        func row(_ title: String, _ name: String) -> [String] {
            [title]
                + ["recorded", "simulated"].map { side in
                    cycle[side]?[name]?.integerValue.map { DurationWords.text(milliseconds: $0) }
                        ?? ""
                }
        }
        table.rows = [
            row("median", "medianMilliseconds"), row("19 of 20", "percentile95Milliseconds"),
            ["ended", text(cycle["recorded"], "ended"), text(cycle["simulated"], "ended")],
        ]
        return [""] + table.lines()
    }

    private func amounts() -> [String] {
        let rows = body["amounts"]?.arrayValue ?? []
        if rows.isEmpty { return [] }
        var table = TextTable([
            .init("sum of"), .init("recorded", isNumber: true), .init("simulated", isNumber: true),
            .init("difference", isNumber: true),
        ])
        table.rows = rows.map { row in
            ["name", "recorded", "simulated", "difference"].map { text(row, $0) }
        }
        return [""] + table.lines()
    }

    private func rows() -> [String] {
        let rows = body["rows"]?.arrayValue ?? []
        if rows.isEmpty { return [] }
        let shown = lists ? rows[...] : rows.prefix(Self.rowsShown)
        var table = TextTable([.init("instance"), .init("document"), .init("difference")])
        table.rows = shown.map { row in
            var differences = (row["differences"]?.arrayValue ?? []).map { ReplyText.cell($0) }
            if row["faithful"] == .boolean(false) {
                differences.append("(not even as then: see what is assumed)")
            }
            return [
                text(row, "instance"), text(row, "document"), differences.joined(separator: "; "),
            ]
        }
        var lines = [""] + table.lines()
        if rows.count > shown.count {
            lines.append("and \(rows.count - shown.count) more; --list shows all")
        }
        return lines
    }
}
