import Engine
import Records
import Testing
import Views

@Suite("A period that ends before it begins is refused wherever a period is asked for")
struct AskedPeriodTests {
    /// Every question whose parameters have the dates `from` and `to`.
    private static func questions() -> [ViewQuery] {
        var found: [ViewQuery] = []
        for view in DaybookViews.all {
            for query in view.queries {
                let names = Set(query.parameters.fields.map { $0.name })
                if names.isSuperset(of: ["from", "to"]) { found.append(query) }
            }
        }
        return found
    }

    @Test("every question of every view")
    func questions() async throws {
        let desk = try Desk(try await Firm.trading())
        let known = Self.questions()
        #expect(known.count >= 15)
        for query in known {
            let name = query.name
            let names = Set(query.parameters.fields.map { $0.name })
            func asked(_ from: String, _ to: String) throws -> [JSONValue] {
                let members = [
                    ("from", from), ("to", to), ("process", "order-to-cash"), ("account", "1200"),
                ].filter { names.contains($0.0) }.map { #""\#($0.0)": "\#($0.1)""# }
                return try desk.rows(name, "{\(members.joined(separator: ","))}")
            }
            let failure = #expect(throws: QueryFailure.self, "\(name)") {
                try asked("2026-03-31", "2026-01-01")
            }
            #expect(failure?.code == "out-of-range", "\(name)")
            let message = failure.map { "\($0)" } ?? ""
            for part in ["from", "2026-01-01", "2026-03-31", "exchange the two"] {
                #expect(message.contains(part), "\(name): \(message)")
            }
            #expect(throws: Never.self, "\(name): a single day is a period") {
                try asked("2026-03-31", "2026-03-31")
            }
        }
    }

    @Test("an end that was left out is judged too, and the figures of a diagram")
    func others() async throws {
        let desk = try Desk(try await Firm.trading())
        for name in ["finance.working-capital", "finance.collections", "fulfillment.turnover"] {
            let failure = #expect(throws: QueryFailure.self, "\(name)") {
                try desk.rows(name, #"{"from": "2099-01-01"}"#)
            }
            #expect(failure?.code == "out-of-range", "\(name)")
        }
        let drawing = await #expect(throws: QueryFailure.self) {
            try await desk.ask(
                "process.drawing",
                #"{"of": "order-to-cash", "heat": true, "from": "2026-03-31", "to": "2026-01-01"}"#)
        }
        #expect(drawing?.code == "out-of-range")
    }
}
