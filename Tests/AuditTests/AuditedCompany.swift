import Business
import Engine
import EventLog
import Foundation
import Logging
import Records
import Testing
import Views

@testable import Audit

/// A folder of its own, which goes with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = "\(NSTemporaryDirectory())/daybook-audit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A company that trades through the engine: bought 100, sold 60, was paid in part.
enum AuditedCompany {
    /// The commands in order, each with its date.
    static let commands: [(date: String, name: String, json: String)] = [
        (
            "2026-01-01", "finance.found-company",
            #"{"name":"Golden Trading","country":"DE","baseCurrency":"EUR","chart":"sample","singlePerson":true}"#
        ),
        ("2026-01-01", "inventory.register-warehouse", #"{"warehouse":"W1","name":"Main"}"#),
        (
            "2026-01-01", "inventory.register-product",
            #"{"product":"P1","name":"Chair","taxCode":"standard"}"#
        ),
        (
            "2026-01-01", "sales.open-account",
            #"{"account":"C1","name":"Customer","terms":{"paymentTerms":"net-30","taxCode":"standard"}}"#
        ),
        (
            "2026-01-01", "purchasing.register-supplier",
            #"{"supplier":"S1","name":"Supplier","paymentTerms":"net-30","taxCode":"standard"}"#
        ),
        (
            "2026-01-01", "purchasing.set-terms",
            #"{"supplier":"S1","terms":[{"product":"P1","price":"10.00","rank":1}]}"#
        ),
        (
            "2026-02-01", "purchasing.create-order",
            #"{"order":"PO-1","supplier":"S1","lines":[{"product":"P1","warehouse":"W1","quantity":"100"}]}"#
        ),
        ("2026-02-01", "purchasing.submit-order", #"{"order":"PO-1"}"#),
        ("2026-02-01", "purchasing.approve-order", #"{"order":"PO-1"}"#),
        ("2026-02-01", "purchasing.send-order", #"{"order":"PO-1"}"#),
        ("2026-02-01", "purchasing.confirm-order", #"{"order":"PO-1"}"#),
        ("2026-02-01", "purchasing.receive-goods", #"{"order":"PO-1"}"#),
        (
            "2026-02-03", "sales.place-order",
            #"{"order":"SO-1","customer":"C1","warehouse":"W1","lines":[{"product":"P1","quantity":"60","price":"15.00"}]}"#
        ),
        ("2026-02-03", "inventory.reserve", #"{"order":"SO-1"}"#),
        ("2026-02-03", "fulfillment.ship", #"{"order":"SO-1"}"#),
        ("2026-02-05", "finance.post-invoice", #"{"order":"SO-1"}"#),
        (
            "2026-03-01", "finance.receive-payment",
            #"{"customer":"C1","amount":"1000.00","reference":"part"}"#
        ),
    ]

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The rule files that are shipped; processes would do the work themselves.
    static func definitions() throws -> JSONValue {
        let root = repository.appendingPathComponent("processes").resolvingSymlinksInPath().path
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).filter {
            ($0.hasSuffix(".dmn") || $0.hasSuffix(".yaml")) && !$0.hasPrefix("imports/")
        }
        var files: [JSONValue] = []
        for name in names.sorted() {
            let text = try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
            files.append(
                .object(["name": .string("processes/\(name)"), "content": .string(text)]))
        }
        return .object(["files": .array(files)])
    }

    /// Lets the company trade in a data folder, views included, and closes everything.
    static func trade(in path: String) async throws {
        let folder = try DataFolder(path: path, access: .write)
        let log = try LMDBEventLog(path: folder.logPath)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = try Engine.open(
            log: log, indexPath: folder.indexPath, keys: try KeyStore(path: folder.keysPath),
            registry: DaybookRegistry.make(),
            options: EngineOptions(
                access: AccessConfiguration(ownerUserID: 0), logger: logger))
        try await accept(engine, "definition.deploy", definitions(), key: "deploy")
        for (number, command) in commands.enumerated() {
            try await accept(
                engine, command.name, try JSONValue.parse(command.json), key: "k-\(number)",
                date: BusinessDate(command.date))
        }
        let decoder = engine.decoder
        let views = ViewHost(
            folder: folder.viewsPath, log: log, logIdentity: try engine.logIdentity(),
            decode: { try decoder.recorded($0) }, views: DaybookViews.all, logger: logger)
        try views.start()
        while views.status.contains(where: { $0.lag > 0 || $0.state == .behind }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        engine.close()
        views.stop()
        log.close()
    }

    private static func accept(
        _ engine: Engine, _ name: String, _ payload: JSONValue, key: String,
        date: BusinessDate? = nil
    ) async throws {
        let reply = await engine.submit(
            Submission(
                name: name, payload: payload, key: key, date: date, peer: .actor("owner")))
        if case .accepted = reply { return }
        Issue.record("\(name): \(reply.line)")
    }

    /// All events of a folder's log.
    static func events(in path: String) throws -> [StoredEvent] {
        let folder = try LogFolder(path: path)
        var events: [StoredEvent] = []
        try folder.walk { event in
            events.append(event)
            return true
        }
        return events
    }

    /// Writes a log of its own and audits it.
    static func audit(_ drafts: [DraftEvent]) throws -> AuditReport {
        let log = MemoryEventLog()
        var next = Position.first
        for draft in drafts {
            _ = try log.append([draft], expecting: next)
            next = next.next
        }
        let registry = DaybookRegistry.make()
        var audit = LogAudit(
            log, registry: registry, decoder: EventDecoder(registry: registry))
        return audit.run()
    }
}
