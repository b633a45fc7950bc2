import Audit
import Business
import Engine
import EventLog
import Foundation
import LMDB
import Records
import Testing

@testable import daybook

/// What a test does to a sound log, and every fault that the audit must name afterwards.
struct Damage: Sendable, CustomTestStringConvertible {
    /// What is changed.
    enum Change: Sendable {
        /// The whole log is written anew, hashes and tree included, as a forger would.
        case rewritten(@Sendable (inout Forgery) throws -> Void)
        /// Rows of the store are changed, as a bad disk would.
        case stored(@Sendable (inout DamagedStore) throws -> Void)
    }

    let what: String
    let change: Change
    /// The faults in their order: code, subject, message; `*` stands for any text.
    let says: [String]
    /// Whether the audit points to what was changed.
    var isPointedTo = true

    var testDescription: String { what }

    static func rewritten(
        _ what: String, _ says: String...,
        change: @escaping @Sendable (inout Forgery) throws -> Void
    ) -> Damage {
        Damage(what: what, change: .rewritten(change), says: says)
    }

    static func books(
        _ what: String, _ says: String...,
        change: @escaping @Sendable (inout Forgery) throws -> Void
    ) -> Damage {
        Damage(what: what, change: .rewritten(change), says: says, isPointedTo: false)
    }

    static func stored(
        _ what: String, _ says: String...,
        change: @escaping @Sendable (inout DamagedStore) throws -> Void
    ) -> Damage {
        Damage(what: what, change: .stored(change), says: says)
    }
}

/// The events of a sound log, to be changed and written to another one.
struct Forgery {
    var events: [DraftEvent]
    /// Position of what was changed, where the audit must point to it.
    var place: UInt64?

    /// Place of the last event of a type.
    func last<Wanted: Event>(_ type: Wanted.Type) throws -> Int {
        try #require(events.lastIndex { $0.envelope.type == Wanted.typeName })
    }

    /// Takes an event out; the causes behind it move up.
    mutating func remove(at index: Int) {
        events.remove(at: index)
        let gone = Position(UInt64(index) + 1)
        for index in events.indices {
            guard let cause = events[index].envelope.causation, cause >= gone else { continue }
            events[index].envelope.causation =
                cause == gone ? nil : Position(cause.rawValue - 1)
        }
    }

    /// Changes the JSON of the last event of a type in which a text stands.
    mutating func edit<Changed: Event>(
        _ type: Changed.Type, _ old: String, _ new: String, where also: String = ""
    ) throws {
        for index in events.indices.reversed()
        where events[index].envelope.type == Changed.typeName {
            let event = try Changed.decoded(from: events[index].payload)
            var text = event.json(JSONContext(currency: nil)).description
            guard let range = text.range(of: old), also.isEmpty || text.contains(also) else {
                continue
            }
            text.replaceSubrange(range, with: new)
            let read = try Changed.read(
                try JSONValue.parse(text), JSONContext(currency: Currency(code: "EUR")))
            events[index].payload = read.encoded()
            place = UInt64(index) + 1
            return
        }
        Issue.record("no \(Changed.typeName) says \(old)")
    }

    /// Adds a copy of the last voucher behind everything else, with the next number or the same.
    mutating func repeatVoucher(renumbered: Bool) throws {
        var copy = events[try last(VoucherPosted.self)]
        copy.envelope.version += 1
        copy.envelope.key = nil
        copy.envelope.recordedAtMicroseconds = try #require(events.last).envelope
            .recordedAtMicroseconds
        events.append(copy)
        let version = copy.envelope.version
        if renumbered {
            try edit(VoucherPosted.self, #""number":\#(version - 1),"#, #""number":\#(version),"#)
        }
        place = UInt64(events.count)
    }
}

/// The store of a log, row by row.
struct DamagedStore {
    private let environment: Environment
    private static let events = "events"
    /// Position of what was changed, where the audit must point to it.
    var place: UInt64?

    init(_ path: String) throws {
        environment = try Environment(path: path, tables: ["", Self.events])
    }

    /// Changes a row of the table of events; a nil takes it away.
    mutating func event(_ position: UInt64, _ change: (inout [UInt8]?) -> Void) throws {
        place = position
        try self.change(Position(position).bytes, in: Self.events, change)
    }

