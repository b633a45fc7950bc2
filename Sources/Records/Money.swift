/// An exact amount of money.
///
/// - Shape: `minorUnits` whole minor units (cents for EUR, yen for JPY) of `currency`.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Amount in the smallest unit of `currency`.
    public let minorUnits: Int64
    /// The currency in which the amount is counted.
    public let currency: Currency

    /// An amount from its minor units.
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nothing, in a currency.
    public static func zero(_ currency: Currency) -> Money {
        Money(minorUnits: 0, currency: currency)
    }

    /// An amount from an exact decimal; surplus digits are refused, never rounded.
    public init(_ decimal: Decimal, _ currency: Currency) throws(ArithmeticFailure) {
        self.init(minorUnits: try decimal.scaled(to: currency.digits), currency: currency)
    }

    /// Whether the amount is nothing.
    public var isZero: Bool { minorUnits == 0 }

    /// Whether the amount is more than nothing.
    public var isPositive: Bool { minorUnits > 0 }

    /// Whether the amount is less than nothing.
    public var isNegative: Bool { minorUnits < 0 }

    /// The sum of two amounts of one currency.
    public func adding(_ other: Money) throws(ArithmeticFailure) -> Money {
        guard currency == other.currency else {
            throw .currencyMismatch(currency, other.currency)
        }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: sum, currency: currency)
    }

    /// The difference of two amounts of one currency.
    public func subtracting(_ other: Money) throws(ArithmeticFailure) -> Money {
        guard currency == other.currency else {
            throw .currencyMismatch(currency, other.currency)
        }
        let (rest, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: rest, currency: currency)
    }

    /// The amount with its sign turned.
    public func negated() throws(ArithmeticFailure) -> Money {
        try Money.zero(currency).subtracting(self)
    }

    /// The amount times a rate, rounded once.
    public func multiplied(
        by rate: Rate, rounding: Rounding = .halfUp
    ) throws(ArithmeticFailure) -> Money {
        let product = Int128(minorUnits) * Int128(rate.unscaled)
        return Money(
            minorUnits: try rounding.quotient(product, by: rate.divisor).narrowed(),
            currency: currency)
    }

    /// The share `part / whole` of the amount, rounded once.
    ///
    /// The rest (`self` less the share) stays with the caller: that is where the remainder goes.
    public func share(
        _ part: Int128, of whole: Int128, rounding: Rounding = .halfUp
    ) throws(ArithmeticFailure) -> Money {
        let (product, overflow) = Int128(minorUnits).multipliedReportingOverflow(by: part)
        // The least number of 128 bits has no opposite.
        if overflow || whole == 0 || (product == .min && whole == -1) { throw .overflow }
        return Money(
            minorUnits: try rounding.quotient(product, by: whole).narrowed(), currency: currency)
    }

    /// The amount spread over weights by largest remainder; ties go to the earlier place.
    ///
    /// The parts add up to the amount: 10.00 over three equal weights is 3.34, 3.33, 3.33.
    /// - Throws: ``ArithmeticFailure/unusableWeights`` where there is no weight, or one is negative,
    ///   or all are zero.
    /// - Source: semantics 3.4.
    public func allocated(over weights: [Int64]) throws(ArithmeticFailure) -> [Money] {
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard total > 0, weights.allSatisfy({ $0 >= 0 }) else { throw .unusableWeights }
        var parts: [Int64] = []
        var remainders: [(rest: UInt128, index: Int)] = []
        var given: Int128 = 0
        for (index, weight) in weights.enumerated() {
            let product = Int128(minorUnits) * Int128(weight)
            let (whole, rest) = product.quotientAndRemainder(dividingBy: total)
            parts.append(try whole.narrowed())
            remainders.append((rest.magnitude, index))
            given += whole
        }
        let step: Int64 = minorUnits < 0 ? -1 : 1
        let missing = Int((Int128(minorUnits) - given).magnitude)
        remainders.sort { ($1.rest, $0.index) < ($0.rest, $1.index) }
        for (_, index) in remainders.prefix(missing) { parts[index] += step }
        return parts.map { Money(minorUnits: $0, currency: currency) }
    }

    /// The amount as an exact decimal with all digits of its currency.
    public var decimal: Decimal { Decimal(unscaled: Int128(minorUnits), scale: currency.digits) }

    /// The digits alone, `1080.00`.
    public var digits: String { decimal.description }

    /// The digits and the code, `1080.00 USD`.
    public var description: String { "\(digits) \(currency.code)" }
}

extension Sequence<Money> {
    /// The sum, in a currency that every amount must have.
    public func total(_ currency: Currency) throws(ArithmeticFailure) -> Money {
        var sum = Money.zero(currency)
        for amount in self { sum = try sum.adding(amount) }
        return sum
    }
}
