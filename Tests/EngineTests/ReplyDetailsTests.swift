import Engine
import Records
import Testing

@Suite("A reply tells what was made with the thing that it names")
struct ReplyDetailsTests {
    private func order(_ line: String) throws -> String? {
        let body = try #require(line.split(separator: " ", maxSplits: 1).last)
        return try JSONValue.parse(String(body))["order"]?.stringValue
    }

    @Test("an accepted quote tells its order, also who asks twice and after a restart")
    func quote() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1",
             "lines": [{"product": "P1", "quantity": "2", "price": "20.00"}]}
            """, as: "anna")
        try await firm.run(
            "sales.send-quote", #"{"quote": "QU-1", "validUntil": "2026-12-31"}"#, as: "anna")
        let accept = #"{"quote": "QU-1"}"#
        let first = try await firm.ask("sales.accept-quote", accept, as: "anna", key: "k")
        let order = try #require(try order(first.line), "\(first.line)")
        #expect(try await firm.field("customer", of: "sales.order", order) == "C1")
        #expect(try await firm.ask("sales.accept-quote", accept, as: "anna", key: "k") == first)
        try firm.restart(losingIndex: true)
        #expect(try await firm.ask("sales.accept-quote", accept, as: "anna", key: "k") == first)
    }
}
