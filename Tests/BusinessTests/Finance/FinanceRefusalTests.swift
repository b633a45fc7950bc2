import Business
import Records
import Testing

/// Each refusal of finance, with the command that meets it.
@Suite("Finance refuses")
struct FinanceRefusalTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let code: String
        let command: String
        let payload: String
        /// Words that must stand in the message: what was found, what to do.
        var says: [String] = []
        var roles: Set<String> = ["owner"]
        var date = "2026-02-01"
        var testDescription: String { "\(code): \(command) \(payload.prefix(70))" }

        init(
            _ code: String, _ command: String, _ payload: String, says: [String] = [],
            roles: Set<String> = ["owner"], on date: String = "2026-02-01"
        ) {
            self.code = code
            self.command = "finance.\(command)"
            self.payload = payload
            self.says = says
            self.roles = roles
            self.date = date
        }
    }

    private static func line(_ tax: String, price: String = "1.00") -> String {
        #"{"text": "x", "quantity": "1", "price": "\#(price)", "taxCode": "\#(tax)"}"#
    }

    static let documents: [Row] = [
        Row("invalid-value", "post-invoice", "{}", says: ["order", "customer"]),
        Row("invalid-value", "post-invoice", #"{"order": "SO-1", "lines": [\#(line("zero"))]}"#),
        Row("unknown-object", "post-invoice", #"{"order": "SO-9"}"#, says: ["SO-9"]),
        Row(
            "unknown-object", "post-invoice", #"{"customer": "C9", "lines": [\#(line("zero"))]}"#),
        Row(
            "unknown-object", "post-invoice",
            #"{"order": "SO-1", "quantities": [{"line": 7, "quantity": "1"}]}"#, says: ["line 7"]),
        Row("nothing-to-invoice", "post-invoice", #"{"order": "SO-1"}"#, says: ["on-delivery"]),
        Row("nothing-to-invoice", "post-invoice", #"{"customer": "C1"}"#),
        Row(
            "quantity-exceeds", "post-invoice",
            #"{"order": "SO-1", "quantities": [{"line": 1, "quantity": "1"}]}"#, says: ["at most 0"]
        ),
        Row(
            "unknown-tax-code", "post-invoice",
            #"{"customer": "C1", "lines": [\#(line("luxury"))]}"#, says: ["luxury", "standard"]),
        Row(
            "unknown-tax-code", "post-invoice",
            #"{"customer": "C1", "supplyDate": "1960-01-01", "lines": [\#(line("standard"))]}"#,
            says: ["no rate on 1960-01-01"]),
        Row(
            "unknown-terms", "post-invoice",
            #"{"customer": "C1", "terms": "never", "lines": [\#(line("zero"))]}"#,
            says: ["never", "net-30"]),
        Row(
            "currency-not-supported", "post-invoice",
            #"{"customer": "C1", "lines": [\#(line("zero", price: "1.00 USD"))]}"#,
            says: ["EUR", "USD"]),
        Row(
            "invalid-value", "post-invoice",
            #"{"customer": "C1", "lines": [\#(line("zero", price: "-1.00"))]}"#,
            says: ["credit note"]),
        Row("wrong-state", "post-invoice", #"{"order": "SO-2"}"#, says: ["cancelled"]),
        Row("period-locked", "post-invoice", #"{"order": "SO-1"}"#, on: "2026-01-15"),
        Row(
            "unknown-object", "post-credit-note", #"{"invoice": "INV-9", "reason": "x"}"#),
        Row(
            "unknown-object", "post-credit-note",
            """
            {"invoice": "INV-2026-000001", "reason": "x",
             "lines": [{"line": 5, "quantity": "1"}]}
            """, says: ["line 5"]),
        Row(
            "quantity-exceeds", "post-credit-note",
            """
            {"invoice": "INV-2026-000001", "reason": "x",
             "lines": [{"line": 1, "quantity": "2"}]}
            """, says: ["at most 1", "found 2"]),
        Row(
            "period-locked", "post-credit-note",
            #"{"invoice": "INV-2026-000001", "reason": "x"}"#, on: "2026-01-15"),
        Row("unknown-object", "allocate-credit-note", #"{"creditNote": "CRN-9"}"#),
        Row(
            "nothing-to-allocate", "allocate-credit-note",
            #"{"creditNote": "CRN-2026-000001"}"#),
        Row(
            "amount-exceeds", "refund-credit-note",
            #"{"creditNote": "CRN-2026-000001", "amount": "1.00"}"#),
        Row(
            "unknown-object", "write-off-item", #"{"item": "X", "reason": "bad-debt", "text": "x"}"#
        ),
        Row(
            "wrong-state", "write-off-item",
            #"{"item": "INV-2026-000002", "reason": "bad-debt", "text": "x"}"#, says: ["cleared"]),
        Row(
            "limit-exceeded", "write-off-item",
            #"{"item": "INV-2026-000001", "reason": "bad-debt", "text": "x"}"#,
            says: ["100.00"], roles: ["accountant"]),
        Row("wrong-state", "dispute-item", #"{"item": "INV-2026-000002", "reason": "x"}"#),
        Row(
            "wrong-state", "dispute-item",
            #"{"item": "INV-2026-000001", "disputed": false, "reason": "x"}"#),
        Row("unknown-object", "set-credit-limit", #"{"customer": "C9", "limit": "1.00"}"#),
        Row(
            "currency-not-supported", "set-credit-limit",
            #"{"customer": "C1", "limit": "1.00 USD"}"#),
        Row(
            "limit-exceeded", "set-credit-limit", #"{"customer": "C1", "limit": "1.00"}"#,
            roles: ["credit-controller"]),
    ]

    static let payments: [Row] = [
        Row("invalid-value", "receive-payment", #"{"amount": "1.00"}"#, says: ["customer"]),
        Row("unknown-object", "receive-payment", #"{"customer": "C9", "amount": "1.00"}"#),
        Row(
            "already-exists", "receive-payment",
            #"{"payment": "R1", "customer": "C1", "amount": "1.00"}"#),
        Row("nothing-to-allocate", "receive-payment", #"{"customer": "C1"}"#, says: ["amount"]),
        Row("nothing-to-allocate", "receive-payment", #"{"invoice": "INV-2026-000002"}"#),
        Row(
            "partner-mismatch", "receive-payment",
            #"{"customer": "C2", "invoice": "INV-2026-000001"}"#, says: ["C1", "C2"]),
        Row(
            "partner-mismatch", "receive-payment",
            """
            {"customer": "C2", "amount": "5.00",
             "allocations": [{"item": "INV-2026-000001", "amount": "5.00"}]}
            """, says: ["C1", "C2"]),
        Row(
            "amount-exceeds", "receive-payment",
            """
            {"customer": "C1", "amount": "500.00",
             "allocations": [{"item": "INV-2026-000001", "amount": "101.00"}]}
            """, says: ["100.00", "101.00"]),
        Row(
            "amount-exceeds", "receive-payment",
            """
            {"customer": "C1", "amount": "5.00",
             "allocations": [{"item": "INV-2026-000001", "amount": "6.00"}]}
            """, says: ["5.00"]),
        Row(
            "invalid-value", "receive-payment",
            """
            {"customer": "C1", "amount": "5.00", "allocations": [
             {"item": "INV-2026-000001", "amount": "1.00"},
             {"item": "INV-2026-000001", "amount": "1.00"}]}
            """, says: ["twice"]),
        Row(
            "currency-not-supported", "receive-payment",
            #"{"customer": "C1", "amount": "5.00 USD"}"#),
        Row(
            "period-locked", "receive-payment", #"{"customer": "C1", "amount": "5.00"}"#,
            says: ["2026-01", "2026-02-01"], on: "2026-01-15"),
        Row("invalid-value", "make-payment", #"{"amount": "1.00"}"#, says: ["supplier"]),
        Row("nothing-to-allocate", "make-payment", #"{"supplier": "S1"}"#),
        Row("unknown-object", "make-payment", #"{"supplierInvoice": "SI-9"}"#),
        Row("unknown-object", "allocate-payment", #"{"payment": "R9"}"#),
        Row("nothing-to-allocate", "allocate-payment", #"{"payment": "R1"}"#),
        Row(
            "unknown-object", "reverse-allocation",
            #"{"payment": "R1", "items": ["INV-2026-000001"], "reason": "x"}"#),
        Row(
            "invalid-value", "reverse-allocation",
            #"{"payment": "R1", "creditNote": "CN-2026-000001", "reason": "x"}"#),
        Row("invalid-value", "reverse-allocation", #"{"reason": "x"}"#),
        Row("nothing-to-allocate", "reverse-allocation", #"{"payment": "R2", "reason": "x"}"#),
        Row(
            "wrong-state", "bounce-payment", #"{"payment": "R3", "reason": "x"}"#, says: ["bounced"]
        ),
        Row(
            "wrong-state", "bounce-payment", #"{"payment": "R4", "reason": "x"}"#, says: ["refund"]),
        Row("amount-exceeds", "refund-payment", #"{"payment": "R1"}"#),
        Row(
            "amount-exceeds", "refund-payment", #"{"payment": "R2", "amount": "21.00"}"#,
            says: ["20.00", "21.00"]),
        Row(
            "limit-exceeded", "refund-payment", #"{"payment": "R2"}"#, roles: ["accountant"]),
    ]

    static let books: [Row] = [
        Row(
            "already-exists", "found-company",
            #"{"name": "x", "country": "DE", "baseCurrency": "EUR"}"#),
        Row("invalid-value", "close-period", #"{"period": "2026-13"}"#, says: ["2026-13"]),
        Row("wrong-state", "close-period", #"{"period": "2026-01"}"#),
        Row("wrong-state", "open-period", #"{"period": "2026-02", "reason": "x"}"#),
        Row("earlier-period-open", "lock-period", #"{"period": "2026-03"}"#, says: ["2026-02"]),
        Row(
            "invalid-value", "take-on-balance",
            #"{"account": "1000", "debit": "1.00", "credit": "1.00"}"#),
        Row(
            "unknown-account", "take-on-balance", #"{"account": "1001", "debit": "1.00"}"#,
            says: ["1001", "1000"]),
        Row(
            "invalid-value", "take-on-item",
            #"{"item": "O1", "amount": "1.00", "dueDate": "2025-01-01"}"#),
        Row(
            "invalid-value", "take-on-payment", #"{"payment": "O1", "amount": "1.00"}"#),
        Row(
            "already-exists", "take-on-item",
            """
            {"item": "INV-2026-000001", "customer": "C1", "amount": "1.00",
             "dueDate": "2025-01-01"}
            """),
        Row(
            "unbalanced", "draft-journal-entry",
            """
            {"text": "x", "lines": [{"account": "6000", "debit": "2.00"},
             {"account": "1000", "credit": "1.00"}]}
            """, says: ["1.00"]),
        Row(
            "control-account", "draft-journal-entry",
            """
            {"text": "x", "lines": [{"account": "1200", "debit": "1.00"},
             {"account": "1000", "credit": "1.00"}]}
            """, says: ["1200", "Trade receivables"]),
        Row(
            "unknown-account", "draft-journal-entry",
            """
            {"text": "x", "lines": [{"account": "6001", "debit": "1.00"},
             {"account": "1000", "credit": "1.00"}]}
            """, says: ["6001", "6000"]),
        Row(
            "invalid-value", "draft-journal-entry",
            #"{"text": "x", "lines": [{"account": "6000"}, {"account": "1000"}]}"#),
        Row(
            "currency-not-supported", "draft-journal-entry",
            """
            {"text": "x", "lines": [{"account": "6000", "debit": "1.00 USD"},
             {"account": "1000", "credit": "1.00 USD"}]}
            """),
        Row("unknown-object", "post-journal-entry", #"{"entry": "J9"}"#),
        Row("period-locked", "post-journal-entry", #"{"entry": "J1"}"#, on: "2026-01-15"),
        Row(
            "limit-exceeded", "post-journal-entry", #"{"entry": "J1"}"#, roles: ["accountant"]),
        Row("wrong-state", "reverse-journal-entry", #"{"entry": "J1", "reason": "x"}"#),
        Row("wrong-state", "post-journal-entry", #"{"entry": "J2"}"#, says: ["discarded"]),
    ]

    @Test("documents", arguments: documents)
    func refuseDocuments(_ row: Row) throws { try check(row) }

    @Test("payments", arguments: payments)
    func refusePayments(_ row: Row) throws { try check(row) }

    @Test("books", arguments: books)
    func refuseBooks(_ row: Row) throws { try check(row) }

    private func check(_ row: Row) throws {
        let company = try Self.company()
        company.fixture.date = try day(row.date)
        let count = company.fixture.log.count
        let refusal = try company.refusal(
            row.command, row.payload, as: .person("pat", row.roles))
        #expect(refusal.code.name == row.code, "\(refusal.message)")
        for words in row.says {
            #expect(refusal.message.contains(words), "\(words) is not in: \(refusal.message)")
        }
        #expect(company.fixture.log.count == count, "refused means nothing happened")
    }

    /// Open and paid invoices, a spent credit note, payments in each state, entries, a closed month.
    private static func company() throws -> TradingCompany {
        let company = try TradingCompany()
        try company.invoice("C1", "100.00")
        try company.invoice("C1", "40.00")
        try company.run(
            "finance.receive-payment", #"{"payment": "R1", "invoice": "INV-2026-000002"}"#)
        try company.run(
            "finance.receive-payment", #"{"payment": "R2", "customer": "C2", "amount": "20.00"}"#)
        try company.run(
            "finance.receive-payment", #"{"payment": "R3", "customer": "C2", "amount": "20.00"}"#)
        try company.run("finance.bounce-payment", #"{"payment": "R3", "reason": "no funds"}"#)
        try company.run(
            "finance.receive-payment", #"{"payment": "R4", "customer": "C2", "amount": "20.00"}"#)
        try company.run("finance.refund-payment", #"{"payment": "R4", "amount": "5.00"}"#)
        let third = try company.invoice("C2", "1.00")
        try company.run(
            "finance.post-credit-note", #"{"invoice": "\#(third)", "reason": "wrong"}"#)
        for entry in ["J1", "J2"] {
            try company.run(
                "finance.draft-journal-entry",
                """
                {"entry": "\(entry)", "text": "x", "lines": [
                 {"account": "6000", "debit": "1.00"}, {"account": "1000", "credit": "1.00"}]}
                """)
        }
        try company.run("finance.discard-journal-entry", #"{"entry": "J2", "reason": "x"}"#)
        for order in ["SO-1", "SO-2"] {
            try company.run(
                "sales.place-order",
                """
                {"order": "\(order)", "customer": "C1", "warehouse": "W1",
                 "lines": [{"product": "P1", "quantity": "1", "price": "20.00"}]}
                """)
        }
        try company.run("sales.cancel-order", #"{"order": "SO-2", "reason": "no"}"#)
        company.fixture.date = try day("2026-02-01")
        try company.run("finance.close-period", #"{"period": "2026-01"}"#)
        return company
    }
}
