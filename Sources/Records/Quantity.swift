/// A unit in which quantities are counted: `pcs`, `kg`, `箱`.
///
/// ``base`` stands for "the stock-keeping unit of the product beside which the quantity stands";
/// it is what the wire means when it names no unit.
public struct UnitOfMeasure: Hashable, Sendable {
    /// The unit's symbol; empty for ``base``.
    public let symbol: String

    /// A unit by its symbol.
    public init(symbol: String) { self.symbol = symbol }

    /// Bytes of UTF-8 that a unit's symbol has at the most.
    public static let symbolBytesMax = 32

    /// The words for a message: what the symbol of a unit must look like.
    public static let expectation =
        "a unit of 1 to 32 bytes of NFC text without spaces or control characters"

    /// Whether a text from outside can be the symbol of a unit.
    public static func allows(_ symbol: String) -> Bool {
        (1...symbolBytesMax).contains(symbol.utf8.count) && symbol.isPlainWord
    }

    /// The product's own unit.
    public static let base = UnitOfMeasure(symbol: "")

    /// The unit as messages name it.
    public var displayName: String { symbol.isEmpty ? "the product's unit" : symbol }
}

/// An exact quantity.
///
/// - Shape: `millionths` of `unit`, six decimals.
public struct Quantity: Hashable, Sendable, CustomStringConvertible {
    /// Digits after the point.
    public static let scale = 6

    /// Millionths of one `unit`.
    public let millionths: Int64
    /// What is counted.
    public let unit: UnitOfMeasure

    /// A quantity from its millionths.
    public init(millionths: Int64, unit: UnitOfMeasure = .base) {
        self.millionths = millionths
        self.unit = unit
    }

    /// A whole number of units.
    public init(_ whole: Int32, unit: UnitOfMeasure = .base) {
        self.init(millionths: Int64(whole) * 1_000_000, unit: unit)
    }

    /// A quantity from an exact decimal; more than six decimals are refused.
    public init(_ decimal: Decimal, unit: UnitOfMeasure = .base) throws(ArithmeticFailure) {
        self.init(millionths: try decimal.scaled(to: Self.scale), unit: unit)
    }

    /// Nothing, in the product's own unit.
    public static let zero = Quantity(millionths: 0)

    /// Whether there is nothing.
    public var isZero: Bool { millionths == 0 }
    /// Whether there is more than nothing.
    public var isPositive: Bool { millionths > 0 }
    /// Whether there is less than nothing.
    public var isNegative: Bool { millionths < 0 }

    /// The sum of two quantities of one unit.
    public func adding(_ other: Quantity) throws(ArithmeticFailure) -> Quantity {
        guard unit == other.unit else { throw .unitMismatch(unit, other.unit) }
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        if overflow { throw .overflow }
        return Quantity(millionths: sum, unit: unit)
    }

    /// The difference of two quantities of one unit.
    public func subtracting(_ other: Quantity) throws(ArithmeticFailure) -> Quantity {
        guard unit == other.unit else { throw .unitMismatch(unit, other.unit) }
        let (rest, overflow) = millionths.subtractingReportingOverflow(other.millionths)
        if overflow { throw .overflow }
        return Quantity(millionths: rest, unit: unit)
    }

    /// The quantity as an exact decimal.
    public var decimal: Decimal { Decimal(unscaled: Int128(millionths), scale: Self.scale) }

    /// The digits without trailing zeros, `12.5`.
    public var digits: String {
        Decimal.text(Int128(millionths), scale: Self.scale, minimumDecimals: 0)
    }

    /// The digits and, where it is not the product's own, the unit.
    public var description: String {
        unit.symbol.isEmpty ? digits : "\(digits) \(unit.symbol)"
    }
}

extension Quantity: Comparable {
    /// Orders by amount; quantities of different units are ordered by unit and never mixed.
    public static func < (left: Quantity, right: Quantity) -> Bool {
        left.unit == right.unit
            ? left.millionths < right.millionths : left.unit.symbol < right.unit.symbol
    }
}

/// An exact price of one unit.
///
/// - Shape: `millionths` of the currency's major unit for one unit of the product, six decimals.
public struct UnitPrice: Hashable, Sendable, CustomStringConvertible {
    /// Digits after the point.
    public static let scale = 6

    /// Millionths of the currency's major unit.
    public let millionths: Int64
    /// The currency of the price.
    public let currency: Currency

