internal import Business
internal import Records

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
            rejections: [.clockNotManual, .invalidValue]
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
            return core.beginAdvance(to: to, submission, actor)
        }
    ]
}
