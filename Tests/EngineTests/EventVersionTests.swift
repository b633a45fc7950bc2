import Business
import Engine
import EventLog
import Foundation
import Logging
import Processes
import Records
import Testing
import Views

@Suite("Event types change, and old bytes stay")
struct EventVersionTests {
    /// What the first program wrote for a note "a" of 7 grams, kept as it was.
    private static let bytesOfVersionOne: [UInt8] = [0x05, 0x01, 0x61, 0x08, 0x0E]

    @Test("stored bytes of an old version read as the newest form, step by step")
    func lifted() throws {
        #expect(
            FirstProgram.Noted(text: "a", grams: 7).encoded() == Self.bytesOfVersionOne)
        let kind = EventType(ThirdProgram.Noted.self)
        #expect(kind.earlier.map(\.version) == [1, 2])
        let registry = Registry([ThirdProgram.self], poster: { _, _, _ in })
        let stored = try #require(registry.kind(named: "trial.noted"))
        func read(_ bytes: [UInt8], _ version: Int) throws -> ThirdProgram.Noted? {
            try bytes.withUnsafeBytes { try stored.read($0, version: version, nil) }
                as? ThirdProgram.Noted
        }
        let newest = ThirdProgram.Noted(text: "a", milligrams: 7_000, author: "nobody")
        #expect(try read(Self.bytesOfVersionOne, 1) == newest)
        let second = ThirdProgram.Milligrams(text: "a", milligrams: 7_000)
        #expect(try read(second.encoded(), 2) == newest)
        let third = ThirdProgram.Noted(text: "a", milligrams: 1, author: "berta")
        #expect(try read(third.encoded(), 3) == third)
        #expect([0, 1, 2, 3, 4].map(stored.knows) == [false, true, true, true, false])
    }

    @Test("a chain of versions has no gap")
    func gaps() {
        #expect(EarlierKind.gaps(newest: 1, earlier: []) == [])
        #expect(EarlierKind.gaps(newest: 3, earlier: [1, 2]) == [])
        #expect(EarlierKind.gaps(newest: 3, earlier: [2]) == [1])
        #expect(EarlierKind.gaps(newest: 4, earlier: [1, 3]) == [2])
        #expect(EarlierKind.gaps(newest: 2, earlier: []) == [1])
    }

    @Test("after an upgrade states, views, readers and the next command see the newest form alone")
    func upgraded() async throws {
        let folder = try TrialFolder()
        try await folder.note("a", grams: 7, with: FirstProgram.self)
        try await folder.note("b", grams: 2, with: FirstProgram.self)
        let stored = try folder.events("trial.noted")
        #expect(stored.map(\.envelope.schemaVersion) == [1, 1])
        for losingIndex in [false, true] {
            try await folder.open(ThirdProgram.self, losingIndex: losingIndex) { engine in
                let object = await engine.object(type: "trial.note", id: "a")
                #expect(object?["milligrams"] == .integer(7_000))
                #expect(object?["author"]?.stringValue == "nobody")
                let event = try engine.decoder.recorded(stored[0])
                #expect(
                    EventJSON.json(of: event, currency: nil)["data"]?.description
                        == #"{"text":"a","milligrams":7000,"author":"nobody"}"#)
                let rows = try weights(engine, folder)
                #expect(
                    rows == [
                        #"{"note":"a","milligrams":7000}"#, #"{"note":"b","milligrams":2000}"#,
                    ])
            }
        }
        try await folder.note("a", grams: 9, with: ThirdProgram.self)
        try await folder.open(ThirdProgram.self) { engine in
            let object = await engine.object(type: "trial.note", id: "a")
            #expect(object?["milligrams"] == .integer(9_000))
            #expect(object?["author"]?.stringValue == "anna")
            let rows = try weights(engine, folder)
            #expect(
                rows == [
                    #"{"note":"a","milligrams":9000}"#, #"{"note":"b","milligrams":2000}"#,
                ])
        }
        #expect(try folder.events("trial.noted").map(\.envelope.schemaVersion) == [1, 1, 3])
        let before = try folder.events("trial.noted")[0]
        #expect(before.payload == stored[0].payload && before.leafHash == stored[0].leafHash)
        #expect(try lists(folder).map(\.type) == ["trial.noted v1", "trial.noted v3"])
    }

    /// Begins with a note, and goes one way where it is told what the note weighs in milligrams.
    private static let diagram = Diagrams.process(
        "notes",
        """
        <bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:ioMapping>
          <zeebe:output source='=get value(event.data, "milligrams")' target="weight"/>
        </zeebe:ioMapping></bpmn:extensionElements>
          <bpmn:messageEventDefinition id="noted" messageRef="message-noted"/>
        </bpmn:startEvent>
        <bpmn:exclusiveGateway id="known" default="known-untold"/>
        <bpmn:userTask id="told"><bpmn:extensionElements><zeebe:userTask/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:userTask id="untold"><bpmn:extensionElements><zeebe:userTask/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "known"))\(Diagrams.flow("known", "told", "=weight = 7000"))
        \(Diagrams.flow("known", "untold"))
        \(Diagrams.flow("told", "end"))\(Diagrams.flow("untold", "end"))
        """, shared: #"<bpmn:message id="message-noted" name="trial.noted"/>"#)

    @Test("a process that an old event begins after an upgrade is told the newest form")
    func process() async throws {
        let folder = try TrialFolder()
        let (instance, before) = try await folder.open(
            FirstProgram.self, besideDepartments: true
        ) { engine in
            try await TrialFolder.run(
                "definition.deploy", Firm.definitions(["processes/notes.bpmn": Self.diagram]),
                in: engine)
            try await TrialFolder.note("a", grams: 7, in: engine)
            return try await Self.waits(of: folder, in: engine)
        }
        #expect(before == ["untold"], "the first program knows grams alone")
        // The same log as a power cut leaves it between the note and what it sets off.
        let noted = try #require(try folder.events("trial.noted").first)
        let cut = MemoryEventLog()
        try RestartTests.copy(folder.log, through: noted.position.rawValue, to: cut)
        let upgraded = try TrialFolder(log: cut)
        let (again, after) = try await upgraded.open(
            ThirdProgram.self, besideDepartments: true
        ) { try await Self.waits(of: upgraded, in: $0) }
        #expect(again == instance)
        #expect(after == ["told"])
    }

    /// The instance that a note began, and where it waits.
    private static func waits(
        of folder: TrialFolder, in engine: Engine
    ) async throws -> (instance: String, elements: [String]) {
        for _ in 0..<2_000 {
            _ = await engine.hasDefinitions()
            guard let step = try folder.events(InstanceAdvanced.typeName).last,
                let stream = StreamName(step.envelope.stream),
                let found = await engine.instance(stream.id)
            else { continue }
            let waits = found.state.machine.waits.map(\.elementID)
            if !waits.isEmpty { return (stream.id, waits) }
        }
        return ("none", [])
    }

    /// The rows of a view that folds the log anew.
    private func weights(_ engine: Engine, _ folder: TrialFolder) throws -> [String] {
        let decoder = engine.decoder
        let host = ViewHost(
            folder: folder.path, log: folder.log, lineage: "trial",
            decode: { try decoder.recorded($0) }, views: [WeightView.self],
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        let fold = try host.fold(
            WeightView.name, through: folder.log.end.last.rawValue,
            temporaryFolder: folder.path)
        let context = QueryContext(today: engine.companyDate)
        return try fold.query("weights.all", context: context).rows.map(\.description)
    }

    /// The field lists of the trial's events in the order in which they were written.
    private func lists(_ folder: TrialFolder) throws -> [(type: String, fields: JSONValue)] {
        try folder.events(SchemaRecorded.typeName).compactMap { stored in
            let recorded = try SchemaRecorded.decoded(from: stored.payload)
            guard recorded.type.hasPrefix("trial.") else { return nil }
            return ("\(recorded.type) v\(recorded.version)", recorded.fields)
        }
    }

    // MARK: Programs that are too old

    @Test(
        "a program that does not know an event refuses the log when it opens it",
        arguments: [false, true])
    func newer(losingIndex: Bool) async throws {
        let folder = try TrialFolder()
        try await folder.note("a", grams: 7, with: ThirdProgram.self)
        let end = folder.log.end
        let list = try #require(try folder.events(SchemaRecorded.typeName).last)
        let noted = try #require(try folder.events("trial.noted").first)
        // With the newer program's index the list is what is met, without it the first event.
        let place = losingIndex ? noted.position : list.position
        func reason(_ program: any BusinessModule.Type) async throws -> String {
            do {
                try await folder.open(program, losingIndex: losingIndex) { _ in }
                return "opened"
            } catch EngineFailure.newerLog(let reason) { return reason }
        }
        #expect(
            try await reason(FirstProgram.self)
                == "newer-log: position \(place) holds trial.noted version 3, this program knows versions up to 1; start the program that wrote it or a newer one (`daybook replay` and the hashes of `daybook audit` work all the same)"
        )
        #expect(
            try await reason(EmptyProgram.self).contains(
                "position \(place) holds trial.noted version 3, this program knows no event of that name"
            ))
        #expect(folder.log.end == end)
        try await folder.open(ThirdProgram.self) { engine in
            #expect(await engine.object(type: "trial.note", id: "a") != nil)
        }
    }

    // MARK: Field lists

    @Test("an optional field keeps the version, and the list in the log is written anew")
    func wider() async throws {
        let folder = try TrialFolder()
        try await folder.note("a", grams: 7, with: FirstProgram.self)
        try await folder.note("b", grams: 7, with: WiderProgram.self)
        try await folder.note("c", grams: 7, with: WiderProgram.self)
        // The older program can read the newer records, and leaves the list alone.
        try await folder.note("d", grams: 7, with: FirstProgram.self)
        let lists = try lists(folder)
        #expect(lists.map(\.type) == ["trial.noted v1", "trial.noted v1"])
        #expect(lists.map { $0.fields.arrayValue?.count } == [2, 3])
        let recorded = try folder.events(SchemaRecorded.typeName).filter {
            $0.envelope.stream == "definition.schema/trial.noted.v1"
        }
        #expect(recorded.map(\.envelope.version) == [1, 2])
        let noted = try folder.events("trial.noted")
        #expect(noted.map(\.envelope.schemaVersion) == [1, 1, 1, 1])
        // Each record reads by the list in force where it stands, without its type.
        #expect(recorded[0].position < noted[0].position)
        #expect(noted[0].position < recorded[1].position)
        #expect(recorded[1].position < noted[1].position)
        #expect(
            try StoredRecord.json(of: noted[0].payload, fields: lists[0].fields).description
                == #"{"text":"a","grams":7}"#)
        #expect(
            try StoredRecord.json(of: noted[1].payload, fields: lists[1].fields).description
                == #"{"text":"b","grams":7,"colour":"red"}"#)
    }

    @Test("another field list of the same version is refused by name when the log is opened")
    func careless() async throws {
        let folder = try TrialFolder()
        try await folder.note("a", grams: 7, with: FirstProgram.self)
        let end = folder.log.end
        var reason = ""
        do {
            try await folder.open(CarelessProgram.self) { _ in }
        } catch EngineFailure.fieldListChanged(let text) { reason = text }
        #expect(reason.contains("trial.noted version 1"))
        #expect(reason.contains(#"field 2 "grams" is called "weight" now"#))
        #expect(folder.log.end == end)
    }
}
