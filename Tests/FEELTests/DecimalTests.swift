import Testing

@testable import FEEL

@Suite("Decimals of 34 digits")
struct DecimalTests {
    // swift-format-ignore
    static let texts: [(String, String)] = [
        ("1.50", "1.5"), ("-0", "0"), ("000.5", "0.5"), (".25", "0.25"), ("1e3", "1000"), ("12E-2", "0.12"),
        ("12345678901234567890123456789012345", "12345678901234567890123456789012340"),
        ("1234567890123456789012345678901234.51", "1234567890123456789012345678901235"),
        ("1234567890123456789012345678901234.5", "1234567890123456789012345678901234"),
        ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
    ]

    @Test("texts are read and written in one canonical way", arguments: texts)
    func text(_ row: (String, String)) throws {
        #expect(try #require(Decimal34(text: row.0)).description == row.1)
    }

    @Test(
        "what is no number is not read",
        arguments: ["", "-", ".", "1.", "1e", "1 000", "0x1", "1e9999999", "٣"])
    func refused(_ text: String) {
        #expect(Decimal34(text: text) == nil)
    }

    @Test("money converts without loss or not at all")
    func scaled() {
        #expect(Decimal34(coefficient: 12_345, scale: 2).description == "123.45")
        #expect(Decimal34(text: "123.45")?.scaled(to: 2) == 12_345)
        #expect(Decimal34(text: "-123.4")?.scaled(to: 2) == -12_340)
        #expect(Decimal34(text: "123.456")?.scaled(to: 2) == nil)
        #expect(Decimal34(text: "1e40")?.scaled(to: 2) == nil)
        #expect(Decimal34(text: "5.0")?.integer == 5)
    }

    @Test("equal numbers are equal whatever their zeros, and hash alike")
    func equality() throws {
        let plain = try #require(Decimal34(text: "1.5"))
        let padded = try #require(Decimal34(text: "1.500"))
        #expect(plain == padded)
        #expect(plain.hashValue == padded.hashValue)
        #expect(Set([plain, padded]).count == 1)
    }

    // swift-format-ignore
    static let roundings: [(String, Int, Decimal34.Rounding, String)] = [
        ("2.5", 0, .halfToEven, "2"), ("3.5", 0, .halfToEven, "4"), ("-2.5", 0, .halfToEven, "-2"),
        ("2.5", 0, .halfAwayFromZero, "3"), ("-2.5", 0, .halfAwayFromZero, "-3"),
        ("2.5", 0, .halfTowardZero, "2"), ("-2.5", 0, .halfTowardZero, "-2"), ("2.51", 0, .halfTowardZero, "3"),
        ("2.1", 0, .awayFromZero, "3"), ("-2.1", 0, .awayFromZero, "-3"),
        ("2.9", 0, .towardZero, "2"), ("-2.9", 0, .towardZero, "-2"),
        ("2.1", 0, .up, "3"), ("-2.1", 0, .up, "-2"), ("2.9", 0, .down, "2"), ("-2.1", 0, .down, "-3"),
        ("1234.567", -2, .halfToEven, "1200"), ("0.4", -1, .awayFromZero, "10"), ("1.005", 2, .halfToEven, "1"),
    ]

    @Test("rounding", arguments: roundings)
    func rounds(_ row: (String, Int, Decimal34.Rounding, String)) throws {
        let number = try #require(Decimal34(text: row.0))
        #expect(number.rounded(scale: row.1, row.2)?.description == row.3)
    }

    // swift-format-ignore
    static let functions: [(String, String)] = [
        ("sqrt(2)", "1.414213562373095048801688724209698"), ("sqrt(16)", "4"), ("sqrt(0.25)", "0.5"),
        ("exp(1)", "2.718281828459045235360287471352662"), ("exp(-1)", "0.3678794411714423215955237701614609"),
        ("log(10)", "2.302585092994045684017991454684364"), ("log(1)", "0"),
        ("exp(log(7))", "7"), ("2 ** 100", "1267650600228229401496703205376"), ("1.1 ** 10", "2.5937424601"),
        ("10 ** -3", "0.001"), ("(-8) ** 3", "-512"), ("4 ** 1.5", "8"), ("modulo(-12, 5)", "3"), ("modulo(12, -5)", "-3"),
        ("modulo(10.1, 4.5)", "1.1"), ("modulo(1e30, 7)", "1"),
    ]

    @Test("roots, powers and logarithms", arguments: functions)
    func computes(_ row: (String, String)) throws {
        let value = try Expression.compile(row.0).evaluate(in: .empty).value
        let expected = try #require(Decimal34(text: row.1))
        let found = try #require(value.number)
        let distance = try #require(found.subtracting(expected)?.absolute)
        // One unit in the last of 34 places.
        let unit = try #require(
            expected.absolute.multiplied(by: Decimal34(coefficient: 1, scale: 33)))
        #expect(distance <= unit, "\(row.0) is \(found)")
    }
}

@Suite("Decimals against naive arithmetic")
struct DecimalPropertyTests {
    /// Digits of a natural number, least significant first.
    struct Naive: Equatable {
        var digits: [UInt8]

        init(_ text: String) {
            digits = text.utf8.reversed().map { $0 - 48 }
            trim()
        }

        private init(digits: [UInt8]) {
            self.digits = digits
            trim()
        }

