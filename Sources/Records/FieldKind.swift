/// What a field holds, as descriptions, schemas and rules see it.
public indirect enum FieldKind: Sendable, Hashable {
    /// A text.
    case text
    /// A whole number.
    case integer
    /// True or false.
    case boolean
    /// An exact decimal without unit.
    case decimal
    /// An amount of money.
    case money
    /// A quantity.
    case quantity
    /// A price of one unit.
    case unitPrice
    /// A factor.
    case rate
    /// A currency code.
    case currency
    /// A date of the company's calendar.
    case date
    /// A point of time.
    case instant
    /// Bytes; base64 in JSON.
    case bytes
    /// The name of a thing of a kind.
    case identifier(subject: String)
    /// One of the named words.
    case choice([String])
    /// A list.
    case list(FieldKind)
    /// A value that may be missing.
    case optional(FieldKind)
    /// A value that is sealed with a person's key.
    case personal(FieldKind)
    /// A record inside the record.
    case record(RecordDescription)
    /// Any JSON value; kept as its text.
    case json
}

/// What a record is made of, for documentation, JSON Schema and the log's own field lists.
public struct RecordDescription: Sendable, Hashable {
    /// The record's name, `sales.order-placed`.
    public let name: String
    /// What the record says, in a sentence.
    public let documentation: String
    /// The fields in ascending order of their numbers.
    public let fields: [FieldDescription]

    /// A description from its parts.
    public init(name: String, documentation: String, fields: [FieldDescription]) {
        self.name = name
        self.documentation = documentation
        self.fields = fields
    }
}

/// One field of a record.
public struct FieldDescription: Sendable, Hashable {
    /// The field's number in stored records; never reused.
    public let number: Int
    /// The field's name in JSON and rules.
    public let name: String
    /// What it holds.
    public let kind: FieldKind
    /// What it means, in a sentence.
    public let documentation: String
    /// What is allowed.
    public let limits: Limits
    /// Whether a record without it is refused at the door.
    public let isRequired: Bool
    /// Whether a stored record can be read that does not have it.
    public let canBeAbsent: Bool
    /// Whether the thing named is an object that the event concerns.
    public let concerns: Bool
}

/// What a field's value must keep to; checked at the door.
public struct Limits: Sendable, Hashable {
    /// Bytes of UTF-8 in a text, entries in a list: at least.
    public var countMin: Int
    /// Bytes of UTF-8 in a text, entries in a list: at most.
    public var countMax: Int
    /// What the sign of a number may be.
    public var sign: Sign
    /// The greatest allowed size of a number, counted in its own smallest unit.
    public var magnitudeMax: Int64

    /// The allowed sign of a number.
    public enum Sign: String, Sendable, Hashable {
        /// Any number.
        case any
        /// Nothing or more.
        case notNegative = "not-negative"
        /// More than nothing.
        case positive
    }

    /// Limits from their parts.
    public init(
        countMin: Int = 0, countMax: Int = 1_000, sign: Sign = .any,
        magnitudeMax: Int64 = 1_000_000_000_000_000
    ) {
        self.countMin = countMin
        self.countMax = countMax
        self.sign = sign
        self.magnitudeMax = magnitudeMax
    }

    /// Texts and lists of at most 1,000; numbers up to 10^15 smallest units, any sign.
    public static let standard = Limits()
    /// More than nothing.
    public static let positive = Limits(sign: .positive)
    /// Nothing or more.
    public static let notNegative = Limits(sign: .notNegative)
    /// A text or list with something in it.
    public static let notEmpty = Limits(countMin: 1)
    /// What the elements of a list keep to: the list's sign and size, and standard counts.
    @usableFromInline var ofElements: Limits { Limits(sign: sign, magnitudeMax: magnitudeMax) }
    /// A text or list of a size within bounds.
    public static func count(_ range: ClosedRange<Int>) -> Limits {
        Limits(countMin: range.lowerBound, countMax: range.upperBound)
    }
}

