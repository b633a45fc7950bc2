import Business
import Engine
import EventLog
import Foundation
import Logging
import Records
import Testing
import Views

@Suite("A log of before is read as it always was", .serialized)
struct GoldenLogTests {
    private static func log() async throws -> MemoryEventLog {
        if GoldenFiles.makesLog { try GoldenFiles.keep(await GoldenSession.played()) }
        return try GoldenFiles.log()
    }

    private static func events(_ log: MemoryEventLog) throws -> [StoredEvent] {
        try log.read(from: .first, budget: ReadBudget(events: 100_000, bytes: 1 << 30)).events
    }

    private static let registry = DaybookRegistry.make()
    private static let decoder = EventDecoder(registry: registry)

    @Test("the field list of every released event type is what it was, but for optional fields")
    func eventTypes() throws {
        let now = EventListing.lines(Self.registry)
        let changes = EventListing.changes(
            from: try GoldenFiles.lines("event-types.txt", now: now), to: now)
        let list = changes.joined(separator: "\n")
        #expect(
            changes.isEmpty,
            """
            Event types differ from Tests/Golden/event-types.txt. Adding an optional field, or a type, \
            is allowed: write the listing anew with DAYBOOK_GOLDEN=write. Anything else needs a new \
            version, and the old one a step that lifts it.
            \(list)
            """)
    }

    @Test("a listing tells what may be changed from what may not")
    func verdicts() {
        let old = ["a.b version 1 in a", "  1 x: text", "  2 y: money, optional"]
        func verdict(_ now: String...) -> String {
            EventListing.changes(from: old, to: now).joined(separator: "\n")
        }
        #expect(verdict(old[0], old[1], old[2]) == "")
        #expect(
            verdict(old[0], old[1], old[2], "  3 z: date, optional").contains("are allowed"))
        #expect(verdict(old[0], old[1], old[2], "  3 z: date").contains("needs a new version"))
        #expect(
            verdict(old[0], old[1], old[2], "  3 z: list of record c, optional", "    1 w: text")
                .contains("are allowed"))
        #expect(
            verdict(old[0], old[1], "    1 w: text", old[2]).contains("needs a new version"))
        #expect(verdict(old[0], old[1]).contains("needs a new version"))
        #expect(
            verdict(old[0], "  1 x: money", old[2])
                == "a.b version 1 in a: needs a new version, and the old one a step that lifts it\n-   1 x: text\n+   1 x: money"
        )
        #expect(
            verdict(old[0], old[1], old[2], "a.b version 2 in a", "  1 x: money")
                == "a.b version 2 in a: new; write the listing anew\n+   1 x: money")
    }

    @Test("every stored event of the kept log reads, and would be stored in the same bytes again")
    func bytes() async throws {
        let log = try await Self.log()
        let again = MemoryEventLog()
        var seen: Set<String> = []
        var lines: [String] = []
        for stored in try Self.events(log) {
            let envelope = stored.envelope
            let recorded = try Self.decoder.recorded(stored)
            let event = recorded.event
            let kind = try #require(Self.registry.events[envelope.type])
            if envelope.schemaVersion == Int(kind.version) {
                #expect(event.encoded() == stored.payload, "position \(stored.position)")
            }
            // The envelope, too, is written as it was.
            _ = try again.append(
                [DraftEvent(envelope: envelope, payload: stored.payload)],
                expecting: stored.position)
            if seen.insert("\(envelope.type) \(envelope.schemaVersion)").inserted {
                lines += [
                    "\(envelope.type) version \(envelope.schemaVersion), position \(stored.position)",
                    "  \(stored.payload.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())",
                    "  \(EventJSON.json(of: recorded, currency: nil)["data"] ?? .null)",
                ]
            }
        }
        #expect(again.end == log.end)
        lines.insert("root \(log.end.root), \(log.end.last) events", at: 0)
        let kept = try GoldenFiles.lines("event-bytes.txt", now: lines)
        for (kept, now) in zip(kept, lines) { #expect(kept == now) }
        #expect(kept.count == lines.count)
        let departments = Set(seen.compactMap { $0.split(separator: ".").first.map(String.init) })
        #expect(departments.isSuperset(of: Departments.all.map { $0.name }), "\(departments)")
        #expect(seen.count > 80, "\(seen.count) types")
    }

    @Test("the field lists in the kept log are the program's, but for optional fields")
    func fieldLists() async throws {
        for stored in try Self.events(try await Self.log()) {
            guard let list = try Self.decoder.decode(stored) as? SchemaRecorded else { continue }
            let known = Self.registry.events[list.type]?.description(of: Int(list.version))
            let description = try #require(known, "\(list.type) version \(list.version)")
            switch FieldList.compare(recorded: list.fields, with: description) {
            case .same, .extended: break
            case .changed(let reason):
                Issue.record("\(list.type) version \(list.version): \(reason)")
            }
        }
    }

    @Test("every view folds the kept log to the same rows in the same order")
    func views() async throws {
        let log = try await Self.log()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-golden-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let host = ViewHost(
            folder: folder, log: log, lineage: "golden",
            decode: { try Self.decoder.recorded($0) }, views: DaybookViews.all,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        let lines = try DaybookViews.all.map { view in
            let fold = try host.fold(
                view.name, through: log.end.last.rawValue, temporaryFolder: folder)
            return "\(view.name) version \(view.version): \(try fold.dumpHash())"
        }
        let kept = try GoldenFiles.lines("views.txt", now: lines)
        for (kept, now) in zip(kept, lines) {
            #expect(
                kept == now,
                "the fold of old events gives other rows: where that is meant, raise the view's version and write the listing anew with DAYBOOK_GOLDEN=write"
            )
        }
        #expect(kept.count == lines.count)
    }
}
