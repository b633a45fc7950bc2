/// Reads the digits of an amount and the word behind them, `14.00 EUR`.
private func readAmount(
    _ json: JSONValue, example: String
) throws(InputFailure) -> (decimal: Decimal, unit: String?) {
    guard case .string(let text) = json else {
        throw InputFailure(
            .wrongType,
            "expected a decimal in a text such as \"\(example)\", found \(json.kindName)")
    }
    let utf8 = text.utf8
    let digitsEnd = utf8.firstIndex(of: UInt8(ascii: " ")) ?? utf8.endIndex
    guard let decimal = Decimal(utf8: utf8[..<digitsEnd]) else {
        throw InputFailure(
            .badValue, "expected a decimal such as \(example), found \"\(shortened(text))\"")
    }
    if digitsEnd == utf8.endIndex { return (decimal, nil) }
    let unit = text[utf8.index(after: digitsEnd)...]
    guard let first = unit.utf8.first, first != UInt8(ascii: " ") else {
        throw InputFailure(
            .badValue, "expected a decimal such as \(example), found \"\(shortened(text))\"")
    }
    return (decimal, String(unit))
}

/// The currency that an amount names, or the company's.
private func readCurrency(
    _ code: String?, _ context: JSONContext
) throws(InputFailure) -> Currency {
    guard let code else {
        guard let currency = context.currency else {
            throw InputFailure(
                .badValue,
                "expected a currency behind the amount, such as \"14.00 EUR\": no company is founded"
            )
        }
        return currency
    }
    guard let currency = Currency(code: code) else {
        throw InputFailure(
            .badValue, "expected a currency of ISO 4217, found \"\(shortened(code))\"")
    }
    return currency
}

/// Turns an arithmetic refusal into one of the door.
private func exactly<Value>(
    _ body: () throws(ArithmeticFailure) -> Value
) throws(InputFailure) -> Value {
    do throws(ArithmeticFailure) {
        return try body()
    } catch {
        let reason =
            error == .overflow
            ? "expected a number of a size that business knows" : error.description
        throw InputFailure(.outOfRange, reason)
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ currency: Currency) {
        let letters = currency.letters
        bytes.append(UInt8(truncatingIfNeeded: letters >> 16))
        bytes.append(UInt8(truncatingIfNeeded: letters >> 8))
        bytes.append(UInt8(truncatingIfNeeded: letters))
    }
}

extension ByteReader {
    fileprivate mutating func readCurrency() throws(CodecFailure) -> Currency {
        let letters =
            try UInt32(readByte()) << 16 | UInt32(readByte()) << 8 | UInt32(readByte())
        guard let currency = Currency(letters: letters) else { throw .badValue(kind: "currency") }
        return currency
    }
}

extension Currency: FieldValue {
    /// A currency code.
    public static var kind: FieldKind { .currency }
    /// A length and three letters.
    public static var wire: WireKind { .bytes }
    /// Appends the letters.
    public func encode(into writer: inout ByteWriter) { writer.writeWithLength { $0.write(self) } }
    /// Reads the letters.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Currency {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            try reader.readCurrency()
        }
    }
    /// Reads a code of ISO 4217.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Currency {
        guard case .string(let code) = json else {
            throw InputFailure(.wrongType, "expected a currency code, found \(json.kindName)")
        }
        return try readCurrency(code, context)
    }
    /// The code.
    public func json(_ context: JSONContext) -> JSONValue { .string(code) }
    /// The code.
    public var content: FieldContent { .text(code) }
}

extension Money: FieldValue {
    /// An amount of money.
    public static var kind: FieldKind { .money }
    /// A length, the minor units and the letters.
    public static var wire: WireKind { .bytes }
    /// Appends minor units and currency.
    public func encode(into writer: inout ByteWriter) {
        writer.writeWithLength {
            $0.write(signed: minorUnits)
            $0.write(currency)
        }
    }
    /// Reads minor units and currency.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Money {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            Money(minorUnits: try reader.readSigned(), currency: try reader.readCurrency())
        }
    }
    /// Reads `"14.00"` in the company's currency or `"14.00 EUR"`.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Money {
        let (decimal, code) = try readAmount(json, example: "14.00")
        let currency = try readCurrency(code, context)
        return try exactly { () throws(ArithmeticFailure) in try Money(decimal, currency) }
    }
    /// The digits; the code too where it is not the company's.
    public func json(_ context: JSONContext) -> JSONValue {
        .string(currency == context.currency ? digits : description)
    }
    /// The exact number.
    public var content: FieldContent { .number(decimal) }
    /// Outside the limits.
    public func violation(of limits: Limits) -> String? {
        numberViolation(minorUnits, limits, found: description)
    }
}

