import Business
import Records

/// Definition events with the names and fields under which the engine writes them.
enum TestDefinitions: BusinessModule {
    static let name = "definition"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = [FileRecorded.self, SetDeployed.self, Noted.self]
    static let consequences: [Consequence] = []
}

struct DefinitionState: StreamState, Equatable {
    static let streamType = "definition.set"
    static let initial = DefinitionState()
    static let schema = Schema<DefinitionState>("definition.set", "", make: DefinitionState.init)
}

struct FileRecorded: Event, Equatable {
    let name: String
    let hash: Blob
    let content: Blob

    static let schema = Schema<FileRecorded>(
        "definition.file-recorded", "",
        Field(1, "name", \.name), Field(2, "hash", \.hash), Field(3, "content", \.content),
        make: FileRecorded.init)
    func evolve(_ state: inout DefinitionState) {}
}

struct SetDeployed: Event, Equatable {
    let files: [File]

    struct File: Record {
        let name: String
        let hash: Blob

        static let schema = Schema<File>(
            "definition.deployed-file", "", Field(1, "name", \.name), Field(2, "hash", \.hash),
            make: File.init)
    }

    static let schema = Schema<SetDeployed>(
        "definition.set-deployed", "", Field(1, "files", \.files), make: SetDeployed.init)
    func evolve(_ state: inout DefinitionState) {}
}

/// An event for the framework's own tests: a word about a thing, and an amount.
struct Noted: Event, Equatable {
    let word: String
    let amount: Int64

    static let schema = Schema<Noted>(
        "definition.noted", "", Field(1, "word", \.word), Field(2, "amount", \.amount),
        make: Noted.init)
    func evolve(_ state: inout DefinitionState) {}
}
