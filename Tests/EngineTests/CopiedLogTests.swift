import Business
import Engine
import EventLog
import Foundation
import Testing

@Suite("A copy of a log gets an identity of its own before anything else is written")
struct CopiedLogTests {
    /// A log on the disk with one note in it, and where copies of it can be put.
    private final class Original {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-copy-\(UUID().uuidString)").path
        let keys: KeyStore
        let folder: TrialFolder

        init() async throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            let data = try DataFolder(path: path + "/original", access: .write)
            keys = try KeyStore(path: data.keysPath)
            folder = try TrialFolder(log: try LMDBEventLog(path: data.logPath))
            try await folder.note("a", grams: 7, with: FirstProgram.self)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// The log of a new copy.
        func copied(_ log: any EventLog, as name: String) throws -> LMDBEventLog {
            let log = try #require(log as? LMDBEventLog)
            try Backup.make(of: log, keys: keys, in: path + "/original", into: path + "/" + name)
            return try LMDBEventLog(path: path + "/\(name)/log")
        }
    }

    private func types(_ log: any EventLog, after position: Position) throws -> [String] {
        try log.read(from: position.next).events.map(\.envelope.type)
    }

    @Test("the renewal is the copy's first event, once; the original keeps its identity")
    func renewed() async throws {
        let original = try await Original()
        let log = original.folder.log
        let before = try await original.folder.open(FirstProgram.self) { try $0.lineage() }
        #expect(before.periods.count == 1)
        let end = log.end.last
        let copy = try TrialFolder(log: original.copied(log, as: "copy"))
        let renewed = try await copy.open(FirstProgram.self) { try $0.lineage() }
        #expect(
            try types(copy.log, after: end) == [
                LogIdentityRenewed.typeName, SchemaRecorded.typeName,
            ])
        #expect(renewed.periods.map(\.first) == [.first, end.next])
        #expect(renewed.periods.first == before.periods.first)
        #expect(renewed.identity != before.identity)
        // Neither the next start nor what is written then renews it again.
        try await copy.note("b", grams: 1, with: FirstProgram.self)
        #expect(try await copy.open(FirstProgram.self) { try $0.lineage() } == renewed)
        #expect(try copy.events(LogIdentityRenewed.typeName).count == 1)
        #expect(
            try await copy.open(FirstProgram.self, losingIndex: true) { try $0.lineage() }
                == renewed)
        let after = try await original.folder.open(FirstProgram.self) { try $0.lineage() }
        #expect(after == before)
        #expect(log.end.last == end)
    }

    @Test("two copies are two logs, and a copy of a copy is a third")
    func several() async throws {
        let original = try await Original()
        let log = original.folder.log
        var identities: Set<String> = []
        for name in ["one", "two"] {
            let copy = try TrialFolder(log: original.copied(log, as: name))
            identities.insert(try await copy.open(FirstProgram.self) { try $0.lineage().identity })
            if name == "two" {
                let again = try TrialFolder(log: original.copied(copy.log, as: "three"))
                let lineage = try await again.open(FirstProgram.self) { try $0.lineage() }
                #expect(lineage.periods.count == 3)
                identities.insert(lineage.identity)
                // The field list of the renewal is in the log by now.
                #expect(
                    try types(again.log, after: copy.log.end.last) == [
                        LogIdentityRenewed.typeName
                    ])
            }
        }
        #expect(identities.count == 3)
    }

    @Test("the original's index serves the copy, for what stands in both is the same")
    func index() async throws {
        let original = try await Original()
        let copy = try TrialFolder(
            log: original.copied(original.folder.log, as: "copy"), indexOf: original.folder)
        try await copy.open(FirstProgram.self) { engine in
            #expect(engine.index.opening.rebuild == nil)
            #expect(engine.index.opening.eventsRead == 0)
            #expect(await engine.object(type: "trial.note", id: "a") != nil)
        }
        // The original's index knows what the original wrote since: it does not serve the copy.
        let other = try original.copied(original.folder.log, as: "other")
        try await original.folder.note("b", grams: 1, with: FirstProgram.self)
        let restored = try TrialFolder(log: other, indexOf: original.folder)
        try await restored.open(FirstProgram.self) { engine in
            #expect(engine.index.opening.rebuild == .otherLog)
            #expect(await engine.object(type: "trial.note", id: "b") == nil)
        }
    }

    @Test("a program that does not know the log's events writes no identity into a copy")
    func newer() async throws {
        let original = try await Original()
        try await original.folder.note("b", grams: 1, with: ThirdProgram.self)
        let copy = try TrialFolder(log: original.copied(original.folder.log, as: "copy"))
        let end = copy.log.end
        await #expect(throws: EngineFailure.self) {
            try await copy.open(FirstProgram.self) { _ in }
        }
        #expect(copy.log.end == end)
    }
}
