/// Reads a stored record by the field list that the log keeps, without the type that wrote it.
///
/// So a log can be read by a program that does not know its event types, and an old version is shown
/// as it was stored.
public enum StoredRecord {
    /// A record's fields by their names; what the list does not name is passed over.
    ///
    /// The list is the one in force where the record stands, as ``FieldList/json(of:)`` makes it. Sealed
    /// fields read `sealed` where there is no opener.
    public static func json(
        of bytes: some Collection<UInt8>, fields: JSONValue, opener: (any FieldOpener)? = nil
    ) throws(CodecFailure) -> JSONValue {
        let list = try fieldsByNumber(fields)
        return try ByteReader.decode(bytes, opener: opener) {
            (reader: inout ByteReader) throws(CodecFailure) in
            try record(&reader, list)
        }
    }

    private struct StoredField {
        let name: String
        let kind: Substring
        let fields: JSONValue?
    }

    private static func fieldsByNumber(
        _ list: JSONValue?
    ) throws(CodecFailure) -> [UInt64: StoredField] {
        guard let list = list?.arrayValue else { throw .badValue(kind: "field list") }
        var found: [UInt64: StoredField] = [:]
        for field in list {
            guard let number = field["number"]?.integerValue, number > 0,
                let name = field["name"]?.stringValue, let kind = field["kind"]?.stringValue
            else { throw .badValue(kind: "field list") }
            found[UInt64(number)] = StoredField(
                name: name, kind: kind[...], fields: field["fields"])
        }
        return found
    }

    private static func record(
        _ reader: inout ByteReader, _ fields: [UInt64: StoredField]
    ) throws(CodecFailure) -> JSONValue {
        var members: [JSONMember] = []
        while !reader.isAtEnd {
            let tag = try reader.readUnsigned()
            guard let wire = WireKind(rawValue: UInt8(truncatingIfNeeded: tag & 3)) else {
                throw .malformed
            }
            guard let field = fields[tag >> 2] else {
                try reader.skip(wire)
                continue
            }
            let value = try value(&reader, field.kind, field.fields, wire: wire)
            members.append(JSONMember(field.name, value))
        }
        return .object(members)
    }

    /// A value; `wire` is nil for an element of a list, which has no tag before it.
    private static func value(
        _ reader: inout ByteReader, _ kind: Substring, _ fields: JSONValue?, wire: WireKind?
    ) throws(CodecFailure) -> JSONValue {
        if let element = kind.rest(after: "list of ") {
            return try list(&reader, element, fields)
        }
        if let inner = kind.rest(after: "personal ") {
            return try personal(&reader, inner, fields, wire: wire)
        }
        if let inner = kind.rest(after: "optional ") {
            guard try reader.readUnsigned() == 1 else { return .null }
            return try value(&reader, inner, fields, wire: wire)
        }
        if kind.hasPrefix("record ") {
            let inner = try fieldsByNumber(fields)
            return try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
                try record(&reader, inner)
            }
        }
        guard let type = type(of: kind) else { throw .badValue(kind: String(kind)) }
        return try simple(type, &reader, wire)
    }

    private static func simple<Value: FieldValue>(
        _ type: Value.Type, _ reader: inout ByteReader, _ wire: WireKind?
    ) throws(CodecFailure) -> JSONValue {
        let wire = wire ?? Value.wire
        guard Value.accepts(wire) else { throw .malformed }
        return try Value.decode(from: &reader, wire: wire).json(JSONContext(currency: nil))
    }

    /// What reads a kind that holds no other.
    private static func type(of kind: Substring) -> (any FieldValue.Type)? {
        switch kind {
        case "text": return String.self
        case "integer": return Int64.self
        case "boolean": return Bool.self
        case "money": return Money.self
        case "quantity": return Quantity.self
        case "unit-price": return UnitPrice.self
        case "rate": return Rate.self
        case "currency": return Currency.self
        case "date": return BusinessDate.self
        case "instant": return Instant.self
        case "bytes": return Blob.self
        case "json": return JSONValue.self
        default:
            // Ids and words of a choice are stored as their text.
            return kind.hasPrefix("id of ") || kind.hasPrefix("one of ") ? String.self : nil
        }
    }

    private static func list(
        _ reader: inout ByteReader, _ element: Substring, _ fields: JSONValue?
    ) throws(CodecFailure) -> JSONValue {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            let count = try reader.readLength()
            var elements: [JSONValue] = []
            for _ in 0..<count {
                elements.append(try value(&reader, element, fields, wire: nil))
            }
            return .array(elements)
        }
    }

    private static func personal(
        _ reader: inout ByteReader, _ kind: Substring, _ fields: JSONValue?, wire: WireKind?
    ) throws(CodecFailure) -> JSONValue {
        var wire = wire
        if wire == nil { wire = WireKind(rawValue: try reader.readByte()) }
        guard let wire, wire != .number else { throw .malformed }
        let stored = try reader.readBytes()
        var plain = stored
        if wire == .sealed {
            guard let opener = reader.opener else { return .string("sealed") }
            guard let opened = try opener.open(stored) else { return .string("forgotten") }
            plain = opened
        }
        switch plain.first {
        case 1:
            return try ByteReader.decode(plain.dropFirst()) {
                (reader: inout ByteReader) throws(CodecFailure) in
                try value(&reader, kind, fields, wire: nil)
            }
        case 0: return .string("forgotten")
        case 2: return .string("sealed")
        default: throw .badValue(kind: "personal field")
        }
    }
}

extension Substring {
    /// What follows a beginning; nil where the text begins otherwise.
    fileprivate func rest(after beginning: String) -> Substring? {
        hasPrefix(beginning) ? dropFirst(beginning.count) : nil
    }
}