    /// A price from its millionths.
    public init(millionths: Int64, currency: Currency) {
        self.millionths = millionths
        self.currency = currency
    }

    /// A price from an exact decimal; more than six decimals are refused.
    public init(_ decimal: Decimal, _ currency: Currency) throws(ArithmeticFailure) {
        self.init(millionths: try decimal.scaled(to: Self.scale), currency: currency)
    }

    /// Whether the price is nothing.
    public var isZero: Bool { millionths == 0 }
    /// Whether the price is less than nothing.
    public var isNegative: Bool { millionths < 0 }

    /// Price times quantity, less a discount, rounded once to minor units.
    ///
    /// - Source: semantics 3.4, line net = round(quantity x price x (1 - discount)).
    public func amount(
        of quantity: Quantity, discount: Rate = .zero, rounding: Rounding = .halfUp
    ) throws(ArithmeticFailure) -> Money {
        let gross = Int128(millionths) * Int128(quantity.millionths)
        let keptParts = discount.divisor - Int128(discount.unscaled)
        let (product, overflow) = gross.multipliedReportingOverflow(by: keptParts)
        if overflow { throw .overflow }
        // Both factors carry six decimals, the amount carries the currency's digits.
        let (divisor, tooWide) = PowerOfTen.value(Self.scale + Quantity.scale - currency.digits)
            .multipliedReportingOverflow(by: discount.divisor)
        if tooWide { throw .overflow }
        return Money(
            minorUnits: try rounding.quotient(product, by: divisor).narrowed(), currency: currency)
    }

    /// The price as an exact decimal.
    public var decimal: Decimal { Decimal(unscaled: Int128(millionths), scale: Self.scale) }

    /// The digits with at least the currency's own decimals, `14.00`.
    public var digits: String {
        Decimal.text(Int128(millionths), scale: Self.scale, minimumDecimals: currency.digits)
    }

    /// The digits and the code, `14.00 USD`.
    public var description: String { "\(digits) \(currency.code)" }
}

/// An exact factor: a tax rate, a discount, an exchange rate, a probability.
///
/// - Shape: `unscaled / 10^scale`; 22 % is 22 with scale 2.
public struct Rate: Sendable, CustomStringConvertible {
    /// Decimals that a rate may have at the most.
    public static let scaleMax = 12

    /// The digits without the point.
    public let unscaled: Int64
    /// How many digits stand after the point.
    public let scale: UInt8

    /// A rate from its parts.
    /// - Precondition: `scale` is at most ``scaleMax``.
    public init(unscaled: Int64, scale: UInt8) {
        precondition(scale <= Self.scaleMax, "a rate has at most \(Self.scaleMax) decimals")
        self.unscaled = unscaled
        self.scale = scale
    }

    /// A rate from an exact decimal with at most ``scaleMax`` decimals.
    public init(_ decimal: Decimal) throws(ArithmeticFailure) {
        let kept = max(0, min(decimal.scale, Self.scaleMax))
        self.init(unscaled: try decimal.scaled(to: kept), scale: UInt8(kept))
    }

    /// Nothing.
    public static let zero = Rate(unscaled: 0, scale: 0)
    /// The whole.
    public static let one = Rate(unscaled: 1, scale: 0)

    /// Whether the rate is nothing.
    public var isZero: Bool { unscaled == 0 }

    /// By what `unscaled` is divided.
    public var divisor: Int128 { PowerOfTen.value(Int(scale)) }

    /// The rate as an exact decimal.
    public var decimal: Decimal { Decimal(unscaled: Int128(unscaled), scale: Int(scale)) }

    /// The digits without trailing zeros, `0.22`.
    public var description: String {
        Decimal.text(Int128(unscaled), scale: Int(scale), minimumDecimals: 0)
    }
}

extension Rate: Hashable, Comparable {
    private var inSmallestUnits: Int128 {
        Int128(unscaled) * PowerOfTen.value(Self.scaleMax - Int(scale))
    }

    /// Rates are equal by value: 0.2 is 0.20.
    public static func == (left: Rate, right: Rate) -> Bool {
        left.inSmallestUnits == right.inSmallestUnits
    }

    /// Orders by value.
    public static func < (left: Rate, right: Rate) -> Bool {
        left.inSmallestUnits < right.inSmallestUnits
    }

    /// Hashes by value.
    public func hash(into hasher: inout Hasher) { hasher.combine(inSmallestUnits) }
}
