// Sums, products and quotients; each is the exact result rounded once, half to even, to 34 digits.
extension Decimal34 {
    package static prefix func - (value: Decimal34) -> Decimal34 {
        Decimal34(
            unchecked: value.magnitude, exponent: value.exponent, isNegative: !value.isNegative)
    }

    package var absolute: Decimal34 {
        Decimal34(unchecked: magnitude, exponent: exponent, isNegative: false)
    }

    /// The sum; nil when it is too large.
    package func adding(_ other: Decimal34) -> Decimal34? {
        if exponent == other.exponent {
            return Self.signedSum(self, other.magnitude, other.isNegative)
        }
        if other.isZero { return self }
        if isZero { return other }
        let (high, low) = exponent > other.exponent ? (self, other) : (other, self)
        let gap = Int(high.exponent) - Int(low.exponent)
        let room = 38 - PowersOfTen.digitCount(high.magnitude)
        if gap <= room {
            let aligned = high.magnitude * PowersOfTen.power(gap)
            return Self.sum(
                aligned, high.isNegative, low.magnitude, low.isNegative,
                exponent: Int(low.exponent), sticky: false)
        }
        // The lower number reaches below the 38th digit: what is cut off only decides a tie.
        let aligned = high.magnitude * PowersOfTen.power(room)
        let cut = gap - room
        var (kept, lost): (UInt128, Bool) = (0, true)
        if cut <= 38 {
            let (quotient, remainder) = low.magnitude.quotientAndRemainder(
                dividingBy: PowersOfTen.power(cut))
            (kept, lost) = (quotient, remainder != 0)
        }
        if lost && high.isNegative != low.isNegative { kept += 1 }
        return Self.sum(
            aligned, high.isNegative, kept, low.isNegative,
            exponent: Int(high.exponent) - room, sticky: lost)
    }

    /// The difference; nil when it is too large.
    package func subtracting(_ other: Decimal34) -> Decimal34? { adding(-other) }

    @inline(__always)
    private static func signedSum(
        _ left: Decimal34, _ magnitude: UInt128, _ isNegative: Bool
    ) -> Decimal34? {
        sum(
            left.magnitude, left.isNegative, magnitude, isNegative,
            exponent: Int(left.exponent), sticky: false)
    }

    private static func sum(
        _ left: UInt128, _ leftNegative: Bool, _ right: UInt128, _ rightNegative: Bool,
        exponent: Int, sticky: Bool
    ) -> Decimal34? {
        let magnitude: UInt128
        let isNegative: Bool
        if leftNegative == rightNegative {
            magnitude = left + right
            isNegative = leftNegative
        } else if left >= right {
            magnitude = left - right
            isNegative = leftNegative
        } else {
            magnitude = right - left
            isNegative = rightNegative
        }
        return rounded(magnitude, exponent: exponent, isNegative: isNegative, sticky: sticky)
    }

    /// The product; nil when it is too large.
    package func multiplied(by other: Decimal34) -> Decimal34? {
        let power = Int(exponent) + Int(other.exponent)
        let negative = isNegative != other.isNegative
        let wide = magnitude.multipliedFullWidth(by: other.magnitude)
        if wide.high == 0 {
            return Self.rounded(wide.low, exponent: power, isNegative: negative)
        }
        // At least 39 digits: cut to 38 or fewer, keeping what is lost as a tie breaker.
        let surplus =
            PowersOfTen.digitCount(magnitude) + PowersOfTen.digitCount(other.magnitude) - 37
        let divisor = PowersOfTen.power(surplus)
        let (quotient, remainder) = divisor.dividingFullWidth(wide)
        return Self.rounded(
            quotient, exponent: power + surplus, isNegative: negative, sticky: remainder != 0)
    }

    /// The quotient; nil when the divisor is zero or the result too large.
    package func divided(by other: Decimal34) -> Decimal34? {
        guard !other.isZero else { return nil }
        if isZero { return .zero }
        let negative = isNegative != other.isNegative
        let power = Int(exponent) - Int(other.exponent)
        // Whole quotients are common and need no wide arithmetic.
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: other.magnitude)
        if rest == 0 { return Self.rounded(whole, exponent: power, isNegative: negative) }
        let shifts = (
            Self.digitsMaximum - PowersOfTen.digitCount(magnitude),
            Self.digitsMaximum - PowersOfTen.digitCount(other.magnitude)
        )
        let dividend = magnitude * PowersOfTen.power(shifts.0)
        let divisor = other.magnitude * PowersOfTen.power(shifts.1)
        // dividend / divisor is above 0.1 and below 10: 36 places give 36 or 37 digits.
        let wide = dividend.multipliedFullWidth(by: PowersOfTen.power(36))
        let (quotient, remainder) = divisor.dividingFullWidth(wide)
        let result = Self.rounded(
            quotient, exponent: power - shifts.0 + shifts.1 - 36, isNegative: negative,
            sticky: remainder != 0)
        return result?.normalizedWhenExact(remainder == 0)
    }

    private func normalizedWhenExact(_ exact: Bool) -> Decimal34 { exact ? normalized : self }

    /// Whether a remainder by `other` needs no very large numbers.
    func hasExponent(near other: Decimal34) -> Bool {
        abs(exponent - other.exponent) <= 38
    }

    /// The exact remainder with the sign of the divisor; nil when the divisor is zero.
    ///
    /// That is `self - divisor * floor(self / divisor)`.
    ///
    /// - Source: DMN 1.5, 10.3.4.5 modulo.
    package func modulo(_ divisor: Decimal34) -> Decimal34? {
        guard !divisor.isZero else { return nil }
        if isZero { return .zero }
        let power = min(exponent, divisor.exponent)
        let left = BigMagnitude(magnitude).timesPowerOfTen(Int(exponent - power))
        let right = BigMagnitude(divisor.magnitude).timesPowerOfTen(
            Int(divisor.exponent - power))
        var rest = left.quotientAndRemainder(dividingBy: right).remainder
        if !rest.isZero && isNegative != divisor.isNegative { rest = right.subtracting(rest) }
        return rest.decimal(exponent: Int(power), isNegative: divisor.isNegative)
    }
}
