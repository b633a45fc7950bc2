package import Business
package import EventLog
internal import Processes
package import Records

/// An event as the protocol, `replay` and `audit trace` show it.
package enum EventJSON {
    /// Everything that the envelope says, and the fact under `data`.
    ///
    /// `showsPersonal` is for who reads over the protocol; whoever reads the files has the keys.
    package static func json(
        of event: RecordedEvent, currency: Currency?, showsPersonal: Bool = true
    ) -> JSONValue {
        let context = JSONContext(currency: currency, showsPersonal: showsPersonal)
        return .object([
            "position": .integer(event.position),
            "type": .string(event.type),
            "stream": .string(event.stream.description),
            "version": .integer(event.version),
            "company": .string(event.company),
            "recordedAt": .string(event.recordedAt.description),
            "date": .string(event.effectiveDate.description),
            "actor": .string(event.actor),
            "onBehalfOf": event.onBehalfOf.map { .string($0) },
            "case": event.correlation.map { .string($0) },
            "causedBy": event.causation.map { .integer($0) },
            "objects": objects(event.objects),
            "definition": event.definition.map { .string($0.description) },
            "data": data(of: event.event, context),
        ])
    }

    private static func objects(_ references: [Records.ObjectReference]) -> JSONValue? {
        if references.isEmpty { return nil }
        return .array(
            references.map {
                .object(["object": .string($0.text), "as": .string($0.qualifier)])
            })
    }

    private static func data(of event: any Event, _ context: JSONContext) -> JSONValue {
        guard let step = event as? InstanceAdvanced else { return event.json(context) }
        guard let advance = try? Advance.decode(step.advance.bytes) else {
            return step.json(context)
        }
        // A step's bytes say little to a reader; what it did is told in words.
        var intervention: (what: String, reason: String)?
        for case .intervened(let what, let reason) in advance.changes {
            intervention = (what, reason)
        }
        return .object([
            "process": .string(step.process), "cause": .string(advance.cause),
            "intervention": intervention.map { .string($0.what) },
            "reason": intervention.map { .string($0.reason) },
            "set": step.set.map { .integer($0) },
            "changes": .array(advance.changes.map { .string($0.line) }),
        ])
    }

    /// An event as it was stored, which is what the log alone says of it.
    ///
    /// `data` are its fields by the list in the log; without them its bytes are shown.
    package static func json(asStored stored: StoredEvent, data: JSONValue?) -> JSONValue {
        let envelope = stored.envelope
        return .object([
            "position": .integer(stored.position.rawValue), "type": .string(envelope.type),
            "stream": .string(envelope.stream), "version": .integer(envelope.version),
            "schemaVersion": .integer(envelope.schemaVersion),
            "recordedAt": .string(
                Instant(microsecondsSinceEpoch: envelope.recordedAtMicroseconds).description),
            "date": .string(BusinessDate(daysSinceEpoch: envelope.effectiveDay).description),
            "actor": .string(envelope.actor),
            "data": data,
            "payload": data == nil ? Blob(stored.payload).json(JSONContext(currency: nil)) : nil,
        ])
    }
}
