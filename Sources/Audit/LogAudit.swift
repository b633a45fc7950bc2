package import Business
internal import Dispatch
package import Engine
package import EventLog
package import Records

/// What an audit of a log found.
package struct AuditReport: Sendable {
    /// Events that were read.
    package let events: UInt64
    /// Vouchers among them.
    package let vouchers: Int
    /// The position up to which the log was read.
    package let position: UInt64
    /// The root of the tree over what was read.
    package let root: Digest256
    /// How long it took.
    package let milliseconds: UInt64
    /// Where the log began to be a copy, and the identity that it has had since.
    package let copies: [LogLineage.Period]
    /// What was found.
    package var findings: FindingList

    /// The report for programs.
    package var json: JSONValue {
        .object([
            "clean": .boolean(findings.isClean), "events": .integer(events),
            "vouchers": .integer(vouchers), "position": .integer(position),
            "root": .string("\(root)"), "milliseconds": .integer(milliseconds),
            "copies": copies.isEmpty
                ? nil
                : .array(
                    copies.map {
                        .object([
                            "position": .integer($0.first.rawValue),
                            "identity": .string($0.identity),
                        ])
                    }),
            "findings": .array(findings.kept.map(\.json)),
            "findingsLeftOut": findings.dropped == 0 ? nil : .integer(findings.dropped),
        ])
    }
}

/// Reads a log from its first byte and proves or disproves what must hold of it.
///
/// It goes on after a fault, so that one run names all of them. It reads the log as it stood when it
/// began; nothing is written.
package struct LogAudit {
    private let log: any EventLog
    private let registry: Registry
    private let decoder: EventDecoder
    private var chain = ChainProof()
    private var books: BooksProof
    private var findings = FindingList()
    private var copies: [LogLineage.Period] = []
    private var identities: Set<String> = []

    /// An audit of a log.
    package init(_ log: any EventLog, registry: Registry, decoder: EventDecoder) {
        self.log = log
        self.registry = registry
        self.decoder = decoder
        books = BooksProof(registry: registry)
    }

    /// An audit of a folder's log.
    package init(_ folder: LogFolder) {
        self.init(folder.log, registry: folder.registry, decoder: folder.decoder)
    }

    /// Events of one page: a reader pins pages of the store while it reads.
    private static let pageBudget = ReadBudget(events: 4_096, bytes: 16 << 20)

    /// Reads everything.
    package mutating func run(progress: (WorkProgress) -> Void = { _ in }) -> AuditReport {
        let start = DispatchTime.now()
        let end = log.end
        func milliseconds() -> UInt64 {
            (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000
        }
        var position = Position.first
        while position <= end.last {
            position = page(from: position, through: end.last)
            progress(
                WorkProgress(
                    work: "log", done: position.rawValue - 1, total: end.last.rawValue,
                    milliseconds: milliseconds()))
        }
        chain.compare(with: end, &findings)
        checkRenewals()
        books.finish(at: end.last.rawValue, &findings)
        return AuditReport(
            events: chain.frontier.size, vouchers: books.vouchers, position: end.last.rawValue,
            root: chain.frontier.root, milliseconds: milliseconds(), copies: copies,
            findings: findings)
    }

    /// Takes one page and returns the position to go on from, past an event that cannot be read.
    private mutating func page(from start: Position, through last: Position) -> Position {
        var kept: [StoredEvent] = []
        var next = start
        do throws(LogFailure) {
            _ = try log.scan(from: start, budget: Self.pageBudget, verifying: false) {
                (view) throws(LogFailure) in
                guard view.position <= last else { return false }
                chain.take(view, &findings)
                next = view.position.next
                do throws(RecordFailure) {
                    kept.append(try view.event())
                } catch {
                    findings.add(
                        AuditFinding(
                            "event-unreadable", at: view.position.rawValue,
                            "event \(view.position)", "the record cannot be read: \(error)"))
                }
                return true
            }
        } catch {
            chain.lose(error, at: next, &findings)
            next = next.next
        }
        for event in kept { take(event) }
        return next
    }

    private mutating func take(_ stored: StoredEvent) {
        chain.take(stored, &findings)
        let event: RecordedEvent
        do throws(DecodingFailure) {
            event = try decoder.recorded(stored)
        } catch {
            let code: String
            switch error {
            case .newerLog: code = "newer-log"
            case .damaged: code = "event-undecodable"
            case .badStream: code = "stream-name"
            }
            findings.add(
                AuditFinding(
                    code, at: stored.position.rawValue, stored.envelope.stream, "\(error)"))
            return
        }
        checkSchema(stored, event)
        takeIdentity(stored)
        if registry.events[event.type]?.streamType != event.stream.type {
            findings.add(
                AuditFinding(
                    "stream-name", at: event.position, event.stream.description,
                    "expected \(event.type) in another kind of stream"))
        }
        books.take(event, &findings)
    }

    /// Every identity is another one than those before.
    private mutating func takeIdentity(_ stored: StoredEvent) {
        guard let identity = decoder.identity(in: stored) else { return }
        if stored.position > .first {
            copies.append(LogLineage.Period(first: stored.position, identity: identity))
        }
        guard !identities.insert(identity).inserted else { return }
        findings.add(
            AuditFinding(
                "identity-repeated", at: stored.position.rawValue, stored.envelope.stream,
                "expected an identity that the log never had, found \(identity) again"))
    }

    /// A copy writes its identity before anything else, so that the field list comes after it.
    private mutating func checkRenewals() {
        let id = SchemaState.id(
            LogIdentityRenewed.typeName, version: LogIdentityRenewed.version)
        guard let first = copies.first, !chain.hasSchema(id) else { return }
        findings.add(
            AuditFinding(
                "schema-missing", at: first.first.rawValue, id,
                "expected the field list in the log"))
    }

    /// The field list of every type and version stands in the log before its first event.
    private mutating func checkSchema(_ stored: StoredEvent, _ event: RecordedEvent) {
        if let recorded = event.event as? SchemaRecorded,
            let version = UInt16(exactly: recorded.version)
        {
            chain.record(schema: SchemaState.id(recorded.type, version: version))
        }
        // The first event founds the folder; its field list is part of the format itself.
        guard stored.position > .first, !(event.event is LogIdentityRenewed),
            let version = UInt16(exactly: stored.envelope.schemaVersion)
        else { return }
        let id = SchemaState.id(stored.envelope.type, version: version)
        guard !chain.hasSchema(id) else { return }
        findings.add(
            AuditFinding(
                "schema-missing", at: event.position, id,
                "expected the field list in the log before the first event of its type"))
        chain.record(schema: id)
    }
}
