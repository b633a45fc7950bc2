internal import Business
internal import Engine
internal import EventLog
package import Records

/// Who did what to a thing, when, why, and caused by what.
package struct Trace: Sendable {
    /// One event of the trace.
    package struct Entry: Sendable {
        /// The event with everything that its envelope says.
        package let event: JSONValue
        /// Its place in the log.
        package let position: UInt64
        /// The event that caused it.
        package let causation: UInt64?
        /// Whether it concerns the thing itself or belongs to its case, and is not only a cause.
        package let isOwn: Bool
        /// The events that it takes back, whole or in part.
        package let reverses: [UInt64]
        /// The events that take it back, whole or in part.
        package let reversedBy: [UInt64]
        /// The file whose rules judged, with the hash; nil where none did.
        package let definition: String?
    }

    /// Events that a trace may have.
    package static let entriesMax = 100_000
    /// Causes in a row that are followed.
    package static let depthMax = 1_000

    /// The thing, `type/id`.
    package let object: String
    /// Its events and their causes in log order.
    package let entries: [Entry]
    /// Whether there are more than ``entriesMax``: the later ones are left out.
    package let isCut: Bool

    /// Reads the log for a thing's events and their causes.
    package init(of object: String, in folder: LogFolder) throws(LogFolder.Failure) {
        self.object = object
        var found: [UInt64: (stored: StoredEvent, isOwn: Bool)] = [:]
        var names: [String: String] = [:]
        try folder.walk { stored in
            let envelope = stored.envelope
            if envelope.type == FileRecorded.typeName,
                let file = try? folder.decoder.decode(stored) as? FileRecorded
            {
                names[DefinitionHash(file.hash.bytes)?.description ?? ""] = file.name
            }
            if envelope.stream == object || envelope.correlation == object
                || envelope.objects.contains(where: { $0.object == object })
            {
                found[stored.position.rawValue] = (stored, true)
            }
            return found.count < Self.entriesMax
        }
        try Self.addCauses(to: &found, folder)
        let links = try Self.addReversed(to: &found, folder)
        isCut = found.count >= Self.entriesMax
        let reversed = Dictionary(grouping: links, by: \.by)
        let reversing = Dictionary(grouping: links, by: \.reversed)
        entries = found.values.sorted { $0.stored.position < $1.stored.position }.map { found in
            let hash = found.stored.envelope.definitionHash?.description
            return Entry(
                event: folder.json(of: found.stored), position: found.stored.position.rawValue,
                causation: found.stored.envelope.causation?.rawValue, isOwn: found.isOwn,
                reverses: (reversed[found.stored.position.rawValue] ?? []).map(\.reversed),
                reversedBy: (reversing[found.stored.position.rawValue] ?? []).map(\.by),
                definition: hash.map { names[$0].map { "\($0) " } ?? "" }.map { $0 + (hash ?? "") })
        }
    }

    /// One event takes another back.
    private struct Link {
        let by: UInt64
        let reversed: UInt64
    }

    /// Finds what the events take back and, where it is not among them, adds it.
    private static func addReversed(
        to found: inout [UInt64: (stored: StoredEvent, isOwn: Bool)], _ folder: LogFolder
    ) throws(LogFolder.Failure) -> [Link] {
        var wanted: [EventReference: [UInt64]] = [:]
        for (position, event) in found {
            let decoded = try? folder.decoder.decode(event.stored)
            for reference in (decoded as? any ReversingEvent)?.reverses ?? [] {
                wanted[reference, default: []].append(position)
            }
        }
        if wanted.isEmpty { return [] }
        var links: [Link] = []
        let streams = Set(wanted.keys.map(\.stream))
        try folder.walk { stored in
            guard streams.contains(stored.envelope.stream) else { return true }
            let reference = EventReference(
                stream: stored.envelope.stream, version: Int64(stored.envelope.version))
            guard let reversing = wanted[reference] else { return true }
            let position = stored.position.rawValue
            links += reversing.map { Link(by: $0, reversed: position) }
            if found[position] == nil, found.count < entriesMax {
                found[position] = (stored, false)
            }
            return true
        }
        return links.sorted { ($0.by, $0.reversed) < ($1.by, $1.reversed) }
    }

    private static func addCauses(
        to found: inout [UInt64: (stored: StoredEvent, isOwn: Bool)], _ folder: LogFolder
    ) throws(LogFolder.Failure) {
        for start in found.keys.sorted() {
            var cause = found[start]?.stored.envelope.causation
            for _ in 0..<depthMax {
                guard let position = cause, found[position.rawValue] == nil,
                    found.count < entriesMax
                else { break }
                let stored: StoredEvent?
                do throws(LogFailure) {
                    stored = try folder.log.event(at: position)
                } catch { throw .log(error) }
                guard let stored else { break }
                found[position.rawValue] = (stored, false)
                cause = stored.envelope.causation
            }
        }
    }

    /// The entries as a tree: each under what caused it, with its depth.
    package var tree: [(depth: Int, entry: Entry)] {
        let known = Set(entries.map(\.position))
        var children: [UInt64: [Entry]] = [:]
        var roots: [Entry] = []
        for entry in entries {
            if let cause = entry.causation, known.contains(cause), cause < entry.position {
                children[cause, default: []].append(entry)
            } else {
                roots.append(entry)
            }
        }
        var lines: [(depth: Int, entry: Entry)] = []
        var waiting = roots.reversed().map { (depth: 0, entry: $0) }
        while let next = waiting.popLast() {
            lines.append(next)
            for child in (children[next.entry.position] ?? []).reversed() {
                waiting.append((depth: next.depth + 1, entry: child))
            }
        }
        return lines
    }
}
