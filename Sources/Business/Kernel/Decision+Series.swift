internal import FEEL
internal import Records

/// How the ids of a series look.
struct IdentifierLook {
    /// What stands before the number.
    let prefix: String
    /// How many digits the number has at the least.
    let digits: Int
}

extension Decision {
    /// The table, in `processes/rules`, that says how the ids of series look.
    static let identifierSeriesRule = "identifier-series"
    /// Digits of a number at the most.
    private static let identifierDigitsMax = 12
    /// Bytes of what stands before a number at the most.
    private static let identifierPrefixBytesMax = 40

    /// How the ids of a series look in the year of the decision's day.
    func identifierLook(of series: String) throws(Rejection) -> IdentifierLook {
        let year = facts.effectiveDate.parts.year
        let rule = Self.identifierSeriesRule
        guard rules.has(rule, on: facts.effectiveDate) else {
            return IdentifierLook(prefix: "\(series)-\(year)-", digits: 6)
        }
        let outcome = try rules.decide(
            rule, on: facts.effectiveDate,
            inputs: ["series": .text(series), "year": .integer(year)])
        // Numbers are told from prefixes by the last hyphen of an id.
        guard let result = outcome.results.first, let prefix = result["prefix"]?.text,
            let digits = result["digits"]?.number?.integer,
            prefix.utf8.last == UInt8(ascii: "-"), prefix != "-",
            prefix.utf8.count <= Self.identifierPrefixBytesMax,
            IdentifierRules.allows(prefix), (1...Self.identifierDigitsMax).contains(digits)
        else {
            throw Rejection(
                .badRuleResult,
                "The decision \(rule) yielded for the series \(series) no text that may begin an id and ends with a hyphen, and 1 to \(Self.identifierDigitsMax) digits; mend the table.",
                [JSONMember("series", .string(series))])
        }
        return IdentifierLook(prefix: prefix, digits: Int(digits))
    }
}
