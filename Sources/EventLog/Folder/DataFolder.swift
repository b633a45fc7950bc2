internal import Glibc
package import LMDB

/// Why a data folder cannot be used.
package enum DataFolderFailure: Error, Equatable, Sendable {
    /// There is no such folder.
    case notFound(path: String)
    /// The path is a file.
    case notAFolder(path: String)
    /// This user may not write there.
    case notWritable(path: String)
    /// The folder holds other files and no data of ours.
    case foreign(path: String, entry: String)
    /// Another process writes there; its number when it could be read.
    case inUse(path: String, process: Int32?)
    /// A newer program made the folder.
    case newerFormat(path: String, found: Int, known: Int)
    /// The file `FORMAT` does not say what it should.
    case formatMalformed(path: String)
    /// The kernel refused.
    case system(StoreFailure)
}

extension DataFolderFailure: CustomStringConvertible {
    /// Expected, found and remedy in one sentence.
    package var description: String {
        switch self {
        case .notFound(let path):
            "\(path): expected a data folder, there is none; check the path"
        case .notAFolder(let path):
            "\(path): expected a folder, found a file; give the path of a folder"
        case .notWritable(let path):
            "\(path): this user may not write there; change the permissions or the path"
        case .foreign(let path, let entry):
            "\(path): expected an empty folder or a data folder, found \(entry); "
                + "give another path"
        case .inUse(let path, let process):
            "\(path): in use by process \(process.map { String($0) } ?? "unknown"); "
                + "stop it first, or ask it over its socket"
        case .newerFormat(let path, let found, let known):
            "\(path): made by a newer program (layout \(found), this program knows \(known)); "
                + "use that one"
        case .formatMalformed(let path):
            "\(path)/FORMAT: expected `\(DataFolder.formatName) \(DataFolder.format)`; "
                + "restore the file from a backup"
        case .system(let failure): failure.description
        }
    }
}

