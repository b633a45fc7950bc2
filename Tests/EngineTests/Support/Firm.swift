import Business
import Engine
import EventLog
import Foundation
import Logging
import Processes
import Records
import Synchronization
import Testing

/// A company on a real engine: the shipped definitions deployed, a log, an index in a folder of its
/// own, and a clock that only tests move.
final class Firm {
    private(set) var log: any EventLog
    let folder: URL
    /// Opens the log again at a restart; nil keeps the one in memory.
    private let reopen: (() throws -> any EventLog)?
    /// None between closing and opening: a folder is open once in a process.
    private var opened: Engine?
    var engine: Engine {
        guard let opened else { preconditionFailure("the engine is closed") }
        return opened
    }
    /// The personal keys; nil keeps what is personal in the clear.
    private let keys: KeyStore?
    /// Events of a stream after which its state is kept.
    private let snapshotEvents: UInt64
    /// What the writer takes at the most.
    private let limits: EngineLimits
    /// The posting date of the next command; the clock's where absent.
    var date: String?

    /// The root of the repository.
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Opens an engine over a log and deploys `processes`, some files replaced or added; with
    /// personal keys where it is said whether there is room for new ones.
    init(
        log: any EventLog = MemoryEventLog(), replacing: [String: String] = [:],
        people: String = Firm.people, grants: String = "", deploys: Bool = true,
        snapshotEvents: UInt64 = 256, limits: EngineLimits = EngineLimits(),
        roomForKeys: (@Sendable () -> Bool)? = nil, reopen: (() throws -> any EventLog)? = nil
    ) async throws {
        self.log = log
        self.snapshotEvents = snapshotEvents
        self.limits = limits
        self.reopen = reopen
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-engine-tests-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        keys = try roomForKeys.map { hasRoom in
            let path = folder.appendingPathComponent("keys").path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            return try KeyStore(path: path, hasRoom: hasRoom)
        }
        opened = try Self.open(log, folder, keys, snapshotEvents, limits)
        guard deploys else { return }
        try await deploy(replacing, people: people, grants: grants)
    }

