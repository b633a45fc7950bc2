/// A natural number of any size, for the few places where 128 bits are too narrow.
struct BigMagnitude: Equatable {
    /// Base 2^32, least significant first, no leading zeros.
    private(set) var limbs: [UInt32]

    init(limbs: [UInt32]) {
        var trimmed = limbs
        while trimmed.last == 0 { trimmed.removeLast() }
        self.limbs = trimmed
    }

    init(_ value: UInt128) {
        var rest = value
        var limbs: [UInt32] = []
        while rest != 0 {
            limbs.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        }
        self.limbs = limbs
    }

    var isZero: Bool { limbs.isEmpty }
    var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }

    var bitCount: Int {
        guard let last = limbs.last else { return 0 }
        return limbs.count * 32 - last.leadingZeroBitCount
    }

    /// The value when it fits 128 bits.
    var narrow: UInt128? {
        guard limbs.count <= 4 else { return nil }
        var value: UInt128 = 0
        for limb in limbs.reversed() { value = value << 32 | UInt128(limb) }
        return value
    }

    static func powerOfTen(_ exponent: Int) -> BigMagnitude {
        var result = BigMagnitude(PowersOfTen.power(min(exponent, 38)))
        var left = exponent - 38
        while left > 0 {
            result = result.multiplied(by: BigMagnitude(PowersOfTen.power(min(left, 38))))
            left -= 38
        }
        return result
    }

    func timesPowerOfTen(_ exponent: Int) -> BigMagnitude {
        exponent <= 0 ? self : multiplied(by: .powerOfTen(exponent))
    }

    func adding(_ other: BigMagnitude) -> BigMagnitude {
        var result: [UInt32] = []
        let count = max(limbs.count, other.limbs.count)
        result.reserveCapacity(count + 1)
        var carry: UInt64 = 0
        for index in 0..<count {
            let left = index < limbs.count ? UInt64(limbs[index]) : 0
            let right = index < other.limbs.count ? UInt64(other.limbs[index]) : 0
            carry += left + right
            result.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        if carry != 0 { result.append(UInt32(carry)) }
        return BigMagnitude(limbs: result)
    }

    /// The difference; `other` must not be larger.
    func subtracting(_ other: BigMagnitude) -> BigMagnitude {
        var result = limbs
        var borrow: Int64 = 0
        for index in 0..<result.count {
            let right = index < other.limbs.count ? Int64(other.limbs[index]) : 0
            var value = Int64(result[index]) - right - borrow
            borrow = value < 0 ? 1 : 0
            if value < 0 { value += 1 << 32 }
            result[index] = UInt32(value)
        }
        return BigMagnitude(limbs: result)
    }

    func multiplied(by other: BigMagnitude) -> BigMagnitude {
        if isZero || other.isZero { return BigMagnitude(limbs: []) }
        var result = [UInt32](repeating: 0, count: limbs.count + other.limbs.count)
        for (place, left) in limbs.enumerated() {
            var carry: UInt64 = 0
            for (offset, right) in other.limbs.enumerated() {
                let sum = UInt64(left) * UInt64(right) + UInt64(result[place + offset]) + carry
                result[place + offset] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            result[place + other.limbs.count] = UInt32(carry)
        }
        return BigMagnitude(limbs: result)
    }

    static func compare(_ left: BigMagnitude, _ right: BigMagnitude) -> Int {
        if left.limbs.count != right.limbs.count {
            return left.limbs.count < right.limbs.count ? -1 : 1
        }
        for (first, second) in zip(left.limbs.reversed(), right.limbs.reversed())
        where first != second {
            return first < second ? -1 : 1
        }
        return 0
    }

    func shiftedLeft(_ bits: Int) -> BigMagnitude {
        if isZero || bits == 0 { return self }
        var result = [UInt32](repeating: 0, count: bits / 32)
        let shift = UInt64(bits % 32)
        var carry: UInt64 = 0
        for limb in limbs {
            carry |= UInt64(limb) << shift
            result.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        if carry != 0 { result.append(UInt32(carry)) }
        return BigMagnitude(limbs: result)
    }

    /// Schoolbook long division (Knuth, volume 2, 4.3.1, algorithm D); the divisor is not zero.
    func quotientAndRemainder(
        dividingBy divisor: BigMagnitude
    ) -> (quotient: BigMagnitude, remainder: BigMagnitude) {
        if Self.compare(self, divisor) < 0 { return (BigMagnitude(limbs: []), self) }
        if divisor.limbs.count == 1 {
            let (quotient, rest) = dividedBySmall(divisor.limbs[0])
            return (quotient, BigMagnitude(limbs: [rest]))
        }
        let shift = (divisor.limbs.last ?? 1).leadingZeroBitCount
        let scaled = divisor.shiftedLeft(shift).limbs
        var rest = shiftedLeft(shift).limbs
        rest.append(contentsOf: [0, 0])
        let width = scaled.count
        let places = rest.count - width - 1
        var quotient = [UInt32](repeating: 0, count: places + 1)
        for place in stride(from: places, through: 0, by: -1) {
            let top = UInt64(rest[place + width]) << 32 | UInt64(rest[place + width - 1])
            var digit = top / UInt64(scaled[width - 1])
            var left = top % UInt64(scaled[width - 1])
            while digit >> 32 != 0
                || digit * UInt64(scaled[width - 2]) > left << 32 | UInt64(rest[place + width - 2])
            {
                digit -= 1
                left += UInt64(scaled[width - 1])
                if left >> 32 != 0 { break }
            }
            if Self.subtractProduct(&rest, at: place, of: scaled, times: digit) {
                digit -= 1
                Self.addBack(&rest, at: place, scaled)
            }
            quotient[place] = UInt32(digit)
        }
        let remainder = BigMagnitude(limbs: Array(rest.prefix(width))).shiftedRight(shift)
        return (BigMagnitude(limbs: quotient), remainder)
    }

    /// Takes `digit * divisor` off; true when it went below zero.
    private static func subtractProduct(
        _ rest: inout [UInt32], at place: Int, of divisor: [UInt32], times digit: UInt64
    ) -> Bool {
        var borrow: Int64 = 0
        var carry: UInt64 = 0
        for index in 0..<divisor.count {
            carry += digit * UInt64(divisor[index])
            let value = Int64(rest[place + index]) - borrow - Int64(carry & 0xFFFF_FFFF)
            rest[place + index] = UInt32(truncatingIfNeeded: value)
            borrow = value < 0 ? 1 : 0
            carry >>= 32
        }
        let value = Int64(rest[place + divisor.count]) - borrow - Int64(carry)
        rest[place + divisor.count] = UInt32(truncatingIfNeeded: value)
        return value < 0
    }

    private static func addBack(_ rest: inout [UInt32], at place: Int, _ divisor: [UInt32]) {
        var carry: UInt64 = 0
        for index in 0..<divisor.count {
            carry += UInt64(rest[place + index]) + UInt64(divisor[index])
            rest[place + index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        rest[place + divisor.count] &+= UInt32(truncatingIfNeeded: carry)
    }

    func shiftedRight(_ bits: Int) -> BigMagnitude {
        let words = bits / 32
        guard words < limbs.count else { return BigMagnitude(limbs: []) }
        let shift = UInt64(bits % 32)
        var result: [UInt32] = []
        for index in words..<limbs.count {
            let high = index + 1 < limbs.count ? UInt64(limbs[index + 1]) : 0
            let pair = high << 32 | UInt64(limbs[index])
            result.append(UInt32(truncatingIfNeeded: pair >> shift))
        }
        return BigMagnitude(limbs: result)
    }

    func dividedBySmall(_ divisor: UInt32) -> (quotient: BigMagnitude, remainder: UInt32) {
        var result = limbs
        var rest: UInt64 = 0
        for index in result.indices.reversed() {
            let value = rest << 32 | UInt64(result[index])
            result[index] = UInt32(value / UInt64(divisor))
            rest = value % UInt64(divisor)
        }
        return (BigMagnitude(limbs: result), UInt32(rest))
    }

    /// The largest number whose square is not above this one (Newton's method).
    var squareRoot: BigMagnitude {
        if isZero { return self }
        var guess = BigMagnitude(1).shiftedLeft((bitCount + 1) / 2)
        while true {
            let next = guess.adding(quotientAndRemainder(dividingBy: guess).quotient)
                .shiftedRight(1)
            if Self.compare(next, guess) >= 0 { return guess }
            guess = next
        }
    }

    /// `self * 10^exponent`, rounded half to even to 34 digits; nil when it is too large.
    func decimal(exponent: Int, isNegative: Bool, sticky: Bool = false) -> Decimal34? {
        if let narrow {
            return Decimal34.rounded(
                narrow, exponent: exponent, isNegative: isNegative, sticky: sticky)
        }
        // 30103 / 100000 is log10(2): cuts to between 36 and 38 digits.
        let cut = max(1, (bitCount * 30103) / 100_000 - 36)
        return dropping(cut).flatMap { kept, lost in
            kept.decimal(
                exponent: exponent + cut, isNegative: isNegative, sticky: sticky || lost)
        }
    }

    private func dropping(_ digits: Int) -> (BigMagnitude, Bool)? {
        let (kept, rest) = quotientAndRemainder(dividingBy: .powerOfTen(digits))
        return (kept, !rest.isZero)
    }
}
