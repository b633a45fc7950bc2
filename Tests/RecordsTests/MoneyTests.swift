import Records
import Testing

@Suite("Money is exact, of one currency, and never lost")
struct MoneyTests {
    @Test("amounts of one currency add and subtract")
    func sums() throws {
        #expect(try amount("0.10").adding(amount("0.20")) == amount("0.30"))
        #expect(try amount("0.10").subtracting(amount("0.20")) == amount("-0.10"))
        #expect(try [amount("1.01"), amount("2.02")].total(currency("EUR")) == amount("3.03"))
        #expect(try [].total(currency("EUR")) == amount("0.00"))
    }

    @Test("amounts of different currencies are never mixed")
    func mismatch() throws {
        let (euro, dollar) = (try currency("EUR"), try currency("USD"))
        #expect(throws: ArithmeticFailure.currencyMismatch(euro, dollar)) {
            try amount("1.00").adding(amount("1.00", "USD"))
        }
        #expect(throws: ArithmeticFailure.currencyMismatch(euro, dollar)) {
            try amount("1.00").subtracting(amount("1.00", "USD"))
        }
        #expect(throws: ArithmeticFailure.currencyMismatch(euro, dollar)) {
            try [amount("1.00", "USD")].total(euro)
        }
    }

    @Test("what does not fit 64 bits is refused, not wrapped")
    func overflow() throws {
        let euro = try currency("EUR")
        let (least, most) = (
            Money(minorUnits: .min, currency: euro), Money(minorUnits: .max, currency: euro)
        )
        #expect(throws: ArithmeticFailure.overflow) { try most.adding(amount("0.01")) }
        #expect(throws: ArithmeticFailure.overflow) { try least.subtracting(amount("0.01")) }
        #expect(throws: ArithmeticFailure.overflow) { try least.negated() }
        #expect(throws: ArithmeticFailure.overflow) { try most.multiplied(by: rate("1.1")) }
        #expect(throws: ArithmeticFailure.overflow) { try most.share(.max, of: 1) }
        #expect(throws: ArithmeticFailure.overflow) { try most.share(1, of: 0) }
        #expect(throws: ArithmeticFailure.overflow) { try least.share(1 << 64, of: -1) }
        #expect(try most.multiplied(by: .one) == most)
        #expect(try least.share(3, of: 3) == least)
    }

    @Test("an amount keeps the digits of its currency and refuses more")
    func digits() throws {
        #expect(try amount("1080").description == "1080.00 EUR")
        #expect(try amount("-0.05").description == "-0.05 EUR")
        #expect(try amount("1080", "JPY").description == "1080 JPY")
        #expect(try amount("1.5", "KWD").description == "1.500 KWD")
        #expect(try amount("1.500") == amount("1.50"))
        #expect(throws: ArithmeticFailure.surplusDigits(allowed: 2)) { try amount("1.001") }
        #expect(throws: ArithmeticFailure.surplusDigits(allowed: 0)) { try amount("1.5", "JPY") }
    }

    @Test("there is no negative zero")
    func negativeZero() throws {
        let zero = try amount("-0.00")
        #expect(zero == .zero(try currency("EUR")))
        #expect(zero.description == "0.00 EUR")
        #expect(!zero.isNegative && !zero.isPositive && zero.isZero)
        #expect(try amount("0.00").negated() == zero)
    }

    struct Allocation: Sendable, CustomTestStringConvertible {
        let total: String
        let weights: [Int64]
        let parts: [String]

        init(_ total: String, over weights: [Int64], _ parts: [String]) {
            self.total = total
            self.weights = weights
            self.parts = parts
        }

        var testDescription: String { "\(total) over \(weights)" }
    }

    // swift-format-ignore
    static let allocations: [Allocation] = [
        Allocation("10.00",  over: [1, 1, 1],       ["3.34", "3.33", "3.33"]),
        Allocation("-10.00", over: [1, 1, 1],       ["-3.34", "-3.33", "-3.33"]),
        Allocation("0.02",   over: [1, 1, 1],       ["0.01", "0.01", "0.00"]),
        Allocation("0.00",   over: [1, 2],          ["0.00", "0.00"]),
        Allocation("100.00", over: [7],             ["100.00"]),
        Allocation("1.00",   over: [0, 1, 0],       ["0.00", "1.00", "0.00"]),
        Allocation("0.10",   over: [1, 2],          ["0.03", "0.07"]),
        Allocation("0.05",   over: [1, 1, 1, 1],    ["0.02", "0.01", "0.01", "0.01"]),
        Allocation("10.00",  over: [.max, .max],    ["5.00", "5.00"]),
        Allocation("1.00",   over: [1, 2, 3],       ["0.17", "0.33", "0.50"]),
    ]

    @Test(
        "the largest remainders get the rest; ties go to the earlier place", arguments: allocations)
    func allocates(_ row: Allocation) throws {
        let parts = try amount(row.total).allocated(over: row.weights)
        #expect(parts == (try row.parts.map { try amount($0) }))
    }

    @Test(
        "weights that nothing can be spread over are refused",
        arguments: [[], [0], [0, 0], [-1, 2], [-1]] as [[Int64]])
    func unusableWeights(_ weights: [Int64]) {
        #expect(throws: ArithmeticFailure.unusableWeights) {
            try amount("10.00").allocated(over: weights)
        }
    }

    @Test("whatever is spread adds up, and no part is a whole unit away from its exact share")
    func conserves() throws {
        var generator = seededGenerator()
        let euro = try currency("EUR")
        for _ in 0..<2_000 {
            let total = Money(minorUnits: generator.anyInt64(), currency: euro)
            let count = Int.random(in: 1...20, using: &generator)
            var weights = (0..<count).map { _ in Int64(generator.anyInt64() >> 1).magnitude }
                .map { Int64($0) }
            if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
            let whole = weights.reduce(Int128(0)) { $0 + Int128($1) }
            let parts = try total.allocated(over: weights)
            #expect(parts.count == count)
            #expect(
                parts.reduce(Int128(0)) { $0 + Int128($1.minorUnits) } == Int128(total.minorUnits))
            for (part, weight) in zip(parts, weights) {
                let exact = Int128(total.minorUnits) * Int128(weight)
                let rounded = exact / whole
                #expect((Int128(part.minorUnits) - rounded).magnitude <= 1)
                #expect(weight != 0 || part.isZero)
            }
        }
    }

    @Test("a share and its rest are the amount")
    func shares() throws {
        #expect(try amount("8.01").share(100, of: 120) == amount("6.68"))
        #expect(try amount("8.01").share(100, of: 120, rounding: .halfEven) == amount("6.68"))
        #expect(try amount("0.05").share(1, of: 2) == amount("0.03"))
        #expect(try amount("0.05").share(1, of: 2, rounding: .halfEven) == amount("0.02"))
        #expect(try amount("-0.05").share(1, of: 2) == amount("-0.03"))
    }
}
