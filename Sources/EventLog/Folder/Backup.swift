internal import Glibc
internal import LMDB

/// Why a backup was not made.
package enum BackupFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder is there already; a backup goes into one of its own.
    case exists(path: String)
    /// The place is in the data folder itself: what takes the folder away takes the copy, too.
    case inside(path: String, folder: String)
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
        case .inside(let path, let folder):
            "expected a place outside the data folder \(folder), found \(path); name one on another disk if there is one"
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
    ///   - folder: The data folder in which they are.
    ///   - path: Folder to make; its parent must exist.
    /// - Returns: Where the copied log ends, read from the copy.
    /// - Throws: ``BackupFailure``; what was copied so far stays.
    @discardableResult
    package static func make(
        of log: LMDBEventLog, keys: KeyStore, in folder: String, into path: String
    ) throws(BackupFailure) -> LogEnd {
        try refuse(path, inside: folder)
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

    /// Links and dots are followed first: the same place has many names.
    private static func refuse(_ path: String, inside folder: String) throws(BackupFailure) {
        guard let folder = wholePath(of: folder) else { return }
        var place = path
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        let parent = place.lastIndex(of: "/").map { String(place[..<$0]) + "/" } ?? "."
        guard let whole = wholePath(of: place) ?? wholePath(of: parent) else { return }
        guard whole == folder || whole.hasPrefix(folder + "/") else { return }
        throw .inside(path: path, folder: folder)
    }

    /// A path without links and dots; nil where nothing is there.
    private static func wholePath(of path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
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
