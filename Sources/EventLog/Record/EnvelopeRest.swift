/// What stands in a record between the stream and the payload, as it is stored.
///
/// For readers of many events that seldom ask for it: nothing is decoded before somebody does.
package struct EnvelopeRest: Sendable {
    private let flags: RecordEncoder.Flags
    private let bytes: [UInt8]

    init(flags: RecordEncoder.Flags, bytes: [UInt8]) {
        self.flags = flags
        self.bytes = bytes
    }

    /// Who asked, and for whom.
    package func person() throws(RecordFailure) -> (actor: String, onBehalfOf: String?) {
        var reader = RecordReader(bytes.span.bytes)
        _ = try reader.run("company")
        let actor = try reader.text("actor")
        return (actor, flags.contains(.onBehalfOf) ? try reader.text("on-behalf-of") : nil)
    }

    /// The parts that belong to the event and to no command; those of the command are left out.
    package func references() throws(RecordFailure) -> References {
        var reader = RecordReader(bytes.span.bytes)
        _ = try reader.run("company")
        _ = try reader.run("actor")
        if flags.contains(.onBehalfOf) { _ = try reader.run("on-behalf-of") }
        if flags.contains(.key) { _ = try reader.run("key") }
        if flags.contains(.keyHash) { try reader.skip(Digest256.byteCount, "key hash") }
        return try References(&reader, flags)
    }

    /// To what an event refers.
    package struct References: Sendable {
        /// The business case.
        package var correlation: String?
        /// The event that caused this one.
        package var causation: Position?
        /// Hash of the definition that judged.
        package var definitionHash: Digest256?
        /// The things concerned.
        package var objects: [ObjectReference] = []

        /// Reads them; they stand at the end of what is before the payload.
        init(
            _ reader: inout RecordReader, _ flags: RecordEncoder.Flags
        ) throws(RecordFailure) {
            if flags.contains(.correlation) { correlation = try reader.text("correlation") }
            if flags.contains(.causation) { causation = Position(try reader.varint("causation")) }
            if flags.contains(.definitionHash) {
                definitionHash = try reader.digest("definition hash")
            }
            let count = try reader.count("objects")
            objects.reserveCapacity(count)
            for _ in 0..<count {
                let object = try reader.text("object")
                objects.append(ObjectReference(object, qualifier: try reader.text("qualifier")))
            }
        }
    }
}
