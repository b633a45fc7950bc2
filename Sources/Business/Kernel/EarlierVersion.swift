package import Records

/// An earlier version of an event's record: how it is read, and what it is in the newest form.
///
/// Old bytes stay as they are (law 8); everybody else sees the newest form alone.
package struct EarlierVersion<Newest: Event>: Sendable {
    /// The version of the field list.
    package let version: UInt16
    /// The fields as they were.
    package let description: RecordDescription
    let read: @Sendable (UnsafeRawBufferPointer, (any FieldOpener)?) throws(CodecFailure) -> Newest
}

/// The earlier versions of an event, from the last one down, each with what lifts it to the next.
///
/// An event whose record has changed twice declares:
///
///     static let version: UInt16 = 3
///     static let earlier = Upcasts(from: 2, NotedV2.self) { Noted($0) }
///         .before(NotedV1.self) { NotedV2($0) }.versions
///
/// A step is pure and total: a recorded fact cannot be refused. The old records stay in the program
/// for as long as there may be logs with them, and a list without gaps is checked when the event is
/// registered.
package struct Upcasts<Newest: Event, Oldest: Record>: Sendable {
    /// All earlier versions so far, the oldest last.
    package let versions: [EarlierVersion<Newest>]
    private let lift: @Sendable (Oldest) -> Newest

    private init(
        _ later: [EarlierVersion<Newest>], _ version: UInt16,
        _ lift: @escaping @Sendable (Oldest) -> Newest
    ) {
        self.lift = lift
        versions =
            later + [
                EarlierVersion(version: version, description: Oldest.schema.description) {
                    (bytes, opener) throws(CodecFailure) in
                    lift(try Oldest.decoded(from: bytes, opener: opener))
                }
            ]
    }

    /// The version before the newest, and what lifts its records.
    package init(
        from version: UInt16, _ type: Oldest.Type,
        _ lift: @escaping @Sendable (Oldest) -> Newest
    ) {
        self.init([], version, lift)
    }

    /// The version before the oldest so far, and what lifts its records to that one.
    package func before<Older: Record>(
        _ type: Older.Type, _ step: @escaping @Sendable (Older) -> Oldest
    ) -> Upcasts<Newest, Older> {
        let lift = lift
        let version = versions.last.map { $0.version &- 1 } ?? 0
        return Upcasts<Newest, Older>(versions, version) { lift(step($0)) }
    }
}

/// An earlier version as readers of the log see it.
package struct EarlierKind: Sendable {
    /// The version of the field list.
    package let version: UInt16
    /// The fields as they were.
    package let description: RecordDescription
    let read:
        @Sendable (UnsafeRawBufferPointer, (any FieldOpener)?) throws(CodecFailure) -> any Event

    init<Newest: Event>(_ earlier: EarlierVersion<Newest>) {
        version = earlier.version
        description = earlier.description
        let read = earlier.read
        self.read = { (bytes, opener) throws(CodecFailure) -> any Event in
            try read(bytes, opener)
        }
    }

    /// The versions below the newest that cannot be read.
    package static func gaps(newest: UInt16, earlier: some Sequence<UInt16>) -> [UInt16] {
        let known = Set(earlier)
        return (1..<max(1, newest)).filter { !known.contains($0) }
    }
}
