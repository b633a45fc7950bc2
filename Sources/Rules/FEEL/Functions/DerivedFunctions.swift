// Functions that are random elsewhere. An expression here is a function of what it is given, so
// their values are derived from the step: they differ from call to call and from step to step, and
// the same step worked out again gives the same. They are no secrets.
//
// Source: Camunda 8 documentation, "Built-in functions".
extension Builtins {
    static let derivedFunctions: [Builtin] = [
        Builtin("uuid", [[]]) { _, machine in
            guard let bits = machine.derivedBits("uuid") else { return .null }
            var text = ""
            for (place, byte) in bits.bytes.enumerated() {
                if [4, 6, 8, 10].contains(place) { text += "-" }
                // Version 8 is for values made in a way of one's own (RFC 9562, 5.8).
                let marked =
                    place == 6 ? byte & 0x0F | 0x80 : place == 8 ? byte & 0x3F | 0x80 : byte
                let digits = String(marked, radix: 16)
                text += digits.utf8.count < 2 ? "0" + digits : digits
            }
            return .text(text)
        },
        Builtin("random number", [[]]) { _, machine in
            guard let bits = machine.derivedBits("random number") else { return .null }
            let quotient = Int128(bits.high % DerivedBits.fractions)
            return .number(Decimal34(coefficient: quotient, scale: DerivedBits.fractionPlaces))
        },
    ]
}

extension Machine {
    /// Bits for a function's call, others for each; nil, and a problem, where no seed was given.
    fileprivate mutating func derivedBits(_ function: String) -> DerivedBits? {
        guard let seed = scope.seed else {
            report(
                "\(function)() is not known here: a decision and a file's own values are the same "
                    + "for the same inputs; call it in a process and hand its value in")
            return nil
        }
        draws += 1
        return DerivedBits("\(seed) \(draws)")
    }
}

/// 128 bits that look random and are a function of a text.
struct DerivedBits {
    /// Numbers from 0 to below 1 have that many places.
    static let fractionPlaces = 18
    static let fractions: UInt64 = 1_000_000_000_000_000_000

    private(set) var high: UInt64 = 0x9E37_79B9_7F4A_7C15
    private(set) var low: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    /// Two lanes with other multipliers, each mixed at every byte and with the other at the end.
    ///
    /// - Source: the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
    init(_ text: String) {
        for byte in text.utf8 {
            high = Self.mixed((high ^ UInt64(byte)) &* 0x0000_0100_0000_01B3)
            low = Self.mixed((low &+ UInt64(byte)) &* 0xD6E8_FEB8_6659_FD93)
        }
        (high, low) = (Self.mixed(high ^ low.byteSwapped), Self.mixed(low &+ high))
    }

    var bytes: [UInt8] {
        [high, low].flatMap { lane in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: lane >> $0) }
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
