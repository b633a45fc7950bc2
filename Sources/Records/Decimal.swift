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

    /// Reads `-12.50`; no exponent, no spaces, no digit grouping.
    public init?(_ text: String) {
        var digits: Int128 = 0
        var scale = 0
        var seenPoint = false
        var count = 0
        var negative = false
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: negative = true
            case UInt8(ascii: "."):
                if seenPoint || count == 0 { return nil }
                seenPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                count += 1
                if count > 38 { return nil }
                let (shifted, overflow) = digits.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                digits = shifted + Int128(byte - UInt8(ascii: "0"))
                if seenPoint { scale += 1 }
            default: return nil
            }
        }
        if count == 0 || (seenPoint && scale == 0) { return nil }
        self.unscaled = negative ? -digits : digits
        self.scale = scale
    }

    /// The number as a whole count of units of `10^-digits`; digits beyond that must be zeros.
    public func scaled(to digits: Int) throws(ArithmeticFailure) -> Int64 {
        if scale <= digits {
            guard digits - scale <= PowerOfTen.largestExponent else { throw .overflow }
            let (grown, overflow) = unscaled.multipliedReportingOverflow(
                by: PowerOfTen.value(digits - scale))
            if overflow { throw .overflow }
            return try grown.narrowed()
        }
        let (whole, rest) = unscaled.quotientAndRemainder(
            dividingBy: PowerOfTen.value(scale - digits))
        guard rest == 0 else { throw .surplusDigits(allowed: digits) }
        return try whole.narrowed()
    }

    /// The number as people write it, with as many decimals as `scale`.
    public var description: String { Self.text(unscaled, scale: scale, minimumDecimals: scale) }

    /// Digits with a point: `text(1250, scale: 2, minimumDecimals: 0)` is `12.5`.
    public static func text(_ unscaled: Int128, scale: Int, minimumDecimals: Int) -> String {
        var digits = String(unscaled.magnitude)
        if scale > 0 {
            if digits.utf8.count <= scale {
                digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
            }
            var decimals = digits.suffix(scale)
            let whole = digits.dropLast(scale)
            while decimals.utf8.count > minimumDecimals, decimals.last == "0" {
                decimals.removeLast()
            }
            digits = decimals.isEmpty ? String(whole) : "\(whole).\(decimals)"
        }
        return unscaled < 0 ? "-" + digits : digits
    }
}
