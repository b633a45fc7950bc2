internal import Processes
internal import Records

extension ProcessValue {
    /// A record's field as a process sees it.
    init(_ content: FieldContent) {
        switch content {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let decimal): self = .number(decimal)
        case .text(let text): self = .text(text)
        case .date(let date): self = .temporal(.date, date.description)
        case .instant(let instant): self = .temporal(.dateTime, instant.description)
        case .list(let items): self = .list(items.map(ProcessValue.init))
        case .record(let record):
            self = .context(record.fields.map { ProcessField($0.name, ProcessValue($0.value)) })
        }
    }

    /// A JSON value as a process sees it.
    init(_ json: JSONValue) { self.init(json.content) }

    /// A number; whole ones that fit 64 bits are integers, as the type demands.
    private static func number(_ decimal: Decimal) -> ProcessValue {
        if let whole = try? decimal.scaled(to: 0) { return .integer(whole) }
        return .decimal(
            Decimal.text(decimal.unscaled, scale: decimal.scale, minimumDecimals: 0))
    }
}

extension JSONValue {
    /// A process's value as JSON; exact decimals become texts, as the protocol has them.
    init(_ value: ProcessValue) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(number)
        case .decimal(let digits): self = .string(digits)
        case .text(let text): self = .string(text)
        case .temporal(_, let text): self = .string(text)
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .context(let fields):
            self = .object(fields.map { JSONMember($0.name, JSONValue($0.value)) })
        }
    }

    /// A payload for a command: whole numbers become texts where the field holds an amount.
    init(_ value: ProcessValue, fields: [FieldDescription]) {
        guard case .context(let members) = value else {
            self.init(value)
            return
        }
        self = .object(
            members.compactMap { member in
                if member.value == .null { return nil }
                let kind = fields.first { $0.name == member.name }?.kind
                return JSONMember(member.name, Self.member(member.value, kind))
            })
    }

    private static func member(_ value: ProcessValue, _ kind: FieldKind?) -> JSONValue {
        switch (value, kind) {
        case (_, .optional(let inner)?), (_, .personal(let inner)?): member(value, inner)
        case (.integer(let number), .money?), (.integer(let number), .quantity?),
            (.integer(let number), .unitPrice?), (.integer(let number), .rate?),
            (.integer(let number), .decimal?), (.integer(let number), .text?),
            (.integer(let number), .identifier?):
            .string(String(number))
        case (.list(let items), .list(let inner)?): .array(items.map { member($0, inner) })
        case (.context, .record(let description)?): JSONValue(value, fields: description.fields)
        default: JSONValue(value)
        }
    }
}
