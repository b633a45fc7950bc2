import Business
import Records
import Testing

/// One golden vector of the tax calculation.
struct TaxVector: CustomTestStringConvertible, Sendable {
    let name: String
    let amounts: [String]
    let rate: String
    var isInclusive = false
    let line: (net: String, tax: String, gross: String)
    let document: (net: String, tax: String, gross: String)
    var testDescription: String { name }

    static let all: [TaxVector] = [
        TaxVector(
            name: "T1: the net is rounded before it is taxed", amounts: ["5350.66"], rate: "0.22",
            line: ("5350.66", "1177.15", "6527.81"), document: ("5350.66", "1177.15", "6527.81")),
        TaxVector(
            name: "T2: one line of ten pieces", amounts: ["36.00"], rate: "0.055",
            line: ("36.00", "1.98", "37.98"), document: ("36.00", "1.98", "37.98")),
        TaxVector(
            name: "T2: ten lines of one piece",
            amounts: [String](repeating: "3.60", count: 10), rate: "0.055",
            line: ("36.00", "2.00", "38.00"), document: ("36.00", "1.98", "37.98")),
        TaxVector(
            name: "T3: prices that contain the tax", amounts: ["11.90", "2.80"], rate: "0.21",
            isInclusive: true, line: ("12.14", "2.56", "14.70"),
            document: ("12.15", "2.55", "14.70")),
        TaxVector(
            name: "T4: two halves that meet", amounts: ["55.55", "11.11"], rate: "0.23",
            line: ("66.66", "15.34", "82.00"), document: ("66.66", "15.33", "81.99")),
        TaxVector(
            name: "T5: after a discount", amounts: ["36.86", "9.21"], rate: "0.085",
            line: ("46.07", "3.91", "49.98"), document: ("46.07", "3.92", "49.99")),
        TaxVector(
            name: "T6: the gross price is sacred", amounts: ["8.01"], rate: "0.20",
            isInclusive: true, line: ("6.68", "1.33", "8.01"), document: ("6.68", "1.33", "8.01")),
        TaxVector(
            name: "T7: tax is computed, not what is left over", amounts: ["44.38"], rate: "0.21",
            line: ("44.38", "9.32", "53.70"), document: ("44.38", "9.32", "53.70")),
    ]
}

@Suite("Tax: golden vectors")
struct TaxVectorTests {
    @Test("rounded by line and by document", arguments: TaxVector.all)
    func vector(_ vector: TaxVector) throws {
        for (rounding, expected) in [
            (TaxRounding.line, vector.line), (TaxRounding.document, vector.document),
        ] {
            let tax = AppliedTax(
                code: "x", rate: try Rate(exact(vector.rate)), isInclusive: vector.isInclusive,
                rounding: rounding)
            let lines = try vector.amounts.map {
                TaxableLine(amount: try Money(exact($0), .euro), tax: tax)
            }
            let result = try TaxCalculation(lines, currency: .euro)
            #expect(result.net.digits == expected.net, "\(rounding)")
            #expect(result.tax.digits == expected.tax, "\(rounding)")
            #expect(result.gross.digits == expected.gross, "\(rounding)")
            #expect(try result.lines.map(\.tax).total(.euro) == result.tax)
            #expect(try result.lines.map(\.net).total(.euro) == result.net)
        }
    }

    @Test(
        "line nets that the vectors start from",
        arguments: [
            ("348.35", "16", "0.04", "5350.66"), ("46.07", "1", "0.20", "36.86"),
            ("31.25", "1.42", "0", "44.38"), ("1.42", "31.25", "0", "44.38"),
        ])
    func lineNet(price: String, quantity: String, discount: String, net: String) throws {
        let amount = try UnitPrice(exact(price), .euro).amount(
            of: Quantity(exact(quantity)), discount: Rate(exact(discount)))
        #expect(amount.digits == net)
    }

    @Test("a document's tax spread over goods and a discount adds up")
    func discountLine() throws {
        let tax = AppliedTax(code: "x", rate: try Rate(exact("0.19")), rounding: .document)
        let lines = try ["10.03", "-0.55", "7.77"].map {
            TaxableLine(amount: try Money(exact($0), .euro), tax: tax)
        }
        let result = try TaxCalculation(lines, currency: .euro)
        #expect(result.tax.digits == "3.28")
        #expect(try result.lines.map(\.tax).total(.euro) == result.tax)
    }
}
