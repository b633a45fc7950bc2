internal import Business
package import Records

/// One deployed file by name and hash.
package struct DeployedFile: Record {
    package let name: String
    package let hash: Blob

    package static let schema = Schema<DeployedFile>(
        "definition.deployed-file", "A file of a set.",
        Field(1, "name", \.name, "The file's name, `order-to-cash.bpmn`."),
        Field(2, "hash", \.hash, "The SHA-256 of its bytes."),
        make: DeployedFile.init)
}

/// What is deployed: the sets by number, the last of which judges what starts now.
package struct DefinitionSetState: StreamState {
    package var files: [DeployedFile]
    package var proposed: [DeployedFile]
    package var proposedBy: String?
    package var proposedFrom: BusinessDate?
    package var approvers: [String]

    package static let streamType = "definition.set"
    package static let foldVersion = 2
    /// There is one line of sets in a folder.
    package static let id = "main"
    package static let initial = DefinitionSetState(
        files: [], proposed: [], proposedBy: nil, proposedFrom: nil, approvers: [])

    package static let schema = Schema<DefinitionSetState>(
        "definition.set", "The deployed files.",
        Field(1, "files", \.files, "The files that judge now."),
        Field(2, "proposed", \.proposed, "The files that wait for a second person."),
        Field(3, "proposedBy", \.proposedBy, "Who proposed them."),
        Field(4, "proposedFrom", \.proposedFrom, "From when they are to judge."),
        Field(5, "approvers", \.approvers, "Who may approve them."),
        make: DefinitionSetState.init)

    /// What was proposed, over other files than those for which it was.
    ///
    /// The files that the proposal changes stay as they were proposed, for that is what a second
    /// person agrees to; all others are the given ones.
    func proposal(over other: [DeployedFile]) -> [DeployedFile] {
        func byName(_ files: [DeployedFile]) -> [String: DeployedFile] {
            Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        }
        let before = byName(files)
        let wanted = byName(proposed)
        var merged = byName(other)
        for (name, file) in wanted where before[name] != file { merged[name] = file }
        for name in before.keys where wanted[name] == nil { merged[name] = nil }
        return merged.values.sorted { $0.name < $1.name }
    }
}

/// The bytes of one file entered the log.
package struct FileRecorded: Event {
    package let name: String
    package let hash: Blob
    package let content: Blob

    package static let schema = Schema<FileRecorded>(
        "definition.file-recorded", "The bytes of a definition file entered the log.",
        Field(1, "name", \.name, "The file's name."),
        Field(2, "hash", \.hash, "The SHA-256 of its bytes."),
        Field(3, "content", \.content, "The bytes.", limits: .count(0...1_000_000)),
        make: FileRecorded.init)

    /// A deployment is about the set.
    package static let isAuxiliary = true

    package func evolve(_ state: inout FileState) { state.isRecorded = true }
}

/// Whether the bytes with a hash are in the log; the stream's id is the hash in hexadecimal.
package struct FileState: StreamState {
    package var isRecorded: Bool

    package static let streamType = "definition.file"
    package static let initial = FileState(isRecorded: false)
    package static let schema = Schema<FileState>(
        "definition.file", "A definition file by its hash.",
        Field(1, "isRecorded", \.isRecorded, "Whether its bytes are in the log.", default: false),
        make: FileState.init)
}

