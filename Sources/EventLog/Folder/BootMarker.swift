internal import Glibc
package import LMDB

/// Tells whether an environment that does not sync can be trusted at open.
///
/// What a process wrote outlives it as long as the kernel runs, so a killed process does no harm; a
/// power cut or a crash of the kernel does. The marker holds the kernel's boot id, and whether the
/// environment was flushed and closed in order.
package struct BootMarker: Sendable {
    /// Whether what is there can be used.
    package enum Verdict: Sendable, Equatable {
        /// Closed in order, or written under this very boot.
        case trusted
        /// There is no marker: nothing is known.
        case unmarked
        /// Written under another boot and not closed in order.
        case suspect
    }

    private static let fileName = "boot-marker"
    private static let fileBytesMax = 256
    private static let kernelPath = "/proc/sys/kernel/random/boot_id"

    private let path: String
    private let boot: String

    /// The marker in a folder, under the boot that runs now unless a test names another.
    package init(folder: String, boot: String? = nil) throws(StoreFailure) {
        path = folder + "/" + BootMarker.fileName
        if let boot {
            self.boot = boot
        } else {
            self.boot = try BootMarker.currentBoot()
        }
    }

    /// The kernel's boot id.
    package static func currentBoot() throws(StoreFailure) -> String {
        guard let bytes = try SmallFile.read(path: kernelPath, bytesMax: fileBytesMax) else {
            throw .notFound(path: kernelPath)
        }
        return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    }

    /// What the marker says now; ask before ``begin()``.
    package func verdict() throws(StoreFailure) -> Verdict {
        guard let bytes = try SmallFile.read(path: path, bytesMax: BootMarker.fileBytesMax) else {
            return .unmarked
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2 else { return .suspect }
        return words[0] == boot || words[1] == "clean" ? .trusted : .suspect
    }

    /// Says that writing without sync begins; to be called before the first write.
    package func begin() throws(StoreFailure) {
        try SmallFile.replace(path: path, with: Array("\(boot) open\n".utf8))
    }

    /// Says that everything was flushed; to be called after the environment's `sync()`.
    package func end() throws(StoreFailure) {
        try SmallFile.replace(path: path, with: Array("\(boot) clean\n".utf8))
    }
}
