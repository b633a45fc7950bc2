/// Says of a key that it is certainly absent, or that it may be there.
///
/// A Bloom filter whose bits for one key lie in one cache line of 512 bits: 6 bits a key and at least
/// 12 bits of room a key give under 2 % wrong "maybe". Never a wrong "absent".
struct KeyFilter: Sendable {
    private var words: [UInt64]
    private let blockMask: UInt64
    /// Keys that it was made for.
    let capacity: Int
    /// Keys put in; one that could not be told from those before is not counted.
    private(set) var count = 0

    private static let bitsPerKeyMin = 12
    private static let bitsPerKey = 6
    private static let wordsPerBlock = 8

    /// An empty filter for that many keys.
    init(capacity: Int) {
        var blocks = 1
        while blocks * 512 < capacity * KeyFilter.bitsPerKeyMin { blocks *= 2 }
        self.capacity = capacity
        blockMask = UInt64(blocks - 1)
        words = Array(repeating: 0, count: blocks * KeyFilter.wordsPerBlock)
    }

    /// Whether more keys went in than it was made for.
    var isFull: Bool { count > capacity }

    mutating func insert(_ hash: KeyHash) {
        let start = Int(hash.first & blockMask) * KeyFilter.wordsPerBlock
        var bits = hash.second
        var isNew = false
        for _ in 0..<KeyFilter.bitsPerKey {
            let word = start + Int((bits >> 6) & 7)
            let bit: UInt64 = 1 << (bits & 63)
            isNew = isNew || words[word] & bit == 0
            words[word] |= bit
            bits >>= 9
        }
        if isNew { count += 1 }
    }

    func mayContain(_ hash: KeyHash) -> Bool {
        let start = Int(hash.first & blockMask) * KeyFilter.wordsPerBlock
        var bits = hash.second
        for _ in 0..<KeyFilter.bitsPerKey {
            guard words[start + Int((bits >> 6) & 7)] & (1 << (bits & 63)) != 0 else {
                return false
            }
            bits >>= 9
        }
        return true
    }
}

/// Two independent hashes of a key of a core table; seeded per process, so never stored.
struct KeyHash: Sendable {
    let first: UInt64
    let second: UInt64

    /// Hash of the bytes, salted with what kind of key they are.
    init(_ kind: UInt8, _ bytes: UnsafeRawBufferPointer) {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(bytes: bytes)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        first = hash
        // A second mix of the same 64 bits (the finishing steps of SplitMix64) is independent enough.
        var mixed = hash &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        second = mixed ^ (mixed >> 31)
    }

    static func stream(_ name: String) -> KeyHash {
        var name = name
        return name.withUTF8 { KeyHash(1, UnsafeRawBufferPointer($0)) }
    }

    static func idempotency(_ key: [UInt8]) -> KeyHash {
        key.withUnsafeBytes { KeyHash(2, $0) }
    }
}
