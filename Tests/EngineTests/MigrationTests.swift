import Business
import Engine
import Foundation
import Processes
import Records
import Testing

@Suite("Running instances move to another version, and back")
struct MigrationTests {
    /// The parcel's second version: packing has another id, and a note is sent before the way.
    private static let second = Parcel.diagram
        .replacing(#"id="work" name="Pack""#, with: #"id="pack" name="Pack well""#)
        .replacing(
            #"<bpmn:endEvent id="end"/>"#, with: #"<bpmn:task id="note"/><bpmn:endEvent id="end"/>"#
        )
        .replacing(Diagrams.flow("start", "work"), with: Diagrams.flow("start", "pack"))
        .replacing(Diagrams.flow("work", "arrive"), with: Diagrams.flow("pack", "note"))
        .replacing(
            Diagrams.flow("arrive", "end"),
            with: Diagrams.flow("note", "arrive") + Diagrams.flow("arrive", "end"))

    private func deploy(_ firm: Firm, _ diagram: String) async throws {
        try await firm.run(
            "definition.deploy",
            JSONValue.object([
                "files": .array([
                    .object([
                        "name": .string("processes/parcel.bpmn"), "content": .string(diagram),
                    ])
                ])
            ]))
    }

    private static let plan = #""elements": [{"from": "work", "to": "pack"}]"#

    @Test("a dry run says of each instance whether it can move, and moves none")
    func dryRun() async throws {
        let firm = try await Parcel.firm()
        let packing = try await Parcel.start(firm, "SO-1")
        try await Parcel.pack(firm)
        let waiting = try await Parcel.start(firm, "SO-2")
        try await deploy(firm, Self.second)
        let end = firm.end
        let desk = try Desk(firm)
        let bare = try await desk.ask("process.migration", #"{"process": "parcel"}"#)
        let rows = bare["rows"]?.arrayValue ?? []
        func row(_ id: String) throws -> JSONValue {
            try #require(rows.first { $0["instance"]?.stringValue == id })
        }
        #expect(try row(packing)["moves"] == .boolean(true), "it waits for its arrival")
        #expect(try row(waiting)["moves"] == .boolean(false))
        #expect(
            try row(waiting)["problems"]?.description.contains("work is not in the new") == true)
        let planned = try await desk.ask(
            "process.migration", "{\"process\": \"parcel\", \(Self.plan)}")
        #expect(planned["rows"]?.arrayValue?.allSatisfy { $0["moves"] == .boolean(true) } == true)
        let slip = try await desk.ask(
            "process.migration",
            #"{"process": "parcel", "elements": [{"from": "work", "to": "packk"}]}"#)
        #expect(slip.description.contains("packk, which is not in set 2"))
        #expect(firm.end == end)
    }

    @Test("an instance moves wholly, goes on in the new version, and its job with it")
    func moves() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-1")
        try await deploy(firm, Self.second)
        #expect(
            try await firm.refusal(
                "process.migrate", #"{"instance": "\#(instance)", "reason": "better"}"#)
                == "wrong-state")
        try await firm.run(
            "process.migrate",
            "{\"instance\": \"\(instance)\", \(Self.plan), \"reason\": \"better\"}", key: "m-1")
        #expect(try await firm.waits(of: instance) == ["pack"])
        let end = firm.end
        try await firm.run(
            "process.migrate",
            "{\"instance\": \"\(instance)\", \(Self.plan), \"reason\": \"better\"}", key: "m-1")
        #expect(firm.end == end, "asked twice, done once")
        try firm.restart(losingIndex: true)
        try await Parcel.pack(firm)
        #expect(try await firm.waits(of: instance) == ["arrive"])
        let history = try #require(try firm.engine.history(of: instance))
        #expect(history.advances.flatMap(\.lines).contains { $0.contains("entered element=note") })
        #expect(
            history.advances.flatMap(\.lines).contains {
                $0.contains("migrate from set 1 to 2") && $0.contains("better")
            })
        try await Parcel.arrive(firm, "SO-1")
        #expect(try await firm.state(instance).status == .completed)
        let rows = try Desk(firm).rows("process.heat", #"{"process": "parcel"}"#)
        #expect(rows.contains { $0["element"]?.stringValue == "pack" })
    }

    @Test("a migration is taken back: the instance stands where it stood, in the version it had")
    func undone() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-1")
        let before = try await firm.state(instance)
        #expect(
            try await firm.refusal(
                "process.undo-migration", #"{"instance": "\#(instance)", "reason": "no"}"#)
                == "wrong-state")
        try await deploy(firm, Self.second)
        try await firm.run(
            "process.migrate",
            "{\"instance\": \"\(instance)\", \(Self.plan), \"reason\": \"better\"}")
        try await firm.run(
            "process.undo-migration", #"{"instance": "\#(instance)", "reason": "worse"}"#)
        let after = try await firm.state(instance)
        #expect(after.waits == before.waits)
        #expect(after.definitions == before.definitions)
        try await Parcel.pack(firm)
        #expect(try await firm.waits(of: instance) == ["arrive"])
    }

    @Test("what a person does to an instance needs a reason, and stands in its history")
    func interventions() async throws {
        let firm = try await Parcel.firm()
        let instance = try await Parcel.start(firm, "SO-1")
        for command in ["set-variable", "skip", "jump", "retry", "cancel", "migrate"] {
            let code = try await firm.refusal(
                "process.\(command)",
                #"{"instance": "\#(instance)", "name": "a", "value": 1, "element": "work", "from": "work", "to": "arrive"}"#
            )
            #expect(["missing-field", "unknown-field"].contains(code), "\(command): \(code)")
        }
        try await firm.run(
            "process.set-variable",
            #"{"instance": "\#(instance)", "name": "weight", "value": 3, "reason": "weighed"}"#)
        try await firm.run(
            "process.skip",
            #"{"instance": "\#(instance)", "element": "work", "reason": "packed by hand"}"#)
        #expect(try await firm.waits(of: instance) == ["arrive"])
        try await firm.run(
            "process.jump",
            #"{"instance": "\#(instance)", "from": "arrive", "to": "work", "reason": "it broke"}"#)
        #expect(try await firm.waits(of: instance) == ["work"])
        try await firm.run(
            "process.cancel",
            #"{"instance": "\#(instance)", "compensate": true, "reason": "not wanted"}"#)
        let told = try firm.events().filter { $0.stream.id == instance }.map {
            EventJSON.json(of: $0, currency: nil)["data"]?["reason"]?.stringValue ?? ""
        }
        #expect(
            told.filter { !$0.isEmpty } == ["weighed", "packed by hand", "it broke", "not wanted"])
    }
}
