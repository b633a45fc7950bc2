internal import Glibc
internal import LMDB

/// What is at a path.
enum FileKind {
    case missing
    case folder
    case other

    static func of(_ path: String) -> FileKind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }
}

/// Small files that are read whole and replaced whole.
enum SmallFile {
    /// The first bytes of a file; nil when there is no such file.
    static func read(path: String, bytesMax: Int) throws(StoreFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StoreFailure(code: errno, operation: "open", path: path)
        }
        defer { _ = close(descriptor) }
        guard let bytes = read(descriptor, bytesMax: bytesMax) else {
            throw StoreFailure(code: errno, operation: "read", path: path)
        }
        return bytes
    }

    /// The first bytes of an open file; nil when it cannot be read.
    static func read(_ descriptor: Int32, bytesMax: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = pread(descriptor, &bytes, bytesMax, 0)
        guard count >= 0 else { return nil }
        return Array(bytes.prefix(count))
    }

    /// Replaces a file so that after a power cut the old or the new content is there, whole.
    static func replace(path: String, with bytes: [UInt8]) throws(StoreFailure) {
        let fresh = path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreFailure(code: errno, operation: "create", path: fresh)
        }
        defer { _ = close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw StoreFailure(code: errno, operation: "write", path: fresh)
        }
        guard rename(fresh, path) == 0 else {
            throw StoreFailure(code: errno, operation: "rename", path: path)
        }
        try Environment.flush(path: parent(of: path))
    }

    /// The folder that a path lies in.
    static func parent(of path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
