import Business
import Records
import Testing

extension Currency {
    /// The currency of the tests' companies.
    static var euro: Currency { Currency(code: "EUR") ?? .unset }
}

/// An exact decimal from its text.
func exact(_ text: String) throws -> Decimal { try #require(Decimal(text), "decimal \(text)") }

/// An amount in euros.
func euros(_ text: String) throws -> Money { try Money(exact(text), .euro) }

/// A date from its text.
func day(_ text: String) throws -> BusinessDate {
    try #require(BusinessDate(text), "date \(text)")
}
