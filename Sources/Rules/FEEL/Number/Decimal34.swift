/// A decimal number of 34 digits, as in IEEE 754 decimal128: the numbers of FEEL.
///
/// The value is `(-1)^isNegative * magnitude * 10^exponent`. Equal numbers may have different
/// exponents (`1.0` and `1.00`); comparing and hashing look at the value alone.
///
/// - Shape: magnitude below 10^34; exponent -6176 ... 6111.
/// - Source: DMN 1.5, 10.3.2.3.1 number; IEEE 754-2008, decimal128.
package struct Decimal34: Sendable {
    package static let digitsMaximum = 34
    static let exponentMaximum = 6111
    static let exponentMinimum = -6176

    // Two words and not one UInt128, whose alignment of 16 bytes would make every value larger.
    private let high: UInt64
    private let low: UInt64
    let exponent: Int32
    package let isNegative: Bool

    package static let zero = Decimal34(0)
    package static let one = Decimal34(1)

    @inline(__always)
    init(unchecked magnitude: UInt128, exponent: Int32, isNegative: Bool) {
        high = UInt64(truncatingIfNeeded: magnitude >> 64)
        low = UInt64(truncatingIfNeeded: magnitude)
        self.exponent = exponent
        self.isNegative = isNegative && magnitude != 0
    }

    @inline(__always)
    var magnitude: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The integer, exactly.
    package init(_ integer: Int) {
        self.init(unchecked: UInt128(integer.magnitude), exponent: 0, isNegative: integer < 0)
    }

    /// The number `coefficient * 10^-scale`; a scale of 2 reads cents.
    ///
    /// Exact for coefficients of up to 34 digits, beyond that rounded half to even.
    package init(coefficient: Int128, scale: Int) {
        let exponent = max(-scale, Self.exponentMinimum)
        self =
            Self.rounded(
                coefficient.magnitude, exponent: exponent, isNegative: coefficient < 0)
            ?? .zero
    }

    package var isZero: Bool { low == 0 && high == 0 }

    /// -1, 0 or 1.
    package var signum: Int { isZero ? 0 : isNegative ? -1 : 1 }

    /// Whether the value has no fraction.
    package var isInteger: Bool {
        if exponent >= 0 || magnitude == 0 { return true }
        let places = Int(-exponent)
        if places > 38 { return false }
        return magnitude % PowersOfTen.power(places) == 0
    }

    /// The value as an integer; nil when it has a fraction or does not fit.
    package var integer: Int? {
        guard let whole = scaled(to: 0) else { return nil }
        return Int(exactly: whole)
    }

    /// The value times `10^scale` as an integer; nil when digits would be lost or it is too large.
    package func scaled(to scale: Int) -> Int128? {
        if magnitude == 0 { return 0 }
        let shift = Int(exponent) + scale
        var result = magnitude
        if shift >= 0 {
            guard shift <= 38 else { return nil }
            let (product, overflow) = result.multipliedReportingOverflow(
                by: PowersOfTen.power(shift))
            guard !overflow else { return nil }
            result = product
        } else {
            guard -shift <= 38 else { return nil }
            let (quotient, remainder) = result.quotientAndRemainder(
                dividingBy: PowersOfTen.power(-shift))
            guard remainder == 0 else { return nil }
            result = quotient
        }
        guard let whole = Int128(exactly: result) else { return nil }
        return isNegative ? -whole : whole
    }

    /// The same value with the least number of digits.
    var normalized: Decimal34 {
        if magnitude == 0 { return .zero }
        var digits = magnitude
        var power = exponent
        while true {
            let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            digits = quotient
            power += 1
        }
        return Decimal34(unchecked: digits, exponent: power, isNegative: isNegative)
    }

    /// Rounds half to even to 34 digits; nil when the exponent leaves its range.
    ///
    /// `sticky` says that the true value is a little larger than `magnitude`.
    static func rounded(
        _ magnitude: UInt128, exponent: Int, isNegative: Bool, sticky: Bool = false
    ) -> Decimal34? {
        var digits = magnitude
        var power = exponent
        let surplus = PowersOfTen.digitCount(digits) - digitsMaximum
        if surplus > 0 {
            let divisor = PowersOfTen.power(surplus)
            let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
            let half = divisor / 2
            let roundsUp =
                remainder > half
                || (remainder == half && (sticky || !quotient.isMultiple(of: 2)))
            digits = roundsUp ? quotient + 1 : quotient
            power += surplus
            if digits == PowersOfTen.power(digitsMaximum) {
                digits = PowersOfTen.power(digitsMaximum - 1)
                power += 1
            }
        }
        return bounded(digits, exponent: power, isNegative: isNegative)
    }

    /// Brings the exponent into its range without changing the value, where that is possible.
    static func bounded(_ magnitude: UInt128, exponent: Int, isNegative: Bool) -> Decimal34? {
        if magnitude == 0 { return .zero }
        if exponent > exponentMaximum {
            let shift = exponent - exponentMaximum
            guard PowersOfTen.digitCount(magnitude) + shift <= digitsMaximum else { return nil }
            return Decimal34(
                unchecked: magnitude * PowersOfTen.power(shift),
                exponent: Int32(exponentMaximum), isNegative: isNegative)
        }
        if exponent < exponentMinimum {
            let shift = exponentMinimum - exponent
            guard shift <= 38 else { return .zero }
            return Decimal34(
                unchecked: magnitude / PowersOfTen.power(shift),
                exponent: Int32(exponentMinimum), isNegative: isNegative)
        }
        return Decimal34(
            unchecked: magnitude, exponent: Int32(exponent), isNegative: isNegative)
    }
}

