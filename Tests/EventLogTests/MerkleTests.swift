import Testing

@testable import EventLog

/// Known answers for the tree of RFC 6962 and RFC 9162: eight leaves and the root after each.
@Suite("The Merkle tree of RFC 9162")
struct MerkleTests {
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("the root after each of the eight known leaves is the known one")
    func knownRoots() {
        var frontier = MerkleFrontier()
        for (leaf, root) in zip(MerkleTests.leaves, MerkleTests.roots) {
            let bytes = unhex(leaf)
            frontier.append(MerkleFrontier.leaf(bytes.span.bytes))
            #expect(frontier.root.description == root)
            #expect(frontier.subtrees.count == frontier.size.nonzeroBitCount)
        }
    }

    @Test("growing agrees with the definition by halves for every size up to 200")
    func agreesWithDefinition() {
        let leaves = (0..<200).map { number in
            Digest256.sha256(of: [UInt8(truncatingIfNeeded: number)])
        }
        var frontier = MerkleFrontier()
        for size in 1...leaves.count {
            frontier.append(leaves[size - 1])
            #expect(frontier.root == MerkleTests.root(leaves[..<size]))
        }
    }

    /// The recursive definition: split at the largest power of two below the size.
    private static func root(_ leaves: ArraySlice<Digest256>) -> Digest256 {
        guard leaves.count > 1 else { return leaves[leaves.startIndex] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return MerkleFrontier.node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    @Test("a tree whose subtrees do not fit its size is none")
    func misfit() {
        #expect(MerkleFrontier(size: 3, subtrees: []) == nil)
        #expect(MerkleFrontier(size: 0, subtrees: []) == MerkleFrontier())
    }

    @Test("a digest takes 32 bytes and gives them back")
    func digest() {
        let bytes = (0..<32).map { UInt8($0) }
        #expect(Digest256(bytes)?.bytes == bytes)
        #expect(Digest256(bytes)?.description == hex(bytes))
        #expect(Digest256(Array(bytes.dropLast())) == nil)
        #expect(Digest256([]) == nil)
    }
}
