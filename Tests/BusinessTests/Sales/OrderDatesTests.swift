import Business
import Records
import Testing

@Suite("For which dates an order may be asked and promised")
struct OrderDatesTests {
    private func place(_ company: TradingCompany, _ more: String) throws -> OrderState {
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1"\(more),
             "lines": [{"product": "P1", "quantity": "1", "price": "20.00"}]}
            """, on: "2026-03-02")
        return company.fixture.state(OrderState.self, "SO-1")
    }

    @Test(
        "nobody can deliver before the order was placed, nor in ten years",
        arguments: [
            (#", "requestedDate": "1826-01-01""#, "requestedDate from 2026-03-02"),
            (#", "requestedDate": "2026-03-01""#, "found 2026-03-01"),
            (#", "promisedDate": "2026-03-01""#, "promisedDate from 2026-03-02"),
            (#", "requestedDate": "2036-03-10""#, "to 2036-03-09"),
            (#", "promisedDate": "9999-12-31""#, "found 9999-12-31"),
        ])
    func refused(more: String, found: String) throws {
        let company = try TradingCompany()
        company.fixture.date = try day("2026-03-02")
        let refusal = try company.refusal(
            "sales.place-order",
            """
            {"customer": "C1", "warehouse": "W1"\(more),
             "lines": [{"product": "P1", "quantity": "1", "price": "20.00"}]}
            """)
        #expect(refusal.code == .dateOutOfRange)
        #expect(refusal.message.contains(found), "\(refusal.message)")
    }

    @Test(
        "where nobody names a date, the order is promised as the table says",
        arguments: [
            ("", "2026-03-16"), (#", "channel": "import""#, nil),
            (#", "requestedDate": "2026-03-02""#, nil),
            (#", "promisedDate": "2026-03-20""#, "2026-03-20"),
        ])
    func promised(more: String, date: String?) throws {
        let order = try place(try TradingCompany(), more)
        #expect(order.promisedDate?.description == date)
        #expect(order.firstPromisedDate?.description == date)
    }

    @Test("an amendment keeps to the day of the order, too")
    func amended() throws {
        let company = try TradingCompany()
        _ = try place(company, "")
        company.fixture.date = try day("2026-03-10")
        let refusal = try company.refusal(
            "sales.amend-order", #"{"order": "SO-1", "promisedDate": "2026-03-01"}"#)
        #expect(refusal.code == .dateOutOfRange)
        try company.run("sales.amend-order", #"{"order": "SO-1", "promisedDate": "2026-04-01"}"#)
        let order = company.fixture.state(OrderState.self, "SO-1")
        #expect(order.promisedDate?.description == "2026-04-01")
        #expect(order.firstPromisedDate?.description == "2026-03-16")
    }
}