extension Decimal34: Comparable, Hashable {
    package static func == (left: Decimal34, right: Decimal34) -> Bool {
        if left.exponent == right.exponent {
            return left.low == right.low && left.high == right.high
                && left.isNegative == right.isNegative
        }
        return compare(left, right) == 0
    }

    package static func < (left: Decimal34, right: Decimal34) -> Bool {
        compare(left, right) < 0
    }

    package func hash(into hasher: inout Hasher) {
        let plain = normalized
        hasher.combine(plain.magnitude)
        hasher.combine(plain.exponent)
        hasher.combine(plain.isNegative)
    }

    /// Negative, zero or positive as `left` is below, equal to or above `right`.
    static func compare(_ left: Decimal34, _ right: Decimal34) -> Int {
        let signs = (left.signum, right.signum)
        if signs.0 != signs.1 { return signs.0 < signs.1 ? -1 : 1 }
        if signs.0 == 0 { return 0 }
        let order = compareMagnitudes(left, right)
        return left.isNegative ? -order : order
    }

    static func compareMagnitudes(_ left: Decimal34, _ right: Decimal34) -> Int {
        var (first, second) = (left.magnitude, right.magnitude)
        if left.exponent != right.exponent {
            let leading = (
                PowersOfTen.digitCount(first) + Int(left.exponent),
                PowersOfTen.digitCount(second) + Int(right.exponent)
            )
            if leading.0 != leading.1 { return leading.0 < leading.1 ? -1 : 1 }
            // Same leading place: the exponents differ by at most 33, so nothing overflows.
            let gap = Int(left.exponent - right.exponent)
            if gap > 0 {
                first *= PowersOfTen.power(gap)
            } else {
                second *= PowersOfTen.power(-gap)
            }
        }
        return first == second ? 0 : first < second ? -1 : 1
    }
}

/// The powers of ten that fit 128 bits.
enum PowersOfTen {
    private static let table: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 1...38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// Ten raised to 0 up to 38.
    @inline(__always)
    static func power(_ exponent: Int) -> UInt128 { table[exponent] }

    /// Number of decimal digits; 1 for zero.
    static func digitCount(_ value: UInt128) -> Int {
        let bits = 128 - value.leadingZeroBitCount
        // 1233 / 4096 is log10(2), good enough for 128 bits.
        let guess = (bits * 1233) >> 12
        return value >= table[guess] ? guess + 1 : max(guess, 1)
    }
}
