package import Records

/// The state of one stream: a fold over exactly its events, kept as a record so that snapshots
/// and rules can read it.
package protocol StreamState: Record {
    /// The stream's type, `sales.order`.
    static var streamType: String { get }
    /// The state before the first event.
    static var initial: Self { get }
    /// The version of the fold: raised when an event changes the state otherwise than before, so
    /// that snapshots of before are not read.
    static var foldVersion: Int { get }
    /// Whether the fields say everything: then the state can be kept as a snapshot.
    static var isWhole: Bool { get }
}

extension StreamState {
    /// The first fold.
    package static var foldVersion: Int { 1 }
    /// The fields say everything.
    package static var isWhole: Bool { true }
}

/// A fact: past tense, in one stream, never changed.
///
/// The schema's name is the event's type. An event says itself how it changes its stream's state,
/// so that no event can be without its fold. `evolve` is total: a recorded fact cannot be refused,
/// and it evaluates no definition (law 5).
package protocol Event: Record {
    /// The state that the event changes.
    associatedtype State: StreamState
    /// The version of the field list; adding an optional field keeps it.
    static var version: UInt16 { get }
    /// The versions before it, and what lifts their records to the newest form (``Upcasts``).
    static var earlier: [EarlierVersion<Self>] { get }
    /// Changes the state.
    func evolve(_ state: inout State)
    /// Changes the state, which may keep the event's number in the stream for what refers to it.
    func evolve(_ state: inout State, at version: UInt64)
    /// The definition that judged the event (its SHA-256), where one did.
    var definition: DefinitionHash? { get }
    /// Whose key seals the event's personal fields; nil where it has none.
    var person: String? { get }
    /// Whether the event only serves others of its command, as a number that was taken: such an
    /// event is not what the reply to the command names.
    static var isAuxiliary: Bool { get }
    /// What the reply to the command that wrote the event tells beside its place: an outcome where
    /// there is more than one, or the id of what was made with it.
    ///
    /// A function of the event alone, so that who asks again with the key is told the same (law 4).
    var replyDetails: [JSONMember] { get }
    /// Reads the event from stored bytes of the current version.
    ///
    /// A requirement, so that the compiler makes it for each type of event by itself: generic code
    /// that finds types at run time would cost more than the reading.
    static func read(
        stored bytes: UnsafeRawBufferPointer, _ opener: (any FieldOpener)?
    ) throws(CodecFailure) -> any Event
}

extension Event {
    /// The first field list.
    package static var version: UInt16 { 1 }
    /// A state that keeps no numbers of events.
    package func evolve(_ state: inout State, at version: UInt64) { evolve(&state) }
    /// No version came before.
    package static var earlier: [EarlierVersion<Self>] { [] }
    /// No definition judged.
    package var definition: DefinitionHash? { nil }
    /// An event that a command is about.
    package static var isAuxiliary: Bool { false }
    /// The place says it all.
    package var replyDetails: [JSONMember] { [] }
    /// No personal fields.
    package var person: String? { nil }
    /// Reads the event by its schema.
    package static func read(
        stored bytes: UnsafeRawBufferPointer, _ opener: (any FieldOpener)?
    ) throws(CodecFailure) -> any Event {
        try decoded(from: bytes, opener: opener)
    }
    /// The event's type, `sales.order-placed`.
    package static var typeName: String { schema.description.name }

    /// Folds the event into a state whose type the caller does not know.
    ///
    /// - Precondition: the state is of the event's own stream type; the registry sees to that.
    package func apply(to state: inout any StreamState, at version: UInt64) {
        guard var typed = state as? State else {
            preconditionFailure("\(Self.typeName) belongs to \(State.streamType)")
        }
        evolve(&typed, at: version)
        state = typed
    }
}

/// The SHA-256 of a definition's bytes.
package struct DefinitionHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// A hash from its 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// A hash from its 64 hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(text.dropFirst(place).prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits.
    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The name of a stream: `module.type/id`.
package struct StreamName: Hashable, Sendable, CustomStringConvertible {
    /// The stream's type, `sales.order`.
    package let type: String
    /// The thing's identifier.
    package let id: String

    /// A name from its parts.
    package init(type: String, id: String) {
        self.type = type
        self.id = id
    }

    /// A name from `module.type/id`; nil without a slash.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let name = text.withUTF8({ StreamName(utf8: UnsafeRawBufferPointer($0)) }) else {
            return nil
        }
        self = name
    }

    /// A name from the bytes of `module.type/id`; nil without a slash.
    ///
    /// - Parameters:
    ///   - bytes: The name in UTF-8.
    ///   - known: The type that is expected there; its text is used again.
    package init?(utf8 bytes: UnsafeRawBufferPointer, expecting known: String = "") {
        let expected = known.utf8.count
        if expected > 0, expected < bytes.count, bytes[expected] == UInt8(ascii: "/"),
            Self.starts(bytes, with: known)
        {
            self.init(type: known, id: String(decoding: bytes[(expected + 1)...], as: UTF8.self))
            return
        }
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        self.init(
            type: String(decoding: bytes[..<slash], as: UTF8.self),
            id: String(decoding: bytes[(slash + 1)...], as: UTF8.self))
    }

    private static func starts(_ bytes: UnsafeRawBufferPointer, with text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { utf8 in
            UnsafeRawBufferPointer(rebasing: bytes[..<utf8.count])
                .elementsEqual(UnsafeRawBufferPointer(utf8))
        } ?? false
    }

    /// The identifier alone: few things share one, and hashing the type, too, costs as much again.
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// `module.type/id`.
    package var description: String {
        var text = ""
        text.reserveCapacity(type.utf8.count + 1 + id.utf8.count)
        text += type
        text += "/"
        text += id
        return text
    }
}
