package import Records

/// What one event means for another department inside the same command (design section 4).
package struct Consequence: Sendable {
    /// The type of the event that sets it off.
    package let eventName: String
    let react: @Sendable (EmittedEvent, Decision) throws(Rejection) -> Void

    /// A consequence of an event.
    ///
    /// `source` tells stream, version and date of the event.
    package static func of<Cause: Event>(
        _ type: Cause.Type,
        _ react:
            @escaping @Sendable (_ event: Cause, _ source: EmittedEvent, _ decision: Decision)
            throws(Rejection) -> Void
    ) -> Consequence {
        Consequence(eventName: Cause.typeName) {
            (source: EmittedEvent, decision: Decision) throws(Rejection) in
            guard let event = source.event as? Cause else { return }
            try react(event, source, decision)
        }
    }
}

/// One department: its commands, its events and what others' events mean for it.
package protocol BusinessModule {
    /// The module's name, `sales`.
    static var name: String { get }
    /// The commands that it decides.
    static var commands: [any Command.Type] { get }
    /// The events that it writes.
    static var events: [any Event.Type] { get }
    /// What other departments' events mean for it, in the order in which they are run.
    static var consequences: [Consequence] { get }
}

/// A kind of command as the door sees it.
package struct CommandType: Sendable {
    /// Name, meaning and fields.
    package let description: RecordDescription
    /// Who may give it.
    package let access: CommandAccess
    /// The refusals that it can give.
    package let rejections: [RejectionCode]
    /// Reads the command from JSON.
    package let read: @Sendable (JSONValue, JSONContext) throws(InputFailure) -> any Command

    /// The kind of a command's type.
    package init<Given: Command>(_ type: Given.Type) {
        description = Given.schema.description
        access = Given.access
        rejections = Given.rejections
        read = { (json: JSONValue, context: JSONContext) throws(InputFailure) -> any Command in
            try Given.read(json, context)
        }
    }
}

/// A kind of event as the log's readers see it.
package struct EventType: Sendable {
    /// Name, meaning and fields.
    package let description: RecordDescription
    /// The version of the field list that the program writes.
    package let version: UInt16
    /// The versions before it, the oldest first, without a gap.
    package let earlier: [EarlierKind]
    /// The type of the streams in which it stands.
    package let streamType: String
    /// The state of such a stream before its first event.
    package let initialState: @Sendable () -> any StreamState
    /// What a posted event declares of its amounts; nil for an event that posts nothing.
    package let posted: PostedType?
    /// The event as the program has it.
    package let type: any Event.Type

    /// The kind of an event's type.
    /// - Precondition: every version below the newest can be read.
    package init<Written: Event>(_ type: Written.Type) {
        let earlier = Written.earlier.map { EarlierKind($0) }.sorted { $0.version < $1.version }
        let gaps = EarlierKind.gaps(newest: Written.version, earlier: earlier.map(\.version))
        precondition(
            gaps.isEmpty && earlier.count == Int(max(1, Written.version)) - 1,
            "\(Written.typeName) has version \(Written.version) and cannot lift the versions \(gaps)"
        )
        self.earlier = earlier
        description = Written.schema.description
        version = Written.version
        streamType = Written.State.streamType
        initialState = { Written.State.initial }
        posted = (Written.self as? any PostedEvent.Type).map(PostedType.init)
        self.type = type
    }

    /// Reads the event from stored bytes of the current version.
    package func decode(
        _ bytes: [UInt8], _ opener: (any FieldOpener)?
    ) throws(CodecFailure) -> any Event {
        try bytes.span.bytes.withUnsafeBytes { (stored) throws(CodecFailure) in
            try type.read(stored: stored, opener)
        }
    }

    /// The fields of a version; nil for one that the program does not know.
    package func description(of version: Int) -> RecordDescription? {
        if version == Int(self.version) { return description }
        return earlier.first { Int($0.version) == version }?.description
    }
}

