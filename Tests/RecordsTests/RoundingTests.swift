import Records
import Testing

@Suite("A quotient becomes a whole number by the rule that is asked for")
struct RoundingTests {
    struct Quotient: Sendable, CustomTestStringConvertible {
        let dividend: Int128
        let divisor: Int128
        let halfUp: Int128
        let halfEven: Int128

        init(_ dividend: Int128, _ divisor: Int128, halfUp: Int128, halfEven: Int128) {
            self.dividend = dividend
            self.divisor = divisor
            self.halfUp = halfUp
            self.halfEven = halfEven
        }

        var testDescription: String { "\(dividend) / \(divisor)" }
    }

    // swift-format-ignore
    static let table: [Quotient] = [
        Quotient(0, 2, halfUp: 0, halfEven: 0),
        Quotient(1, 2, halfUp: 1, halfEven: 0),
        Quotient(3, 2, halfUp: 2, halfEven: 2),
        Quotient(5, 2, halfUp: 3, halfEven: 2),
        Quotient(-1, 2, halfUp: -1, halfEven: 0),
        Quotient(-3, 2, halfUp: -2, halfEven: -2),
        Quotient(-5, 2, halfUp: -3, halfEven: -2),
        Quotient(1, -2, halfUp: -1, halfEven: 0),
        Quotient(-1, -2, halfUp: 1, halfEven: 0),
        Quotient(49, 100, halfUp: 0, halfEven: 0),
        Quotient(51, 100, halfUp: 1, halfEven: 1),
        Quotient(-49, 100, halfUp: 0, halfEven: 0),
        Quotient(-51, 100, halfUp: -1, halfEven: -1),
        Quotient(10, 3, halfUp: 3, halfEven: 3),
        Quotient(11, 3, halfUp: 4, halfEven: 4),
        Quotient(.max, .max, halfUp: 1, halfEven: 1),
        Quotient(.max - 1, .max, halfUp: 1, halfEven: 1),
        Quotient(.min, 1, halfUp: .min, halfEven: .min),
        Quotient(.min, .max, halfUp: -1, halfEven: -1),
        Quotient(.max, .min, halfUp: -1, halfEven: -1),
    ]

    @Test(arguments: table)
    func rounds(_ row: Quotient) {
        #expect(Rounding.halfUp.quotient(row.dividend, by: row.divisor) == row.halfUp)
        #expect(Rounding.halfEven.quotient(row.dividend, by: row.divisor) == row.halfEven)
    }

    @Test("a rounded quotient is never further than half a unit from the exact one")
    func nearest() {
        var generator = seededGenerator()
        for _ in 0..<5_000 {
            let dividend = Int128(generator.anyInt64()) * Int128(generator.anyInt64())
            let divisor = Int128(generator.anyInt64())
            if divisor == 0 { continue }
            for rule in Rounding.allCases {
                let away = dividend - rule.quotient(dividend, by: divisor) * divisor
                #expect(away.magnitude * 2 <= divisor.magnitude, "\(dividend) / \(divisor)")
            }
        }
    }
}
