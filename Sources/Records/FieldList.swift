/// The field list of a record as the log keeps it, so that stored records can be read without the
/// program that wrote them; and what may become of such a list.
public enum FieldList {
    /// The list of a record: number, name, kind and meaning of each field, and whether it is always
    /// there.
    public static func json(of description: RecordDescription) -> JSONValue {
        .array(description.fields.map(json))
    }

    private static func json(of field: FieldDescription) -> JSONValue {
        .object([
            "number": .integer(field.number), "name": .string(field.name),
            "kind": .string(field.kind.name), "doc": .string(field.documentation),
            "required": .boolean(!field.canBeAbsent),
            "fields": field.kind.innerRecord.map(json),
        ])
    }

    /// What a program's field list is beside the one in the log.
    public enum Comparison: Sendable, Equatable {
        /// The program reads and writes what the list says.
        case same
        /// The program has fields more, which may be absent: the list is to be written anew.
        case extended
        /// The two do not go together, and why.
        case changed(String)
    }

    /// Compares a list of the log with a program's of the same version.
    ///
    /// A list with more optional fields than the program's was written by a newer program, whose
    /// records the program can read. What a field means may be said in other words at any time.
    public static func compare(
        recorded: JSONValue, with description: RecordDescription
    ) -> Comparison {
        guard let recorded = recorded.arrayValue else {
            return .changed("the list in the log is none")
        }
        var found: [Int: JSONValue] = [:]
        for field in recorded {
            guard let number = field["number"]?.integerValue else {
                return .changed("the list in the log has a field without number")
            }
            found[Int(number)] = field
        }
        var isExtended = false
        for field in description.fields {
            guard let old = found.removeValue(forKey: field.number) else {
                guard field.canBeAbsent else {
                    return .changed("\(called(field)) is new, and no record may be without it")
                }
                isExtended = true
                continue
            }
            switch compare(old, with: field) {
            case .same: continue
            case .extended: isExtended = true
            case .changed(let reason): return .changed(reason)
            }
        }
        let lost = found.values.filter { $0["required"] != .boolean(false) }
        if let first = lost.min(by: { number($0) < number($1) }) {
            return .changed("\(called(first)) is gone")
        }
        return isExtended ? .extended : .same
    }

    private static func compare(_ old: JSONValue, with field: FieldDescription) -> Comparison {
        let name = old["name"]?.stringValue ?? ""
        guard name == field.name else {
            return .changed("\(called(old)) is called \"\(field.name)\" now")
        }
        let kind = old["kind"]?.stringValue ?? ""
        guard kind == field.kind.name else {
            return .changed("\(called(field)) was \(kind), it is \(field.kind.name) now")
        }
        // Lists that say nothing of it were written before lists did.
        if let wasRequired = old["required"], wasRequired != .boolean(!field.canBeAbsent) {
            return .changed(
                field.canBeAbsent
                    ? "\(called(field)) was in every record, it may be absent now"
                    : "\(called(field)) could be absent, no record may be without it now")
        }
        guard let inner = field.kind.innerRecord else { return .same }
        switch compare(recorded: old["fields"] ?? .null, with: inner) {
        case .same: return .same
        case .extended: return .extended
        case .changed(let reason): return .changed("in \(called(field)): \(reason)")
        }
    }

    private static func number(_ field: JSONValue) -> Int64 { field["number"]?.integerValue ?? 0 }

    private static func called(_ field: JSONValue) -> String {
        "field \(number(field)) \"\(field["name"]?.stringValue ?? "")\""
    }

    private static func called(_ field: FieldDescription) -> String {
        "field \(field.number) \"\(field.name)\""
    }
}

extension FieldKind {
    /// The record that a field of this kind holds, alone, in a list, or where it is there.
    public var innerRecord: RecordDescription? {
        switch self {
        case .record(let description): description
        case .list(let inner), .optional(let inner), .personal(let inner): inner.innerRecord
        default: nil
        }
    }
}
