internal import Glibc

/// Compares a data file's length with what its two meta pages promise.
///
/// LMDB maps the file and reads through the map, so a page that is not there ends the process with
/// `SIGBUS`. This reads the two meta pages with `pread` before LMDB sees the file.
///
/// - Shape: a page header of 16 bytes, then `MDB_meta`: magic (4), data version (4), address (8),
///   map size (8), two table records of 48 bytes of which the first begins with the page size (4),
///   last page (8), transaction (8); host byte order. The second meta page is page 1.
/// - Source: `mdb.c` of LMDB 0.9.24, `struct MDB_meta` and `struct MDB_db`.
enum FileCheck {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let dataVersion: UInt32 = 1
    private static let headerBytes = 16
    private static let pageSizeOffset = headerBytes + 24
    private static let lastPageOffset = headerBytes + 120
    private static let metaBytes = headerBytes + 136
    private static let pageSizes = 512...65_536

    static func check(path: String, mayBeMissing: Bool) throws(StoreFailure) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT, mayBeMissing { return }
            throw StoreFailure(code: errno, operation: "open", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw StoreFailure(code: errno, operation: "file status", path: path)
        }
        let found = UInt64(status.st_size)
        // An empty file is what a crash right after creation leaves; LMDB starts it anew.
        if found == 0, mayBeMissing { return }
        guard found >= UInt64(metaBytes) else {
            throw .cutShort(
                path: path, expectedBytes: UInt64(2 * pageSizes.lowerBound), foundBytes: found)
        }
        let first = try meta(at: 0, of: descriptor, path: path)
        guard let first else {
            throw .notAStore(path: path, reason: "no LMDB header of layout 1")
        }
        guard pageSizes.contains(first.pageBytes) else {
            throw .notAStore(path: path, reason: "page size \(first.pageBytes)")
        }
        let pageBytes = UInt64(first.pageBytes)
        guard found >= 2 * pageBytes else {
            throw .cutShort(path: path, expectedBytes: 2 * pageBytes, foundBytes: found)
        }
        let second = try meta(at: Int(pageBytes), of: descriptor, path: path)
        let lastPage = max(first.lastPage, second?.lastPage ?? 0)
        let (expected, overflow) = (lastPage &+ 1).multipliedReportingOverflow(by: pageBytes)
        guard !overflow else {
            throw .notAStore(path: path, reason: "last page \(lastPage)")
        }
        guard found >= expected else {
            throw .cutShort(path: path, expectedBytes: expected, foundBytes: found)
        }
    }

    private struct Meta {
        let pageBytes: Int
        let lastPage: UInt64
    }

    /// The meta page at a byte offset; nil when it is none.
    private static func meta(
        at offset: Int, of descriptor: Int32, path: String
    ) throws(StoreFailure) -> Meta? {
        var bytes = [UInt8](repeating: 0, count: metaBytes)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
        guard count >= 0 else {
            throw StoreFailure(code: errno, operation: "read header", path: path)
        }
        guard count == metaBytes else { return nil }
        guard integer(UInt32.self, at: headerBytes, in: bytes) == magic,
            integer(UInt32.self, at: headerBytes + 4, in: bytes) == dataVersion
        else { return nil }
        return Meta(
            pageBytes: Int(integer(UInt32.self, at: pageSizeOffset, in: bytes)),
            lastPage: integer(UInt64.self, at: lastPageOffset, in: bytes))
    }

    private static func integer<Value: FixedWidthInteger>(
        _ type: Value.Type, at offset: Int, in bytes: [UInt8]
    ) -> Value {
        var value: Value = 0
        for index in (0..<MemoryLayout<Value>.size).reversed() {
            value = (value << 8) | Value(bytes[offset + index])
        }
        return Value(littleEndian: value.littleEndian)
    }
}
