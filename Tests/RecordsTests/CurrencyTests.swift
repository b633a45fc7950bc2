import Records
import Testing

@Suite("A currency is one of ISO 4217 and knows its digits")
struct CurrencyTests {
    // swift-format-ignore
    static let table: [Row<Int?>] = [
        Row("EUR", 2), Row("USD", 2), Row("CNY", 2), Row("CHF", 2), Row("MGA", 2), Row("ZWG", 2),
        Row("JPY", 0), Row("KRW", 0), Row("XOF", 0), Row("ISK", 0), Row("AED", 2),
        Row("KWD", 3), Row("BHD", 3), Row("TND", 3),
        Row("XXX", nil), Row("eur", nil), Row("EU", nil), Row("EURO", nil), Row("", nil),
        Row("E R", nil), Row("€", nil), Row("ZZZ", nil), Row("AAA", nil), Row("@@@", nil),
        Row("[[[", nil), Row("EU\u{0}", nil), Row("\u{FF}A", nil),
    ]

    @Test(arguments: table)
    func digits(_ row: Row<Int?>) {
        let currency = Currency(code: row.given)
        #expect(currency?.digits == row.expected)
        if let currency { #expect(currency.code == row.given) }
    }

    @Test("three bytes are either a listed code or nothing")
    func exhaustive() {
        var listed = 0
        for first in UInt8(0x3A)..<0x68 {
            for second in UInt8(0x3A)..<0x68 {
                for third in UInt8(0x3A)..<0x68 {
                    let code = String(decoding: [first, second, third], as: UTF8.self)
                    guard let currency = Currency(code: code) else { continue }
                    listed += 1
                    if currency.code != code { Issue.record("\(code) became \(currency)") }
                }
            }
        }
        #expect(listed > 150 && listed < 200)
    }
}
