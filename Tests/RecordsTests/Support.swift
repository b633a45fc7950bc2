import class Foundation.ProcessInfo
import Records
import Testing

/// Random numbers that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of any size: small ones as often as large ones.
    mutating func anyInt64() -> Int64 {
        Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0...63, using: &self)
    }
}

/// A generator whose seed is printed; `RECORDS_SEED` repeats a run.
func seededGenerator(
    file: String = #fileID, function: String = #function
) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["RECORDS_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("seed of \(file) \(function): \(seed)")
    return SeededGenerator(seed: seed)
}

func currency(_ code: String) throws -> Currency { try #require(Currency(code: code)) }

/// An amount from its text, `amount("14.00", "EUR")`.
func amount(_ digits: String, _ code: String = "EUR") throws -> Money {
    try Money(try decimal(digits), try currency(code))
}

func decimal(_ digits: String) throws -> Decimal { try #require(Decimal(digits)) }
func rate(_ digits: String) throws -> Rate { try Rate(try decimal(digits)) }
func quantity(_ digits: String, _ unit: UnitOfMeasure = .base) throws -> Quantity {
    try Quantity(try decimal(digits), unit: unit)
}
func price(_ digits: String, _ code: String = "EUR") throws -> UnitPrice {
    try UnitPrice(try decimal(digits), try currency(code))
}

/// One line of a table: a text and what comes of it.
struct Row<Expected: Sendable>: Sendable, CustomTestStringConvertible {
    let given: String
    let expected: Expected

    init(_ given: String, _ expected: Expected) {
        self.given = given
        self.expected = expected
    }

    var testDescription: String { "\(given.debugDescription) -> \(expected)" }
}
