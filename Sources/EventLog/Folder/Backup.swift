internal import Glibc
internal import LMDB

/// Why a backup was not made.
package enum BackupFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder is there already; a backup goes into one of its own.
    case exists(path: String)
    /// The folder cannot be made.
    case folder(DataFolderFailure)
    /// The log could not be copied or the copy not be read.
    case log(LogFailure)
    /// The keys could not be copied.
    case keys(KeyFailure)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .exists(let path):
            "expected a folder that is not there yet, found \(path); name another one"
        case .folder(.notFound(let path)):
            "\(path): the folder around it is not there; make it first, or give another path"
        case .folder(let failure): "\(failure)"
        case .log(let failure): "the log could not be copied: \(failure)"
        case .keys(.store(let failure)): "the personal keys could not be copied: \(failure)"
        case .keys:
            "the personal keys could not be copied: their store is closed or damaged; see the daemon's log"
        }
    }
}

/// A copy of the two things that nothing else can give back: the log and the personal keys.
package enum Backup {
    /// Copies both into the new folder `path`, in separate files, while writing goes on.
    ///
    /// The log goes first: a key is on the disk before the events that need it, so the copied keys are
    /// enough for the copied log. The result is a data folder; `FORMAT` is written last, so an
    /// unfinished one is none.
    ///
    /// - Parameters:
    ///   - log: The log in use.
    ///   - keys: The keys in use.
    ///   - path: Folder to make; its parent must exist.
    /// - Returns: Where the copied log ends, read from the copy.
    /// - Throws: ``BackupFailure``; what was copied so far stays.
    @discardableResult
    package static func make(
        of log: LMDBEventLog, keys: KeyStore, into path: String
    ) throws(BackupFailure) -> LogEnd {
        guard FileKind.of(path) == .missing else { throw .exists(path: path) }
        do throws(DataFolderFailure) {
            for folder in [path, path + "/log", path + "/keys"] {
                try DataFolder.createFolder(folder)
            }
        } catch { throw .folder(error) }
        let end: LogEnd
        do throws(LogFailure) {
            try log.copy(toFolder: path + "/log")
            end = try LMDBEventLog.readOnly(path: path + "/log").end
        } catch { throw .log(error) }
        do throws(KeyFailure) {
            try keys.copy(toFolder: path + "/keys")
        } catch { throw .keys(error) }
        do throws(DataFolderFailure) {
            try DataFolder.writeFormat(path)
            try DataFolder.flushParent(of: path)
        } catch { throw .folder(error) }
        return end
    }
}

extension LMDBEventLog {
    /// Opens an existing log for reading only, beside a process that writes it or without one.
    package static func readOnly(path: String) throws(LogFailure) -> LMDBEventLog {
        var options = LMDBEventLogOptions()
        options.environment.readOnly = true
        return try LMDBEventLog(path: path, options: options)
    }
}
