internal import Business
internal import EventLog
internal import Logging
internal import Records

extension WriterCore {
    /// Gives a copy that nobody has written to an identity of its own, before anything else.
    ///
    /// The original goes on elsewhere, perhaps: from here on these are two logs, and what was made of
    /// one of them is not taken for the other's.
    func renewIdentityOfCopy() throws(EngineFailure) {
        let last = log.end.last
        guard last > .origin, log.copiedAt == last else { return }
        let event = LogIdentityRenewed(logIdentity: Blob(LogLineage.freshIdentity()))
        do {
            let (_, version) = try state(of: ClockState.self, id: ClockState.id)
            let facts = EnvelopeFacts(
                company: companyName, recordedAt: now, actor: .engine, key: nil, keyHash: nil,
                correlation: nil, causation: nil)
            let stream = StreamName(type: ClockState.streamType, id: ClockState.id)
            let envelope = Envelope(
                stream: stream.description, version: Int(version) + 1,
                type: LogIdentityRenewed.typeName,
                schemaVersion: Int(LogIdentityRenewed.version), company: facts.company,
                recordedAtMicroseconds: facts.recordedAt.microsecondsSinceEpoch,
                effectiveDay: calendar.date(at: facts.recordedAt).daysSinceEpoch,
                actor: facts.actor.id)
            batch.append(
                DraftEvent(envelope: envelope, payload: event.encoded()), event, stream: stream)
            try recordSchema(of: event, facts)
            try index.apply(try log.append(batch.drafts, expecting: last.next))
        } catch {
            throw .folder(
                "this folder is a copy and cannot be given an identity of its own: \(error)")
        }
        batch = emptyBatch()
        cache.removeAll()
        lastRecordedAt = Instant(microsecondsSinceEpoch: log.end.lastRecordedAtMicroseconds)
        options.logger.notice(
            "the folder is a copy: its log has a new identity",
            metadata: [
                "copied-at": "\(last)",
                "identity": "\(LogLineage.text(of: event.logIdentity.bytes))",
            ])
    }
}
