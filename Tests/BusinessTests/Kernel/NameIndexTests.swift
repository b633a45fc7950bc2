import Business
import Testing

@Suite("Names found by their bytes")
struct NameIndexTests {
    @Test("an index finds what a dictionary finds, whatever the names look like")
    func likeADictionary() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        // Few letters, so that many names are alike.
        func name() -> String {
            let length = Int.random(in: 0...40, using: &random)
            return String((0..<length).map { _ in "abä".randomElement(using: &random) ?? "a" })
        }
        let names = Array(Set((0..<300).map { _ in name() }))
        let index = NameIndex(names)
        for (number, name) in names.enumerated() {
            #expect(Array(name.utf8).withUnsafeBytes { index.number(of: $0) } == number)
        }
        for _ in 0..<2_000 {
            let other = name()
            let found = Array(other.utf8).withUnsafeBytes { index.number(of: $0) }
            #expect(found == names.firstIndex(of: other))
        }
    }

    @Test("an empty index holds nothing, and a name that stands twice has its first number")
    func edges() {
        let name = Array("sales.order-placed".utf8)
        #expect(name.withUnsafeBytes { NameIndex([]).number(of: $0) } == nil)
        let twice = NameIndex(["sales.order", "sales.order-placed", "sales.order-placed"])
        #expect(name.withUnsafeBytes { twice.number(of: $0) } == 1)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Names of streams")
struct StreamNameTests {
    static let names: [(text: String, type: String?, id: String)] = [
        ("sales.order/SO-1", "sales.order", "SO-1"), ("sales.order/", "sales.order", ""),
        ("/SO-1", "", "SO-1"), ("a/b/c", "a", "b/c"), ("sales.orders/SO-1", "sales.orders", "SO-1"),
        ("sales.account/Müller", "sales.account", "Müller"), ("sales.order", nil, ""),
        ("", nil, ""),
    ]

    @Test("type and id stand before and behind the first slash", arguments: names)
    func parts(_ text: String, _ type: String?, _ id: String) {
        for known in ["", "sales.order", "sales"] {
            let name = Array(text.utf8).withUnsafeBytes { StreamName(utf8: $0, expecting: known) }
            #expect(name == type.map { StreamName(type: $0, id: id) })
        }
        #expect(StreamName(text)?.description == (type == nil ? nil : text))
    }
}
