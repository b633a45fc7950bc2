internal import Business
internal import EventLog
internal import Records

/// A thing by its name in another system: a reference field takes `ext:source/id` for it.
///
/// The kind of thing comes from the field, so that the other system's supplier 1 and product 1 are
/// different things.
struct ExternalName: Hashable {
    static let prefix = "ext:"

    /// The stream type, `sales.account`.
    let subject: String
    /// `source/id`, as the reference says it.
    let name: String

    /// Reads what stands in a reference field; nil where it is no such reference.
    init?(subject: String, text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let name = text.dropFirst(Self.prefix.count)
        guard let slash = name.firstIndex(of: "/"), slash != name.startIndex,
            name.index(after: slash) != name.endIndex
        else { return nil }
        self.subject = subject
        self.name = String(name)
    }

    /// What an event says of where its thing came from; nil where it says nothing.
    init?(of event: some Event, in streamType: String) {
        guard case .record(let external)? = event.content(of: Self.field),
            case .text(let source)? = external["source"], case .text(let id)? = external["id"]
        else { return nil }
        subject = streamType
        name = "\(source)/\(id)"
    }

    /// The field in which events keep it.
    static let field = "external"

    /// The key of the look-up table.
    var row: [UInt8] { Array("\(subject)|\(name)".utf8) }
}

extension EngineTables {
    /// The thing behind a name in another system.
    static let external = "external"

    static func externalChanges(_ event: StoredEvent, _ decoder: EventDecoder) -> [IndexChange] {
        guard event.version == 1, decoder.namesExternal(event.type),
            let stream = StreamName(event.stream), let fact = try? decoder.decode(event),
            let name = ExternalName(of: fact, in: stream.type)
        else { return [] }
        return [.put(prefix: name.row, value: Array(stream.id.utf8))]
    }
}

extension WriterCore {
    /// A payload with the ids of the things that it names by another system's names.
    ///
    /// - Throws: ``RejectionCode/unknownObject`` where nothing came from there.
    func resolvingExternal(
        _ payload: JSONValue, _ fields: [FieldDescription]
    ) throws(Rejection) -> JSONValue {
        guard Self.mentionsExternal(payload) else { return payload }
        return try resolved(payload, fields)
    }

    private static func mentionsExternal(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.hasPrefix(ExternalName.prefix)
        case .array(let elements): elements.contains(where: mentionsExternal)
        case .object(let members): members.contains { mentionsExternal($0.value) }
        case .null, .boolean, .number: false
        }
    }

    private func resolved(
        _ value: JSONValue, _ fields: [FieldDescription]
    ) throws(Rejection) -> JSONValue {
        guard case .object(let members) = value else { return value }
        var written: [JSONMember] = []
        for member in members {
            let kind = fields.first { $0.name == member.name }?.kind
            written.append(JSONMember(member.name, try resolved(member.value, kind)))
        }
        return .object(written)
    }

    private func resolved(
        _ value: JSONValue, _ kind: FieldKind?
    ) throws(Rejection) -> JSONValue {
        switch (value, kind) {
        case (_, .optional(let wrapped)?), (_, .personal(let wrapped)?):
            return try resolved(value, wrapped)
        case (.array(let elements), .list(let element)?):
            var written: [JSONValue] = []
            for value in elements { written.append(try resolved(value, element)) }
            return .array(written)
        case (.object, .record(let description)?):
            return try resolved(value, description.fields)
        case (.string(let text), .identifier(let subject)?):
            guard let name = ExternalName(subject: subject, text: text) else { return value }
            return .string(try id(behind: name))
        default: return value
        }
    }

    /// The id of the thing; what this batch wrote counts, too.
    func id(behind name: ExternalName) throws(Rejection) -> String {
        let found: [UInt8]?
        do throws(IndexFailure) {
            found = try index.value(in: EngineTables.external, prefix: name.row)
        } catch {
            throw Rejection(.logUnreadable, "The index could not be read: \(error).")
        }
        if let found { return String(decoding: found, as: UTF8.self) }
        for written in batch.written where written.stream.type == name.subject {
            if ExternalName(of: written.event, in: written.stream.type) == name {
                return written.stream.id
            }
        }
        throw Rejection(
            .unknownObject,
            "There is no \(name.subject) that came from \(name.name); register it with this `external` first, or name its own id.",
            [JSONMember("object", .string("\(name.subject)/\(ExternalName.prefix)\(name.name)"))])
    }
}
