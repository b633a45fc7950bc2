import Business
import Engine
import Records
import Testing

@Suite("Dates that no work of the company can have")
struct DateBoundsTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let date: String
        let code: String?
        let found: String
        var testDescription: String { "\(date): \(code ?? "accepted")" }
    }

    // swift-format-ignore
    static let rows = [
        Row(date: "1826-01-01", code: "date-out-of-range", found: "begin on 2026-01-01"),
        Row(date: "2025-12-31", code: "date-out-of-range", found: "opening balance"),
        Row(date: "2026-01-01", code: nil, found: ""),
        Row(date: "2027-03-03", code: nil, found: ""),
        Row(date: "2027-03-04", code: "date-out-of-range", found: "366 days after 2026-03-02"),
        Row(date: "9999-12-31", code: "date-out-of-range", found: "move the clock"),
    ]

    @Test("from the first day of the founding year to a year ahead of the clock", arguments: rows)
    func bounds(row: Row) async throws {
        let firm = try await Firm.trading(stock: [:])
        let end = firm.end
        firm.date = row.date
        let reply = try await firm.ask(
            "sales.place-order",
            #"{"customer": "C1", "lines": [{"product": "SV", "quantity": "1", "price": "20.00"}]}"#)
        switch reply {
        case .rejected(let rejection):
            #expect(rejection.code.name == row.code)
            #expect(rejection.message.contains(row.found), "\(rejection.message)")
            #expect(firm.end == end)
        default: #expect(row.code == nil, "\(reply.line)")
        }
    }

    @Test("what is taken on may be dated on the last day of the old books")
    func takenOn() async throws {
        let firm = try await Firm.trading(stock: [:])
        let opening = #"{"product": "P1", "warehouse": "main", "quantity": "1", "value": "9.00"}"#
        firm.date = "2025-12-30"
        #expect(
            try await firm.refusal("inventory.take-on-stock", opening) == "date-out-of-range")
        firm.date = "2025-12-31"
        try await firm.run("inventory.take-on-stock", opening)
    }

    @Test("the books begin with the fiscal year in which the company was founded")
    func fiscalYear() {
        var state = CompanyState.initial
        state.fiscalYearStartMonth = 7
        state.foundedOn = BusinessDate("2026-03-02")
        #expect(state.firstDay == BusinessDate("2025-07-01"))
        state.foundedOn = BusinessDate("2026-07-01")
        #expect(state.firstDay == BusinessDate("2026-07-01"))
    }
}
