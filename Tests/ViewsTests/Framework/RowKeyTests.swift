import Records
import Testing
import Views

@Suite("Row keys")
struct RowKeyTests {
    /// Pairs of keys in ascending order.
    static let ascending: [(RowKey, RowKey)] = [
        (RowKey("a"), RowKey("b")),
        (RowKey("a"), RowKey("aa")),
        (RowKey("a", "z"), RowKey("aa", "a")),
        (RowKey(""), RowKey("\u{1}")),
        (RowKey(Int64.min), RowKey(Int64(-1))),
        (RowKey(Int64(-1)), RowKey(Int64(0))),
        (RowKey(UInt64(255)), RowKey(UInt64(256))),
        (RowKey(BusinessDate(daysSinceEpoch: -1)), RowKey(BusinessDate(daysSinceEpoch: 0))),
        (RowKey("x", Int64(2)), RowKey("x", Int64(10))),
    ]

    @Test("the order of the bytes is the order of the parts", arguments: ascending)
    func order(_ lower: RowKey, _ higher: RowKey) {
        #expect(lower.bytes.lexicographicallyPrecedes(higher.bytes))
    }

    @Test("random texts and numbers sort as their keys do")
    func randomOrder() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        print("seed \(seed)")
        var random = SeededGenerator(seed)
        for _ in 0..<2_000 {
            let left = (random.word(), Int64(bitPattern: random.next()))
            let right = (random.word(), Int64(bitPattern: random.next()))
            let inOrder =
                left.0 == right.0
                ? left.1 < right.1 : left.0.utf8.lexicographicallyPrecedes(right.0.utf8)
            let keys = (RowKey(left.0, left.1), RowKey(right.0, right.1))
            #expect(keys.0.bytes.lexicographicallyPrecedes(keys.1.bytes) == inOrder)
        }
    }

    @Test("a zero byte in a text ends neither the text nor the order")
    func zeroBytes() {
        #expect(RowKey("a\u{0}", "b") != RowKey("a", "\u{0}b"))
        #expect(RowKey("a").bytes.lexicographicallyPrecedes(RowKey("a\u{0}").bytes))
    }

    @Test("long texts keep apart and fit into a key of LMDB")
    func longTexts() {
        let long = String(repeating: "x", count: 1_000)
        let keys = [RowKey(long + "a"), RowKey(long + "b")]
        #expect(keys[0] != keys[1])
        #expect(keys.allSatisfy { $0.bytes.count < 200 })
    }

    @Test("a part is a prefix of the key that goes on")
    func prefixes() {
        #expect(RowKey("1200").isPrefix(of: RowKey("1200", Int64(1))))
        #expect(!RowKey("120").isPrefix(of: RowKey("1200", Int64(1))))
    }
}

/// Numbers that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func word() -> String {
        String(
            (0..<Int(next() % 4)).map { _ in
                "abc"["abc".index("abc".startIndex, offsetBy: Int(next() % 3))]
            })
    }
}
