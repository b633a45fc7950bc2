/// A currency of ISO 4217, with its count of minor-unit digits.
///
/// - Shape: three capital letters in 24 bits and the digits in 8, so that it costs no allocation.
/// - Source: ISO 4217 list one (the three-letter codes and their minor units).
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    private let packed: UInt32

    /// Digits after the point of an amount: 2 for EUR, 0 for JPY, 3 for KWD.
    public var digits: Int { Int(packed & 0xFF) }

    /// The three letters, `EUR`.
    public var code: String {
        String(unsafeUninitializedCapacity: 3) { letters in
            letters[0] = UInt8(truncatingIfNeeded: packed >> 24)
            letters[1] = UInt8(truncatingIfNeeded: packed >> 16)
            letters[2] = UInt8(truncatingIfNeeded: packed >> 8)
            return 3
        }
    }

    /// The three letters.
    public var description: String { code }

    /// The currency with this code, if ISO 4217 lists it.
    public init?(code: String) {
        let utf8 = code.utf8
        guard utf8.count == 3 else { return nil }
        self.init(letters: utf8.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// The currency with three letters in 24 bits, as it is stored.
    init?(letters: UInt32) {
        guard let place = Self.place(of: letters) else { return nil }
        let digits = Self.digitsByPlace[place]
        guard digits != Self.unlisted else { return nil }
        packed = letters << 8 | UInt32(digits)
    }

    /// The three letters as 24 bits, as they are stored.
    var letters: UInt32 { packed >> 8 }

    /// Where three capital letters stand in ``digitsByPlace``: five bits for each.
    private static func place(of letters: UInt32) -> Int? {
        // Subtracting `A` from each byte; a byte below `A` borrows and ends above 25.
        let first = letters >> 16 &- 0x41
        let second = (letters >> 8 & 0xFF) &- 0x41
        let third = (letters & 0xFF) &- 0x41
        guard first < 26, second < 26, third < 26 else { return nil }
        return Int(first << 10 | second << 5 | third)
    }

    private static let unlisted: UInt8 = 0xFF

    /// The digits of each currency by its packed letters, for every decoded amount asks for them.
    private static let digitsByPlace: [UInt8] = {
        var table = [UInt8](repeating: unlisted, count: 26 << 10)
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") {
                let letters = code.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                if let place = place(of: letters) { table[place] = digits }
            }
        }
        return table
    }()

    private static let codesByDigits: [(UInt8, String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
            BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
            GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
            LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD \
            PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
            SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW \
            ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
    ]
}
