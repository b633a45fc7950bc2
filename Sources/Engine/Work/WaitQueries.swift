internal import Records
internal import Views

/// The questions about how long things take, and about what should have come by now.
enum WaitQueries {
    /// Completed stays that must be known before experience tells when something should come.
    static let experienceMin: Int64 = 5

    /// Which process and which period.
    struct HeatParameters: Record {
        let process: String
        let from: BusinessDate?
        let to: BusinessDate?
        let definition: String?

        static let schema = Schema<HeatParameters>(
            "process.heat-parameters", "Which process and which period.",
            Field(1, "process", \.process, "The process."),
            Field(2, "from", \.from, "The first day, in UTC; all days when absent."),
            Field(3, "to", \.to, "The last day."),
            Field(
                4, "definition", \.definition,
                "Only this version, the SHA-256 of its file; all versions when absent."),
            make: HeatParameters.init)
    }

    /// How an element did.
    struct HeatLine: Record {
        let element: String
        let entered: Int64
        let completed: Int64
        let terminated: Int64
        let open: Int64
        let medianMilliseconds: Int64?
        let percentile95Milliseconds: Int64?
        let median: String?
        let percentile95: String?

        static let schema = Schema<HeatLine>(
            "process.heat", "What happened at each element, and how long it took.",
            Field(1, "element", \.element, "The element's id in the diagram."),
            Field(2, "entered", \.entered, "How often it was entered in the period."),
            Field(3, "completed", \.completed, "How often it was completed."),
            Field(4, "terminated", \.terminated, "How often it was ended before."),
            Field(5, "open", \.open, "How many stood there at the period's end."),
            Field(
                6, "medianMilliseconds", \.medianMilliseconds,
                "What half of the completed stays did not exceed."),
            Field(
                7, "percentile95Milliseconds", \.percentile95Milliseconds,
                "What nineteen of twenty did not exceed."),
            Field(8, "median", \.median, "The median in words."),
            Field(9, "percentile95", \.percentile95, "The same of nineteen of twenty."),
            make: HeatLine.init)
    }

    /// Which waits.
    struct WaitsParameters: Record {
        let process: String?
        let instance: String?
        let late: Bool
        let now: Instant?

        static let schema = Schema<WaitsParameters>(
            "process.waits-parameters", "Which waits.",
            Field(1, "process", \.process, "Only those of instances of this process."),
            Field(2, "instance", \.instance, "Only those of this instance."),
            Field(3, "late", \.late, "Only those past their time.", default: false),
            Field(4, "now", \.now, "The time to compare with; the day's beginning when absent."),
            make: WaitsParameters.init)
    }

    /// Something that should come.
    struct WaitLine: Record {
        let instance: String
        let process: String
        let document: String
        let element: String
        let key: Int64
        let waitsFor: String
        let since: Instant
        let by: Instant?
        let basis: String
        let late: Bool
        let lateBy: String?
        let known: Int64
        let medianMilliseconds: Int64?
        let percentile95Milliseconds: Int64?

        static let schema = Schema<WaitLine>(
            "process.waits", "What should come and by when.",
            Field(1, "instance", \.instance, "The instance."),
            Field(2, "process", \.process, "Its process."),
            Field(3, "document", \.document, "The business case."),
            Field(4, "element", \.element, "The element that waits."),
            Field(5, "key", \.key, "The element instance's number."),
            Field(6, "waitsFor", \.waitsFor, "What would end the wait."),
            Field(7, "since", \.since, "Since when."),
            Field(8, "by", \.by, "When it should have come; nothing where nothing tells."),
            Field(9, "basis", \.basis, "Why then."),
            Field(10, "late", \.late, "Whether that time is over."),
            Field(11, "lateBy", \.lateBy, "For how long."),
            Field(12, "known", \.known, "How many completed stays are known there."),
            Field(
                13, "medianMilliseconds", \.medianMilliseconds, "What half of them did not exceed."),
            Field(
                14, "percentile95Milliseconds", \.percentile95Milliseconds,
                "What nineteen of twenty did not exceed."),
            make: WaitLine.init)
    }

    static let all: [ViewQuery] = [
        ViewQuery(
            "process.heat", "Counts and median times at each element of a process over a period.",
            HeatParameters.self, rows: HeatLine.self
        ) { (reader, parameters, _) throws(QueryFailure) in
            try heat(reader, parameters)
        },
        ViewQuery(
            "process.waits",
            "Every wait of active instances with what should come and by when.",
            WaitsParameters.self, rows: WaitLine.self
        ) { (reader, parameters, context) throws(QueryFailure) in
            try waits(reader, parameters, now: parameters.now ?? context.todayBegins)
        },
    ]

