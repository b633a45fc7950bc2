internal import Crypto
internal import Foundation
internal import Glibc
package import LMDB
internal import Synchronization

/// Why a personal field cannot be sealed or opened.
package enum KeyFailure: Error, Equatable, Sendable {
    /// The person's key was destroyed: what it sealed cannot be read again.
    case forgotten
    /// There is no key for that person.
    case unknownPerson
    /// A person's name has 1 to ``KeyStore/personBytesMax`` bytes.
    case personInvalid(bytes: Int)
    /// A nonce has 12 bytes and is used once per key.
    case nonceInvalid(bytes: Int)
    /// The sealed bytes, the nonce or the context are not those that were sealed.
    case notAuthentic
    /// The row of that person is malformed.
    case malformed
    /// The store is closed after a failed rewrite.
    case closed
    /// The store failed.
    case store(StoreFailure)
}

/// One person's key, to seal and open with; it stays in memory.
package struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// Bytes of a nonce.
    package static let nonceBytes = 12
    /// Bytes that sealing adds.
    package static let tagBytes = 16

    init(_ key: SymmetricKey) { self.key = key }

    init(bytes: some Sequence<UInt8>) { key = SymmetricKey(data: Array(bytes)) }

    static func random() -> SealingKey { SealingKey(SymmetricKey(size: .bits256)) }

    var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Seals with AES-256-GCM: the cipher text, as long as the plain text, and the tag behind it.
    ///
    /// - Parameters:
    ///   - plain: What is to be kept from sight.
    ///   - nonce: 12 bytes, never used before with this key; made by the caller.
    ///   - context: Bound to the sealed bytes but not kept in them, such as stream and field.
    /// - Returns: Cipher text and tag.
    /// - Throws: ``KeyFailure/nonceInvalid(bytes:)``.
    package func seal(
        _ plain: [UInt8], nonce: [UInt8], context: [UInt8] = []
    ) throws(KeyFailure) -> [UInt8] {
        guard nonce.count == SealingKey.nonceBytes else {
            throw .nonceInvalid(bytes: nonce.count)
        }
        do {
            let box = try AES.GCM.seal(
                plain, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: context)
            return Array(box.ciphertext) + Array(box.tag)
        } catch { throw .notAuthentic }
    }

    /// Opens what ``seal(_:nonce:context:)`` gave.
    package func open(
        _ sealed: [UInt8], nonce: [UInt8], context: [UInt8] = []
    ) throws(KeyFailure) -> [UInt8] {
        guard nonce.count == SealingKey.nonceBytes else {
            throw .nonceInvalid(bytes: nonce.count)
        }
        guard sealed.count >= SealingKey.tagBytes else { throw .notAuthentic }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: sealed.dropLast(SealingKey.tagBytes),
                tag: sealed.suffix(SealingKey.tagBytes))
            return Array(try AES.GCM.open(box, using: key, authenticating: context))
        } catch { throw .notAuthentic }
    }
}

