/// An exact decimal number as it stands in a text: a whole number and a count of decimals.
///
/// - Shape: `unscaled / 10^scale`; `12.50` is 1250 with scale 2 and keeps its zero.
/// - Limits: at most 38 digits, scale at most 38.
public struct Decimal: Sendable, Hashable, CustomStringConvertible {
    /// The digits without the point.
    public let unscaled: Int128
    /// How many of the digits stand after the point.
    public let scale: Int

    /// A decimal from its parts.
    public init(unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = scale
    }

    /// The most digits that a decimal has.
    public static let digitsMax = 38

    /// Reads `-12.50`; no exponent, no spaces, no digit grouping.
    public init?(_ text: String) { self.init(utf8: text.utf8) }

    /// Reads the bytes of `-12.50`.
    init?(utf8: some Sequence<UInt8>) {
        // 18 digits fit 64 bits, and few numbers of a business have more.
        var low: Int64 = 0
        var wide: Int128 = 0
        var scale = 0
        var seenPoint = false
        var count = 0
        var negative = false
        var isFirst = true
        for byte in utf8 {
            defer { isFirst = false }
            switch byte {
            case UInt8(ascii: "-") where isFirst: negative = true
            case UInt8(ascii: "."):
                if seenPoint || count == 0 { return nil }
                seenPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                count += 1
                if count > Self.digitsMax { return nil }
                let digit = byte - UInt8(ascii: "0")
                if count <= 18 {
                    low = low * 10 + Int64(digit)
                } else {
                    if count == 19 { wide = Int128(low) }
                    wide = wide * 10 + Int128(digit)
                }
                if seenPoint { scale += 1 }
            default: return nil
            }
        }
        if count == 0 || (seenPoint && scale == 0) { return nil }
        let digits = count <= 18 ? Int128(low) : wide
        self.unscaled = negative ? -digits : digits
        self.scale = scale
    }

    /// The number as a whole count of units of `10^-digits`; digits beyond that must be zeros.
    public func scaled(to digits: Int) throws(ArithmeticFailure) -> Int64 {
        if unscaled == 0 { return 0 }
        let (missing, isAbsurd) = digits.subtractingReportingOverflow(scale)
        if missing >= 0 || isAbsurd {
            guard !isAbsurd, missing <= PowerOfTen.largestExponent else { throw .overflow }
            let (grown, overflow) = unscaled.multipliedReportingOverflow(
                by: PowerOfTen.value(missing))
            if overflow { throw .overflow }
            return try grown.narrowed()
        }
        // No number of 128 bits, except zero, ends in more zeros than the largest power has.
        guard missing >= -PowerOfTen.largestExponent else {
            throw .surplusDigits(allowed: digits)
        }
        let (whole, rest) = unscaled.quotientAndRemainder(dividingBy: PowerOfTen.value(-missing))
        guard rest == 0 else { throw .surplusDigits(allowed: digits) }
        return try whole.narrowed()
    }

    /// The number as people write it, with as many decimals as `scale`.
    public var description: String { Self.text(unscaled, scale: scale, minimumDecimals: scale) }

    /// Digits with a point: `text(1250, scale: 2, minimumDecimals: 0)` is `12.5`.
    /// - Precondition: `scale` is not negative.
    public static func text(_ unscaled: Int128, scale: Int, minimumDecimals: Int) -> String {
        precondition(scale >= 0, "a count of decimals")
        var rest = unscaled.magnitude
        var decimals = scale
        let kept = max(0, minimumDecimals)
        while decimals > kept {
            let (shorter, digit) = quotientAndDigit(rest)
            if digit != 0 { break }
            rest = shorter
            decimals -= 1
        }
        // Written from the last digit to the sign.
        let capacity = max(digitsMax + 2, decimals + 1) + 2
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
            var place = capacity
            var written = 0
            while rest != 0 || written <= decimals {
                if decimals > 0, written == decimals {
                    place -= 1
                    buffer[place] = UInt8(ascii: ".")
                }
                let (shorter, digit) = quotientAndDigit(rest)
                rest = shorter
                place -= 1
                buffer[place] = UInt8(ascii: "0") + digit
                written += 1
            }
            if unscaled < 0 {
                place -= 1
                buffer[place] = UInt8(ascii: "-")
            }
            return String(decoding: UnsafeBufferPointer(rebasing: buffer[place...]), as: UTF8.self)
        }
    }

    /// A tenth of a number and its last digit; 64-bit division where that suffices.
    private static func quotientAndDigit(_ number: UInt128) -> (UInt128, UInt8) {
        if let narrow = UInt64(exactly: number) {
            let (quotient, digit) = narrow.quotientAndRemainder(dividingBy: 10)
            return (UInt128(quotient), UInt8(truncatingIfNeeded: digit))
        }
        let (quotient, digit) = number.quotientAndRemainder(dividingBy: 10)
        return (quotient, UInt8(truncatingIfNeeded: digit))
    }
}