/// A set of files judges from now on.
package struct SetDeployed: Event {
    package let files: [DeployedFile]
    package let validFrom: BusinessDate
    package let proposedBy: String?
    /// Whether it touches money or authority and nobody else was there who could have approved it.
    package var isAlone: Bool?

    package static let schema = Schema<SetDeployed>(
        "definition.set-deployed", "A set of definition files was deployed.",
        Field(1, "files", \.files, "All files of the set.", limits: .count(0...10_000)),
        Field(2, "validFrom", \.validFrom, "From which posting date its rules are chosen."),
        Field(3, "proposedBy", \.proposedBy, "Who proposed it, where a second person deployed."),
        Field(
            4, "alone", \.isAlone,
            "Whether it changes what touches money or authority and took effect at once, because nobody else could approve it."
        ),
        make: SetDeployed.init)

    package var replyDetails: [JSONMember] {
        var details = [
            JSONMember("outcome", .string("in-effect")),
            JSONMember("validFrom", .string("\(validFrom)")),
        ]
        if let proposedBy { details.append(JSONMember("proposedBy", .string(proposedBy))) }
        if isAlone == true { details.append(JSONMember("alone", .boolean(true))) }
        return details
    }

    package func evolve(_ state: inout DefinitionSetState) {
        var next = DefinitionSetState(
            files: files, proposed: [], proposedBy: nil, proposedFrom: nil, approvers: [])
        // What is deployed beside a proposal leaves it waiting.
        if proposedBy == nil, let by = state.proposedBy {
            let waiting = state.proposal(over: files)
            if waiting != files {
                next.proposed = waiting
                next.proposedBy = by
                next.proposedFrom = state.proposedFrom
                next.approvers = state.approvers
            }
        }
        state = next
    }
}

/// A set that touches money or authority waits for a second person.
package struct SetProposed: Event {
    package let files: [DeployedFile]
    package let validFrom: BusinessDate
    package let by: String
    /// The first of those who may approve it, in alphabetical order.
    package var approvers: [String] = []

    /// Names of people that are kept.
    package static let approversMax = 20

    package static let schema = Schema<SetProposed>(
        "definition.set-proposed", "A set of definition files waits for a second person.",
        Field(1, "files", \.files, "All files of the set.", limits: .count(0...10_000)),
        Field(2, "validFrom", \.validFrom, "From which posting date its rules shall be chosen."),
        Field(3, "by", \.by, "Who proposed it."),
        Field(
            4, "approvers", \.approvers, "Who may approve it, the first twenty.",
            limits: .count(0...approversMax)),
        make: SetProposed.init)

    package var replyDetails: [JSONMember] {
        [
            JSONMember("outcome", .string("proposed")),
            JSONMember("validFrom", .string("\(validFrom)")),
            JSONMember("waitsFor", .string("definition.approve")),
            JSONMember("approvers", .array(approvers.map { .string($0) })),
        ]
    }

    package func evolve(_ state: inout DefinitionSetState) {
        state.proposed = files
        state.proposedBy = by
        state.proposedFrom = validFrom
        state.approvers = approvers
    }
}

/// The field list of an event type and version, so that its records can be read without the program.
package struct SchemaRecorded: Event {
    package let type: String
    package let version: Int64
    package let fields: JSONValue

    package static let schema = Schema<SchemaRecorded>(
        "definition.schema-recorded", "The field list of an event type entered the log.",
        Field(1, "type", \.type, "The event type."),
        Field(2, "version", \.version, "The version of the field list."),
        Field(3, "fields", \.fields, "Number, name and kind of each field."),
        make: SchemaRecorded.init)

    package func evolve(_ state: inout SchemaState) { state.fields = fields }
}

/// The field list of an event type and version that is in force; the stream's id is `type.vN`.
///
/// It is written anew when the program has more optional fields than the log's list: the stream's
/// last event before a position says what records there can hold.
package struct SchemaState: StreamState {
    package var fields: JSONValue?

    package static let streamType = "definition.schema"
    package static let foldVersion = 2
    package static let initial = SchemaState(fields: nil)
    package static let schema = Schema<SchemaState>(
        "definition.schema", "The field list of an event type and version.",
        Field(2, "fields", \.fields, "The list; absent where none is in the log."),
        make: SchemaState.init)

    /// The id of the stream that holds a field list.
    package static func id(_ type: String, version: UInt16) -> String { "\(type).v\(version)" }
}
