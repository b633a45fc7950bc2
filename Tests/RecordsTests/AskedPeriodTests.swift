import Records
import Testing

@Suite("A period as somebody asks for it")
struct AskedPeriodTests {
    private struct Asked: Record {
        let from: BusinessDate?
        let to: BusinessDate?

        static let schema = Schema<Asked>(
            "test.asked", "A period.",
            Field(1, "from", \.from, "The first day."), Field(2, "to", \.to, "The last day."),
            make: Asked.init)
    }

    /// A period without dates: amounts may go down.
    private struct Sizes: Record {
        let from: Int64
        let to: Int64

        static let schema = Schema<Sizes>(
            "test.sizes", "Two sizes.",
            Field(1, "from", \.from, "A size."), Field(2, "to", \.to, "Another."),
            make: Sizes.init)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let from: String?
        let to: String?
        let isRefused: Bool
        var testDescription: String { "from \(from ?? "ever") to \(to ?? "ever")" }

        init(_ from: String?, _ to: String?, refused: Bool = false) {
            self.from = from
            self.to = to
            isRefused = refused
        }
    }

    static let cases: [Case] = [
        Case("2026-01-01", "2026-01-31"),
        Case("2026-01-01", "2026-01-01"),
        Case(nil, "2026-01-01"),
        Case("2026-01-01", nil),
        Case(nil, nil),
        Case("0001-01-01", "9999-12-31"),
        Case("2026-01-02", "2026-01-01", refused: true),
        Case("2027-01-01", "2026-12-31", refused: true),
        Case("9999-12-31", "0001-01-01", refused: true),
    ]

    @Test(
        "is refused when it ends before it begins, with both days and the remedy", arguments: cases)
    func checks(_ row: Case) throws {
        let from = row.from.flatMap { BusinessDate($0) }
        let to = row.to.flatMap { BusinessDate($0) }
        guard row.isRefused else {
            try AskedPeriod.check(from: from, to: to)
            try AskedPeriod.check(Asked(from: from, to: to))
            return
        }
        let plain = #expect(throws: InputFailure.self) {
            try AskedPeriod.check(from: from, to: to)
        }
        let inside = #expect(throws: InputFailure.self) {
            try AskedPeriod.check(Asked(from: from, to: to))
        }
        for failure in [plain, inside] {
            #expect(failure?.code == .outOfRange)
            #expect(failure?.path == "from")
            for part in [row.from, row.to, "exchange the two"].compactMap({ $0 }) {
                #expect(failure?.description.contains(part) ?? false, "\(part)")
            }
        }
    }

    @Test("times are judged like days; what has no dates has no period")
    func others() throws {
        let first = try #require(Instant("2026-03-01T00:00:00Z"))
        let last = try #require(Instant("2026-03-01T00:00:01Z"))
        try AskedPeriod.check(from: first, to: last)
        #expect(throws: InputFailure.self) { try AskedPeriod.check(from: last, to: first) }
        try AskedPeriod.check(Sizes(from: 9, to: 1))
    }
}