    deinit {
        opened?.close()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func open(
        _ log: any EventLog, _ folder: URL, _ keys: KeyStore?, _ snapshotEvents: UInt64,
        _ limits: EngineLimits
    ) throws -> Engine {
        var options = EngineOptions(
            access: AccessConfiguration(ownerUserID: 1_000),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        options.snapshotEvents = snapshotEvents
        options.limits = limits
        let index = folder.appendingPathComponent("index")
        try FileManager.default.createDirectory(at: index, withIntermediateDirectories: true)
        return try Engine.open(
            log: log, indexPath: index.path, keys: keys,
            registry: DaybookRegistry.make(), clockKind: .manual,
            options: options)
    }

    /// Closes the engine and opens it again over the same folder, as a restart does.
    func restart(losingIndex: Bool = false) throws {
        engine.close()
        opened = nil
        if losingIndex {
            try FileManager.default.removeItem(at: folder.appendingPathComponent("index"))
        }
        if let reopen {
            (log as? LMDBEventLog)?.close()
            log = try reopen()
        }
        opened = try Self.open(log, folder, keys, snapshotEvents, limits)
    }

    // MARK: Definitions

    /// The people of the tests with their roles.
    static let people = """
        people:
          - {person: anna, roles: [sales, employee]}
          - {person: berta, roles: [sales-manager, employee]}
          - {person: carl, roles: [credit-controller, employee]}
          - {person: dora, roles: [warehouse, employee]}
          - {person: emil, roles: [buyer, employee]}
          - {person: fritz, roles: [purchasing-manager, employee]}
          - {person: gina, roles: [accountant, employee]}
          - {person: hugo, roles: [finance-manager, employee]}
          - {person: ida, roles: [worker]}
        """

    /// What the tests' own diagrams may do.
    static let processRole =
        "  - {role: process, commands: [inventory.reserve, marketing.capture-lead]}"

    /// The files of `processes` as the daemon deploys them.
    static func shipped() throws -> [String: String] {
        let root = repository.appendingPathComponent("processes").resolvingSymlinksInPath()
        var found: [String: String] = [:]
        let files = FileManager.default.enumerator(atPath: root.path)
        while let name = files?.nextObject() as? String {
            guard [".bpmn", ".dmn", ".yaml", ".form", ".calendar"].contains(where: name.hasSuffix),
                !name.hasPrefix("imports/")
            else { continue }
            found["processes/\(name)"] = try String(
                contentsOf: root.appendingPathComponent(name), encoding: .utf8)
        }
        return found
    }

    /// Deploys the shipped files, some replaced or added.
    func deploy(
        _ replacing: [String: String] = [:], people: String = Firm.people, grants: String = ""
    ) async throws {
        try await run(
            "definition.deploy", Self.definitions(replacing, people: people, grants: grants))
    }

    /// The shipped files as `definition.deploy` takes them, some replaced or added.
    static func definitions(
        _ replacing: [String: String], people: String = Firm.people, grants: String = ""
    ) throws -> JSONValue {
        var files = try shipped().merging(replacing) { _, new in new }
        let roles = "processes/roles/roles.yaml"
        files[roles] = files[roles]?.replacingOccurrences(of: "people: []", with: people)
            .replacingOccurrences(of: "\nroles:\n", with: "\nroles:\n\(Firm.processRole)\n")
            .replacingOccurrences(of: "\nprocesses:\n", with: "\nprocesses:\n\(grants)\n")
        let given = files.sorted { $0.key < $1.key }.map { name, content in
            JSONValue.object(["name": .string(name), "content": .string(content)])
        }
        return .object(["files": .array(given)])
    }

    // MARK: Commands

    /// Gives a command; its reply whatever it is.
    func ask(
        _ name: String, _ payload: JSONValue, as person: String = "owner", key: String? = nil,
        expecting version: UInt64? = nil
    ) async throws -> CommandReply {
        let reply = await engine.submit(
            Submission(
                name: name, payload: payload, key: key, expectedVersion: version,
                date: try date.map { try #require(BusinessDate($0)) }, peer: .actor(person)))
        try await settle()
        return reply
    }

    /// Gives a command as JSON; its reply whatever it is.
    func ask(
        _ name: String, _ json: String, as person: String = "owner", key: String? = nil,
        expecting version: UInt64? = nil
    ) async throws -> CommandReply {
        try await ask(
            name, JSONValue.parse(json), as: person, key: key, expecting: version)
    }

    /// Gives a command that must be accepted; the stream of its first event.
    @discardableResult
    func run(
        _ name: String, _ payload: JSONValue, as person: String = "owner", key: String? = nil
    ) async throws -> String {
        switch try await ask(name, payload, as: person, key: key) {
        case .accepted(_, let stream, _, _): return stream
        case .unchanged, .result: return ""
        case let other: throw FirmFailure("\(name) was not accepted: \(other.line)")
        }
    }

    /// Gives a command as JSON that must be accepted; the stream of its first event.
    @discardableResult
    func run(
        _ name: String, _ json: String, as person: String = "owner", key: String? = nil
    ) async throws -> String {
        try await run(name, JSONValue.parse(json), as: person, key: key)
    }

    /// The code of the refusal that a command must meet.
    func refusal(
        _ name: String, _ json: String, as person: String = "owner"
    ) async throws -> String {
        switch try await ask(name, json, as: person) {
        case .rejected(let rejection): return rejection.code.name
        case let other: throw FirmFailure("\(name) was not refused: \(other.line)")
        }
    }

    /// Moves the clock, firing what is due on the way.
    func advance(to instant: String) async throws {
        try await run("clock.advance", #"{"to": "\#(instant)"}"#)
    }

    /// Waits until the writer owes nothing: what an event sets off follows its reply.
    func settle() async throws {
        var quiet = 0
        var last = log.end.last
        for _ in 0..<2_000 where quiet < 3 {
            _ = await engine.hasDefinitions()
            let now = log.end.last
            quiet = now == last ? quiet + 1 : 0
            last = now
        }
    }

    // MARK: What was written

    /// All events so far.
    func events() throws -> [RecordedEvent] {
        var found: [RecordedEvent] = []
        var position = Position.first
        while position <= log.end.last, let stored = try log.event(at: position) {
            found.append(try engine.decoder.recorded(stored))
            position = position.next
        }
        return found
    }

    /// Position of the last event.
    var end: UInt64 { log.end.last.rawValue }

    /// The names of the events after a position, those of the engine's own modules left out.
    func names(after position: UInt64 = 0) throws -> [String] {
        try events().filter { $0.position > position }.map(\.type).filter {
            !["process.", "definition.", "clock."].contains(where: $0.hasPrefix)
        }
    }

    /// All vouchers, each with the type of its source and its lines as `1200 D 120.00`.
    func vouchers(after position: UInt64 = 0) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for event in try events() where event.position > position {
            guard let voucher = event.event as? VoucherPosted else { continue }
            found[voucher.sourceType, default: []] += voucher.lines.map {
                "\($0.role) \($0.side == .debit ? "D" : "C") \($0.base.digits)"
            }
        }
        return found
    }

    /// All vouchers in their order, each as its source and its lines:
    /// `finance.invoice-posted: AR D 120.00, REV C 100.00`.
    func voucherTexts(after position: UInt64 = 0) throws -> [String] {
        try events().filter { $0.position > position }.compactMap { event in
            guard let voucher = event.event as? VoucherPosted else { return nil }
            let lines = voucher.lines.map {
                "\($0.role) \($0.side == .debit ? "D" : "C") \($0.base.digits)"
            }
            return "\(voucher.sourceType): \(lines.joined(separator: ", "))"
        }
    }

    /// The counters of an order's lines that are not zero: `ordered 5 cancelled 5`.
    func counters(of order: String) async throws -> [String] {
        let object = try #require(await engine.object(type: "sales.order", id: order))
        let names = [
            "ordered", "cancelled", "reserved", "picked", "shipped", "delivered", "invoiced",
            "returned", "credited",
        ]
        return (object["lines"]?.arrayValue ?? []).map { line in
            names.compactMap { name in
                guard let text = line[name]?.stringValue, text != "0" else { return nil }
                return "\(name) \(text)"
            }.joined(separator: " ")
        }
    }

    /// The instances of a process in the order in which they began.
    func instances(of process: String) throws -> [String] {
        var found: [String] = []
        for event in try events() {
            guard let step = event.event as? InstanceAdvanced, step.process == process,
                !found.contains(event.stream.id)
            else { continue }
            found.append(event.stream.id)
        }
        return found
    }

    /// Where an instance stands.
    func state(_ instance: String) async throws -> InstanceState {
        try #require(await engine.instance(instance), "instance \(instance)").state.machine
    }

    /// The open user tasks as `task id`: `element id`.
    func tasks(of instance: String) async throws -> [(
        id: String, element: String, task: UserTaskWait
    )] {
        try await state(instance).waits.compactMap { wait in
            guard case .userTask(let task) = wait.kind else { return nil }
            return (id: "\(instance):\(wait.token)", element: wait.elementID, task: task)
        }
    }

    /// What an instance waits for, as element ids in order.
    func waits(of instance: String) async throws -> [String] {
        try await state(instance).waits.map(\.elementID).sorted()
    }

    /// When the open timers of an instance are due, in UTC.
    func timers(of instance: String) async throws -> [String] {
        try await state(instance).waits.compactMap { wait in
            guard case .timer(let timer) = wait.kind else { return nil }
            return InstantText.text(timer.due)
        }
    }

    /// What went wrong in an instance.
    func incidents(of instance: String) async throws -> [String] {
        try await state(instance).incidents.map { "\($0.elementID) \($0.reason): \($0.message)" }
    }

    /// Expects that nothing went wrong in an instance.
    func expectNoIncident(
        in instance: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await incidents(of: instance)
        #expect(found == [], sourceLocation: sourceLocation)
    }

    /// A field of an object's state as JSON text.
    func field(_ name: String, of type: String, _ id: String) async throws -> String {
        let object = try #require(await engine.object(type: type, id: id), "\(type)/\(id)")
        guard case .object(let members) = object,
            let member = members.first(where: { $0.name == name })
        else { return "absent" }
        if case .string(let text) = member.value { return text }
        return "\(member.value)"
    }
}

/// What a test's company could not do.
struct FirmFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
