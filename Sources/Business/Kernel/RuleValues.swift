package import FEEL
package import Records

extension Value {
    /// A field's value as rules see it; exact, and null where FEEL has no such date.
    package init(_ content: FieldContent) {
        switch content {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let decimal):
            self = .number(Decimal34(coefficient: decimal.unscaled, scale: decimal.scale))
        case .text(let text): self = .text(text)
        case .date(let date):
            self = CalendarDate(daysSinceEpoch: Int(date.daysSinceEpoch)).map(Value.date) ?? .null
        case .instant(let instant):
            let moment = DateAndTime(microsecondsSinceEpoch: instant.microsecondsSinceEpoch)
            self = moment.map(Value.dateAndTime) ?? .null
        case .list(let elements): self = .list(elements.map { Value($0) })
        case .record(let record): self = .context(Context(reading: record))
        }
    }

    /// A value of a record as rules see it.
    package init(of value: some FieldValue) { self.init(value.content) }
}

extension RecordContent: ContextSource {
    package func value(named name: String) -> Value? { self[name].map { Value($0) } }
}

extension Decimal {
    /// All of something, in percent.
    static let allInPercent = Decimal(unscaled: 100, scale: 0)
    private static let percentScale = 6

    /// A part in percent of a whole, rounded half-up to six decimals; of nothing, it is all.
    static func percent(_ part: Int64, of whole: Int64) -> Decimal {
        guard whole > 0 else { return allInPercent }
        let scaled = Rounding.halfUp.quotient(Int128(part) * 100_000_000, by: Int128(whole))
        return Decimal(unscaled: scaled, scale: percentScale)
    }
}
