internal import CLMDB
internal import Glibc

/// What the store can answer instead of doing what it was asked.
///
/// The cases that a caller handles differently have a name; everything else is ``other(code:operation:)``
/// with the code that LMDB or the kernel gave.
package enum StoreFailure: Error, Equatable, Sendable {
    /// The reserved map has no room for another page (`MDB_MAP_FULL`).
    case mapFull(operation: String)
    /// The disk or the quota is used up (`ENOSPC`, `EDQUOT`, `EFBIG`).
    case noSpace(operation: String)
    /// The device failed (`EIO`); nothing that it holds can be relied on.
    case inputOutput(operation: String)
    /// The file ends before the last page that its header names.
    case cutShort(path: String, expectedBytes: UInt64, foundBytes: UInt64)
    /// The file is there and is no LMDB file, or one of another layout.
    case notAStore(path: String, reason: String)
    /// The folder or a file in it may not be opened, read or written.
    case notPermitted(path: String)
    /// The folder or file is not there.
    case notFound(path: String)
    /// This process has the folder open; LMDB allows one opening in a process.
    case openAlready(path: String)
    /// A table that was asked for does not exist, and the environment may not create it.
    case noSuchTable(name: String)
    /// Every reader slot is taken; see ``EnvironmentOptions/readersMax``.
    case tooManyReaders
    /// A key is empty or longer than the 511 bytes that LMDB allows.
    case keyLength(bytes: Int)
    /// The key is already there, or is not greater than the last one (`MDB_KEYEXIST`).
    case keyExists
    /// A page is damaged (`MDB_CORRUPTED`, `MDB_PAGE_NOTFOUND`).
    case corrupted(operation: String)
    /// A meta page could not be written; the environment must be closed (`MDB_PANIC`).
    case panic(operation: String)
    /// Any other code of LMDB (negative) or of the kernel (`errno`, positive).
    case other(code: Int32, operation: String)
}

extension StoreFailure: CustomStringConvertible {
    /// Expected, found and remedy in one sentence.
    package var description: String {
        switch self {
        case .mapFull(let operation):
            "\(operation): the reserved map is full; open with a larger map"
        case .noSpace(let operation):
            "\(operation): no space left on the disk; free some and try again"
        case .inputOutput(let operation):
            "\(operation): the disk failed (EIO); check the device before anything else"
        case .cutShort(let path, let expected, let found):
            "\(path): expected at least \(expected) bytes, found \(found); "
                + "the file was cut short, restore it from a backup"
        case .notAStore(let path, let reason):
            "\(path): not a store file that this program can read (\(reason))"
        case .notPermitted(let path):
            "\(path): permission denied; give this user read and write access"
        case .notFound(let path):
            "\(path): no such file or folder"
        case .openAlready(let path):
            "\(path): this process has it open already; close it there first"
        case .noSuchTable(let name):
            "table \(name) is not in this file"
        case .tooManyReaders:
            "every reader slot is taken; end some readers or raise the limit"
        case .keyLength(let bytes):
            "a key has 1 to 511 bytes, this one has \(bytes)"
        case .keyExists:
            "the key is already there or is out of order"
        case .corrupted(let operation):
            "\(operation): a page of the file is damaged; restore it from a backup"
        case .panic(let operation):
            "\(operation): an earlier write of a meta page failed; close and reopen the environment"
        case .other(let code, let operation):
            "\(operation): \(StoreFailure.text(of: code)) (code \(code))"
        }
    }

    private static func text(of code: Int32) -> String {
        guard let text = unsafe mdb_strerror(code) else { return "unknown code" }
        return unsafe String(cString: text)
    }

    /// The failure that a code of LMDB or of the kernel stands for.
    package init(code: Int32, operation: String, path: String = "") {
        switch code {
        case MDB_MAP_FULL: self = .mapFull(operation: operation)
        case ENOSPC, EDQUOT, EFBIG: self = .noSpace(operation: operation)
        case EIO: self = .inputOutput(operation: operation)
        case EACCES, EPERM, EROFS: self = .notPermitted(path: path.isEmpty ? operation : path)
        case ENOENT: self = .notFound(path: path.isEmpty ? operation : path)
        case MDB_INVALID: self = .notAStore(path: path, reason: "no LMDB header")
        case MDB_VERSION_MISMATCH: self = .notAStore(path: path, reason: "another LMDB layout")
        case MDB_READERS_FULL: self = .tooManyReaders
        case MDB_KEYEXIST: self = .keyExists
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: self = .corrupted(operation: operation)
        case MDB_PANIC: self = .panic(operation: operation)
        default: self = .other(code: code, operation: operation)
        }
    }
}

/// Throws what `code` stands for unless it is success.
@inline(__always)
func check(_ code: Int32, _ operation: StaticString, path: String = "") throws(StoreFailure) {
    guard code != MDB_SUCCESS else { return }
    throw StoreFailure(code: code, operation: String(describing: operation), path: path)
}
