internal import Business
internal import Records

/// How far one `clock.advance` moves a clock.
enum ClockLimits {
    /// Days that a clock moves at once when a company is founded: ten years.
    ///
    /// While it moves nobody else is served.
    static let advanceDaysMax = 3_660
    /// Days before the founding, from 1970 to the company's own days: two hundred years.
    static let firstAdvanceDaysMax = 73_050
    /// A move of more days than this, with something due on the way, is told when it begins.
    static let untoldDaysMax = 366
}

/// Moves a manual clock.
struct AdvanceClock: Record {
    let to: Instant?
    let date: BusinessDate?

    static let schema = Schema<AdvanceClock>(
        "clock.advance",
        "Moves a manual clock forward; everything due until then is done first, one at a time.",
        Field(1, "to", \.to, "The time to move to, 2026-09-30T12:00:00Z."),
        Field(2, "date", \.date, "Or the date whose first instant to move to."),
        make: AdvanceClock.init)
}

extension EngineCommand {
    static let clockCommands = [
        EngineCommand(
            AdvanceClock.self, access: .roles("operator"),
            rejections: [.clockNotManual, .invalidValue, .advanceTooFar]
        ) { (payload, submission, actor, core) throws(Rejection) in
            guard core.library.clockKind == .manual else {
                throw Rejection(
                    .clockNotManual,
                    "This folder's clock is the machine's; a folder made with `daybookd --clock manual` can be moved."
                )
            }
            guard let to = payload.to ?? payload.date.map({ core.calendar.start(of: $0) }) else {
                throw Rejection(.invalidValue, "Give either `to` or `date`.")
            }
            guard to >= core.now else {
                throw Rejection(
                    .invalidValue,
                    "The clock stands at \(core.now) and cannot go back to \(to).")
            }
            try core.requireNear(to)
            return core.beginAdvance(to: to, submission, actor)
        }
    ]
}

extension WriterCore {
    /// Refuses to move the clock further than one command may.
    fileprivate func requireNear(_ goal: Instant) throws(Rejection) {
        let daysMax =
            company == nil ? ClockLimits.firstAdvanceDaysMax : ClockLimits.advanceDaysMax
        let latest = now.adding(microseconds: Int64(daysMax) * Self.microsecondsPerDay)
        guard goal > latest else { return }
        throw Rejection(
            .advanceTooFar,
            "Expected to move the clock by at most \(daysMax) days at once, found \(now) to \(goal); move it in steps, first to \(latest) at the most.",
            [
                JSONMember("now", .string(now.description)),
                JSONMember("latest", .string(latest.description)),
            ])
    }

    static let microsecondsPerDay: Int64 = 86_400_000_000
}
