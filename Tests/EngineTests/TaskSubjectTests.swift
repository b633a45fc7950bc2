import Business
import Records
import Testing

@testable import Engine

@Suite("A task on the list says what is to be done")
struct TaskSubjectTests {
    private func tasks(_ element: String, _ firm: Firm) throws -> [JSONValue] {
        try Desk(firm).rows("process.tasks").filter { $0["element"]?.stringValue == element }
    }

    @Test("the document is the thing that the task's command is about, not the business case")
    func purchase() async throws {
        let firm = try await Firm.trading(stock: [:])
        // The need arises from a customer's order, which is the business case.
        try await firm.order("SO-1", [("P1", 200)])
        let task = try #require(try tasks("approve", firm).first)
        let document = try #require(task["document"]?.stringValue)
        #expect(document.hasPrefix("purchasing.order/"))
        #expect(task["case"]?.stringValue == "sales.order/SO-1")
        #expect(task["amount"]?.stringValue == "2000.00 EUR")
        // Both find it.
        for asked in [document, "sales.order/SO-1"] {
            let rows = try Desk(firm).rows("process.tasks", #"{"document": "\#(asked)"}"#)
            #expect(rows.contains { $0["element"]?.stringValue == "approve" }, "\(asked)")
        }
    }

    @Test("a task without a command is about what its process is about")
    func chase() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.order("SO-1", [("P1", 5)])
        try await firm.advance(to: "2026-03-20T08:00:00Z")
        let task = try #require(try tasks("chase", firm).first)
        #expect(task["document"]?.stringValue?.hasPrefix("purchasing.order/") == true)
    }

    @Test("the shipment of a picking task is its document")
    func pick() async throws {
        let firm = try await Firm.trading()
        try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        let task = try #require(try tasks("start-pick", firm).first)
        #expect(task["document"]?.stringValue?.hasPrefix("fulfillment.shipment/") == true)
    }

    @Test("tasks of one kind are told apart, and show what was mapped into them")
    func blocks() async throws {
        let firm = try await Firm.trading()
        try await firm.run("finance.set-credit-limit", #"{"customer": "C1", "limit": "10.00"}"#)
        // A manual block beside the one for credit.
        try await firm.order("SO-1", [("P1", 2)])
        try await firm.run(
            "sales.raise-block", #"{"order": "SO-1", "kind": "manual", "reason": "ask first"}"#,
            as: "anna")
        let details = try tasks("release-blocks", firm).compactMap { $0["detail"]?.stringValue }
        #expect(details.contains("kind=credit"))
        #expect(Set(details).count == details.count)

        let settled = try await Firm.trading(stock: [:])
        for (command, payload, person) in [
            (
                "purchasing.create-order",
                #"{"supplier": "S1", "order": "PO-1", "lines": [{"product": "P1", "warehouse": "main", "quantity": "10"}]}"#,
                "emil"
            ),
            ("purchasing.confirm-order", #"{"order": "PO-1"}"#, "emil"),
            ("purchasing.receive-goods", #"{"order": "PO-1"}"#, "dora"),
            (
                "purchasing.capture-invoice",
                #"{"supplier": "S1", "invoice": "B-1", "theirNumber": "R-1", "documentDate": "2026-03-02", "lines": [{"order": "PO-1", "orderLine": 1, "quantity": "10", "price": "15.00", "taxCode": "standard"}]}"#,
                "gina"
            ),
        ] {
            try await settled.run(command, payload, as: person)
        }
        let task = try #require(try tasks("settle", settled).first)
        #expect(task["document"]?.stringValue == "purchasing.invoice/B-1")
        #expect(task["detail"]?.stringValue?.contains("kind=price") == true)
        let variables = try #require(task["variables"])
        #expect(variables["supplier"]?.stringValue == "S1")
        #expect(variables["amount"]?.stringValue?.hasSuffix(" EUR") == true)
        #expect(variables["difference"]?.stringValue?.hasPrefix("line 1: expected") == true)
    }
}