/// The personal keys: one per person, in an LMDB environment of their own.
///
/// New keys are collected and written by ``flush()``, which the writer calls before it appends the
/// events that need them. Any thread may call anything; calls take turns.
package final class KeyStore: Sendable {
    private enum Entry {
        case live(SealingKey)
        case destroyed
    }

    private struct State {
        var environment: Environment?
        var known: [ByteText: Entry] = [:]
        var pending: [ByteText: SealingKey] = [:]
    }

    /// Longest name of a person, in bytes.
    package static let personBytesMax = 200
    /// Keys kept in memory; beyond, all are dropped and read again when wanted.
    package static let knownKeysMax = 100_000

    private static let tableName = "people"
    private static let rewriteFolder = "rewrite"
    private static let liveMark: UInt8 = 1
    private static let destroyedMark: UInt8 = 2
    private static let keyBytes = 32
    private static let zeroChunkBytes = 1 << 20

    /// The folder of the environment.
    package let path: String
    private let options: EnvironmentOptions
    private let hasRoom: (@Sendable () -> Bool)?
    private let state: Mutex<State>

    /// Opens the keys in the existing folder `path`; an empty folder becomes an empty store.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - options: How the environment is opened.
    ///   - hasRoom: Asked before new keys are written; false fails the flush as a full disk does.
    /// - Throws: ``KeyFailure/store(_:)`` when the folder holds no store that can be opened.
    package init(
        path: String, options: EnvironmentOptions = .init(),
        hasRoom: (@Sendable () -> Bool)? = nil
    ) throws(KeyFailure) {
        self.path = path
        self.options = options
        self.hasRoom = hasRoom
        state = Mutex(State(environment: try KeyStore.open(path, options)))
        // What an interrupted rewrite left behind holds keys: it goes.
        if !options.readOnly { KeyStore.removeRewrite(path) }
    }

    /// Whether keys wait for ``flush()``.
    package var hasPendingKeys: Bool { state.withLock { !$0.pending.isEmpty } }

    /// The person's key, made now when there is none; a new one is not on the disk before ``flush()``.
    package func sealingKey(for person: String) throws(KeyFailure) -> SealingKey {
        try state.withLock { (state) throws(KeyFailure) in
            let name = try KeyStore.name(person)
            if let pending = state.pending[name] { return pending }
            switch try KeyStore.entry(name, in: &state) {
            case .live(let key): return key
            case .destroyed: throw .forgotten
            case nil:
                let key = SealingKey.random()
                state.pending[name] = key
                return key
            }
        }
    }

    /// The person's key, to read with; throws when there is none or it was destroyed.
    package func openingKey(for person: String) throws(KeyFailure) -> SealingKey {
        try state.withLock { (state) throws(KeyFailure) in
            let name = try KeyStore.name(person)
            if let pending = state.pending[name] { return pending }
            switch try KeyStore.entry(name, in: &state) {
            case .live(let key): return key
            case .destroyed: throw .forgotten
            case nil: throw .unknownPerson
            }
        }
    }

    /// Seals with the person's key, which is made when there is none; see ``SealingKey``.
    package func seal(
        _ plain: [UInt8], for person: String, nonce: [UInt8], context: [UInt8] = []
    ) throws(KeyFailure) -> [UInt8] {
        try sealingKey(for: person).seal(plain, nonce: nonce, context: context)
    }

    /// Opens what was sealed for the person; `forgotten` when the key was destroyed.
    package func open(
        _ sealed: [UInt8], for person: String, nonce: [UInt8], context: [UInt8] = []
    ) throws(KeyFailure) -> [UInt8] {
        try openingKey(for: person).open(sealed, nonce: nonce, context: context)
    }

    /// Writes all new keys in one durable commit; costs nothing when there are none.
    package func flush() throws(KeyFailure) {
        try state.withLock { (state) throws(KeyFailure) in
            guard !state.pending.isEmpty else { return }
            guard let environment = state.environment else { throw .closed }
            if let hasRoom, !hasRoom() { throw .store(.noSpace(operation: "write keys")) }
            let pending = state.pending.sorted {
                Array($0.key.text.utf8).precedes(Array($1.key.text.utf8))
            }
            try KeyStore.write(
                pending.map { (Array($0.key.text.utf8), [KeyStore.liveMark] + $0.value.bytes) },
                to: environment)
            for (name, key) in pending { state.known[name] = .live(key) }
            state.pending.removeAll()
        }
    }

    /// Destroys the person's key for ever; afterwards opening gives `forgotten`.
    ///
    /// The row is overwritten, then the file is rewritten without free pages and the old file filled
    /// with zeros, because LMDB leaves old pages as they were. Copies elsewhere are not reached.
    package func destroy(_ person: String) throws(KeyFailure) {
        try state.withLock { (state) throws(KeyFailure) in
            let name = try KeyStore.name(person)
            let row =
                [KeyStore.destroyedMark] + [UInt8](repeating: 0, count: KeyStore.keyBytes)
            do {
                guard let environment = state.environment else { throw KeyFailure.closed }
                try KeyStore.write([(Array(person.utf8), row)], to: environment)
                state.pending[name] = nil
                state.known[name] = .destroyed
                state.environment = nil
                try KeyStore.rewrite(environment, path)
                // The last reference goes here, and with it the old file is closed.
            }
            state.environment = try KeyStore.open(path, options)
        }
    }

    /// Copies a consistent snapshot into the existing, empty `folder`; new keys are flushed first.
    package func copy(toFolder folder: String) throws(KeyFailure) {
        try flush()
        guard let environment = state.withLock({ $0.environment }) else { throw .closed }
        try KeyStore.store { () throws(StoreFailure) in
            try environment.copyCompacted(toFolder: folder)
            try LastingEnvironment.mark(folder)
        }
    }
}