    private static func heat(
        _ reader: borrowing ViewReader, _ parameters: HeatParameters
    ) throws(QueryFailure) -> QueryResult<HeatLine> {
        var figures: [String: ElementFigures] = [:]
        var standing: [String: Int64] = [:]
        try reader.scan(ElementDayRow.self, prefix: RowKey(parameters.process)) {
            (row) throws(QueryFailure) in
            if let wanted = parameters.definition, row.definition != wanted { return true }
            if let last = parameters.to, row.day > last { return true }
            standing[row.element, default: 0] += row.entered - row.completed - row.terminated
            if let first = parameters.from, row.day < first { return true }
            figures[row.element, default: ElementFigures()].add(row)
            return true
        }
        let lines = figures.sorted { $0.key < $1.key }.map { element, figures in
            HeatLine(
                element: element, entered: figures.entered, completed: figures.completed,
                terminated: figures.terminated, open: max(0, standing[element] ?? 0),
                medianMilliseconds: figures.median,
                percentile95Milliseconds: figures.percentile95,
                median: figures.median.map { DurationWords.text(milliseconds: $0) },
                percentile95: figures.percentile95.map { DurationWords.text(milliseconds: $0) })
        }
        return QueryResult(lines)
    }

    // MARK: Waits

    private static func waits(
        _ reader: borrowing ViewReader, _ parameters: WaitsParameters, now: Instant
    ) throws(QueryFailure) -> QueryResult<WaitLine> {
        var instances: [String] = []
        if let instance = parameters.instance {
            instances = [instance]
        } else {
            try reader.scan(ActiveRow.self) { (row) throws(QueryFailure) in
                if parameters.process.map({ $0 == row.process }) ?? true {
                    instances.append(row.instance)
                }
                return true
            }
        }
        var experience: [String: ElementFigures] = [:]
        var lines: [WaitLine] = []
        for instance in instances {
            guard let row = try reader.row(InstanceRow.self, RowKey(instance)) else {
                throw .unknownObject(
                    "There is no process instance \"\(instance)\"; see process.instances.")
            }
            for group in WaitGroup.all(of: row) {
                let process = row.processID(of: group.element)
                let key = "\(process)|\(group.element.element)"
                if experience[key] == nil {
                    experience[key] = try figures(reader, process, group.element.element)
                }
                let line = line(
                    row, group, experience[key] ?? ElementFigures(), now: now)
                if line.late || !parameters.late { lines.append(line) }
            }
            guard lines.count <= ViewQuery.rowsMax else { break }
        }
        lines.sort { ($0.by ?? .distantFuture, $0.since) < ($1.by ?? .distantFuture, $1.since) }
        return QueryResult(lines)
    }

    private static func figures(
        _ reader: borrowing ViewReader, _ process: String, _ element: String
    ) throws(QueryFailure) -> ElementFigures {
        var figures = ElementFigures()
        try reader.scan(ElementDayRow.self, prefix: RowKey(process, element)) {
            (row) throws(QueryFailure) in
            figures.add(row)
            return true
        }
        return figures
    }

    private static func line(
        _ row: InstanceRow, _ group: WaitGroup, _ figures: ElementFigures, now: Instant
    ) -> WaitLine {
        let due = group.waits.compactMap(\.due).min()
        var by = due
        var basis = due == nil ? "" : "its due time"
        if due == nil {
            if let usual = figures.percentile95, figures.completed >= experienceMin {
                by = group.element.since.adding(microseconds: usual * 1_000)
                basis =
                    "19 of 20 of \(figures.completed) earlier stays took at most \(DurationWords.text(milliseconds: usual))"
            } else {
                basis =
                    "it has no due time, and \(figures.completed) earlier stays are too few to tell"
            }
        }
        let late = by.map { $0 < now } ?? false
        let over = by.map { now.microsecondsSinceEpoch - $0.microsecondsSinceEpoch } ?? 0
        return WaitLine(
            instance: row.instance, process: row.process, document: row.businessCase,
            element: group.element.element, key: group.element.key,
            waitsFor: group.waits.map(\.what).joined(separator: " or "),
            since: group.element.since, by: by, basis: basis, late: late,
            lateBy: late ? DurationWords.text(milliseconds: over / 1_000) : nil,
            known: figures.completed, medianMilliseconds: figures.median,
            percentile95Milliseconds: figures.percentile95)
    }
}

/// An element that waits, with what would end its wait.
struct WaitGroup {
    let element: OpenElement
    let waits: [OpenWait]

    /// The waits of an instance that must end for it to go on.
    ///
    /// What sits on an activity (a boundary event) may come and need not; an event-based gateway
    /// has no wait of its own, so any of the events behind it will do.
    static func all(of row: InstanceRow) -> [WaitGroup] {
        let scopes = Set(row.open.map(\.parent))
        return row.open.compactMap { element in
            guard !scopes.contains(element.key) else { return nil }
            let waits = row.waits.filter { $0.owner == element.key }
            let own = waits.filter { $0.element == element.element }
            if waits.isEmpty { return nil }
            return WaitGroup(element: element, waits: own.isEmpty ? waits : own)
        }
    }
}

extension InstanceRow {
    /// The process whose definition holds an element: its own, or a called one.
    func processID(of element: OpenElement) -> String {
        let number = Int(element.definition)
        guard definitions.indices.contains(number) else { return process }
        return definitions[number].process
    }
}

extension Instant {
    /// Later than any time that something is due.
    static let distantFuture = Instant(microsecondsSinceEpoch: .max)
}
