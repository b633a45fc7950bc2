/// A duration of days, hours, minutes and seconds.
package struct DaysAndTime: Sendable, Hashable, Comparable {
    package static let nanosecondsMaximum = Int128(1) << 96

    private let high: Int64
    private let low: UInt64

    package var nanoseconds: Int128 { Int128(high) << 64 | Int128(low) }

    package init(nanoseconds: Int128) {
        high = Int64(truncatingIfNeeded: nanoseconds >> 64)
        low = UInt64(truncatingIfNeeded: nanoseconds)
    }

    package init(seconds: Int) { self.init(nanoseconds: Int128(seconds) * 1_000_000_000) }

    /// The duration of that many seconds; nil when it is too long.
    init?(seconds: Decimal34) {
        guard let exact = seconds.rounded(scale: 9, .halfToEven)?.scaled(to: 9),
            abs(exact) <= Self.nanosecondsMaximum
        else { return nil }
        self.init(nanoseconds: exact)
    }

    /// The length in seconds, exactly.
    package var seconds: Decimal34 { Decimal34(coefficient: nanoseconds, scale: 9).normalized }

    private var wholeSeconds: Int { Int(clamping: nanoseconds / 1_000_000_000) }

    package var days: Int { wholeSeconds / 86_400 }
    package var hours: Int { wholeSeconds / 3_600 % 24 }
    package var minutes: Int { wholeSeconds / 60 % 60 }

    /// The seconds within the minute, with their fraction.
    package var secondsOfMinute: Decimal34 {
        Decimal34(coefficient: nanoseconds % 60_000_000_000, scale: 9).normalized
    }

    package static func < (left: DaysAndTime, right: DaysAndTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension DaysAndTime: CustomStringConvertible {
    /// ISO 8601: `P1DT2H`, `-PT0.5S`, `PT0S`.
    package var description: String {
        if nanoseconds == 0 { return "PT0S" }
        let size = nanoseconds.magnitude
        let second = UInt128(1_000_000_000)
        let whole = size / second
        var text = nanoseconds < 0 ? "-P" : "P"
        if whole >= 86_400 { text += "\(whole / 86_400)D" }
        let rest = whole % 86_400
        let fraction = fractionText(Int(size % second))
        if rest == 0 && fraction.isEmpty { return text }
        text += "T"
        if rest >= 3_600 { text += "\(rest / 3_600)H" }
        if rest / 60 % 60 > 0 { text += "\(rest / 60 % 60)M" }
        if rest % 60 > 0 || !fraction.isEmpty { text += "\(rest % 60)\(fraction)S" }
        return text
    }
}

/// A duration of years and months.
package struct YearsAndMonths: Sendable, Hashable, Comparable {
    static let monthsMaximum = 24_000_000_000

    /// The whole length in months.
    package let total: Int

    package init(months: Int) { total = months }

    package var years: Int { total / 12 }
    package var months: Int { total % 12 }

    package static func < (left: YearsAndMonths, right: YearsAndMonths) -> Bool {
        left.total < right.total
    }
}

extension YearsAndMonths: CustomStringConvertible {
    /// ISO 8601: `P1Y2M`, `-P3M`, `P0M`.
    package var description: String {
        if total == 0 { return "P0M" }
        var text = total < 0 ? "-P" : "P"
        if years != 0 { text += "\(years.magnitude)Y" }
        if months != 0 { text += "\(months.magnitude)M" }
        return text
    }
}