/// A field's value as rules see it: neutral, exact, without the record's types.
public enum FieldContent: Sendable, Hashable {
    /// Nothing.
    case null
    /// A truth value.
    case boolean(Bool)
    /// An exact number.
    case number(Decimal)
    /// A text, identifier, choice or currency code.
    case text(String)
    /// A date.
    case date(BusinessDate)
    /// A point of time.
    case instant(Instant)
    /// A list.
    case list([FieldContent])
    /// A record.
    case record(RecordContent)
}

/// A record as rules see it: its fields are read when they are asked for.
public struct RecordContent: Sendable, Hashable {
    private enum Form: Sendable {
        case fields([NamedContent])
        case record(any Record)
    }

    private let form: Form

    /// Written out fields, in order; no two have one name.
    public init(_ fields: [NamedContent]) { form = .fields(fields) }

    /// The fields of a record.
    init(_ record: some Record) { form = .record(record) }

    /// All fields in order.
    public var fields: [NamedContent] {
        switch form {
        case .fields(let fields): fields
        case .record(let record): record.contents
        }
    }

    /// The fields' names in order.
    public var names: [String] {
        switch form {
        case .fields(let fields): fields.map(\.name)
        case .record(let record): record.contentNames
        }
    }

    /// The value of a field; nil where the record has none of that name.
    public subscript(name: String) -> FieldContent? {
        switch form {
        case .fields(let fields): fields.first { $0.name == name }?.value
        case .record(let record): record.content(of: name)
        }
    }

    /// Same fields with the same values.
    public static func == (left: RecordContent, right: RecordContent) -> Bool {
        left.fields == right.fields
    }

    /// Hashes the fields.
    public func hash(into hasher: inout Hasher) { hasher.combine(fields) }
}

/// One field of a record as rules see it.
public struct NamedContent: Sendable, Hashable {
    /// The field's name.
    public let name: String
    /// The field's value.
    public let value: FieldContent

    /// A named value.
    public init(_ name: String, _ value: FieldContent) {
        self.name = name
        self.value = value
    }
}

/// A thing that a record names in a field marked `concerns`.
public struct ObjectReference: Sendable, Hashable {
    /// The kind of thing, `sales.order`.
    public let type: String
    /// Its identifier.
    public let id: String
    /// In which role it is named: the field's name.
    public let qualifier: String

    /// A reference from its parts.
    public init(type: String, id: String, qualifier: String) {
        self.type = type
        self.id = id
        self.qualifier = qualifier
    }

    /// `type/id`, as streams and correlation keys are written.
    public var text: String { "\(type)/\(id)" }
}

/// What the door knows when it reads a record from JSON or writes one.
public struct JSONContext: Sendable {
    /// The currency of amounts that name none: the company's base currency.
    public let currency: Currency?
    /// Whether the reader may see what is personal; it is ``Personal/withheld`` otherwise.
    public let showsPersonal: Bool

    /// A context.
    public init(currency: Currency?, showsPersonal: Bool = true) {
        self.currency = currency
        self.showsPersonal = showsPersonal
    }
}

/// Why a JSON value is not the record that was expected.
public struct InputFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable kinds of faults.
    public enum Code: String, Sendable {
        /// A name that the record does not have.
        case unknownField = "unknown-field"
        /// A required field is not there.
        case missingField = "missing-field"
        /// A value of another type.
        case wrongType = "wrong-type"
        /// A value outside the field's limits.
        case outOfRange = "out-of-range"
        /// A value of the right type that means nothing: a date that does not exist, a bad word.
        case badValue = "bad-value"
    }

    /// Which kind of fault.
    public let code: Code
    /// Where it stands, `lines[2].quantity`; empty for the record itself.
    public let path: String
    /// What was expected and what was found.
    public let reason: String

    /// A fault from its parts.
    public init(_ code: Code, path: String = "", _ reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    /// The same fault, seen from the record around it.
    public func inside(_ part: String) -> InputFailure {
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return InputFailure(code, path: part + separator + path, reason)
    }

    /// Place and reason.
    public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// A text from outside as messages show it: its beginning, without control characters.
func shortened(_ text: String) -> String {
    let shownMax = 60
    let scalars = text.unicodeScalars
    var shown = String.UnicodeScalarView()
    for scalar in scalars.prefix(shownMax) {
        shown.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return String(shown) + (scalars.dropFirst(shownMax).isEmpty ? "" : "…")
}
