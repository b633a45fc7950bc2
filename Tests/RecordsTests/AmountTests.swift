import Records
import Testing

@Suite("Quantities, prices and rates are exact decimals")
struct AmountTests {
    @Test("quantities of one unit add and subtract; units are never mixed")
    func quantities() throws {
        let kilogram = UnitOfMeasure(symbol: "kg")
        #expect(try quantity("1.5").adding(quantity("0.000001")) == quantity("1.500001"))
        #expect(try quantity("1").subtracting(quantity("2")) == quantity("-1"))
        #expect(throws: ArithmeticFailure.unitMismatch(.base, kilogram)) {
            try quantity("1").adding(quantity("1", kilogram))
        }
        #expect(throws: ArithmeticFailure.overflow) {
            try Quantity(millionths: .max).adding(quantity("1"))
        }
        #expect(throws: ArithmeticFailure.overflow) {
            try Quantity(millionths: .min).subtracting(quantity("1"))
        }
        #expect(throws: ArithmeticFailure.surplusDigits(allowed: 6)) { try quantity("0.0000001") }
    }

    @Test("a quantity shows the digits that it needs, and its unit")
    func quantityText() throws {
        #expect(try quantity("12.500").description == "12.5")
        #expect(try quantity("12").description == "12")
        #expect(try quantity("-0.000001").description == "-0.000001")
        #expect(try quantity("-0").description == "0")
        #expect(try quantity("3", UnitOfMeasure(symbol: "箱")).description == "3 箱")
        #expect(Quantity(millionths: .min).description == "-9223372036854.775808")
    }

    struct LineNet: Sendable, CustomTestStringConvertible {
        let name: String
        let quantity: String
        let price: String
        let discount: String
        let net: String

        init(
            _ name: String, _ quantity: String, at price: String, less discount: String = "0",
            is net: String
        ) {
            self.name = name
            self.quantity = quantity
            self.price = price
            self.discount = discount
            self.net = net
        }

        var testDescription: String { "\(name): \(quantity) x \(price) - \(discount) = \(net)" }
    }

    // swift-format-ignore
    static let lineNets: [LineNet] = [
        LineNet("T1", "16",   at: "348.35", less: "0.04", is: "5350.66"),
        LineNet("T2", "10",   at: "3.60",                 is: "36.00"),
        LineNet("T2", "1",    at: "3.60",                 is: "3.60"),
        LineNet("T5", "1",    at: "46.07",  less: "0.20", is: "36.86"),
        LineNet("T5", "1",    at: "9.21",                 is: "9.21"),
        LineNet("T7", "1.42", at: "31.25",                is: "44.38"),
        LineNet("a return",      "-1.42", at: "31.25",                is: "-44.38"),
        LineNet("half a cent",   "0.5",   at: "0.01",                 is: "0.01"),
        LineNet("all off",       "3",     at: "9.99",     less: "1",  is: "0.00"),
        LineNet("tiny price",    "1000",  at: "0.000005",             is: "0.01"),
        LineNet("free",          "1000",  at: "0",                    is: "0.00"),
    ]

    @Test("a line's net is quantity x price x (1 - discount), rounded once", arguments: lineNets)
    func lineNet(_ row: LineNet) throws {
        let net = try price(row.price).amount(
            of: quantity(row.quantity), discount: rate(row.discount))
        #expect(net == (try amount(row.net)))
    }

    @Test("taxes on line nets come out as the golden vectors say (T1 to T7)")
    func taxes() throws {
        func tax(_ net: String, _ percent: String) throws -> Money {
            try amount(net).multiplied(by: rate(percent))
        }
        #expect(try tax("5350.66", "0.22") == amount("1177.15"))
        #expect(try tax("36.00", "0.055") == amount("1.98"))
        #expect(try tax("3.60", "0.055") == amount("0.20"))
        #expect(try amount("11.90").share(100, of: 121) == amount("9.83"))
        #expect(try amount("2.80").share(100, of: 121) == amount("2.31"))
        #expect(try amount("14.70").share(100, of: 121) == amount("12.15"))
        #expect(try tax("55.55", "0.23").adding(tax("11.11", "0.23")) == amount("15.34"))
        #expect(try tax("66.66", "0.23") == amount("15.33"))
        #expect(try tax("36.86", "0.085").adding(tax("9.21", "0.085")) == amount("3.91"))
        #expect(try tax("46.07", "0.085") == amount("3.92"))
        #expect(try amount("8.01").share(100, of: 120) == amount("6.68"))
        #expect(try tax("44.38", "0.21") == amount("9.32"))
    }

    @Test("a price times a quantity has the digits of the price's currency")
    func currencies() throws {
        #expect(try price("10.5", "JPY").amount(of: quantity("1")) == amount("11", "JPY"))
        #expect(
            try price("10.5", "JPY").amount(of: quantity("1"), rounding: .halfEven)
                == amount("10", "JPY"))
        #expect(try price("1.0005", "KWD").amount(of: quantity("1")) == amount("1.001", "KWD"))
        #expect(throws: ArithmeticFailure.overflow) {
            try UnitPrice(millionths: .max, currency: currency("EUR"))
                .amount(of: Quantity(millionths: .max))
        }
        #expect(throws: ArithmeticFailure.overflow) {
            try UnitPrice(millionths: .min, currency: currency("EUR"))
                .amount(of: Quantity(millionths: .min), discount: rate("0.000000000001"))
        }
    }

    @Test("a price shows at least its currency's digits")
    func priceText() throws {
        #expect(try price("14").description == "14.00 EUR")
        #expect(try price("0.000001").description == "0.000001 EUR")
        #expect(try price("14", "JPY").description == "14 JPY")
        #expect(try price("14.1", "KWD").description == "14.100 KWD")
    }

    @Test("rates are equal, ordered and hashed by value")
    func rates() throws {
        #expect(try rate("0.2") == rate("0.200"))
        #expect(try Set([rate("0.2"), rate("0.20")]).count == 1)
        #expect(try rate("0.19") < rate("0.2"))
        #expect(try rate("-1") < rate("0"))
        #expect(try rate("0.220").description == "0.22")
        #expect(try rate("0.123456789012").scale == 12)
        #expect(try rate("0.1234567890120").scale == 12)
        #expect(throws: ArithmeticFailure.surplusDigits(allowed: 12)) {
            try rate("0.1234567890123")
        }
        #expect(throws: ArithmeticFailure.overflow) { try rate("9999999999999999999") }
    }
}

