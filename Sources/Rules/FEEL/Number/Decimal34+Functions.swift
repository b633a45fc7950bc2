// Roots, powers, exponential and logarithm: worked out with 90 places, rounded once to 34 digits.
extension Decimal34 {
    /// Beyond this the exponential leaves the range of 34-digit decimals either way.
    private static let exponentialArgumentMaximum = Decimal34(15_000)
    /// Powers up to this many digits are computed as whole numbers, hence exactly.
    private static let exactPowerDigitsMaximum = 2_000

    /// The square root; nil for negative numbers.
    package var squareRoot: Decimal34? {
        guard !isNegative else { return nil }
        if isZero { return .zero }
        // An even exponent and 80 more places than needed.
        let places = exponent.isMultiple(of: 2) ? 80 : 81
        let radicand = BigMagnitude(magnitude).timesPowerOfTen(places)
        let root = radicand.squareRoot
        let exact = root.multiplied(by: root) == radicand
        return root.decimal(
            exponent: (Int(exponent) - places) / 2, isNegative: false, sticky: !exact)?.normalized
    }

    /// e raised to this number; nil when the result is too large.
    package var exponential: Decimal34? {
        if isZero { return .one }
        if absolute > Self.exponentialArgumentMaximum { return isNegative ? .zero : nil }
        return FixedPoint(self).exponential()
    }

    /// The natural logarithm; nil unless positive.
    package var naturalLogarithm: Decimal34? {
        guard !isNegative, !isZero else { return nil }
        return FixedPoint.logarithm(of: self).decimal
    }

    /// This number raised to `power`; nil where there is no real result or it is too large.
    package func raised(to power: Decimal34) -> Decimal34? {
        if power.isZero { return .one }
        if isZero { return power.isNegative ? nil : .zero }
        if let whole = power.integer, whole > 0,
            PowersOfTen.digitCount(magnitude) * min(whole, 100_000)
                <= Self.exactPowerDigitsMaximum
        {
            var result = BigMagnitude(1)
            for _ in 0..<whole { result = result.multiplied(by: BigMagnitude(magnitude)) }
            let (places, overflow) = Int(exponent).multipliedReportingOverflow(by: whole)
            guard !overflow, abs(places) < 1_000_000 else { return nil }
            return result.decimal(
                exponent: places, isNegative: isNegative && !whole.isMultiple(of: 2))
        }
        var negative = false
        if isNegative {
            guard power.isInteger else { return nil }
            negative = power.modulo(Decimal34(2))?.isZero == false
        }
        let logarithm = FixedPoint.logarithm(of: absolute)
        if logarithm.magnitude.isZero { return negative ? -.one : .one }
        guard let estimate = logarithm.decimal?.multiplied(by: power) else { return nil }
        if estimate.absolute > Self.exponentialArgumentMaximum {
            return estimate.isNegative ? .zero : nil
        }
        let result = logarithm.multiplied(by: power).exponential()?.normalized
        return negative ? result.map { -$0 } : result
    }
}

/// A signed number with 90 decimal places.
private struct FixedPoint {
    static let places = 90
    static let unit = BigMagnitude.powerOfTen(places)
    static let logarithmOfTen = logarithmNearOne(unit.multiplied(by: BigMagnitude(10)))

    var magnitude: BigMagnitude
    var isNegative: Bool

    init(magnitude: BigMagnitude, isNegative: Bool) {
        self.magnitude = magnitude
        self.isNegative = isNegative
    }

    init(_ number: Decimal34) {
        let shift = Int(number.exponent) + Self.places
        let digits = BigMagnitude(number.magnitude)
        magnitude =
            shift >= 0
            ? digits.timesPowerOfTen(shift)
            : digits.quotientAndRemainder(dividingBy: .powerOfTen(-shift)).quotient
        isNegative = number.isNegative
    }

    var decimal: Decimal34? {
        magnitude.decimal(exponent: -Self.places, isNegative: isNegative)?.normalized
    }

    private static func product(_ left: BigMagnitude, _ right: BigMagnitude) -> BigMagnitude {
        left.multiplied(by: right).quotientAndRemainder(dividingBy: unit).quotient
    }

    private static func quotient(_ left: BigMagnitude, _ right: BigMagnitude) -> BigMagnitude {
        left.multiplied(by: unit).quotientAndRemainder(dividingBy: right).quotient
    }

    func multiplied(by number: Decimal34) -> FixedPoint {
        let wide = magnitude.multiplied(by: BigMagnitude(number.magnitude))
        let shift = Int(number.exponent)
        let scaled =
            shift >= 0
            ? wide.timesPowerOfTen(shift)
            : wide.quotientAndRemainder(dividingBy: .powerOfTen(-shift)).quotient
        return FixedPoint(magnitude: scaled, isNegative: isNegative != number.isNegative)
    }

    /// e^x as 10^n * e^r with 0 <= r < ln 10; e^r by its series on r / 256, squared eight times.
    func exponential() -> Decimal34? {
        let (count, rest) = magnitude.quotientAndRemainder(dividingBy: Self.logarithmOfTen)
        guard let whole = count.narrow, whole < 100_000 else { return nil }
        var powerOfTen = Int(whole)
        var remainder = rest
        if isNegative {
            powerOfTen = -powerOfTen
            if !rest.isZero {
                powerOfTen -= 1
                remainder = Self.logarithmOfTen.subtracting(rest)
            }
        }
        let small = remainder.shiftedRight(8)
        var term = Self.unit
        var sum = Self.unit
        var index: UInt32 = 1
        while !term.isZero {
            term = Self.product(term, small).dividedBySmall(index).quotient
            sum = sum.adding(term)
            index += 1
        }
        for _ in 0..<8 { sum = Self.product(sum, sum) }
        return sum.decimal(exponent: powerOfTen - Self.places, isNegative: false)
    }

    /// ln x as e * ln 10 + ln m with 1 <= m < 10.
    static func logarithm(of number: Decimal34) -> FixedPoint {
        let digits = PowersOfTen.digitCount(number.magnitude)
        let power = Int(number.exponent) + digits - 1
        let mantissa = BigMagnitude(number.magnitude).timesPowerOfTen(places - digits + 1)
        let fraction = logarithmNearOne(mantissa)
        let whole = logarithmOfTen.multiplied(by: BigMagnitude(UInt128(power.magnitude)))
        if power >= 0 {
            return FixedPoint(magnitude: whole.adding(fraction), isNegative: false)
        }
        return FixedPoint(magnitude: whole.subtracting(fraction), isNegative: true)
    }

    /// ln m for 1 <= m <= 10: five square roots bring m below 1.08, then 2 artanh((m-1)/(m+1)).
    private static func logarithmNearOne(_ mantissa: BigMagnitude) -> BigMagnitude {
        var near = mantissa
        for _ in 0..<5 { near = near.multiplied(by: unit).squareRoot }
        let ratio = quotient(near.subtracting(unit), near.adding(unit))
        let square = product(ratio, ratio)
        var term = ratio
        var sum = ratio
        var index: UInt32 = 3
        while !term.isZero {
            term = product(term, square)
            sum = sum.adding(term.dividedBySmall(index).quotient)
            index += 2
        }
        return sum.shiftedLeft(6)
    }
}
