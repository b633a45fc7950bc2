import EventLog
import Foundation
import Logging
import Records
import Testing

@testable import Engine
@testable import daybook

/// A data folder with a few messages in it, which goes with the test.
final class SmallFolder {
    let path = "\(NSTemporaryDirectory())/daybook-tool-\(UUID().uuidString)"

    init() async throws {
        let folder = try DataFolder(path: path, access: .write)
        let log = try LMDBEventLog(path: folder.logPath)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = try Engine.open(
            log: log, indexPath: folder.indexPath, keys: try KeyStore(path: folder.keysPath),
            registry: DaybookRegistry.make(), clockKind: .manual,
            options: EngineOptions(
                access: AccessConfiguration(ownerUserID: 0), logger: logger))
        for number in 1...3 {
            let payload = JSONValue.object([
                "name": .string("seen"), "correlationKey": .string("sales.order/SO-\(number)"),
            ])
            let reply = await engine.submit(
                Submission(
                    name: "process.publish-message", payload: payload, key: "m-\(number)",
                    peer: .actor("owner")))
            guard case .accepted = reply else {
                Issue.record("\(reply.line)")
                continue
            }
        }
        engine.close()
        log.close()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Reading a data folder", .serialized)
struct FolderTests {
    private func lines(_ arguments: String, _ folder: SmallFolder) -> [String] {
        let run = ToolRun(Transcript.words(arguments) + ["--data", folder.path])
        #expect(run.status == 0, "\(arguments): \(run.errors)")
        return ToolRun.lines(run.output)
    }

    @Test("replay prints the log or the part that is asked for")
    func replay() async throws {
        let folder = try await SmallFolder()
        let all = lines("replay", folder)
        #expect(all.first?.contains("clock.started") == true)
        #expect(all.enumerated().allSatisfy { $1.hasPrefix("\($0 + 1)  ") })
        let messages = lines("replay --type process.message-published", folder)
        #expect(messages.count == 3)
        #expect(messages.allSatisfy { $0.contains("by owner") && $0.contains("name=seen") })
        #expect(lines("replay --type process.*", folder) == messages)
        #expect(lines("replay --actor owner", folder) == messages)
        #expect(lines("replay --actor owner --count 2", folder) == Array(messages.prefix(2)))
        #expect(lines("replay --until 2", folder) == Array(all.prefix(2)))
        #expect(lines("replay --since 2 --until 3", folder) == Array(all[1...2]))
        #expect(lines("replay --since 1970-01-01 --until 1970-01-01", folder) == all)
        #expect(lines("replay --since 1970-01-02", folder) == [])
        let stream = try #require(messages.first?.split(separator: " ").first { $0.contains("#") })
        let name = stream.prefix { $0 != "#" }
        #expect(lines("replay --stream \(name)", folder).count == 1)
        #expect(lines("replay --object \(name)", folder).count == 1)
        let json = try JSONValue.parse(lines("replay --json --until 1", folder)[0])
        #expect(json["type"]?.stringValue == "clock.started")
        #expect(json["data"]?["kind"]?.stringValue == "manual")
    }

    @Test("a simulation refuses a process that never was, and a period that is exchanged")
    func simulate() async throws {
        let folder = try await SmallFolder()
        let unknown = ToolRun(
            Transcript.words(
                "simulate nosuch --from 2026-01-01 --to 2026-03-31 --data \(folder.path)"))
        #expect(unknown.status == ToolStatus.refused.rawValue)
        #expect(unknown.errors.contains("nosuch"))
        for period in [
            "simulate nosuch --from 2026-03-31 --to 2026-01-01",
            "replay --since 3 --until 1",
        ] {
            let exchanged = ToolRun(Transcript.words("\(period) --data \(folder.path)"))
            #expect(exchanged.status == ToolStatus.usage.rawValue, "\(period)")
        }
        let drawing = ToolRun(
            Transcript.words("process show order-to-cash --heat --from 2026-03-31 --to 2026-01-01"))
        #expect(drawing.status == ToolStatus.usage.rawValue)
        #expect(drawing.errors.contains("exchange the two"))
        let wrong = ToolRun(
            Transcript.words("simulate x --from soon --to later --data \(folder.path)"))
        #expect(wrong.status == ToolStatus.usage.rawValue)
        #expect(wrong.errors.contains("2026-09-30"))
    }

    @Test("a decision whose evaluation meets problems is a failure for scripts")
    func decisionProblems() throws {
        let file = "\(NSTemporaryDirectory())/daybook-tool-\(UUID().uuidString).dmn"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let rules = (1...2).map {
            """
            <rule id="r\($0)"><inputEntry id="a\($0)"><text>&lt; \($0 * 10)</text></inputEntry>
            <outputEntry id="b\($0)"><text>\($0)</text></outputEntry></rule>
            """
        }
        try """
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
          <decision id="size" name="Size"><decisionTable id="t" hitPolicy="UNIQUE">
            <input id="i"><inputExpression id="e" typeRef="number"><text>amount</text></inputExpression></input>
            <output id="o" name="size" typeRef="number"/>\(rules.joined())
          </decisionTable></decision>
        </definitions>
        """.write(toFile: file, atomically: true, encoding: .utf8)
        func run(_ amount: Int, _ more: String = "") -> ToolRun {
            ToolRun(
                Transcript.words(
                    "decision test size --field amount=\(amount) --file \(file)\(more)"))
        }
        #expect(run(15).status == ToolStatus.done.rawValue)
        let twice = run(5)
        #expect(twice.status == ToolStatus.refused.rawValue)
        #expect(twice.errors.contains("problem"))
        #expect(run(15, " --field weight=3").status == ToolStatus.refused.rawValue)
    }

    @Test("a simulation is told side by side")
    func simulationText() throws {
        let body = try JSONValue.parse(
            """
            {"process":"claim","from":"2026-03-01T00:00:00Z","to":"2026-03-31T23:59:59Z",
            "changed":["processes/rules/claim-route.dmn"],"instances":4,"differing":2,"faithful":4,
            "outcomes":[{"name":"paid","recorded":3,"simulated":4},{"name":"refused","recorded":1,"simulated":0}],
            "cycle":{"recorded":{"ended":4,"medianMilliseconds":36000000},"simulated":{"ended":4,"medianMilliseconds":3600000}},
            "amounts":[{"name":"fee","recorded":"60","simulated":"20","difference":"-40"}],
            "rows":[{"instance":"claim-9","recorded":"refused","simulated":"paid","differences":["refused → paid"],"faithful":true}],
            "assumptions":[{"text":"pay takes its usual time","count":1}]}
            """)
        #expect(
            SimulationText(body, lists: false).lines() == [
                "4 instances of claim, 2026-03-01T00:00:00Z to 2026-03-31T23:59:59Z, with processes/rules/claim-route.dmn",
                "2 would have gone otherwise; with the definitions of then 4 of 4 end as they did.",
                "",
                "outcome  recorded  simulated  difference",
                "───────  ────────  ─────────  ──────────",
                "paid            3          4          +1",
                "refused         1          0          -1",
                "",
                "cycle time  recorded  simulated",
                "──────────  ────────  ─────────",
                "median          10 h        1 h",
                "19 of 20",
                "ended              4          4",
                "",
                "sum of  recorded  simulated  difference",
                "──────  ────────  ─────────  ──────────",
                "fee           60         20         -40",
                "",
                "instance  document  difference",
                "────────  ────────  ──────────────",
                "claim-9             refused → paid",
                "",
                "ASSUMED",
                "1×  pay takes its usual time",
            ])
    }

    @Test("a view is shown as it was")
    func past() async throws {
        let folder = try await SmallFolder()
        #expect(
            lines("replay --until 3 --query process.instances", folder)
                == ["(no rows)", "as at position 3"])
        let unknown = ToolRun([
            "replay", "--query", "process.instancs", "--data", folder.path,
        ])
        #expect(unknown.status == ToolStatus.refused.rawValue)
        #expect(unknown.errors.contains("did you mean"))
    }