/// What reading an event of a type takes: small, for it is looked up for every event.
package struct StoredKind: Sendable {
    /// The event as the program has it.
    package let type: any Event.Type
    /// Its name.
    package let name: String
    /// The version of the field list that the program writes.
    package let version: Int
    /// The type of the streams in which it stands.
    package let streamType: String
    private let earlier: [EarlierKind]

    init(_ kind: EventType) {
        type = kind.type
        name = kind.description.name
        version = Int(kind.version)
        streamType = kind.streamType
        earlier = kind.earlier
    }

    /// Whether records of a version can be read.
    package func knows(_ version: Int) -> Bool { (1...self.version).contains(version) }

    /// Reads an event from stored bytes of a known version, lifted to the newest form.
    package func read(
        _ bytes: UnsafeRawBufferPointer, version: Int, _ opener: (any FieldOpener)?
    ) throws(CodecFailure) -> any Event {
        if version == self.version { return try type.read(stored: bytes, opener) }
        return try earlier[version - 1].read(bytes, opener)
    }
}

/// What a posted event declares of its amounts, for checking posting rules when they are loaded.
package struct PostedType: Sendable {
    /// The names that the event's amounts can have.
    package let amountNames: [String]
    /// What always holds between them.
    package let identities: [AmountIdentity]
    /// The policies under which the event can be posted.
    package let policies: [String]
    /// The journal whose vouchers number the event.
    package let journal: String

    init(_ type: any PostedEvent.Type) {
        amountNames = type.amountNames
        identities = type.identities
        policies = type.postingPolicies
        journal = type.journal
    }
}

/// All that the program can decide and fold.
package struct Registry: Sendable {
    /// Kinds of commands by name.
    package let commands: [String: CommandType]
    /// Kinds of events by name.
    package let events: [String: EventType]
    private let kinds: [StoredKind]
    private let kindNames: NameIndex
    /// The state before the first event, by stream type.
    package let initialStates: [String: @Sendable () -> any StreamState]
    /// Names of all modules.
    package let moduleNames: Set<String>
    private let consequencesByEvent: [String: [Consequence]]

    /// Makes the voucher of a posted event; the last consequence of each such event.
    package typealias Poster =
        @Sendable (any PostedEvent, EmittedEvent, Decision) throws(Rejection) -> Void

    /// The registry of some modules, and how their posted events are posted.
    /// - Precondition: no two commands and no two events have one name.
    package init(_ modules: [any BusinessModule.Type], poster: @escaping Poster) {
        var commands: [String: CommandType] = [:]
        var events: [String: EventType] = [:]
        var consequences: [String: [Consequence]] = [:]
        for module in modules {
            for type in module.commands {
                let kind = Self.kind(of: type)
                let previous = commands.updateValue(kind, forKey: kind.description.name)
                precondition(previous == nil, "two commands are named \(kind.description.name)")
            }
            for type in module.events {
                let kind = Self.kind(of: type)
                let previous = events.updateValue(kind, forKey: kind.description.name)
                precondition(previous == nil, "two events are named \(kind.description.name)")
            }
            for consequence in module.consequences {
                consequences[consequence.eventName, default: []].append(consequence)
            }
        }
        for (name, event) in events where event.posted != nil {
            consequences[name, default: []].append(
                Consequence(eventName: name) {
                    (source: EmittedEvent, decision: Decision) throws(Rejection) in
                    guard let posted = source.event as? any PostedEvent else { return }
                    try poster(posted, source, decision)
                })
        }
        self.commands = commands
        self.events = events
        kinds = events.values.map(StoredKind.init)
        kindNames = NameIndex(kinds.map(\.name))
        initialStates = Dictionary(
            events.values.map { ($0.streamType, $0.initialState) },
            uniquingKeysWith: { first, _ in first })
        moduleNames = Set(modules.map { $0.name })
        consequencesByEvent = consequences
    }

    /// What reading an event takes, found with the bytes of its type's name.
    package func kind(named name: UnsafeRawBufferPointer) -> StoredKind? {
        kindNames.number(of: name).map { kinds[$0] }
    }

    /// What reading an event takes, found with its type's name.
    package func kind(named name: String) -> StoredKind? {
        var name = name
        return name.withUTF8 { kind(named: UnsafeRawBufferPointer($0)) }
    }

    /// Whether a service task of this type is ours: its first part is one of our modules.
    package func isModule(of type: String) -> Bool {
        type.firstIndex(of: ".").map { moduleNames.contains(String(type[..<$0])) } ?? false
    }

    private static func kind<Given: Command>(of type: Given.Type) -> CommandType {
        CommandType(type)
    }

    private static func kind<Written: Event>(of type: Written.Type) -> EventType {
        EventType(type)
    }

    func consequences(of event: some Event) -> [Consequence] {
        consequencesByEvent[type(of: event).typeName] ?? []
    }
}
