internal import Business
internal import EventLog
internal import Records

extension WriterCore {
    /// Writes the field list of an event type before its first event, and anew when the program has
    /// optional fields that the list in the log has not.
    func recordSchema(
        of event: some Event, _ facts: EnvelopeFacts
    ) throws(Rejection) {
        let name = type(of: event).typeName
        let version = type(of: event).version
        let id = SchemaState.id(name, version: version)
        guard recordedSchemas.insert(id).inserted else { return }
        let description = type(of: event).schema.description
        let (state, head) = try state(of: SchemaState.self, id: id)
        if let recorded = state.fields {
            switch FieldList.compare(recorded: recorded, with: description) {
            case .same: return
            case .extended: break
            case .changed(let reason):
                recordedSchemas.remove(id)
                throw Rejection(
                    .logUnreadable, "\(FormCheck.changed(name, Int(version), reason))")
            }
        }
        let fields = FieldList.json(of: description)
        let recorded = SchemaRecorded(type: name, version: Int64(version), fields: fields)
        // The list of field lists comes before the first of them.
        if name != SchemaRecorded.typeName { try recordSchema(of: recorded, facts) }
        let stream = StreamName(type: SchemaState.streamType, id: id)
        let envelope = Envelope(
            stream: stream.description, version: Int(head) + 1, type: SchemaRecorded.typeName,
            schemaVersion: Int(SchemaRecorded.version), company: facts.company,
            recordedAtMicroseconds: facts.recordedAt.microsecondsSinceEpoch,
            effectiveDay: calendar.date(at: facts.recordedAt).daysSinceEpoch,
            actor: Actor.engine.id)
        batch.append(
            DraftEvent(envelope: envelope, payload: recorded.encoded()), recorded, stream: stream)
        batch.keep(
            Held(SchemaState(fields: fields), version: head + 1), of: stream)
    }
}