extension UnitPrice: FieldValue {
    /// A price of one unit.
    public static var kind: FieldKind { .unitPrice }
    /// A length, the millionths and the letters.
    public static var wire: WireKind { .bytes }
    /// Appends millionths and currency.
    public func encode(into writer: inout ByteWriter) {
        writer.writeWithLength {
            $0.write(signed: millionths)
            $0.write(currency)
        }
    }
    /// Reads millionths and currency.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> UnitPrice {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            UnitPrice(millionths: try reader.readSigned(), currency: try reader.readCurrency())
        }
    }
    /// Reads `"14.00"` in the company's currency or `"14.00 EUR"`.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> UnitPrice {
        let (decimal, code) = try readAmount(json, example: "14.00")
        let currency = try readCurrency(code, context)
        return try exactly { () throws(ArithmeticFailure) in try UnitPrice(decimal, currency) }
    }
    /// The digits; the code too where it is not the company's.
    public func json(_ context: JSONContext) -> JSONValue {
        .string(currency == context.currency ? digits : description)
    }
    /// The exact number.
    public var content: FieldContent { .number(decimal) }
    /// Outside the limits.
    public func violation(of limits: Limits) -> String? {
        numberViolation(millionths, limits, found: description)
    }
}

extension Quantity: FieldValue {
    /// A quantity.
    public static var kind: FieldKind { .quantity }
    /// A length, the millionths and the unit's symbol where it is not the product's own.
    public static var wire: WireKind { .bytes }
    /// Appends millionths and unit.
    public func encode(into writer: inout ByteWriter) {
        writer.writeWithLength {
            $0.write(signed: millionths)
            $0.bytes.append(contentsOf: unit.symbol.utf8)
        }
    }
    /// Reads millionths and unit.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Quantity {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            let millionths = try reader.readSigned()
            if reader.isAtEnd { return Quantity(millionths: millionths) }
            return Quantity(
                millionths: millionths, unit: UnitOfMeasure(symbol: try reader.readRestAsText()))
        }
    }
    /// Reads `"12"` in the product's own unit or `"12 kg"`.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Quantity {
        let (decimal, symbol) = try readAmount(json, example: "12.5")
        guard let symbol else {
            return try exactly { () throws(ArithmeticFailure) in try Quantity(decimal) }
        }
        guard UnitOfMeasure.allows(symbol) else {
            throw InputFailure(
                .badValue,
                "expected \(UnitOfMeasure.expectation), found \"\(shortened(symbol))\"")
        }
        let unit = UnitOfMeasure(symbol: symbol)
        return try exactly { () throws(ArithmeticFailure) in try Quantity(decimal, unit: unit) }
    }
    /// The digits; the unit too where it is not the product's own.
    public func json(_ context: JSONContext) -> JSONValue { .string(description) }
    /// The exact number.
    public var content: FieldContent { .number(decimal) }
    /// Outside the limits.
    public func violation(of limits: Limits) -> String? {
        numberViolation(millionths, limits, found: description)
    }
}

extension Rate: FieldValue {
    /// A factor.
    public static var kind: FieldKind { .rate }
    /// A length, the digits and the scale.
    public static var wire: WireKind { .bytes }
    /// Appends digits and scale.
    public func encode(into writer: inout ByteWriter) {
        writer.writeWithLength {
            $0.write(signed: unscaled)
            $0.bytes.append(scale)
        }
    }
    /// Reads digits and scale.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Rate {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            let unscaled = try reader.readSigned()
            let scale = try reader.readByte()
            guard scale <= Rate.scaleMax else { throw .badValue(kind: "rate") }
            return Rate(unscaled: unscaled, scale: scale)
        }
    }
    /// Reads a decimal fraction in a text: `"0.22"` is 22 %.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Rate {
        let (decimal, surplus) = try readAmount(json, example: "0.22")
        if let surplus {
            throw InputFailure(
                .badValue, "expected a decimal alone, found \"\(shortened(surplus))\" behind it")
        }
        return try exactly { () throws(ArithmeticFailure) in try Rate(decimal) }
    }
    /// The digits.
    public func json(_ context: JSONContext) -> JSONValue { .string(description) }
    /// The exact number.
    public var content: FieldContent { .number(decimal) }
    /// Outside the limits.
    public func violation(of limits: Limits) -> String? {
        numberViolation(unscaled, limits, found: description)
    }
}
