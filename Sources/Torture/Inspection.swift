internal import EventLog
internal import Foundation

/// Reads a log from its first byte and compares it with what clients know.
struct Inspection {
    /// What an acknowledged command left.
    private struct Group {
        let position: UInt64
        let stream: String
        let version: Int
        var types: Set<String>
        let recordedAt: Int64
        let correlation: String?
    }

    private(set) var findings: [String] = []
    private(set) var events: UInt64 = 0
    private var versions: [String: Int] = [:]
    private var groups: [String: Group] = [:]
    private static let findingsMax = 20

    /// Reads the log of a data folder.
    init(data: String, ledger: Ledger) throws {
        let log: LMDBEventLog
        do throws(LogFailure) {
            log = try LMDBEventLog.readOnly(path: data + "/log")
        } catch {
            // Nobody was told of anything in a folder whose creation the power cut ended.
            if !ledger.accepted.isEmpty { find("the log cannot be opened: \(error)") }
            return
        }
        defer { log.close() }
        do throws(LogFailure) { try read(log) } catch { find("the log cannot be read: \(error)") }
        compare(with: ledger)
    }

    private mutating func find(_ text: String) {
        if findings.count < Self.findingsMax { findings.append(text) }
    }

    private mutating func read(_ log: LMDBEventLog) throws(LogFailure) {
        var tree = MerkleFrontier()
        var position = Position.first
        var group: String?
        while position <= log.end.last {
            let page = try log.read(from: position)
            for event in page.events {
                events += 1
                if event.position.rawValue != events { find("position \(events) is missing") }
                tree.append(event.leafHash)
                check(event)
                group = assign(event, to: group)
            }
            position = page.next
        }
        if tree != log.end.frontier { find("the end row's tree is not that of the events") }
    }

    private mutating func check(_ event: StoredEvent) {
        let envelope = event.envelope
        let expected = versions[envelope.stream, default: 0] + 1
        if envelope.version != expected {
            find("\(envelope.stream) has version \(envelope.version), expected \(expected)")
        }
        versions[envelope.stream] = envelope.version
    }

    /// Adds an event to the command that wrote it: the first event carries the key, the others
    /// follow it in the same commit.
    private mutating func assign(_ event: StoredEvent, to current: String?) -> String? {
        let envelope = event.envelope
        if let key = envelope.key {
            if groups[key] != nil { find("the key \(key) stands twice in the log") }
            groups[key] = Group(
                position: event.position.rawValue, stream: envelope.stream,
                version: envelope.version, types: [envelope.type],
                recordedAt: envelope.recordedAtMicroseconds, correlation: envelope.correlation)
            return key
        }
        guard let current, let group = groups[current],
            group.recordedAt == envelope.recordedAtMicroseconds,
            group.correlation == envelope.correlation,
            envelope.causation.map({ $0.rawValue >= group.position }) ?? true
        else { return nil }
        groups[current]?.types.insert(envelope.type)
        return current
    }

    private mutating func compare(with ledger: Ledger) {
        for key in ledger.order {
            guard let entry = ledger.entries[key] else { continue }
            let group = groups[key]
            switch entry.fate {
            case .accepted(let answer, _):
                guard let group else {
                    find("\(key) was acknowledged (\(answer)) and is not in the log")
                    continue
                }
                if !Self.names(answer, group) {
                    find(
                        "\(key) was answered \(answer), the log has it at \(group.position) in \(group.stream)"
                    )
                }
            case .refused:
                if group != nil { find("\(key) was refused and is in the log") }
            case .unknown: break
            }
            if let group, !entry.kind.requiredTypes.isSubset(of: group.types) {
                let missing = entry.kind.requiredTypes.subtracting(group.types).sorted()
                find("\(key) is there by half: \(missing.joined(separator: ", ")) are missing")
            }
        }
    }

    /// Whether an answer names an event of the group; the position may be that of a later event of
    /// the command.
    private static func names(_ answer: String, _ group: Group) -> Bool {
        guard let colon = answer.range(of: "\"position\":"),
            let position = UInt64(answer[colon.upperBound...].prefix { $0.isNumber })
        else { return false }
        return position >= group.position && position < group.position + 1_000
    }
}
