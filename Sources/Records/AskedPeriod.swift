/// A period as somebody asks for it: the one place that judges its first and last day or time.
public enum AskedPeriod {
    /// Refuses a period that ends before it begins; an open end is no fault.
    public static func check<Moment: Comparable & CustomStringConvertible>(
        from first: Moment?, to last: Moment?
    ) throws(InputFailure) {
        guard let first, let last, last < first else { return }
        throw InputFailure(
            .outOfRange, path: "from",
            "expected the beginning of the period on or before its end \(last), found \(first); exchange the two or give another end"
        )
    }

    /// Refuses parameters whose dates `from` and `to` are exchanged; whatever has no such dates has
    /// no period.
    public static func check<Parameters: Record>(
        _ parameters: Parameters
    ) throws(InputFailure) {
        let json = parameters.json(JSONContext(currency: nil))
        func date(_ name: String) -> BusinessDate? {
            json[name]?.stringValue.flatMap { BusinessDate($0) }
        }
        try check(from: date("from"), to: date("to"))
    }
}
