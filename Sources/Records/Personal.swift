/// A value about a person that is sealed with the person's key wherever it is stored in the log.
///
/// Forgetting a person destroys the key; the record stays readable, and the value comes back as
/// ``forgotten``.
public enum Personal<Value: FieldValue>: FieldValue {
    /// The value.
    case value(Value)
    /// The person's key was destroyed.
    case forgotten
    /// The keys are not at hand, as when an auditor has the log alone.
    case sealed

    /// What stands for a value in the answer to somebody who may not see it.
    public static var withheld: String { "withheld" }

    /// The value, where it can be read.
    public var known: Value? {
        guard case .value(let value) = self else { return nil }
        return value
    }

    /// A sealed value of a kind.
    public static var kind: FieldKind { .personal(Value.kind) }
    /// A length and the bytes.
    public static var wire: WireKind { .sealed }

    /// Sealed by a writer with a sealer; open in a writer without one.
    public func wire(in writer: borrowing ByteWriter) -> WireKind {
        writer.sealer == nil ? .bytes : .sealed
    }

    /// Open or sealed bytes.
    public static func accepts(_ wire: WireKind) -> Bool { wire != .number }

    /// Appends how the value is stored, and the value.
    public func encodeElement(into writer: inout ByteWriter) {
        writer.bytes.append(wire(in: writer).rawValue)
        encode(into: &writer)
    }

    /// Reads how the value is stored, and the value.
    public static func decodeElement(
        from reader: inout ByteReader
    ) throws(CodecFailure) -> Personal {
        guard let wire = WireKind(rawValue: try reader.readByte()), accepts(wire) else {
            throw .malformed
        }
        return try decode(from: &reader, wire: wire)
    }

    /// Appends the value, sealed where the writer can.
    ///
    /// The plain form begins with a byte that tells a value from a forgotten one, so that a state
    /// kept in a snapshot stays what it was.
    public func encode(into writer: inout ByteWriter) {
        var plain = ByteWriter(reserving: 64)
        switch self {
        case .value(let value):
            plain.bytes.append(1)
            value.encodeElement(into: &plain)
        case .forgotten: plain.bytes.append(0)
        case .sealed: plain.bytes.append(2)
        }
        let stored = writer.sealer?.seal(plain.bytes) ?? plain.bytes
        writer.write(unsigned: UInt64(stored.count))
        writer.bytes.append(contentsOf: stored)
    }

    /// Reads the value, opened where it is sealed.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Personal {
        let stored = try reader.readBytes()
        guard wire == .sealed else { return try open(stored) }
        guard let opener = reader.opener else { return .sealed }
        guard let plain = try opener.open(stored) else { return .forgotten }
        return try open(plain)
    }

    private static func open(_ plain: [UInt8]) throws(CodecFailure) -> Personal {
        switch plain.first {
        case 1:
            return try ByteReader.decode(plain.dropFirst()) {
                (reader: inout ByteReader) throws(CodecFailure) in
                .value(try Value.decodeElement(from: &reader))
            }
        case 0: return .forgotten
        case 2: return .sealed
        default: throw .badValue(kind: "personal field")
        }
    }

    /// Reads the value.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Personal { .value(try Value.read(json, context)) }

    /// The value, or the word that says why there is none.
    public func json(_ context: JSONContext) -> JSONValue {
        switch self {
        case .value(let value):
            context.showsPersonal ? value.json(context) : .string(Self.withheld)
        case .forgotten: .string("forgotten")
        case .sealed: .string("sealed")
        }
    }

    /// Null, always: rules, variables of processes and log messages hold nothing personal.
    public var content: FieldContent { .null }

    /// The value's violation.
    public func violation(of limits: Limits) -> String? { known?.violation(of: limits) }
}