extension KeyStore {
    private static func open(
        _ path: String, _ options: EnvironmentOptions
    ) throws(KeyFailure) -> Environment {
        try store { () throws(StoreFailure) in
            try LastingEnvironment.open(path: path, tables: [tableName], options: options)
        }
    }

    private static func name(_ person: String) throws(KeyFailure) -> ByteText {
        let count = person.utf8.count
        guard (1...personBytesMax).contains(count) else { throw .personInvalid(bytes: count) }
        return ByteText(person)
    }

    private static func entry(
        _ name: ByteText, in state: inout State
    ) throws(KeyFailure) -> Entry? {
        if let known = state.known[name] { return known }
        guard let environment = state.environment else { throw .closed }
        let row = try store { () throws(StoreFailure) in
            let table = try environment.table(tableName)
            return try environment.read { (transaction) throws(StoreFailure) in
                try transaction.copy(of: Array(name.text.utf8), in: table)
            }
        }
        guard let row else { return nil }
        guard row.count == 1 + keyBytes else { throw .malformed }
        let entry: Entry
        switch row[0] {
        case liveMark: entry = .live(SealingKey(bytes: row[1...]))
        case destroyedMark: entry = .destroyed
        default: throw .malformed
        }
        if state.known.count >= knownKeysMax { state.known.removeAll(keepingCapacity: true) }
        state.known[name] = entry
        return entry
    }

    private static func write(
        _ rows: [(key: [UInt8], value: [UInt8])], to environment: Environment
    ) throws(KeyFailure) {
        try store { () throws(StoreFailure) in
            let table = try environment.table(tableName)
            try environment.write { (transaction) throws(StoreFailure) in
                for row in rows { try transaction.put(row.value, for: row.key, in: table) }
            }
        }
    }

    /// Puts a copy without free pages in the place of the file, and zeros into the old one.
    private static func rewrite(_ environment: Environment, _ path: String) throws(KeyFailure) {
        let folder = path + "/" + rewriteFolder
        let old = path + "/data.mdb"
        removeRewrite(path)
        try store { () throws(StoreFailure) in
            guard mkdir(folder, 0o700) == 0 else {
                throw StoreFailure(code: errno, operation: "create folder", path: folder)
            }
            try environment.copyCompacted(toFolder: folder)
            let descriptor = Glibc.open(old, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw StoreFailure(code: errno, operation: "open", path: old)
            }
            defer { _ = Glibc.close(descriptor) }
            guard rename(folder + "/data.mdb", old) == 0 else {
                throw StoreFailure(code: errno, operation: "rename", path: old)
            }
            try Environment.flush(path: path)
            try fillWithZeros(descriptor, old)
        }
        removeRewrite(path)
    }

    private static func fillWithZeros(
        _ descriptor: Int32, _ path: String
    ) throws(StoreFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw StoreFailure(code: errno, operation: "file status", path: path)
        }
        let zeros = [UInt8](repeating: 0, count: zeroChunkBytes)
        var offset = 0
        while offset < Int(status.st_size) {
            let count = min(zeroChunkBytes, Int(status.st_size) - offset)
            let written = pwrite(descriptor, zeros, count, off_t(offset))
            guard written > 0 else {
                throw StoreFailure(code: errno, operation: "overwrite", path: path)
            }
            offset += written
        }
        guard fsync(descriptor) == 0 else {
            throw StoreFailure(code: errno, operation: "flush", path: path)
        }
    }

    private static func removeRewrite(_ path: String) {
        let folder = path + "/" + rewriteFolder
        unlink(folder + "/data.mdb")
        rmdir(folder)
    }

    private static func store<Result>(
        _ body: () throws(StoreFailure) -> Result
    ) throws(KeyFailure) -> Result {
        do throws(StoreFailure) {
            return try body()
        } catch { throw .store(error) }
    }
}
