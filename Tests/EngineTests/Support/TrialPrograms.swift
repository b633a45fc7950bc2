import Business
import Engine
import EventLog
import Foundation
import Logging
import Records
import Views

/// A note on a scale, as every program of the tests folds it.
struct NoteState: StreamState {
    var text: String
    var milligrams: Int64
    var author: String?

    static let streamType = "trial.note"
    static let initial = NoteState(text: "", milligrams: 0, author: nil)
    static let schema = Schema<NoteState>(
        "trial.note", "A note.",
        Field(1, "text", \.text, "What it says."),
        Field(2, "milligrams", \.milligrams, "What it weighs."),
        Field(3, "author", \.author, "Who wrote it."),
        make: NoteState.init)
}

/// The first program: grams, and no author.
enum FirstProgram: BusinessModule {
    struct Noted: Event {
        let text: String
        let grams: Int64

        static let schema = Schema<Noted>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What it says."),
            Field(2, "grams", \.grams, "What it weighs."),
            make: { Noted(text: $0, grams: $1) })

        func evolve(_ state: inout NoteState) {
            state = NoteState(text: text, milligrams: grams * 1_000, author: nil)
        }
    }

    static let name = "trial"
    static let commands: [any Command.Type] = [TakeNote<Noted>.self]
    static let events: [any Event.Type] = [Noted.self]
    static let consequences: [Consequence] = []
}

/// The first program with an optional field more.
enum WiderProgram: BusinessModule {
    struct Noted: Event {
        let text: String
        let grams: Int64
        let colour: String?

        static let schema = Schema<Noted>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What the note says."),
            Field(2, "grams", \.grams, "What it weighs."),
            Field(5, "colour", \.colour, "The colour of the paper."),
            make: Noted.init)

        func evolve(_ state: inout NoteState) {
            state = NoteState(text: text, milligrams: grams * 1_000, author: colour)
        }
    }

    static let name = "trial"
    static let commands: [any Command.Type] = [TakeNote<Noted>.self]
    static let events: [any Event.Type] = [Noted.self]
    static let consequences: [Consequence] = []
}

/// The first program after a mistake: another kind under the same number and version.
enum CarelessProgram: BusinessModule {
    struct Noted: Event {
        let text: String
        let weight: String

        static let schema = Schema<Noted>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What it says."),
            Field(2, "weight", \.weight, "What it weighs."),
            make: Noted.init)

        func evolve(_ state: inout NoteState) {}
    }

    static let name = "trial"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = [Noted.self]
    static let consequences: [Consequence] = []
}

/// The third program: milligrams since the second version, an author since the third.
enum ThirdProgram: BusinessModule {
    /// The record of version 1.
    struct Grams: Record {
        let text: String
        let grams: Int64

        static let schema = Schema<Grams>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What it says."),
            Field(2, "grams", \.grams, "What it weighs."),
            make: Grams.init)
    }

    /// The record of version 2.
    struct Milligrams: Record {
        let text: String
        let milligrams: Int64

        static let schema = Schema<Milligrams>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What it says."),
            Field(3, "milligrams", \.milligrams, "What it weighs."),
            make: Milligrams.init)
    }

    struct Noted: Event {
        let text: String
        let milligrams: Int64
        let author: String

        static let version: UInt16 = 3
        static let earlier = Upcasts(from: 2, Milligrams.self) {
            Noted(text: $0.text, milligrams: $0.milligrams, author: "nobody")
        }.before(Grams.self) {
            Milligrams(text: $0.text, milligrams: $0.grams * 1_000)
        }.versions

        static let schema = Schema<Noted>(
            "trial.noted", "A note was taken.",
            Field(1, "text", \.text, "What it says."),
            Field(3, "milligrams", \.milligrams, "What it weighs."),
            Field(4, "author", \.author, "Who wrote it."),
            make: Noted.init)

        func evolve(_ state: inout NoteState) {
            state = NoteState(text: text, milligrams: milligrams, author: author)
        }
    }

    static let name = "trial"
    static let commands: [any Command.Type] = [TakeNote<Noted>.self]
    static let events: [any Event.Type] = [Noted.self]
    static let consequences: [Consequence] = []
}

/// A program from before there were notes.
enum EmptyProgram: BusinessModule {
    static let name = "trial"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = []
    static let consequences: [Consequence] = []
}

/// An event that one number makes.
protocol NoteEvent: Event {
    init(note: String, grams: Int64)
}

