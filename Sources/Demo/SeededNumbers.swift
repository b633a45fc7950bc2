/// Random numbers that a seed settles for ever: SplitMix64, as Steele, Lea and Flood give it.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of a range.
    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Whether something happens that happens so many times in a hundred.
    mutating func happens(percent: Int) -> Bool { number(in: 1...100) <= percent }

    /// One of a list; nil when it is empty.
    mutating func one<Element>(of list: [Element]) -> Element? {
        list.isEmpty ? nil : list[number(in: 0...(list.count - 1))]
    }
}