    @Test("audit proves a sound folder, and names what is wrong with status 4")
    func audit() async throws {
        let folder = try await SmallFolder()
        let sound = lines("audit", folder)
        #expect(sound.last == "clean")
        let report = try JSONValue.parse(lines("audit --json", folder)[0])
        #expect(report["clean"] == .boolean(true))
        let file = URL(fileURLWithPath: "\(folder.path)/log/data.mdb")
        var bytes = try Data(contentsOf: file)
        let text = Data("sales.order/SO-2".utf8)
        while let place = bytes.range(of: text) { bytes[place.upperBound - 1] = UInt8(ascii: "7") }
        try bytes.write(to: file)
        let broken = ToolRun(["audit", "--data", folder.path])
        #expect(broken.status == ToolStatus.faults.rawValue)
        #expect(broken.output.contains("leaf-hash"))
        #expect(broken.errors.contains("1 fault"))
        let json = ToolRun(["audit", "--json", "--data", folder.path])
        #expect(json.status == ToolStatus.faults.rawValue)
        let findings = try JSONValue.parse(ToolRun.lines(json.output)[0])["findings"]?.arrayValue
        #expect(findings?.contains { $0["code"]?.stringValue == "leaf-hash" } == true)
    }

    @Test("trace tells a thing's history")
    func trace() async throws {
        let folder = try await SmallFolder()
        let history = lines("audit trace clock.clock/main", folder)
        #expect(history.count == 1)
        #expect(history[0].contains("clock.started"))
        let unknown = ToolRun(["audit", "trace", "sales.order/NONE", "--data", folder.path])
        #expect(unknown.status == ToolStatus.refused.rawValue)
        #expect(ToolRun(["audit", "trace", "order"]).status == ToolStatus.usage.rawValue)
    }

