internal import Business
internal import Records

/// What happened to a thing, for its time line.
struct TimeLineStep: Record, Equatable {
    let date: BusinessDate
    let recordedAt: Instant
    let text: String
    let source: String
    let type: String
    let person: String
    let position: Int64

    static let schema = Schema<TimeLineStep>(
        "time-line-step", "What happened, and who did it.",
        Field(1, "date", \.date, "The effective date."),
        Field(2, "recordedAt", \.recordedAt, "When it was written."),
        Field(3, "text", \.text, "What happened."),
        Field(4, "source", \.source, "To what it happened."),
        Field(5, "type", \.type, "The event."),
        Field(6, "person", \.person, "Who did it."),
        Field(7, "position", \.position, "Its position in the log."),
        make: TimeLineStep.init)

    init(_ text: String, _ event: RecordedEvent) {
        self.init(
            date: event.effectiveDate, recordedAt: event.recordedAt, text: text,
            source: event.stream.description, type: event.type, person: event.person,
            position: Int64(clamping: event.position))
    }

    private init(
        date: BusinessDate, recordedAt: Instant, text: String, source: String, type: String,
        person: String, position: Int64
    ) {
        self.date = date
        self.recordedAt = recordedAt
        self.text = text
        self.source = source
        self.type = type
        self.person = person
        self.position = position
    }
}