@Suite("A decimal is what stands in the text, digit for digit")
struct DecimalTests {
    // swift-format-ignore
    static let table: [Row<String?>] = [
        Row("0", "0"), Row("-0", "0"), Row("-0.00", "0.00"), Row("12.50", "12.50"), Row("007", "7"),
        Row("-12.5", "-12.5"), Row("0.000001", "0.000001"),
        Row("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        Row("-9999999999999999999.9999999999999999999", "-9999999999999999999.9999999999999999999"),
        Row("0.0000000000000000000000000000000000001", "0.0000000000000000000000000000000000001"),
        Row("999999999999999999", "999999999999999999"), Row("1234567890123456789", "1234567890123456789"),
        Row("999999999999999999999999999999999999999", nil),
        Row("", nil), Row("-", nil), Row(".", nil), Row(".5", nil), Row("5.", nil), Row("-.5", nil),
        Row("1..2", nil), Row("1.2.3", nil), Row("1e3", nil), Row("+1", nil), Row("1-", nil), Row("--1", nil),
        Row(" 1", nil), Row("1 ", nil), Row("1,5", nil), Row("1_000", nil), Row("NaN", nil), Row("٣", nil),
        Row("１", nil), Row("0x1", nil),
    ]

    @Test(arguments: table)
    func reads(_ row: Row<String?>) {
        #expect(Decimal(row.given)?.description == row.expected)
    }

    @Test("a decimal becomes a count of smaller units exactly, or is refused")
    func scales() throws {
        #expect(try decimal("12.50").scaled(to: 2) == 1250)
        #expect(try decimal("12.50").scaled(to: 1) == 125)
        #expect(try decimal("-12.5").scaled(to: 6) == -12_500_000)
        #expect(throws: ArithmeticFailure.surplusDigits(allowed: 0)) {
            try decimal("12.50").scaled(to: 0)
        }
        #expect(throws: ArithmeticFailure.overflow) { try decimal("99").scaled(to: 30) }
        #expect(throws: ArithmeticFailure.overflow) {
            try Decimal(unscaled: .max, scale: 0).scaled(to: 38)
        }
    }

    @Test("no scale, however absurd, is a trap", arguments: [Int.min, -100, -1, 39, 100, Int.max])
    func absurdScales(_ scale: Int) throws {
        let wide = Decimal(unscaled: .max, scale: scale)
        #expect(throws: ArithmeticFailure.self) { try wide.scaled(to: 6) }
        #expect(throws: ArithmeticFailure.self) { try Rate(wide) }
        #expect(try Decimal(unscaled: 0, scale: scale).scaled(to: 6) == 0)
    }

    @Test("reading what was written gives the number back")
    func roundTrip() throws {
        var generator = seededGenerator()
        for _ in 0..<5_000 {
            let unscaled = Int128(generator.anyInt64()) * Int128(generator.anyInt64() >> 3)
            let number = Decimal(
                unscaled: unscaled, scale: Int.random(in: 0...38, using: &generator))
            if number.unscaled.magnitude >= 1_000_000_000_000_000_000_000_000_000_000_000_000 {
                continue
            }
            guard let read = Decimal(number.description) else {
                // One zero before the point and 38 decimals are a digit too many.
                #expect(number.scale == 38)
                continue
            }
            #expect(read == number)
        }
    }
}
