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
    /// Changes the state.
    func evolve(_ state: inout State)
    /// The definition that judged the event (its SHA-256), where one did.
    var definition: DefinitionHash? { get }
    /// Whose key seals the event's personal fields; nil where it has none.
    var person: String? { get }
    /// Whether the event only serves others of its command, as a number that was taken: such an
    /// event is not what the reply to the command names.
    static var isAuxiliary: Bool { get }
}

extension Event {
    /// The first field list.
    package static var version: UInt16 { 1 }
    /// No definition judged.
    package var definition: DefinitionHash? { nil }
    /// An event that a command is about.
    package static var isAuxiliary: Bool { false }
    /// No personal fields.
    package var person: String? { nil }
    /// The event's type, `sales.order-placed`.
    package static var typeName: String { schema.description.name }

    /// Folds the event into a state whose type the caller does not know.
    ///
    /// - Precondition: the state is of the event's own stream type; the registry sees to that.
    package func apply(to state: inout any StreamState) {
        guard var typed = state as? State else {
            preconditionFailure("\(Self.typeName) belongs to \(State.streamType)")
        }
        evolve(&typed)
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
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(type: String(text[..<slash]), id: String(text[text.index(after: slash)...]))
    }

    /// `module.type/id`.
    package var description: String { "\(type)/\(id)" }
}
