import Business
import EventLog
import Foundation
import Records
import Testing

@testable import Engine

/// What was kept of a log and of the event types when they were released: bytes that no test makes
/// anew, so that a change which old logs would not survive is seen.
///
/// `DAYBOOK_GOLDEN=write` writes the listings anew, to be looked at and committed;
/// `DAYBOOK_GOLDEN=new-log` plays a new log as well, which gives up the proof that the old one gave.
enum GoldenFiles {
    static let folder = Firm.repository.appendingPathComponent("Tests/Golden")

    private static var wish: String? {
        ProcessInfo.processInfo.environment["DAYBOOK_GOLDEN"]
    }
    static var makesLog: Bool { wish == "new-log" }

    /// The lines of a file; what they are to be is written first, where that is asked for.
    static func lines(_ name: String, now: [String]) throws -> [String] {
        let file = folder.appendingPathComponent(name)
        if wish != nil {
            try (now.joined(separator: "\n") + "\n").write(
                to: file, atomically: true, encoding: .utf8)
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    private static let logFile = folder.appendingPathComponent("log.bin")

    /// The stored values of the kept log: each with its length before it, four bytes, little-endian.
    static func log() throws -> MemoryEventLog {
        let bytes = [UInt8](try Data(contentsOf: logFile))
        var stored: [[UInt8]] = []
        var place = 0
        while place < bytes.count {
            let length = bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            stored.append(Array(bytes[place + 4..<place + 4 + length]))
            place += 4 + length
        }
        return try MemoryEventLog(stored: stored)
    }

    /// Keeps a log: without the words that explain fields, and without the bytes of definitions that
    /// no view reads, which are long.
    static func keep(_ played: any EventLog) throws {
        let log = MemoryEventLog()
        for stored in try played.read(
            from: .first, budget: ReadBudget(events: 100_000, bytes: 1 << 30)
        ).events {
            let draft = DraftEvent(
                envelope: stored.envelope, payload: try shortened(stored) ?? stored.payload)
            _ = try log.append([draft], expecting: log.end.next)
        }
        var bytes: [UInt8] = []
        _ = try log.scan(
            from: .first, budget: ReadBudget(events: 100_000, bytes: 1 << 30), verifying: true
        ) { (view) throws(LogFailure) in
            let value = view.recordSpan.withUnsafeBytes { Array($0) } + view.leafHash.bytes
            bytes += withUnsafeBytes(of: UInt32(value.count).littleEndian) { Array($0) } + value
            return true
        }
        try Data(bytes).write(to: logFile)
    }

    private static func shortened(_ stored: StoredEvent) throws -> [UInt8]? {
        switch stored.envelope.type {
        case FileRecorded.typeName:
            let file = try FileRecorded.decoded(from: stored.payload)
            guard !file.name.hasPrefix("processes/chart/") else { return nil }
            return FileRecorded(
                name: file.name, hash: file.hash, content: Blob(Array(file.name.utf8))
            ).encoded()
        case SchemaRecorded.typeName:
            let list = try SchemaRecorded.decoded(from: stored.payload)
            return SchemaRecorded(
                type: list.type, version: list.version, fields: wordless(list.fields)
            ).encoded()
        default: return nil
        }
    }

    private static func wordless(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(wordless))
        case .object(let members):
            .object(
                members.filter { $0.name != "doc" }.map {
                    JSONMember($0.name, wordless($0.value))
                })
        default: value
        }
    }
}

/// All event types of the program with their versions and fields, a line for each.
enum EventListing {
    static func lines(_ registry: Registry) -> [String] {
        registry.events.sorted { $0.key < $1.key }.flatMap { name, kind in
            kind.earlier.flatMap { lines(name, $0.version, kind.streamType, $0.description) }
                + lines(name, kind.version, kind.streamType, kind.description)
        }
    }

    private static func lines(
        _ name: String, _ version: UInt16, _ streamType: String, _ fields: RecordDescription
    ) -> [String] {
        ["\(name) version \(version) in \(streamType)"] + self.fields(fields, indent: "  ")
    }

    private static func fields(_ record: RecordDescription, indent: String) -> [String] {
        record.fields.flatMap { field in
            [
                "\(indent)\(field.number) \(field.name): \(field.kind.name)\(field.canBeAbsent ? optional : "")"
            ] + (field.kind.innerRecord.map { fields($0, indent: indent + "  ") } ?? [])
        }
    }

    private static let optional = ", optional"

    /// What became of each type and version: its name, whether that may be, and the lines.
    static func changes(from old: [String], to new: [String]) -> [String] {
        let before = blocks(old)
        let now = blocks(new)
        return Set(before.keys).union(now.keys).sorted().compactMap { name in
            let gone = (before[name] ?? []).filter { !(now[name] ?? []).contains($0) }
            let added = (now[name] ?? []).filter { !(before[name] ?? []).contains($0) }
            if gone.isEmpty && added.isEmpty && before[name] != nil && now[name] != nil {
                return before[name] == now[name] ? nil : "\(name): the order of fields changed"
            }
            let verdict: String
            if before[name] == nil {
                verdict = "new; write the listing anew"
            } else if gone.isEmpty, areOptional(added, in: now[name] ?? []) {
                verdict = "optional fields are allowed; write the listing anew"
            } else {
                verdict = "needs a new version, and the old one a step that lifts it"
            }
            return (["\(name): \(verdict)"] + gone.map { "- \($0)" } + added.map { "+ \($0)" })
                .joined(separator: "\n")
        }
    }

    /// Whether all added lines are optional fields, or stand in the record of one that is.
    private static func areOptional(_ added: [String], in lines: [String]) -> Bool {
        func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
        var newRecord = Int.max
        for line in lines {
            if indent(line) > newRecord { continue }
            newRecord = .max
            guard added.contains(line) else { continue }
            guard line.hasSuffix(optional) else { return false }
            newRecord = indent(line)
        }
        return true
    }

    private static func blocks(_ lines: [String]) -> [String: [String]] {
        var found: [String: [String]] = [:]
        var name = ""
        for line in lines {
            if !line.hasPrefix(" ") {
                name = line
                found[name] = []
            } else {
                found[name, default: []].append(line)
            }
        }
        return found
    }
}