extension FirstProgram.Noted: NoteEvent {
    init(note: String, grams: Int64) { self.init(text: note, grams: grams) }
}
extension WiderProgram.Noted: NoteEvent {
    init(note: String, grams: Int64) { self.init(text: note, grams: grams, colour: "red") }
}
extension ThirdProgram.Noted: NoteEvent {
    init(note: String, grams: Int64) {
        self.init(text: note, milligrams: grams * 1_000, author: "anna")
    }
}

/// Takes a note.
struct TakeNote<Noted: NoteEvent>: Command {
    let note: String
    let grams: Int64

    static var schema: Schema<TakeNote<Noted>> {
        Schema(
            "trial.take-note", "Take a note.",
            Field(1, "note", \.note, "What it says."),
            Field(2, "grams", \.grams, "What it weighs."),
            make: TakeNote.init)
    }
    static var access: CommandAccess { .roles("owner") }
    static var rejections: [RejectionCode] { [] }

    func decide(_ decision: Decision) throws(Rejection) {
        try decision.emit(Noted(note: note, grams: grams), to: note)
    }
}

/// The weight of each note, as a view keeps it.
struct WeightRow: ViewRow, Equatable {
    let note: String
    let milligrams: Int64

    static let table = "weights"
    var key: RowKey { RowKey(note) }
    static let schema = Schema<WeightRow>(
        "weight-row", "", Field(1, "note", \.note), Field(2, "milligrams", \.milligrams),
        make: WeightRow.init)
}

/// A view of the third program.
enum WeightView: View {
    static let name = "weights"
    static let documentation = "What notes weigh."
    static let version: Int64 = 1
    static let tables = [ViewTable(WeightRow.self)]
    static let eventTypes = [ThirdProgram.Noted.typeName]
    static let queries = [
        ViewQuery("weights.all", "All notes.", NoParameters.self, rows: WeightRow.self) {
            (reader, _, _) throws(QueryFailure) in
            QueryResult(try reader.rows(WeightRow.self))
        }
    ]

    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let noted = event.event as? ThirdProgram.Noted else {
            throw .undecodable("\(event.type) came as something else")
        }
        try transaction.put(WeightRow(note: noted.text, milligrams: noted.milligrams))
    }
}

/// One log that programs open in turn.
final class TrialFolder {
    let log: any EventLog
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("daybook-trial-\(UUID().uuidString)").path

    /// A log with an index of its own, or with another folder's.
    init(log: any EventLog = MemoryEventLog(), indexOf other: TrialFolder? = nil) throws {
        self.log = log
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        if let other {
            try FileManager.default.copyItem(
                atPath: other.path + "/index", toPath: path + "/index")
        } else {
            try FileManager.default.createDirectory(
                atPath: path + "/index", withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Opens the log with a program, and closes it afterwards.
    @discardableResult
    func open<Result>(
        _ program: any BusinessModule.Type, losingIndex: Bool = false,
        besideDepartments: Bool = false,
        _ body: (Engine) async throws -> Result
    ) async throws -> Result {
        if losingIndex {
            try FileManager.default.removeItem(atPath: path + "/index")
            try FileManager.default.createDirectory(
                atPath: path + "/index", withIntermediateDirectories: true)
        }
        let engine = try Engine.open(
            log: log, indexPath: path + "/index", keys: nil,
            registry: Registry(
                (besideDepartments ? Departments.all : []) + [program] + Registry.engineModules,
                poster: { _, _, _ in }),
            clockKind: .manual,
            options: EngineOptions(
                access: AccessConfiguration(ownerUserID: 1_000),
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }))
        defer { engine.close() }
        return try await body(engine)
    }

    /// Takes a note with a program.
    func note(_ text: String, grams: Int, with program: any BusinessModule.Type) async throws {
        try await open(program) { try await Self.note(text, grams: grams, in: $0) }
    }

    /// Takes a note.
    static func note(_ text: String, grams: Int, in engine: Engine) async throws {
        try await run(
            "trial.take-note", .object(["note": .string(text), "grams": .integer(grams)]),
            in: engine)
    }

    /// Gives a command that must be accepted.
    static func run(_ name: String, _ payload: JSONValue, in engine: Engine) async throws {
        let reply = await engine.submit(
            Submission(name: name, payload: payload, peer: .actor("owner")))
        guard case .accepted = reply else { throw FirmFailure(reply.line) }
    }

    /// The events of a type.
    func events(_ type: String) throws -> [StoredEvent] {
        try log.read(from: .first, budget: ReadBudget(events: 10_000, bytes: 1 << 30)).events
            .filter { $0.envelope.type == type }
    }
}
