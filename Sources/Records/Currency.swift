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
        String(
            decoding: [UInt8(packed >> 24), UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF)],
            as: UTF8.self)
    }

    /// The three letters.
    public var description: String { code }

    /// The currency with this code, if ISO 4217 lists it.
    public init?(code: String) {
        guard let letters = Self.letters(Array(code.utf8)) else { return nil }
        self.init(letters: letters)
    }

    init?(letters: UInt32) {
        guard let digits = Self.digitsByLetters[letters] else { return nil }
        packed = letters << 8 | UInt32(digits)
    }

    /// The three letters as 24 bits, as they are stored.
    var letters: UInt32 { packed >> 8 }

    private static func letters(_ bytes: [UInt8]) -> UInt32? {
        guard bytes.count == 3 else { return nil }
        var value: UInt32 = 0
        for byte in bytes {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static let digitsByLetters: [UInt32: UInt8] = {
        var table: [UInt32: UInt8] = [:]
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") {
                if let letters = letters(Array(code.utf8)) { table[letters] = digits }
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