/// The folder of one daemon: where the environments are, and the lock that keeps others from writing.
///
/// - Shape: `FORMAT` (layout of the folder), `LOCK` (held by the process that writes), `log/`, `keys/`,
///   `index/`, `views/`. Folders are for their owner alone (0700), files too (0600).
///
/// The lock is released when the last reference goes, or by the kernel when the process ends.
package final class DataFolder: Sendable {
    /// What a process means to do there.
    package enum Access: Sendable {
        /// Write, alone; the folder is created when there is none.
        case write
        /// Read an existing folder, beside a process that writes or without one.
        case read
    }

    static let formatName = "daybook-data"
    /// The layout that this program writes.
    package static let format = 1
    static let formatBytesMax = 64
    /// What may lie in a folder that is to become ours; the last is on every fresh ext4 disk.
    private static let ownEntries: Set<String> = [
        "FORMAT", "LOCK", "log", "keys", "index", "views", "lost+found",
    ]

    /// The folder itself.
    package let path: String
    private let lock: Int32?

    /// Folder of the log's environment.
    package var logPath: String { path + "/log" }
    /// Folder of the index's environment.
    package var indexPath: String { path + "/index" }
    /// Folder of the personal keys' environment.
    package var keysPath: String { path + "/keys" }
    /// Folder of the views' folders.
    package var viewsPath: String { path + "/views" }

    /// Opens, and when writing locks, the folder `path`.
    package init(path: String, access: Access) throws(DataFolderFailure) {
        self.path = path
        var isDirectory = false
        switch FileKind.of(path) {
        case .missing: break
        case .folder: isDirectory = true
        case .other: throw .notAFolder(path: path)
        }
        guard case .write = access else {
            guard isDirectory else { throw .notFound(path: path) }
            guard try DataFolder.readFormat(path) else { throw .notFound(path: path) }
            lock = nil
            return
        }
        if !isDirectory {
            try DataFolder.createFolder(path)
            try DataFolder.flushParent(of: path)
        }
        guard Glibc.access(path, W_OK | X_OK) == 0 else { throw .notWritable(path: path) }
        if try !DataFolder.readFormat(path) { try DataFolder.refuseForeign(path) }
        let descriptor = try DataFolder.takeLock(path)
        do throws(DataFolderFailure) {
            for name in ["log", "keys", "index", "views"] {
                try DataFolder.createFolder(path + "/" + name)
            }
            // Last, so that a folder whose creation was cut off is simply created again.
            if try !DataFolder.readFormat(path) { try DataFolder.writeFormat(path) }
        } catch {
            _ = close(descriptor)
            throw error
        }
        lock = descriptor
    }

    deinit {
        if let lock { _ = close(lock) }
    }

    /// The folder of one view, created when there is none.
    package func viewPath(_ name: String) throws(DataFolderFailure) -> String {
        let folder = viewsPath + "/" + name
        if lock != nil { try DataFolder.createFolder(folder) }
        return folder
    }

    /// Creates a folder for its owner alone; one that is there is fine.
    package static func createFolder(_ path: String) throws(DataFolderFailure) {
        guard mkdir(path, 0o700) != 0 else { return }
        switch errno {
        case EEXIST:
            guard FileKind.of(path) == .folder else { throw .notAFolder(path: path) }
        case EACCES, EPERM, EROFS: throw .notWritable(path: path)
        case ENOTDIR: throw .notAFolder(path: path)
        case ENOENT: throw .notFound(path: path)
        default:
            throw .system(StoreFailure(code: errno, operation: "create folder", path: path))
        }
    }

    /// Makes the folder's place in its parent lasting.
    static func flushParent(of path: String) throws(DataFolderFailure) {
        do throws(StoreFailure) {
            try Environment.flush(path: SmallFile.parent(of: path))
        } catch { throw .system(error) }
    }

    private static func refuseForeign(_ path: String) throws(DataFolderFailure) {
        guard let folder = opendir(path) else { throw .notWritable(path: path) }
        defer { _ = closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." || name.hasPrefix("FORMAT.") { continue }
            guard ownEntries.contains(name) else { throw .foreign(path: path, entry: name) }
        }
    }

    private static func takeLock(_ path: String) throws(DataFolderFailure) -> Int32 {
        let file = path + "/LOCK"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            if code == EACCES || code == EROFS { throw .notWritable(path: path) }
            throw .system(StoreFailure(code: code, operation: "open", path: file))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let text = SmallFile.read(descriptor, bytesMax: formatBytesMax)
            _ = close(descriptor)
            guard code == EWOULDBLOCK else {
                throw .system(StoreFailure(code: code, operation: "lock", path: file))
            }
            let digits = text.map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw .inUse(path: path, process: Int32(digits.filter(\.isNumber)))
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0,
            pwrite(descriptor, text, text.count, 0) == text.count
        else {
            let code = errno
            _ = close(descriptor)
            throw .system(StoreFailure(code: code, operation: "write", path: file))
        }
        return descriptor
    }

    /// Whether the folder says of itself that it is one of ours, in a layout that we know.
    private static func readFormat(_ path: String) throws(DataFolderFailure) -> Bool {
        let bytes: [UInt8]?
        do throws(StoreFailure) {
            bytes = try SmallFile.read(path: path + "/FORMAT", bytesMax: formatBytesMax)
        } catch { throw .system(error) }
        guard let bytes else { return false }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == formatName, let found = Int(words[1]), found > 0 else {
            throw .formatMalformed(path: path)
        }
        guard found <= format else {
            throw .newerFormat(path: path, found: found, known: format)
        }
        return true
    }

    static func writeFormat(_ path: String) throws(DataFolderFailure) {
        do throws(StoreFailure) {
            try SmallFile.replace(
                path: path + "/FORMAT", with: Array("\(formatName) \(format)\n".utf8))
        } catch { throw .system(error) }
    }
}