    /// Changes the event that registered the company's product, not the one that declares its
    /// type: without it nothing else is missing.
    mutating func ordinaryEvent(_ change: (inout [UInt8]?) -> Void) throws {
        let declares = Array("definition.schema-recorded".utf8)
        let registers = Array("inventory.product-registered".utf8)
        for position in Self.firstProducts {
            var isOrdinary = false
            try event(position) { bytes in
                isOrdinary = bytes.map { $0.contains(registers) && !$0.contains(declares) } ?? false
            }
            if isOrdinary { return try event(position, change) }
        }
        throw NoOrdinaryEvent()
    }

    private struct NoOrdinaryEvent: Error {}
    private static let firstProducts: ClosedRange<UInt64> = 1...120

    /// Changes the row that says where the log ends.
    mutating func end(_ change: (inout [UInt8]?) -> Void) throws {
        try self.change(Array("end".utf8), in: "", change)
    }

    private func change(
        _ key: [UInt8], in name: String, _ change: (inout [UInt8]?) -> Void
    ) throws {
        let table = try environment.table(name)
        var bytes: [UInt8]?
        try environment.read { (transaction) throws(StoreFailure) in
            guard let found = try transaction.value(for: key, in: table) else { return }
            bytes = [UInt8](found)
        }
        change(&bytes)
        let changed = bytes
        try environment.write { (transaction) throws(StoreFailure) in
            if let changed {
                try transaction.put(changed, for: key, in: table)
            } else {
                try transaction.delete(key, in: table)
            }
        }
    }
}

/// The sound log of a company that traded, told once for all tests.
struct SoundLog: Sendable {
    let events: [DraftEvent]

    private static let shared = Task {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path)
        return SoundLog(
            events: try AuditedCompany.events(in: folder.path).map {
                DraftEvent(envelope: $0.envelope, payload: $0.payload)
            })
    }

    static func read() async throws -> SoundLog { try await shared.value }

    /// Writes events as a log into a new data folder.
    static func write(_ events: [DraftEvent]) throws -> TemporaryFolder {
        let kept = try TemporaryFolder()
        let folder = try DataFolder(path: kept.path, access: .write)
        let log = try LMDBEventLog(path: folder.logPath)
        _ = try log.append(events, expecting: .first)
        log.close()
        return kept
    }
}

/// `daybook audit` as a person and as a program read it.
struct AuditTold {
    let status: Int32
    let text: String
    let errors: String
    let faults: [JSONValue]
    let notices: [JSONValue]

    init(_ path: String, withoutViews: Bool) throws {
        let more = withoutViews ? ["--without-views"] : []
        let person = Self.run(["audit", "--data", path] + more)
        let program = Self.run(["audit", "--json", "--data", path] + more)
        status = person.status
        text = person.output
        errors = person.errors
        #expect(program.status == status)
        let report = program.output.isEmpty ? .null : try JSONValue.parse(program.output)
        let all = report["findings"]?.arrayValue ?? []
        faults = all.filter { $0["severity"]?.stringValue == "fault" }
        notices = all.filter { $0["severity"]?.stringValue == "notice" }
        #expect(report["clean"] == (program.output.isEmpty ? nil : .boolean(faults.isEmpty)))
    }

    /// A finding as the table of damages writes it.
    static func line(_ finding: JSONValue) -> String {
        let words = ["code", "subject", "message"].map { finding[$0]?.stringValue ?? "" }
        return "\(words[0]) \(words[1]): \(words[2])"
    }

    private static func run(
        _ arguments: [String]
    ) -> (status: Int32, output: String, errors: String) {
        var output = ""
        var errors = ""
        let console = Console(
            write: { output += $0 }, writeError: { errors += $0 }, readLine: { nil },
            isInteractive: false, environment: [:], makeKey: { "fresh" })
        let status = Tool.run(arguments, console)
        return (status, output, errors)
    }
}

/// Whether a text is as a pattern says, in which `*` stands for any text.
func matches(_ text: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "*")
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
        return text == pattern
    }
    guard text.hasPrefix(first), text.count >= first.count + last.count else { return false }
    var rest = text.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
        guard let found = rest.range(of: part) else { return false }
        rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
}
