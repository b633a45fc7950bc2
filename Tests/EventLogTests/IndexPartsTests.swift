import Testing

@testable import EventLog

@Suite("The rows of a declared table in memory")
struct TailMapTests {
    @Test("lie in byte order, the last word on a key counts, and a removal is remembered")
    func agreesWithDictionary() {
        let seed = SeededGenerator.seed(for: "TailMapTests.agreesWithDictionary")
        var generator = SeededGenerator(seed: seed)
        var map = TailMap()
        var model: [[UInt8]: [UInt8]?] = [:]
        for round in 0..<6_000 {
            // Rising keys, as timers and positions are, mixed with scattered ones.
            let key =
                Bool.random(using: &generator)
                ? Position(UInt64(round)).bytes
                : (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            let value: [UInt8]? = Bool.random(using: &generator) ? [UInt8(round & 255)] : nil
            map.set(key, to: value)
            model[key] = .some(value)
        }
        let expected = model.keys.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(map.rows.map(\.key) == expected, "seed \(seed)")
        #expect(map.rows.allSatisfy { model[$0.key] == .some($0.value) }, "seed \(seed)")
        #expect(expected.allSatisfy { map.value(for: $0) == model[$0] }, "seed \(seed)")
        #expect(map.value(for: [1, 2, 3, 4, 5]) == nil)
        var walked: [[UInt8]] = []
        var index = map.lowerBound(of: [128])
        while let row = map.row(at: index) {
            walked.append(row.key)
            index = map.after(index)
        }
        #expect(walked == expected.filter { !$0.lexicographicallyPrecedes([128]) }, "seed \(seed)")
    }
}

@Suite("The filter of keys")
struct KeyFilterTests {
    @Test("never calls absent what went in, and seldom calls there what did not")
    func answers() {
        var filter = KeyFilter(capacity: 20_000)
        for number in 0..<20_000 { filter.insert(.stream("in/\(number)")) }
        #expect((0..<20_000).allSatisfy { filter.mayContain(.stream("in/\($0)")) })
        let wrong = (0..<20_000).count { filter.mayContain(.stream("out/\($0)")) }
        #expect(wrong < 600, "\(wrong) of 20,000")
        #expect(!filter.isFull)
    }

    @Test("counts a key once, and says when it is full")
    func fills() {
        var filter = KeyFilter(capacity: 100)
        for _ in 0..<1_000 { filter.insert(.stream("same")) }
        #expect(filter.count == 1)
        for number in 0..<110 { filter.insert(.stream("other/\(number)")) }
        #expect(filter.isFull)
    }
}

@Suite("The key of a declared row")
struct IndexKeyTests {
    // swift-format-ignore
    static let rows: [(prefix: [UInt8], suffix: [UInt8], key: [UInt8])] = [
        ([], [], [0, 1]),
        ([], [0], [0, 1, 0]),
        ([0], [], [0, 0xFF, 0, 1]),
        ([7], [9, 0], [7, 0, 1, 9, 0]),
        ([7, 0, 8], [0xFF], [7, 0, 0xFF, 8, 0, 1, 0xFF]),
    ]

    @Test("has the released bytes and comes apart again", arguments: rows.indices)
    func bytes(_ row: Int) {
        let (prefix, suffix, key) = IndexKeyTests.rows[row]
        #expect(IndexKey.row(prefix: prefix, suffix: suffix) == key)
        #expect(IndexKey.parts(of: key)?.prefix == prefix)
        #expect(IndexKey.parts(of: key)?.suffix == suffix)
    }

    @Test(
        "that is none does not come apart",
        arguments: [[], [1], [0], [0, 2], [1, 2, 3]] as [[UInt8]])
    func malformed(_ key: [UInt8]) {
        #expect(IndexKey.parts(of: key) == nil)
    }
}

@Suite("The row that says where the log ends")
struct EndRowTests {
    @Test("has one size and gives back what it was made of, for every size of log")
    func roundTrip() throws {
        var end = LogEnd.empty
        var row: [UInt8] = []
        for number in 0..<70 {
            EndRow.encode(end, into: &row)
            #expect(row.count == 1_560)
            #expect(try EndRow.decode(row.span.bytes) == end)
            end.frontier.append(Digest256.sha256(of: [UInt8(number)]))
            end.lastRecordedAtMicroseconds = Int64(number) * 1_000_003
        }
    }

    @Test("has the released bytes")
    func golden() {
        var frontier = MerkleFrontier()
        frontier.append(Digest256.sha256(of: []))
        var row: [UInt8] = []
        EndRow.encode(
            LogEnd(lastRecordedAtMicroseconds: 0x0102_0304, frontier: frontier), into: &row)
        let start = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0]
        #expect(row.prefix(24).map(Int.init) == start)
        #expect(Array(row[24..<56]) == Digest256.sha256(of: []).bytes)
        #expect(row[56...].allSatisfy { $0 == 0 })
    }

    @Test("that was cut or is impossible is refused", arguments: [0, 3, 4, 1_559])
    func malformed(_ count: Int) {
        var row: [UInt8] = []
        EndRow.encode(.empty, into: &row)
        let cut = Array(row.prefix(count))
        #expect(throws: LogFailure.self) { try EndRow.decode(cut.span.bytes) }
        row.replaceSubrange(8..<16, with: [UInt8](repeating: 0, count: 8))
        #expect(throws: LogFailure.endInvalid(reason: "the next position is 0")) {
            try EndRow.decode(row.span.bytes)
        }
    }
}
