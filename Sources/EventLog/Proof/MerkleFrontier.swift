internal import Crypto

/// The Merkle tree over the log, as far as it is needed to go on and to name its root.
///
/// It keeps the roots of the perfect subtrees, largest first: as many as the size has one bits.
///
/// - Source: RFC 9162, section 2.1.1: `leaf = SHA-256(0x00 || record)`,
///   `node = SHA-256(0x01 || left || right)`, root of the empty tree `SHA-256("")`.
package struct MerkleFrontier: Equatable, Sendable {
    /// Leaves so far.
    package private(set) var size: UInt64
    /// Roots of the perfect subtrees, largest first.
    package private(set) var subtrees: [Digest256]

    /// The empty tree.
    package init() {
        size = 0
        subtrees = []
    }

    /// A tree of that size; nil when the number of subtrees does not fit the size.
    package init?(size: UInt64, subtrees: [Digest256]) {
        guard subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds the next leaf hash.
    package mutating func append(_ leaf: Digest256) {
        var node = leaf
        var rest = size
        while rest & 1 == 1 {
            node = MerkleFrontier.node(subtrees.removeLast(), node)
            rest >>= 1
        }
        subtrees.append(node)
        size += 1
    }

    /// Root of the tree.
    package var root: Digest256 {
        guard var node = subtrees.last else { return Digest256.sha256(of: []) }
        for left in subtrees.dropLast().reversed() {
            node = MerkleFrontier.node(left, node)
        }
        return node
    }

    /// Hash of a leaf over one stored record.
    package static func leaf(_ record: RawSpan) -> Digest256 {
        record.withUnsafeBytes { bytes in
            var function = SHA256()
            withUnsafeBytes(of: UInt8(0)) { function.update(bufferPointer: $0) }
            function.update(bufferPointer: bytes)
            return Digest256(function.finalize())
        }
    }

    /// Hash of an inner node.
    package static func node(_ left: Digest256, _ right: Digest256) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 1
            left.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: bytes)
            }
            right.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyMemory(from: bytes)
            }
            return Digest256(hashing: UnsafeRawBufferPointer(buffer))
        }
    }
}
