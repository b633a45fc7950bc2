import Records
import Testing

@testable import Business

/// One command that is refused, and why.
struct RefusalRow: CustomTestStringConvertible, Sendable {
    /// What is refused.
    let name: String
    /// The command and its payload.
    let command: String
    let payload: String
    /// The refusal expected, and words of its message: what was expected or found, and a remedy.
    let code: String
    let words: [String]
    var testDescription: String { "\(command): \(name)" }

    init(_ name: String, _ command: String, _ payload: String, _ code: String, _ words: String...) {
        self.name = name
        self.command = "purchasing.\(command)"
        self.payload = payload
        self.code = code
        self.words = words
    }
}

/// What is refused to the owner, who has every role and limit, in a company with these things:
/// suppliers `S1`, `S2` and `S3` (blocked); draft `DRAFT`; order `PO1` sent, 60 of 100 received as
/// `GR1`; order `PO2` sent and cancelled; invoice `SI1` captured; `P1`, `P2` in stock, `WORK` a
/// service.
@Suite("Refusals of buying: stable codes; expected, found, remedy")
struct PurchasingRefusalTests {
    static let suppliers: [RefusalRow] = [
        RefusalRow(
            "an id twice", "register-supplier", #"{"supplier": "S1", "name": "Again"}"#,
            "already-exists", "S1", "use another id"),
        RefusalRow(
            "a tolerance above the whole", "register-supplier",
            #"{"name": "New", "overDelivery": "1.01"}"#, "invalid-value", "from 0 to 1", "1.01"),
        RefusalRow(
            "a change of nobody", "change-supplier", #"{"supplier": "S9", "name": "X"}"#,
            "unknown-object", "S9", "check the id"),
        RefusalRow(
            "a tolerance above the whole", "change-supplier",
            #"{"supplier": "S1", "overDelivery": "2"}"#, "invalid-value", "found 2"),
        RefusalRow(
            "a block of nobody", "block-supplier", #"{"supplier": "S9", "reason": "x"}"#,
            "unknown-object", "S9"),
        RefusalRow(
            "an unblocking of nobody", "unblock-supplier", #"{"supplier": "S9", "reason": "x"}"#,
            "unknown-object", "S9"),
        RefusalRow(
            "terms in another currency", "set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P1", "price": "1.00 USD"}]}"#,
            "currency-not-supported", "EUR", "USD"),
        RefusalRow(
            "terms for a service", "set-terms",
            #"{"supplier": "S1", "terms": [{"product": "WORK", "price": "1.00"}]}"#,
            "not-stocked", "WORK"),
        RefusalRow(
            "terms that end before they begin", "set-terms",
            """
            {"supplier": "S1", "terms": [{"product": "P1", "price": "1.00",
             "validFrom": "2026-09-02", "validTo": "2026-09-01"}]}
            """, "invalid-value", "2026-09-01", "2026-09-02", "correct the dates"),
    ]

    static let requisitions: [RefusalRow] = [
        RefusalRow(
            "a service", "raise-requisition",
            #"{"product": "WORK", "warehouse": "W1", "quantity": "1"}"#, "not-stocked", "WORK"),
        RefusalRow(
            "another unit", "raise-requisition",
            #"{"product": "P1", "warehouse": "W1", "quantity": "1 kg"}"#, "unit-mismatch", "kg"),
        RefusalRow(
            "no such warehouse", "raise-requisition",
            #"{"product": "P1", "warehouse": "W9", "quantity": "1"}"#, "unknown-object", "W9"),
        RefusalRow(
            "nothing open", "withdraw-requisition",
            #"{"requisition": "W1:P9", "reason": "x"}"#, "unknown-object", "W1:P9"),
        RefusalRow(
            "more than is open", "withdraw-requisition",
            #"{"requisition": "W2:P2", "quantity": "6", "reason": "x"}"#, "quantity-exceeds",
            "at most 5", "found 6"),
        RefusalRow(
            "a supplier without terms", "assign-supplier",
            #"{"requisition": "W2:P2", "supplier": "S1"}"#, "no-valid-terms", "S1", "set-terms"),
        RefusalRow(
            "a blocked supplier", "assign-supplier",
            #"{"requisition": "W2:P2", "supplier": "S3"}"#, "supplier-blocked", "fraud", "unblock"),
    ]

    static let orders: [RefusalRow] = [
        RefusalRow(
            "nothing waits", "create-order", #"{"supplier": "S2"}"#, "nothing-to-order", "S2",
            "give lines"),
        RefusalRow(
            "a blocked supplier", "create-order", #"{"supplier": "S3"}"#, "supplier-blocked",
            "fraud"),
        RefusalRow(
            "an id twice", "create-order",
            """
            {"supplier": "S1", "order": "PO1", "lines": [
             {"product": "P1", "warehouse": "W1", "quantity": "1"}]}
            """, "already-exists", "PO1"),
        RefusalRow(
            "a product without terms", "create-order",
            """
            {"supplier": "S1", "lines": [{"product": "P2", "warehouse": "W1", "quantity": "1"}]}
            """, "no-valid-terms", "P2", "set-terms"),
        RefusalRow(
            "a quantity between the lots", "create-order",
            """
            {"supplier": "S2", "lines": [{"product": "P1", "warehouse": "W1", "quantity": "13"}]}
            """, "quantity-exceeds", "multiples of 12", "order 24"),
        RefusalRow(
            "a product on two lines", "create-order",
            """
            {"supplier": "S1", "lines": [
             {"product": "P1", "warehouse": "W1", "quantity": "1"},
             {"product": "P1", "warehouse": "W1", "quantity": "2"}]}
            """, "invalid-value", "put it on one"),
        RefusalRow(
            "submitted twice", "submit-order", #"{"order": "PO1"}"#, "wrong-state",
            "to be draft", "found sent"),
        RefusalRow(
            "no such order", "submit-order", #"{"order": "PO9"}"#, "unknown-object", "PO9"),
        RefusalRow(
            "approved without being submitted", "approve-order", #"{"order": "DRAFT"}"#,
            "wrong-state", "pending-approval", "found draft"),
        RefusalRow(
            "rejected without being submitted", "reject-order",
            #"{"order": "DRAFT", "reason": "x"}"#, "wrong-state", "found draft"),
        RefusalRow(
            "sent without approval", "send-order", #"{"order": "DRAFT"}"#, "wrong-state",
            "approved", "found draft"),
        RefusalRow(
            "confirmed without being sent", "confirm-order", #"{"order": "DRAFT"}"#,
            "wrong-state", "found draft"),
        RefusalRow(
            "a line that is not there", "confirm-order",
            #"{"order": "PO1", "lines": [{"line": 9, "quantity": "1"}]}"#, "unknown-object",
            "no line 9", "it has 1"),
        RefusalRow(
            "a price in another currency", "confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "price": "9.00 USD"}]}"#,
            "currency-not-supported", "USD"),
        RefusalRow(
            "no change at all", "amend-order", #"{"order": "PO1"}"#, "invalid-value",
            "found none"),
        RefusalRow(
            "a line cancelled that came in part", "cancel-order-line",
            #"{"order": "PO1", "line": 1, "reason": "x", "acknowledgement": "y"}"#,
            "already-received", "60", "close the order"),
        RefusalRow(
            "a cancelled order closed", "close-order", #"{"order": "PO2", "reason": "x"}"#,
            "wrong-state", "found cancelled"),
    ]

    static let receipts: [RefusalRow] = [
        RefusalRow(
            "goods for an order that was not sent", "receive-goods", #"{"order": "DRAFT"}"#,
            "wrong-state", "found draft"),
        RefusalRow(
            "goods for a cancelled order", "receive-goods", #"{"order": "PO2"}"#, "wrong-state",
            "found cancelled"),
        RefusalRow(
            "more than ordered and tolerated", "receive-goods",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "46"}]}"#, "over-delivery",
            "at most 105", "found 106", "take 45"),
        RefusalRow(
            "another unit", "receive-goods",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "1 kg"}]}"#, "unit-mismatch",
            "kg"),
        RefusalRow(
            "a line twice", "receive-goods",
            """
            {"order": "PO1", "lines": [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}]}
            """, "invalid-value", "twice"),
        RefusalRow(
            "a receipt's id twice", "receive-goods",
            #"{"order": "PO1", "receipt": "GR1"}"#, "already-exists", "GR1"),
        RefusalRow(
            "no such receipt", "reverse-receipt", #"{"receipt": "GR9", "reason": "x"}"#,
            "unknown-object", "GR9"),
    ]

    static let invoices: [RefusalRow] = [
        RefusalRow(
            "a supplier's number twice", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "si-1", "documentDate": "2026-09-01", "lines": [
             {"account": "6300", "amount": "1.00"}]}
            """, "duplicate-invoice", "SI1", "Reject"),
        RefusalRow(
            "a number of signs alone", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "--", "documentDate": "2026-09-01", "lines": [
             {"account": "6300", "amount": "1.00"}]}
            """, "invalid-value", "letter or a digit"),
        RefusalRow(
            "another supplier's order", "capture-invoice",
            """
            {"supplier": "S2", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "1"}]}
            """, "invalid-value", "S2", "S1"),
        RefusalRow(
            "an order that was never sent", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"order": "DRAFT", "orderLine": 1, "quantity": "1"}]}
            """, "wrong-state", "never sent"),
        RefusalRow(
            "an expense without an account", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"amount": "1.00"}]}
            """, "invalid-value", "account"),
        RefusalRow(
            "an account that is not in the chart", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"account": "6301", "amount": "1.00"}]}
            """, "unknown-account", "6301"),
        RefusalRow(
            "an account that documents keep", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"account": "1200", "amount": "1.00"}]}
            """, "control-account", "1200"),
        RefusalRow(
            "goods without a quantity", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"order": "PO1", "orderLine": 1}]}
            """, "invalid-value", "quantity"),
        RefusalRow(
            "less than nothing for goods", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "1", "amount": "-1.00"}]}
            """, "invalid-value", "more than nothing"),
        RefusalRow(
            "a total that is not the sum", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01",
             "gross": "1.00", "lines": [{"account": "6300", "amount": "1.00"}]}
            """, "total-mismatch", "1.20", "found 1.00"),
        RefusalRow(
            "a tax code that nobody knows", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"account": "6300", "amount": "1.00", "taxCode": "moon"}]}
            """, "unknown-tax-code", "moon"),
        RefusalRow(
            "another currency", "capture-invoice",
            """
            {"supplier": "S1", "theirNumber": "1", "documentDate": "2026-09-01", "lines": [
             {"account": "6300", "amount": "1.00 USD"}]}
            """, "currency-not-supported", "USD"),
        RefusalRow(
            "no such invoice", "match-invoice", #"{"invoice": "SI9"}"#, "unknown-object", "SI9"),
        RefusalRow(
            "a block that is not there", "release-invoice-block",
            #"{"invoice": "SI1", "reason": "x"}"#, "wrong-state", "found captured"),
        RefusalRow(
            "approved before the match", "approve-invoice", #"{"invoice": "SI1"}"#,
            "wrong-state", "found captured"),
        RefusalRow(
            "posted before the match", "post-invoice", #"{"invoice": "SI1"}"#, "wrong-state",
            "found captured"),
    ]

    @Test(
        "refused", arguments: suppliers + requisitions + orders + receipts + invoices)
    func refused(_ row: RefusalRow) throws {
        let company = try Self.company()
        let before = company.fixture.log.count
        let refusal = try company.refusal(row.command, row.payload)
        #expect(refusal.code.name == row.code, "\(refusal)")
        for word in row.words { #expect(refusal.message.contains(word), "\(refusal)") }
        #expect(company.fixture.log.count == before)
        let known = try #require(company.fixture.registry.commands[row.command]).rejections
        #expect(known.contains(refusal.code), "\(row.command) does not declare \(refusal.code)")
    }

    @Test("terms that the company does not have refuse the posting")
    func unknownTerms() throws {
        let company = try Self.company()
        let change = #"{"supplier": "S1", "paymentTerms": "net-7000"}"#
        let unknown = try company.refusal("purchasing.change-supplier", change)
        #expect(unknown.code == .unknownTerms)
        #expect(unknown.message.contains("net-30"))
        // Agreed under terms that a later deployment took away.
        try company.fixture.given(
            SupplierChanged(
                name: nil, group: nil, paymentTerms: "net-7000", taxCode: nil, overDelivery: nil),
            in: "S1")
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        let refusal = try company.refusal("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
        #expect(refusal.code == .unknownTerms)
    }

    @Test("before a company is founded nothing is bought")
    func noCompany() throws {
        let fixture = try BusinessFixture([Purchasing.self, Inventory.self, Finance.self])
        try fixture.run("purchasing.register-supplier", #"{"supplier": "S1", "name": "S"}"#)
        let refusal = try fixture.refusal(of: "purchasing.create-order", #"{"supplier": "S1"}"#)
        #expect(refusal.code == .companyNotFounded)
    }

    private static func company() throws -> PurchasingCompany {
        let company = try PurchasingCompany()
        try company.run(
            "inventory.register-product",
            """
            {"product": "WORK", "name": "Work", "kind": "service", "productClass": "services",
             "unit": "h"}
            """)
        try company.run("purchasing.register-supplier", #"{"supplier": "S3", "name": "Third"}"#)
        try company.run(
            "purchasing.block-supplier", #"{"supplier": "S3", "reason": "fraud"}"#)
        try company.run(
            "purchasing.set-terms",
            """
            {"supplier": "S2", "terms": [
             {"product": "P1", "price": "9.00", "rank": 2, "multiple": "12"}]}
            """)
        try company.run(
            "purchasing.raise-requisition",
            #"{"product": "P2", "warehouse": "W2", "quantity": "5"}"#)
        try company.draftOrder(id: "DRAFT")
        try company.sendOrder(id: "PO1")
        try company.receive(60)
        try company.sendOrder(10, id: "PO2")
        try company.run(
            "purchasing.cancel-order",
            #"{"order": "PO2", "reason": "x", "acknowledgement": "y"}"#)
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "SI-1",
             "documentDate": "2026-09-01", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "60"}]}
            """, as: PurchasingCompany.accountant)
        return company
    }
}
