package import Business
package import Engine
package import EventLog
internal import LMDB
package import Records
package import Views

/// A data folder opened for reading, beside a daemon that writes there or without one.
package struct LogFolder: Sendable {
    /// The folder.
    package let folder: DataFolder
    /// The log as it stood when it was opened or refreshed.
    package let log: LMDBEventLog
    /// All that the program can fold.
    package let registry: Registry
    /// All views of the program.
    package let views: [any View.Type]
    /// The personal keys; nil where they cannot be read.
    package let keys: KeyStore?
    /// Reads stored events as facts; personal fields open where the keys can be read.
    package let decoder: EventDecoder
    private let opener: PersonalKeys?
    private let facts: LogFactsOnce

    /// Why a folder cannot be read.
    package enum Failure: Error, CustomStringConvertible {
        /// There is no such folder, or it is none of ours.
        case folder(DataFolderFailure)
        /// Its log cannot be opened.
        case log(LogFailure)

        /// Expected, found and remedy.
        package var description: String {
            switch self {
            case .folder(let failure): failure.description
            case .log(let failure): failure.description
            }
        }
    }

    /// Opens the folder `path`.
    package init(
        path: String, registry: Registry = DaybookRegistry.make(),
        views: [any View.Type] = DaybookViews.all
    ) throws(Failure) {
        do throws(DataFolderFailure) {
            folder = try DataFolder(path: path, access: .read)
        } catch { throw .folder(error) }
        do throws(LogFailure) {
            log = try LMDBEventLog.readOnly(path: folder.logPath)
        } catch { throw .log(error) }
        self.registry = registry
        self.views = views
        // Without keys what is personal reads as forgotten; nothing else needs them.
        keys = try? KeyStore(path: folder.keysPath, options: .init(readOnly: true))
        let opener = keys.map(PersonalKeys.init)
        self.opener = opener
        decoder = EventDecoder(registry: registry) { _ in opener }
        facts = LogFactsOnce(log, decoder)
    }

    /// Which log it is, as views know it; nil where its first event does not say.
    package var lineage: LogLineage? { facts.value.lineage }

    /// Why the program may fold nothing of this log for good; nil where it knows all its events.
    package var newerLog: String? { facts.value.refusal(decoder) }

    /// The company's calendar; UTC's where no company was founded up to a position.
    package func calendar(through last: UInt64? = nil) throws(Failure) -> CompanyCalendar {
        var zoneName = "UTC"
        try walk(through: last) { stored in
            guard stored.envelope.type == CompanyFounded.typeName,
                let founded = try? decoder.decode(stored) as? CompanyFounded
            else { return true }
            zoneName = founded.timeZone
            return false
        }
        return CompanyCalendar(zoneName: zoneName)
    }

    /// Events of one page of a walk.
    private static let pageBudget = ReadBudget(events: 4_096, bytes: 16 << 20)

    /// Walks the events from one position to another; an event that cannot be read ends the walk.
    ///
    /// No reader is held while `body` runs.
    package func walk(
        from first: UInt64 = 1, through last: UInt64? = nil, _ body: (StoredEvent) -> Bool
    ) throws(Failure) {
        let end = min(last ?? .max, log.end.last.rawValue)
        var next = Position(max(1, first))
        while next.rawValue <= end {
            let page: ReadPage
            do throws(LogFailure) {
                page = try log.read(from: next, budget: Self.pageBudget)
            } catch { throw .log(error) }
            for event in page.events {
                guard event.position.rawValue <= end, body(event) else { return }
            }
            next = page.next
        }
    }

    /// An event as JSON: the fact in its newest form where the program knows its type, else as it was
    /// stored.
    package func json(of stored: StoredEvent) -> JSONValue {
        do throws(DecodingFailure) {
            return EventJSON.json(of: try decoder.recorded(stored), currency: nil)
        } catch { return jsonAsStored(stored) }
    }

    /// An event as it was stored: its fields by the list that the log has of them, or else its bytes.
    package func jsonAsStored(_ stored: StoredEvent) -> JSONValue {
        var data: JSONValue?
        if let fields = facts.value.fields(of: stored) {
            // What the list does not fit is shown as bytes.
            data = try? StoredRecord.json(of: stored.payload, fields: fields, opener: opener)
        }
        return EventJSON.json(asStored: stored, data: data)
    }
}