        private mutating func trim() { while digits.last == 0 { digits.removeLast() } }

        var text: String {
            digits.isEmpty
                ? "0" : String(decoding: digits.reversed().map { $0 + 48 }, as: UTF8.self)
        }

        func shifted(_ places: Int) -> Naive {
            Naive(digits: [UInt8](repeating: 0, count: places) + digits)
        }

        static func less(_ left: Naive, _ right: Naive) -> Bool {
            if left.digits.count != right.digits.count {
                return left.digits.count < right.digits.count
            }
            return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
        }

        func adding(_ other: Naive) -> Naive {
            var result: [UInt8] = []
            var carry: UInt8 = 0
            for place in 0..<(max(digits.count, other.digits.count) + 1) {
                let sum =
                    (place < digits.count ? digits[place] : 0)
                    + (place < other.digits.count ? other.digits[place] : 0) + carry
                result.append(sum % 10)
                carry = sum / 10
            }
            return Naive(digits: result)
        }

        func subtracting(_ other: Naive) -> Naive {
            var result: [UInt8] = []
            var borrow = 0
            for place in digits.indices {
                var value =
                    Int(digits[place]) - borrow
                    - (place < other.digits.count ? Int(other.digits[place]) : 0)
                borrow = value < 0 ? 1 : 0
                if value < 0 { value += 10 }
                result.append(UInt8(value))
            }
            return Naive(digits: result)
        }

        func multiplied(by other: Naive) -> Naive {
            var result = Naive("0")
            for (place, digit) in other.digits.enumerated() {
                for _ in 0..<digit { result = result.adding(shifted(place)) }
            }
            return result
        }

        func divided(by other: Naive) -> (quotient: Naive, rest: Naive) {
            var quotient: [UInt8] = []
            var rest = Naive("0")
            for digit in digits.reversed() {
                rest = rest.shifted(1).adding(Naive(String(digit)))
                var count: UInt8 = 0
                while !Naive.less(rest, other) {
                    rest = rest.subtracting(other)
                    count += 1
                }
                quotient.append(count)
            }
            return (Naive(digits: quotient.reversed()), rest)
        }

        /// Rounded half to even to 34 digits, with the places cut off.
        func rounded(sticky: Bool) -> (Naive, Int) {
            let surplus = digits.count - 34
            guard surplus > 0 else { return (self, 0) }
            var kept = Naive(digits: Array(digits[surplus...]))
            let cut = Naive(digits: Array(digits[..<surplus]))
            let half = Naive("5").shifted(surplus - 1)
            let isOdd = (kept.digits.first ?? 0) % 2 == 1
            if Naive.less(half, cut) || (cut == half && (sticky || isOdd)) {
                kept = kept.adding(Naive("1"))
            }
            return (kept, surplus)
        }
    }

    private struct Sample {
        let digits: String
        let exponent: Int
        var number: Decimal34? { Decimal34(text: "\(digits)e\(exponent)") }
    }

    private static func sample(_ random: inout SplitMix) -> Sample {
        let count = 1 + Int(random.next() % 34)
        var digits = String(1 + random.next() % 9)
        for _ in 1..<max(count, 2) where digits.utf8.count < count {
            // Runs of nines and zeros find what even digits do not.
            let choice = random.next() % 4
            digits += choice == 0 ? "9" : choice == 1 ? "0" : String(random.next() % 10)
        }
        return Sample(digits: digits, exponent: Int(random.next() % 81) - 40)
    }

    private static func decimal(_ naive: Naive, _ exponent: Int, sticky: Bool = false) -> Decimal34?
    {
        let (kept, cut) = naive.rounded(sticky: sticky)
        return Decimal34(text: "\(kept.text)e\(exponent + cut)")
    }

    @Test("sums, differences, products, quotients and orders agree")
    func agree() throws {
        let seed = UInt64.random(in: 0..<UInt64.max)
        print("decimal property seed: \(seed)")
        var random = SplitMix(seed: seed)
        for _ in 0..<2_000 {
            let (first, second) = (Self.sample(&random), Self.sample(&random))
            let left = try #require(first.number)
            let right = try #require(second.number)
            let low = min(first.exponent, second.exponent)
            let one = Naive(first.digits).shifted(first.exponent - low)
            let two = Naive(second.digits).shifted(second.exponent - low)
            let context: Comment = "\(left) and \(right), seed \(seed)"
            #expect(left.adding(right) == Self.decimal(one.adding(two), low), context)
            let difference =
                Naive.less(one, two)
                ? Self.decimal(two.subtracting(one), low).map { -$0 }
                : Self.decimal(one.subtracting(two), low)
            #expect(left.subtracting(right) == difference, context)
            #expect((left < right) == Naive.less(one, two), context)
            let product = Naive(first.digits).multiplied(by: Naive(second.digits))
            #expect(
                left.multiplied(by: right)
                    == Self.decimal(product, first.exponent + second.exponent), context)
            let (quotient, rest) = Naive(first.digits).shifted(80).divided(
                by: Naive(second.digits))
            #expect(
                left.divided(by: right)
                    == Self.decimal(
                        quotient, first.exponent - second.exponent - 80,
                        sticky: rest.text != "0"), context)
            let remainder = one.divided(by: two).rest
            #expect(left.modulo(right) == Self.decimal(remainder, low), context)
        }
    }
}

/// A small generator of random numbers that a seed repeats.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
