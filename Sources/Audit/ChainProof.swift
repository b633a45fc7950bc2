internal import EventLog
internal import Records

/// What must hold of the log's bytes and envelopes, whatever the events mean.
struct ChainProof {
    private(set) var frontier = MerkleFrontier()
    /// Whether a leaf could not be read, so that the tree cannot be built.
    private var hasLostLeaf = false
    private var lastRecordedAt = Int64.min
    private var versions: [String: Int] = [:]
    private var schemas: Set<String> = []
    private var keys: [String: KeyUse] = [:]
    /// Events with a key so far; those of one command stand side by side among them.
    private var keyedEvents = 0

    private struct KeyUse {
        let hash: Digest256?
        var last: Int
    }

    /// Takes the stored bytes of the next event.
    mutating func take(_ view: EventView, _ findings: inout FindingList) {
        let position = view.position.rawValue
        if !view.isIntact {
            findings.add(
                AuditFinding(
                    "leaf-hash", at: position, "event \(position)",
                    "expected the stored leaf hash \(view.leafHash), the bytes give another; restore a backup"
                ))
        }
        frontier.append(view.leafHash)
        if view.recordedAtMicroseconds < lastRecordedAt {
            findings.add(
                AuditFinding(
                    "recorded-time", at: position, "event \(position)",
                    "expected a recorded time not before \(Instant(microsecondsSinceEpoch: lastRecordedAt)), found \(Instant(microsecondsSinceEpoch: view.recordedAtMicroseconds))"
                ))
        }
        lastRecordedAt = max(lastRecordedAt, view.recordedAtMicroseconds)
    }

    /// Notes that an event cannot be read at all.
    mutating func lose(_ failure: LogFailure, at position: Position, _ findings: inout FindingList)
    {
        hasLostLeaf = true
        if case .missing = failure {
            findings.add(
                AuditFinding(
                    "position-gap", at: position.rawValue, "position \(position)",
                    "expected an event at every position, found none; restore a backup"))
        } else {
            findings.add(
                AuditFinding(
                    "event-unreadable", at: position.rawValue, "event \(position)",
                    "\(failure)"))
        }
    }

    /// Takes the envelope of the next event.
    mutating func take(_ stored: StoredEvent, _ findings: inout FindingList) {
        let envelope = stored.envelope
        let position = stored.position.rawValue
        let expected = (versions[envelope.stream] ?? 0) + 1
        if envelope.version != expected {
            findings.add(
                AuditFinding(
                    "stream-version", at: position, envelope.stream,
                    "expected version \(expected), found \(envelope.version)"))
        }
        versions[envelope.stream] = envelope.version
        if let causation = envelope.causation, causation >= stored.position {
            findings.add(
                AuditFinding(
                    "causation", at: position, envelope.stream,
                    "expected a cause before the event, found position \(causation)"))
        }
        if let key = envelope.key { takeKey(key, stored, &findings) }
    }

    /// A key belongs to one command: its events stand side by side and carry one hash.
    private mutating func takeKey(
        _ key: String, _ stored: StoredEvent, _ findings: inout FindingList
    ) {
        keyedEvents += 1
        let name = "\(stored.envelope.company)\u{0}\(key)"
        if let use = keys[name], use.last + 1 != keyedEvents || use.hash != stored.envelope.keyHash
        {
            findings.add(
                AuditFinding(
                    "key-reused", at: stored.position.rawValue, "key \(key)",
                    "expected a key to belong to one command, found it in another one as well"))
        }
        keys[name] = KeyUse(hash: stored.envelope.keyHash, last: keyedEvents)
    }

    /// A field list entered the log.
    mutating func record(schema id: String) { schemas.insert(id) }

    /// Whether the field list of a type and version stands before its first event.
    func hasSchema(_ id: String) -> Bool { schemas.contains(id) }

    /// Compares the tree and the time with what the log says of its end.
    func compare(with end: LogEnd, _ findings: inout FindingList) {
        let size = end.frontier.size
        guard !hasLostLeaf, frontier.size == size else {
            findings.add(
                AuditFinding(
                    "tree", "log",
                    "the tree over \(size) events cannot be built: \(frontier.size) leaves could be read"
                ))
            return
        }
        if frontier.root != end.frontier.root || frontier.subtrees != end.frontier.subtrees {
            findings.add(
                AuditFinding(
                    "tree", "log",
                    "expected the root \(end.frontier.root), the leaves give \(frontier.root); restore a backup"
                ))
        }
        if size > 0, lastRecordedAt != end.lastRecordedAtMicroseconds {
            findings.add(
                AuditFinding(
                    "recorded-time", "log",
                    "the end of the log names another time than its last event"))
        }
    }
}
