package import Records

/// Something that the log, the books or a view say and that is not so.
package struct AuditFinding: Sendable, Equatable {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// Something is wrong.
        case fault
        /// Nothing is wrong, but a reader of the books must know it.
        case notice
    }

    /// How bad it is.
    package let severity: Severity
    /// A stable word for the kind of finding: `leaf-hash`, `voucher-unbalanced`.
    package let code: String
    /// Where in the log it shows; nil where it is no single event.
    package let position: UInt64?
    /// What is concerned.
    package let subject: String
    /// What was expected and what was found.
    package let message: String

    init(
        _ code: String, at position: UInt64? = nil, _ subject: String, _ message: String,
        severity: Severity = .fault
    ) {
        self.severity = severity
        self.code = code
        self.position = position
        self.subject = subject
        self.message = message
    }

    /// The finding for programs.
    package var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "code": .string(code),
            "position": position.map { .integer($0) }, "subject": .string(subject),
            "message": .string(message),
        ])
    }
}

/// Findings up to a bound; what is beyond is counted.
package struct FindingList: Sendable {
    /// Findings that are kept.
    package static let keptMax = 10_000

    /// The findings in the order in which they were made.
    package private(set) var kept: [AuditFinding] = []
    /// Findings beyond those.
    package private(set) var dropped = 0

    mutating func add(_ finding: AuditFinding) {
        if kept.count < Self.keptMax { kept.append(finding) } else { dropped += 1 }
    }

    /// Whether nothing is wrong.
    package var isClean: Bool { dropped == 0 && kept.allSatisfy { $0.severity == .notice } }
}

/// How far a piece of work is.
package struct WorkProgress: Sendable, Equatable {
    /// What is being done.
    package let work: String
    /// Events behind.
    package let done: UInt64
    /// Events in all.
    package let total: UInt64
    /// Events per second so far.
    package let eventsPerSecond: UInt64
    /// Seconds left at that rate.
    package let secondsLeft: UInt64

    /// A progress from its parts.
    package init(
        work: String, done: UInt64, total: UInt64, eventsPerSecond: UInt64, secondsLeft: UInt64
    ) {
        self.work = work
        self.done = done
        self.total = total
        self.eventsPerSecond = eventsPerSecond
        self.secondsLeft = secondsLeft
    }

    init(work: String, done: UInt64, total: UInt64, milliseconds: UInt64) {
        let rate = done * 1_000 / max(milliseconds, 1)
        self.init(
            work: work, done: done, total: total, eventsPerSecond: rate,
            secondsLeft: (total - min(total, done)) / max(rate, 1))
    }
}
