/// How a product or quotient becomes a whole number of smaller units.
///
/// Commercial rounding is the default everywhere (semantics 3.4); a jurisdiction may ask for the
/// banker's rule. No other rule touches money.
public enum Rounding: String, Sendable, CaseIterable {
    /// Half a unit goes away from zero: 0.5 becomes 1, -0.5 becomes -1.
    case halfUp = "half-up"
    /// Half a unit goes to the even neighbour: 0.5 becomes 0, 1.5 becomes 2.
    case halfEven = "half-even"

    /// The quotient as a whole number.
    ///
    /// - Precondition: `divisor` is not zero, and the quotient fits 128 bits (`Int128.min` by -1
    ///   does not).
    public func quotient(_ dividend: Int128, by divisor: Int128) -> Int128 {
        precondition(divisor != 0, "a quotient needs a divisor other than zero")
        let (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        if rest == 0 { return whole }
        let restSize = rest.magnitude
        let divisorSize = divisor.magnitude
        let away: Int128 = (dividend < 0) == (divisor < 0) ? 1 : -1
        // `restSize < divisorSize`, so the difference says on which side of a half we are without
        // doubling, which could overflow.
        let missing = divisorSize - restSize
        if restSize > missing { return whole + away }
        if restSize < missing { return whole }
        switch self {
        case .halfUp: return whole + away
        case .halfEven: return whole % 2 == 0 ? whole : whole + away
        }
    }
}

/// What exact arithmetic refuses.
public enum ArithmeticFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The result does not fit 64 bits of its unit.
    case overflow
    /// Two amounts of different currencies met.
    case currencyMismatch(Currency, Currency)
    /// Two quantities of different units met.
    case unitMismatch(UnitOfMeasure, UnitOfMeasure)
    /// An exact decimal has more digits after the point than its unit can hold.
    case surplusDigits(allowed: Int)
    /// A total was to be spread over no weights, over negative ones, or over zeros alone.
    case unusableWeights

    /// The refusal in words: what was expected and what was found.
    public var description: String {
        switch self {
        case .overflow: "the result is larger than an exact 64-bit amount can hold"
        case .currencyMismatch(let expected, let found):
            "expected an amount in \(expected.code), found \(found.code)"
        case .unitMismatch(let expected, let found):
            "expected a quantity in \(expected.displayName), found \(found.displayName)"
        case .surplusDigits(let allowed):
            "expected at most \(allowed) digits after the decimal point"
        case .unusableWeights:
            "expected weights of zero or more, not all zero, to spread an amount over"
        }
    }
}

/// Powers of ten that the scaled integers need.
enum PowerOfTen {
    static let largestExponent = 38

    static let table: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<largestExponent { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    static func value(_ exponent: Int) -> Int128 {
        precondition((0...largestExponent).contains(exponent), "a power of ten within 128 bits")
        return table[exponent]
    }
}

extension Int128 {
    /// The value as 64 bits, or the refusal.
    func narrowed() throws(ArithmeticFailure) -> Int64 {
        guard let narrow = Int64(exactly: self) else { throw .overflow }
        return narrow
    }
}
