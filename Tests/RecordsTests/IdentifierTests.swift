import Records
import Testing

@Suite("An identifier is 1 to 64 bytes of NFC text without '/', '*', spaces or control characters")
struct IdentifierTests {
    // swift-format-ignore
    static let table: [Row<Bool>] = [
        Row("ALFKI", true), Row("10248", true), Row("P-11.b_c:d", true), Row("客户一", true), Row("订单-2026-001", true),
        Row("Müller", true), Row("Ω", true), Row("🚚", true), Row("a", true), Row("\"quoted\"", true),
        Row(String(repeating: "x", count: 64), true), Row(String(repeating: "户", count: 21), true),
        Row("", false), Row(String(repeating: "x", count: 65), false), Row(String(repeating: "户", count: 22), false),
        Row("a/b", false), Row("a*", false), Row("*", false), Row("a b", false), Row(" a", false), Row("a ", false),
        Row("a\tb", false), Row("a\nb", false), Row("a\r", false), Row("\u{0}", false), Row("a\u{7F}", false),
        Row("a\u{85}b", false), Row("a\u{9B}b", false), Row("a\u{A0}b", false), Row("客\u{3000}户", false), Row("a\u{2028}", false),
        Row("Mu\u{308}ller", false), Row("A\u{30A}", false), Row("\u{212B}", false), Row("\u{1100}\u{1161}", false),
    ]

    @Test(arguments: table)
    func rules(_ row: Row<Bool>) {
        #expect(IdentifierRules.allows(row.given) == row.expected)
        #expect((Identifier<Product>(row.given) != nil) == row.expected)
    }

    @Test("identifiers are ordered by their bytes")
    func order() throws {
        let texts = ["B", "a", "Z", "é", "10", "9", "箱"]
        let sorted = texts.compactMap(Identifier<Product>.init).sorted().map(\.text)
        #expect(sorted == ["10", "9", "B", "Z", "a", "é", "箱"])
    }
}
