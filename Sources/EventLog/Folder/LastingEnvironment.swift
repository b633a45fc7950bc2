internal import Glibc
internal import LMDB

/// Opens an environment whose loss nothing makes good: the log and the keys.
///
/// A file that is missing, empty or broken is a new one only while its creation was never finished. A
/// marker, written durably once the file and its place in the folder are on the disk, tells the two
/// apart: without it the remains of a creation that a power cut ended are set aside (nobody was told
/// of anything in them), with it they are refused as what they are.
enum LastingEnvironment {
    static let markerName = "CREATED"
    static let asideName = "data.mdb.unfinished"

    static func open(
        path: String, tables: [String], options: EnvironmentOptions
    ) throws(StoreFailure) -> Environment {
        var options = options
        if options.readOnly {
            return try Environment(path: path, tables: tables, options: options)
        }
        if FileKind.of(path + "/" + markerName) != .missing {
            options.mustExist = true
            return try Environment(path: path, tables: tables, options: options)
        }
        let environment: Environment
        do throws(StoreFailure) {
            environment = try Environment(path: path, tables: tables, options: options)
        } catch {
            switch error {
            case .cutShort, .notAStore: break
            default: throw error
            }
            guard rename(path + "/data.mdb", path + "/" + asideName) == 0 else {
                throw StoreFailure(code: errno, operation: "set aside", path: path)
            }
            environment = try Environment(path: path, tables: tables, options: options)
        }
        try environment.sync()
        try Environment.flush(path: path)
        try mark(path)
        return environment
    }

    /// Says that the file in this folder is whole and lasting.
    static func mark(_ path: String) throws(StoreFailure) {
        try SmallFile.replace(
            path: path + "/" + markerName,
            with: Array("data.mdb was created; without it this folder is damaged\n".utf8))
    }
}
