import Business
import Records
import Testing

@Suite("What takes something back names it, and so does its voucher")
struct ReversalLinkTests {
    /// Given commands, when one that takes back, then the types of the events that it names.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let given: @Sendable (TradingCompany) throws -> Void
        let when: @Sendable (TradingCompany) throws -> Void
        let takesBack: [String]
        var testDescription: String { name }
    }

    private static func purchase(_ company: TradingCompany) throws {
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "10"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.receive-goods", #"{"order": "PO1", "receipt": "GR1"}"#)
    }

    private static func bill(_ company: TradingCompany) throws {
        try purchase(company)
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "77",
             "documentDate": "2026-01-01",
             "lines": [{"order": "PO1", "orderLine": 1, "quantity": "10"}]}
            """)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        try company.run("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
    }

    private static func credit(_ company: TradingCompany, _ number: String) throws {
        try company.run(
            "purchasing.credit-invoice",
            """
            {"invoice": "SI1", "theirNumber": "\(number)", "reason": "a discount",
             "lines": [{"line": 1, "amount": "10.00"}]}
            """)
    }

    private static func ship(_ company: TradingCompany) throws {
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "10", "value": "100.00"}"#)
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "5", "price": "20.00"}]}
            """)
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try company.run("fulfillment.ship", #"{"order": "SO-1", "shipment": "SH-1"}"#)
    }

    /// Two items, and 130.00 that are held and then cover the first and a part of the second.
    private static func pay(_ company: TradingCompany) throws {
        for item in ["OLD-1", "OLD-2"] {
            try company.run(
                "finance.take-on-item",
                """
                {"item": "\(item)", "customer": "C1", "amount": "100.00",
                 "dueDate": "2026-01-31"}
                """)
        }
        try company.run(
            "finance.take-on-payment",
            #"{"payment": "R1", "customer": "C1", "amount": "130.00"}"#)
        for (item, amount) in [("OLD-1", "100.00"), ("OLD-2", "20.00"), ("OLD-2", "10.00")] {
            try company.run(
                "finance.allocate-payment",
                """
                {"payment": "R1", "allocations": [{"item": "\(item)", "amount": "\(amount)"}]}
                """)
        }
    }

    private static func creditNote(_ company: TradingCompany) throws {
        let invoice = try company.invoice("C1", "100.00")
        try company.run(
            "finance.post-credit-note",
            #"{"invoice": "\#(invoice)", "reason": "not what was agreed"}"#)
    }

    private static let rows = [
        Row(
            name: "a journal entry",
            given: { company in
                try company.run(
                    "finance.draft-journal-entry",
                    """
                    {"entry": "JE-1", "text": "Rent", "lines": [
                     {"account": "6000", "debit": "70.00"}, {"account": "1000", "credit": "70.00"}]}
                    """)
                try company.run("finance.post-journal-entry", #"{"entry": "JE-1"}"#)
            },
            when: {
                try $0.run(
                    "finance.reverse-journal-entry", #"{"entry": "JE-1", "reason": "twice"}"#)
            }, takesBack: ["finance.journal-entry-posted"]),
        Row(
            name: "a goods receipt", given: purchase,
            when: {
                try $0.run(
                    "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "wrong goods"}"#)
            }, takesBack: ["purchasing.goods-received"]),
        Row(
            name: "a part of a supplier's bill", given: bill, when: { try credit($0, "C-1") },
            takesBack: ["purchasing.invoice-posted"]),
        Row(
            name: "another part of it",
            given: {
                try bill($0)
                try credit($0, "C-1")
            }, when: { try credit($0, "C-2") }, takesBack: ["purchasing.invoice-posted"]),
        Row(
            name: "a goods issue", given: ship,
            when: {
                try $0.run(
                    "fulfillment.reverse-issue", #"{"shipment": "SH-1", "reason": "wrong goods"}"#)
            }, takesBack: ["fulfillment.goods-issued"]),
        Row(
            name: "an allocation that was made in two steps", given: pay,
            when: {
                try $0.run(
                    "finance.reverse-allocation",
                    #"{"payment": "R1", "items": ["OLD-2"], "reason": "another item"}"#)
            }, takesBack: ["finance.payment-allocated", "finance.payment-allocated"]),
        Row(
            name: "a payment with what stands of its allocations",
            given: {
                try pay($0)
                try $0.run(
                    "finance.reverse-allocation",
                    #"{"payment": "R1", "items": ["OLD-2"], "reason": "another item"}"#)
            },
            when: {
                try $0.run(
                    "finance.bounce-payment", #"{"payment": "R1", "reason": "no cover"}"#)
            }, takesBack: ["finance.payment-taken-on", "finance.payment-allocated"]),
        Row(
            name: "a payment that was allocated as it came",
            given: { company in
                try company.invoice("C1", "100.00")
                try company.run(
                    "finance.receive-payment",
                    #"{"payment": "R1", "customer": "C1", "amount": "100.00"}"#)
            },
            when: {
                try $0.run(
                    "finance.bounce-payment", #"{"payment": "R1", "reason": "no cover"}"#)
            }, takesBack: ["finance.payment-received"]),
        Row(
            name: "an invoice, by a credit note",
            given: { try $0.invoice("C1", "100.00") },
            when: { company in
                let invoice = try #require(company.fixture.events(InvoicePosted.self).last)
                try company.run(
                    "finance.post-credit-note",
                    """
                    {"invoice": "\(invoice.number)", "reason": "not agreed", "hold": true}
                    """)
            }, takesBack: ["finance.invoice-posted"]),
        Row(
            name: "a credit note's allocation", given: creditNote,
            when: { company in
                let note = try #require(company.fixture.events(CreditNotePosted.self).last)
                try company.run(
                    "finance.reverse-allocation",
                    #"{"creditNote": "\#(note.number)", "reason": "for another invoice"}"#)
            }, takesBack: ["finance.credit-note-allocated"]),
    ]

    @Test("it names the events that it takes back", arguments: rows)
    func named(_ row: Row) throws {
        let company = try TradingCompany()
        try row.given(company)
        let before = company.fixture.log.count
        try row.when(company)
        let reversing = company.fixture.log.dropFirst(before).compactMap { emitted in
            (emitted.event as? any ReversingEvent).map { ($0, emitted) }
        }.filter { !$0.0.reverses.isEmpty }
        let (event, _) = try #require(reversing.first)
        let types = try event.reverses.map { reference in
            let found = try #require(
                company.fixture.log.first {
                    $0.stream.description == reference.stream
                        && Int64($0.version) == reference.version
                })
            return typeName(of: found.event)
        }
        #expect(types == row.takesBack)
        // The voucher carries the link on, and each event named has a voucher of its own.
        let voucher = try #require(
            company.fixture.events(VoucherPosted.self).last { !$0.reverses.isEmpty })
        #expect(voucher.reverses == event.reverses)
        for reference in voucher.reverses {
            #expect(
                company.fixture.events(VoucherPosted.self).contains {
                    $0.sourceStream == reference.stream && $0.sourceVersion == reference.version
                }, "\(reference)")
        }
        #expect(try company.findings() == [])
    }

    private func typeName(of event: any Event) -> String {
        func name<Written: Event>(_ event: Written) -> String { Written.typeName }
        return name(event)
    }

    @Test("what takes nothing back names nothing")
    func plain() throws {
        let company = try TradingCompany()
        try Self.bill(company)
        try Self.ship(company)
        #expect(company.fixture.events(VoucherPosted.self).allSatisfy { $0.reverses.isEmpty })
    }
}