    @Test("views are rebuilt and compared offline")
    func rebuild() async throws {
        let folder = try await SmallFolder()
        let first = try JSONValue.parse(lines("rebuild --all --json", folder)[0])
        let views = (first["rows"]?.arrayValue ?? []).compactMap { $0["view"]?.stringValue }
        #expect(!views.isEmpty)
        let again = try JSONValue.parse(lines("rebuild \(views[0]) --json", folder)[0])
        #expect(again["rows"]?.arrayValue?.first?["comparison"]?.stringValue == "same")
        let unknown = ToolRun(["rebuild", "wrok", "--data", folder.path])
        #expect(unknown.status == ToolStatus.usage.rawValue)
        #expect(ToolRun(["rebuild", "--data", folder.path]).status == ToolStatus.usage.rawValue)
    }

    @Test("a backup is a sound data folder; it is made once")
    func backup() async throws {
        let folder = try await SmallFolder()
        let copy = folder.path + "-copy"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        #expect(lines("backup \(copy)", folder).count == 1)
        let audit = ToolRun(["audit", "--data", copy])
        #expect(audit.status == 0, "\(audit.output)")
        let again = ToolRun(["backup", copy, "--data", folder.path])
        #expect(again.status == ToolStatus.folder.rawValue)
    }

    @Test("what a daemon holds is not rebuilt behind its back")
    func isLocked() async throws {
        let folder = try await SmallFolder()
        let held = try DataFolder(path: folder.path, access: .write)
        let run = ToolRun(["rebuild", "--all", "--data", folder.path])
        #expect(run.status == ToolStatus.folder.rawValue)
        #expect(run.errors.contains("in use by process"))
        #expect(lines("replay --until 1", folder).count == 1)
        withExtendedLifetime(held) {}
    }

    @Test("what is no data folder is named", arguments: ["replay", "audit", "rebuild --all"])
    func foreign(_ command: String) {
        let run = ToolRun(Transcript.words(command) + ["--data", "/nowhere"])
        #expect(run.status == ToolStatus.folder.rawValue)
        #expect(run.errors.contains("/nowhere: expected a data folder"))
    }

    /// Writes what a program of the future would: a field list, and an event of its type.
    private func addUnknownEvent(to folder: SmallFolder) throws {
        let log = try LMDBEventLog(path: folder.path + "/log")
        defer { log.close() }
        let fields = try JSONValue.parse(
            """
            [{"number":1,"name":"from","kind":"text","required":true},
             {"number":4,"name":"price","kind":"money","required":true},
             {"number":5,"name":"stops","kind":"list of record trial.stop","required":false,
              "fields":[{"number":1,"name":"place","kind":"text","required":true}]}]
            """)
        let list = SchemaRecorded(type: "sales.account-teleported", version: 3, fields: fields)
        func envelope(_ stream: String, _ type: String, _ version: Int) -> Envelope {
            Envelope(
                stream: stream, version: 1, type: type, schemaVersion: version, company: "main",
                recordedAtMicroseconds: log.end.lastRecordedAtMicroseconds, effectiveDay: 0,
                actor: "owner")
        }
        // from "here", price 1.50 EUR, stops at "a" and "b".
        let payload: [UInt8] =
            [0x05, 4] + Array("here".utf8) + [0x11, 5, 0xAC, 0x02] + Array("EUR".utf8)
            + [0x15, 9, 2, 3, 0x05, 1, 0x61, 3, 0x05, 1, 0x62]
        _ = try log.append(
            [
                DraftEvent(
                    envelope: envelope(
                        "definition.schema/sales.account-teleported.v3",
                        "definition.schema-recorded", 1), payload: list.encoded()),
                DraftEvent(
                    envelope: envelope("sales.account/A", "sales.account-teleported", 3),
                    payload: payload),
            ], expecting: log.end.next)
    }

    @Test("what a newer program wrote is printed by the log's own field lists, and its hashes hold")
    func newer() async throws {
        let folder = try await SmallFolder()
        try addUnknownEvent(to: folder)
        let line = try #require(lines("replay --type sales.*", folder).first)
        #expect(line.contains("sales.account-teleported  sales.account/A#1  by owner"))
        #expect(line.hasSuffix("from=here price=1.50 EUR stops=2 entries"), "\(line)")
        let json = try JSONValue.parse(lines("replay --json --type sales.*", folder)[0])
        #expect(
            json["data"]?.description
                == #"{"from":"here","price":"1.50 EUR","stops":[{"place":"a"},{"place":"b"}]}"#)
        #expect(lines("replay --json --stored", folder).count > 3)
        // The one fault is that the event cannot be judged; hashes, tree and versions are proved.
        let audit = ToolRun(["audit", "--json", "--without-views", "--data", folder.path])
        #expect(audit.status == ToolStatus.faults.rawValue)
        let report = try JSONValue.parse(ToolRun.lines(audit.output)[0])
        let codes = report["findings"]?.arrayValue?.compactMap { $0["code"]?.stringValue }
        #expect(codes == ["newer-log"])
        // Rows for good are folded by a program that knows all events.
        let rebuild = ToolRun(["rebuild", "--all", "--data", folder.path])
        #expect(rebuild.status == ToolStatus.folder.rawValue)
        #expect(
            rebuild.errors.contains(
                "holds sales.account-teleported version 3, this program knows no event of that name"
            ))
    }
}
