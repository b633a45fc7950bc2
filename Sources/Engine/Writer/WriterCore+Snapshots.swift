internal import Business
internal import EventLog
internal import Records

/// States of long streams, kept in the index so that a cold one is not folded from its first event.
///
/// Derived data: a snapshot is read when it is of this program's form and stands on the event that
/// the log has there; otherwise the stream is folded as if there were none.
extension WriterCore {
    /// Streams whose last snapshot is remembered; then all are forgotten and noted anew.
    private static let notedSnapshotsMax = 100_000

    /// What is known of a stream before its events after the snapshot are folded.
    func snapshot(
        of stream: StreamName, initial: any StreamState
    ) throws(IndexFailure) -> HeldState? {
        guard let form = form(of: initial),
            let kept = try index.snapshot(of: stream.description), kept.form == form,
            try index.position(of: stream.description, version: kept.head.version)
                == kept.head.position
        else { return nil }
        guard let state = Self.decoded(kept.bytes, as: initial) else { return nil }
        note(stream, UInt64(kept.head.version))
        return .holding(state, version: UInt64(kept.head.version))
    }

    /// Keeps the states of streams that have grown long since they were last kept.
    ///
    /// All events of the entries are committed and in the index.
    func keepSnapshots(of entries: some Sequence<(key: StreamName, value: HeldState)>) {
        for (stream, entry) in entries where entry.version >= options.snapshotEvents {
            let last = snapshotVersions[stream] ?? 0
            guard entry.version >= last + options.snapshotEvents else { continue }
            keepSnapshot(entry, of: stream)
        }
    }

    private func keepSnapshot(_ entry: HeldState, of stream: StreamName) {
        note(stream, entry.version)
        guard let form = form(of: entry.state) else { return }
        let head = found(nil) {
            try index.position(of: stream.description, version: Int(entry.version)).map {
                StreamHead(version: Int(entry.version), position: $0)
            }
        }
        guard let head else { return }
        index.keep(
            StreamSnapshot(head: head, form: form, bytes: entry.state.encoded()),
            of: stream.description)
    }

    private func note(_ stream: StreamName, _ version: UInt64) {
        if snapshotVersions.count >= Self.notedSnapshotsMax { snapshotVersions.removeAll() }
        snapshotVersions[stream] = version
    }

    // MARK: Forms

    /// What a state's bytes are: its fields and the version of its fold.
    ///
    /// Nil for a state that is not kept: one that is more than its fields, and one with personal
    /// fields, which must be gone from everywhere when the person is forgotten.
    private func form(of state: some StreamState) -> Digest256? {
        let type = type(of: state)
        if let known = snapshotForms[type.streamType] { return known }
        let description = type.schema.description
        let isKept = type.isWhole && !description.fields.contains { $0.kind.isPersonal }
        let text = "\(type.streamType) \(type.foldVersion) \(FieldList.json(of: description))"
        let form: Digest256? = isKept ? .sha256(of: Array(text.utf8)) : nil
        snapshotForms[type.streamType] = .some(form)
        return form
    }

    private static func decoded<State: StreamState>(
        _ bytes: [UInt8], as initial: State
    ) -> (any StreamState)? {
        // What cannot be read is as good as what is not there.
        try? State.decoded(from: bytes)
    }
}

extension FieldKind {
    /// Whether something in it is personal.
    var isPersonal: Bool {
        switch self {
        case .personal: true
        case .optional(let inner), .list(let inner): inner.isPersonal
        case .record(let description): description.fields.contains { $0.kind.isPersonal }
        default: false
        }
    }
}
