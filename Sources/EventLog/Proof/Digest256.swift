internal import Crypto

/// 32 bytes of SHA-256, kept without an allocation.
package struct Digest256: Hashable, Sendable, CustomStringConvertible {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Bytes of a digest.
    package static let byteCount = 32

    /// Takes the first 32 bytes from `offset`.
    ///
    /// - Precondition: there are that many.
    init(_ bytes: RawSpan, at offset: Int) {
        precondition(offset >= 0 && offset + 32 <= bytes.byteCount, "a digest has 32 bytes")
        words = (
            bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
        )
    }

    /// Takes 32 bytes; nil for any other count.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest256.byteCount else { return nil }
        self.init(bytes.span.bytes, at: 0)
    }

    init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }

    /// 32 zero bytes.
    static let zero = Digest256(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// SHA-256 of one run of bytes.
    init(hashing bytes: UnsafeRawBufferPointer) {
        var function = SHA256()
        function.update(bufferPointer: bytes)
        self.init(function.finalize())
    }

    /// SHA-256 of some bytes.
    package static func sha256(of bytes: [UInt8]) -> Digest256 {
        bytes.withUnsafeBytes { Digest256(hashing: $0) }
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Gives the 32 bytes in place.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: words) { body($0) }
    }

    /// The bytes as 64 lower-case hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Same bytes.
    package static func == (left: Digest256, right: Digest256) -> Bool {
        left.words == right.words
    }

    /// Feeds the bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
