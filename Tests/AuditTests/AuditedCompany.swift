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
final class TemporaryFolder: Sendable {
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
            "2026-02-10", "purchasing.capture-invoice",
            #"{"invoice":"SI-1","supplier":"S1","theirNumber":"R-1","documentDate":"2026-02-10","lines":[{"order":"PO-1","orderLine":1,"quantity":"40","price":"10.00","taxCode":"standard"}]}"#
        ),
        ("2026-02-10", "purchasing.match-invoice", #"{"invoice":"SI-1"}"#),
        ("2026-02-10", "purchasing.post-invoice", #"{"invoice":"SI-1"}"#),
        (
            "2026-03-01", "finance.receive-payment",
            #"{"customer":"C1","amount":"1000.00","reference":"part"}"#
        ),
        ("2026-03-02", "finance.close-period", #"{"period":"2026-01"}"#),
        ("2026-03-02", "finance.lock-period", #"{"period":"2026-01"}"#),
        // Billed before anything left: the revenue is not earned yet.
        (
            "2026-03-02", "sales.open-account",
            #"{"account":"C3","name":"Billed ahead","terms":{"paymentTerms":"net-30","taxCode":"standard"}}"#
        ),
        (
            "2026-03-02", "sales.place-order",
            #"{"order":"SO-2","customer":"C3","warehouse":"W1","invoicing":"on-order","lines":[{"product":"P1","quantity":"5","price":"20.00"}]}"#
        ),
        ("2026-03-02", "finance.post-invoice", #"{"order":"SO-2"}"#),
        // More than is owed: the rest is held for who paid it.
        (
            "2026-03-03", "sales.open-account",
            #"{"account":"C2","name":"Early","terms":{"paymentTerms":"net-30","taxCode":"standard"}}"#
        ),
        ("2026-03-03", "finance.receive-payment", #"{"customer":"C2","amount":"50.00"}"#),
        ("2026-03-04", "finance.make-payment", #"{"supplier":"S1","amount":"401.00"}"#),
        (
            "2026-03-04", "purchasing.register-supplier",
            #"{"supplier":"S2","name":"Paid ahead","paymentTerms":"net-30","taxCode":"standard"}"#
        ),
        ("2026-03-04", "finance.make-payment", #"{"supplier":"S2","amount":"20.00"}"#),
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
    ///
    /// In a zone of its own the clock is moved to the beginning of each date there; else every command
    /// carries its date and the clock is the machine's.
    static func trade(
        in path: String, zone: String? = nil,
        commands: [(date: String, name: String, json: String)] = commands
    ) async throws {
        let folder = try DataFolder(path: path, access: .write)
        let log = try LMDBEventLog(path: folder.logPath)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = try Engine.open(
            log: log, indexPath: folder.indexPath, keys: try KeyStore(path: folder.keysPath),
            registry: DaybookRegistry.make(), clockKind: zone == nil ? .real : .manual,
            options: EngineOptions(
                access: AccessConfiguration(ownerUserID: 0), logger: logger))
        try await accept(engine, "definition.deploy", definitions(), key: "deploy")
        for (number, command) in commands.enumerated() {
            guard let zone else {
                try await accept(
                    engine, command.name, try JSONValue.parse(command.json), key: "k-\(number)",
                    date: BusinessDate(command.date))
                continue
            }
            if number == 0 || command.date != commands[number - 1].date {
                try await accept(
                    engine, "clock.advance", .object(["date": .string(command.date)]),
                    key: "c-\(number)")
            }
            let json = command.json.replacingOccurrences(
                of: #""singlePerson":true"#, with: #""singlePerson":true,"timeZone":"\#(zone)""#)
            try await accept(
                engine, command.name, try JSONValue.parse(json), key: "k-\(number)")
        }
        let decoder = engine.decoder
        let views = ViewHost(
            folder: folder.viewsPath, log: log, lineage: try engine.lineage(),
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
}
