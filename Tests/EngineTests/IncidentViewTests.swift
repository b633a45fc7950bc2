import Business
import Engine
import EventLog
import Foundation
import Logging
import Processes
import Records
import Testing
import Views

@Suite("An incident says what set it off, with which variables, and what was tried")
struct IncidentViewTests {
    /// The answer of the work view when it has folded the whole log.
    private func ask(
        _ firm: Firm, _ query: String, _ parameters: String = "{}"
    ) async throws -> JSONValue {
        let decoder = firm.engine.decoder
        let folder = firm.folder.appendingPathComponent("views-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let host = ViewHost(
            folder: folder.path,
            log: firm.log, lineage: try firm.engine.lineage(),
            decode: { try decoder.recorded($0) }, views: [WorkView.self],
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try host.start()
        defer { host.stop() }
        return try host.query(
            query, parameters: try JSONValue.parse(parameters),
            context: QueryContext(today: BusinessDate(daysSinceEpoch: 20_514)),
            after: firm.end, timeoutMilliseconds: 10_000
        ).json
    }

    private func rows(_ answer: JSONValue) -> [JSONValue] {
        guard case .array(let rows)? = answer["rows"] else { return [] }
        return rows
    }

    @Test("a refused command: cause, variables, and each attempt with who made it")
    func refusedCommand() async throws {
        let diagram = Diagrams.task("hold", type: "inventory.reserve")
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/hold.bpmn": diagram])
        try await firm.run(
            "process.start", #"{"process": "hold", "variables": {"order": "SO-1"}}"#)
        let instance = try #require(try firm.instances(of: "hold").last)
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "it should be there"}"#)
        let incidents = rows(try await ask(firm, "process.incidents"))
        #expect(incidents.count == 1)
        let incident = try #require(incidents.first)
        #expect(incident["element"] == .string("work"))
        #expect(incident["reason"] == .string("unknown-object"))
        #expect(incident["cause"] == .string("retry"))
        #expect(incident["variables"]?["order"] == .string("SO-1"))
        guard case .array(let attempts)? = incident["attempts"] else {
            Issue.record("no attempts: \(incident)")
            return
        }
        let words = attempts.compactMap { $0["what"]?.stringValue }
        #expect(words.filter { $0.hasPrefix("inventory.reserve was refused") }.count == 2)
        #expect(words.contains("tried again: it should be there"))
        #expect(attempts.allSatisfy { $0["at"] != nil && $0["position"] != nil })
        let notes = "\(try await ask(firm, "process.instance", #"{"instance": "\#(instance)"}"#))"
        #expect(notes.contains("Set off by retry"))
        #expect(notes.contains("tried again: it should be there"))
    }

    @Test("a job: what the worker said each time, and the attempts that were left")
    func job() async throws {
        let firm = try await Firm.trading(
            stock: [:],
            replacing: ["processes/print.bpmn": Diagrams.task("print", type: "print-label")])
        try await firm.run("process.start", #"{"process": "print"}"#)
        let instance = try #require(try firm.instances(of: "print").last)
        let token = try #require(try await firm.state(instance).waits.first).token
        for retries in [1, 0] {
            _ = try await firm.ask(
                "process.activate-jobs", #"{"type": "print-label", "worker": "w"}"#, as: "ida")
            try await firm.run(
                "process.fail-job",
                """
                {"job": "\(instance):\(token)", "retries": \(retries), "message": "no paper"}
                """, as: "ida")
        }
        let incident = try #require(rows(try await ask(firm, "process.incidents")).first)
        #expect(incident["cause"]?.stringValue?.contains("failed") == true)
        guard case .array(let attempts)? = incident["attempts"] else {
            Issue.record("no attempts: \(incident)")
            return
        }
        let words = attempts.compactMap { $0["what"]?.stringValue }
        #expect(words.first == "the job failed: no paper; attempts left: 1")
        #expect(words.dropFirst().first == "the job failed: no paper; attempts left: 0")
        #expect(attempts.allSatisfy { $0["actor"] == .string("ida") })
    }
}
