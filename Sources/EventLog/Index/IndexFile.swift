internal import Glibc
internal import LMDB

/// The file of an index, and whether it belongs to a log.
enum IndexFile {
    struct Prepared {
        let environment: Environment
        let tables: LogIndex.Tables
        let reached: Position
        let rebuild: IndexOpening.Rebuild?
    }

    /// What the file says of itself.
    private struct Meta {
        var reached: [UInt8]?
        var first: [UInt8]?
        var shape: [UInt8]?
    }

    /// Version of the core tables' layout; another one than the file's means that it is rebuilt.
    static let coreVersion: UInt32 = 1
    static let reachedKey = Array("reached".utf8)
    static let firstKey = Array("first".utf8)
    static let shapeKey = Array("tables".utf8)
    private static let metaName = "meta"
    private static let coreNames = ["streams", "keys", "objects", "snapshots"]

    /// Opens the file, empty when it is to be rebuilt.
    static func prepare(
        path: String, log: any EventLog, declared: [IndexTable], options: LogIndexOptions
    ) throws(IndexFailure) -> Prepared {
        let rebuild: IndexOpening.Rebuild?
        switch openIfSound(path, declared, options) {
        case .success(let opened):
            let found = try meta(of: opened.environment, opened.tables)
            let reason = try mismatch(of: found, with: log, shape: shape(of: declared))
            guard let reason else {
                return Prepared(
                    environment: opened.environment, tables: opened.tables,
                    reached: reached(in: found)?.position ?? .origin, rebuild: nil)
            }
            rebuild = reason
        case .failure(let failure):
            switch failure {
            case .cutShort, .notAStore, .corrupted: rebuild = .damaged(failure)
            default: throw .store(failure)
            }
        }
        // The environment of a failed attempt is closed by now; its file makes room for a new one.
        for name in ["data.mdb", "lock.mdb"] { unlink(path + "/" + name) }
        let opened: (environment: Environment, tables: LogIndex.Tables)
        do throws(StoreFailure) {
            opened = try open(path, declared, options)
            try opened.environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(shape(of: declared), for: shapeKey, in: opened.tables.meta)
            }
        } catch { throw .store(error) }
        return Prepared(
            environment: opened.environment, tables: opened.tables, reached: .origin,
            rebuild: log.end.last == .origin ? nil : rebuild)
    }

    private static func openIfSound(
        _ path: String, _ declared: [IndexTable], _ options: LogIndexOptions
    ) -> Result<(environment: Environment, tables: LogIndex.Tables), StoreFailure> {
        do throws(StoreFailure) {
            return .success(try open(path, declared, options))
        } catch { return .failure(error) }
    }

    private static func open(
        _ path: String, _ declared: [IndexTable], _ options: LogIndexOptions
    ) throws(StoreFailure) -> (environment: Environment, tables: LogIndex.Tables) {
        var settings = options.environment
        let names = [metaName] + coreNames + declared.map { tableName(of: $0) }
        settings.tablesMax = max(settings.tablesMax, names.count)
        let environment = try Environment(path: path, tables: names, options: settings)
        var declaredTables: [Table] = []
        for table in declared {
            declaredTables.append(try environment.table(tableName(of: table)))
        }
        let tables = LogIndex.Tables(
            meta: try environment.table(metaName),
            streams: try environment.table(coreNames[0]),
            keys: try environment.table(coreNames[1]),
            objects: try environment.table(coreNames[2]),
            snapshots: try environment.table(coreNames[3]), declared: declaredTables)
        return (environment, tables)
    }

    private static func tableName(of table: IndexTable) -> String { "table." + table.name }

    /// Names and versions of all tables, as the file remembers them.
    private static func shape(of declared: [IndexTable]) -> [UInt8] {
        let lines = declared.map { "\($0.name)=\($0.version)" }.sorted()
        return Array((["core=\(coreVersion)"] + lines).joined(separator: "\n").utf8)
    }

    private static func meta(
        of environment: Environment, _ tables: LogIndex.Tables
    ) throws(IndexFailure) -> Meta {
        do throws(StoreFailure) {
            return try environment.read { (transaction) throws(StoreFailure) in
                Meta(
                    reached: try transaction.copy(of: reachedKey, in: tables.meta),
                    first: try transaction.copy(of: firstKey, in: tables.meta),
                    shape: try transaction.copy(of: shapeKey, in: tables.meta))
            }
        } catch { throw .store(error) }
    }

    /// Why the file does not fit the log; nil when it does.
    private static func mismatch(
        of meta: Meta, with log: any EventLog, shape: [UInt8]
    ) throws(IndexFailure) -> IndexOpening.Rebuild? {
        guard let foundShape = meta.shape else { return .absent }
        guard foundShape == shape else { return .otherTables }
        guard meta.reached != nil else { return nil }
        guard let reached = reached(in: meta), let first = meta.first.flatMap(Digest256.init) else {
            return .otherLog
        }
        do throws(LogFailure) {
            guard try log.leafHash(at: .first) == first,
                try log.leafHash(at: reached.position) == reached.leafHash
            else { return .otherLog }
            return nil
        } catch { throw .log(error) }
    }

    /// The position reached and its leaf hash: 8 bytes, big-endian, and 32.
    static func reachedRow(_ position: Position, _ leafHash: Digest256) -> [UInt8] {
        position.bytes + leafHash.bytes
    }

    private static func reached(
        in meta: Meta
    ) -> (position: Position, leafHash: Digest256)? {
        guard let row = meta.reached, row.count == 40,
            let position = Position(Array(row[..<8]).span.bytes),
            let leafHash = Digest256(Array(row[8...]))
        else { return nil }
        return (position, leafHash)
    }
}

extension ReadTransaction {
    /// A copy of the value of a key.
    func copy(of key: [UInt8], in table: Table) throws(StoreFailure) -> [UInt8]? {
        guard let value = try value(for: key, in: table) else { return nil }
        return Array(value)
    }
}
