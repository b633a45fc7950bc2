extension Decimal34 {
    /// Beyond this many places the text uses an exponent, as a FEEL literal may.
    private static let plainTextPlacesMaximum = 100

    /// Reads a plain or scientific decimal such as `-12.50`, `.5` or `1e-3`; nil for anything else.
    ///
    /// Digits beyond the 34th are rounded half to even.
    package init?(text: some StringProtocol) {
        var reader = DigitReader()
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        var isNegative = false
        if let sign = next, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            next = bytes.next()
        }
        while let byte = next, reader.take(byte) { next = bytes.next() }
        if next == UInt8(ascii: ".") {
            let before = reader.seen
            reader.inFraction = true
            next = bytes.next()
            while let byte = next, reader.take(byte) { next = bytes.next() }
            guard reader.seen > before else { return nil }
        }
        guard reader.seen > 0 else { return nil }
        var power = 0
        if let byte = next, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            var rest: [UInt8] = []
            while let byte = bytes.next(), rest.count < 8 { rest.append(byte) }
            guard let read = Int(String(decoding: rest, as: UTF8.self)), abs(read) < 100_000 else {
                return nil
            }
            power = read
            next = bytes.next()
        }
        guard next == nil else { return nil }
        guard
            let value = Decimal34.rounded(
                reader.digits, exponent: power + reader.exponent, isNegative: isNegative,
                sticky: reader.sticky)
        else { return nil }
        self = value
    }

    /// Collects digits, keeping 36 of them and whether any later one was not zero.
    private struct DigitReader {
        var digits: UInt128 = 0
        var exponent = 0
        var seen = 0
        var sticky = false
        var inFraction = false

        mutating func take(_ byte: UInt8) -> Bool {
            guard byte >= 48, byte <= 57 else { return false }
            seen += 1
            if digits < PowersOfTen.power(36) {
                digits = digits * 10 + UInt128(byte - 48)
                if inFraction { exponent -= 1 }
            } else {
                sticky = sticky || byte != 48
                if !inFraction { exponent += 1 }
            }
            return true
        }
    }
}

extension Decimal34: CustomStringConvertible {
    /// Canonical plain text: no surplus zeros, no plus sign; `0.5`, `-12`, `1000`.
    package var description: String {
        let plain = normalized
        let digits = String(plain.magnitude)
        let sign = plain.isNegative ? "-" : ""
        let power = Int(plain.exponent)
        if power >= 0 {
            if power > Self.plainTextPlacesMaximum { return "\(sign)\(digits)e\(power)" }
            return sign + digits + String(repeating: "0", count: power)
        }
        let point = digits.utf8.count + power
        if point > 0 {
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        }
        if -point > Self.plainTextPlacesMaximum { return "\(sign)\(digits)e\(power)" }
        return sign + "0." + String(repeating: "0", count: -point) + digits
    }
}
