@testable import Business
import Records
import Testing

@Suite("Purchase orders: from draft to its end")
struct PurchaseOrderTests {
    @Test("a small order is approved by the table alone")
    func small() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(99)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        #expect(company.order().status == .approved)
        #expect(company.order().approvedValue == (try euros("990.00")))
        let approved = try #require(company.fixture.events(PurchaseOrderApproved.self).first)
        #expect(approved.isFinal && approved.approver == nil && approved.definition != nil)
    }

    @Test("a larger one waits for another person, whose limit counts")
    func larger() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(100)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        #expect(company.order().status == .pendingApproval)
        #expect(company.order().levels == [ApprovalLevel(level: 1, role: "purchasing-manager")])
        let author = Actor.person(
            "anna", ["buyer", "purchasing-manager"], limits: ["purchase": try euros("100000.00")])
        let own = try company.refusal(
            "purchasing.approve-order", #"{"order": "PO1"}"#, as: author)
        #expect(own.code == .separatedDuties)
        let poor = Actor.person(
            "paul", ["purchasing-manager"], limits: ["purchase": try euros("999.99")])
        let over = try company.refusal("purchasing.approve-order", #"{"order": "PO1"}"#, as: poor)
        #expect(over.code == .limitExceeded)
        let other = try company.refusal(
            "purchasing.approve-order", #"{"order": "PO1"}"#,
            as: PurchasingCompany.financeManager())
        #expect(other.code == .notAllowed)
        try company.run(
            "purchasing.approve-order", #"{"order": "PO1"}"#, as: PurchasingCompany.manager())
        #expect(company.order().status == .approved)
    }

    @Test("who asked for the goods may not approve them either, not even the owner")
    func requester() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.raise-requisition",
            #"{"product": "P1", "warehouse": "W1", "quantity": "100"}"#)
        try company.run(
            "purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#,
            as: PurchasingCompany.buyer)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        let refusal = try company.refusal("purchasing.approve-order", #"{"order": "PO1"}"#)
        #expect(refusal.code == .separatedDuties)
    }

    @Test("in a single-person company nobody else is there to approve")
    func singlePerson() throws {
        let company = try PurchasingCompany(singlePerson: true)
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1", "lines": [
             {"product": "P1", "warehouse": "W1", "quantity": "100"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.approve-order", #"{"order": "PO1"}"#)
        #expect(company.order().status == .approved)
    }

    @Test("a large one needs two people, in order")
    func twoLevels() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(2_500)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        try company.run(
            "purchasing.approve-order", #"{"order": "PO1"}"#, as: PurchasingCompany.manager())
        #expect(company.order().status == .pendingApproval)
        let again = try company.refusal(
            "purchasing.approve-order", #"{"order": "PO1"}"#, as: PurchasingCompany.manager())
        #expect(again.code == .separatedDuties)
        try company.run(
            "purchasing.approve-order", #"{"order": "PO1"}"#,
            as: PurchasingCompany.financeManager())
        #expect(company.order().status == .approved)
        #expect(company.order().approvers == ["mark", "fiona"])
    }

    @Test("a rejected order goes back to its author, who may submit it again")
    func rejected() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(100)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        try company.run(
            "purchasing.reject-order", #"{"order": "PO1", "reason": "too dear"}"#,
            as: PurchasingCompany.manager())
        #expect(company.order().status == .draft)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        #expect(company.order().status == .pendingApproval)
    }

    @Test("a confirmation as ordered is taken over, a date within tolerance included")
    func confirmed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "date": "2026-09-07"}]}"#)
        #expect(company.order().status == .confirmed)
        #expect(company.order().lines[0].expectedDate == (try day("2026-09-07")))
    }

    @Test("a deviating confirmation waits for the buyer; accepting it may need approval again")
    func deviation() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "90", "price": "10.50"}]}"#)
        #expect(company.order().status == .sent)
        #expect(company.order().hasDeviation)
        try company.run("purchasing.accept-confirmation", #"{"order": "PO1"}"#)
        // 90 at 10.50 is 945.00, less than the 1,000.00 that were approved.
        #expect(company.order().status == .confirmed)
        #expect(company.order().lines[0].wanted == pieces(90))
        #expect(company.stock().onOrder == pieces(90))
        #expect(!company.order().hasDeviation)
        let nothing = try company.refusal(
            "purchasing.accept-confirmation", #"{"order": "PO1"}"#)
        #expect(nothing.code == .wrongState)

        try company.sendOrder(id: "PO2")
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO2", "lines": [{"line": 1, "price": "10.50"}]}"#)
        try company.run("purchasing.accept-confirmation", #"{"order": "PO2"}"#)
        #expect(company.order("PO2").status == .pendingApproval)
    }

    @Test("an amendment needs approval again only when the value grows beyond what was approved")
    func amended() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "80"}]}"#)
        #expect(company.order().status == .sent)
        #expect(company.order().revision == 2)
        #expect(company.stock().onOrder == pieces(80))
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "101"}]}"#,
            as: PurchasingCompany.buyer)
        #expect(company.order().status == .pendingApproval)
        let early = try company.refusal("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(early.code == .wrongState)
        try company.run(
            "purchasing.approve-order", #"{"order": "PO1"}"#, as: PurchasingCompany.manager())
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        #expect(company.order().status == .sent)
        #expect(company.order().sentRevision == 3)
    }

    @Test("lines are added at the price of the terms")
    func lineAdded() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(10)
        try company.run(
            "purchasing.amend-order",
            """
            {"order": "PO1", "add": [{"product": "P1", "warehouse": "W2", "quantity": "5"}]}
            """)
        #expect(company.order().lines.map(\.line) == [1, 2])
        #expect(company.order().status == .draft)
        #expect(company.stock("P1", "W2").onOrder == pieces(5))
    }

    @Test("a product has one open line for each warehouse")
    func openLineTwice() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(10)
        let refusal = try company.refusal(
            "purchasing.amend-order",
            """
            {"order": "PO1", "add": [{"product": "P1", "warehouse": "W1", "quantity": "5"}]}
            """)
        #expect(refusal.code == .invalidValue)
        #expect(refusal.message.contains("change that line"))
    }

    @Test("quantities may name the product's own unit")
    func ownUnit() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [
             {"product": "P1", "price": "10.00", "minimum": "10 pcs", "multiple": "5 pcs"}]}
            """)
        try company.sendOrder(20)
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "20 pcs"}]}"#)
        #expect(company.order().status == .confirmed)
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "15 pcs"}]}"#)
        #expect(company.order().lines[0].wanted == pieces(15))
        let other = try company.refusal(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "15 kg"}]}"#)
        #expect(other.code == .unitMismatch)
    }

    @Test("an order whose value does not fit is refused, and stays a draft")
    func absurd() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P1", "price": "999999999.00"}]}"#)
        try company.draftOrder(999_999_999)
        let refusal = try company.refusal("purchasing.submit-order", #"{"order": "PO1"}"#)
        #expect(refusal.code == .amountOverflow)
        #expect(company.order().status == .draft)
    }

    @Test("no less than what came in can be wanted, and its price stays")
    func amendedAfterReceipt() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.receive(60)
        let less = try company.refusal(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "59"}]}"#)
        #expect(less.code == .quantityExceeds)
        let price = try company.refusal(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "price": "9.00"}]}"#)
        #expect(price.code == .priceFixed)
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "60"}]}"#)
        #expect(company.order().isReceivedInFull)
    }

    @Test("what the supplier has is cancelled only with its agreement")
    func cancelled() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        let silent = try company.refusal(
            "purchasing.cancel-order", #"{"order": "PO1", "reason": "not needed"}"#)
        #expect(silent.code == .acknowledgementMissing)
        try company.run(
            "purchasing.cancel-order",
            """
            {"order": "PO1", "reason": "not needed", "acknowledgement": "mail of 2 September"}
            """)
        #expect(company.order().status == .cancelled)
        #expect(company.stock().onOrder == .zero)
    }

    @Test("cancelling the last line cancels the order")
    func lastLine() throws {
        let company = try PurchasingCompany()
        try company.draftOrder()
        try company.run(
            "purchasing.cancel-order-line", #"{"order": "PO1", "line": 1, "reason": "wrong"}"#)
        #expect(company.order().status == .cancelled)
        #expect(company.stock().onOrder == .zero)
    }

    @Test("after a receipt an order is closed, not cancelled: the rest will not come")
    func closed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        let nothing = try company.refusal(
            "purchasing.close-order", #"{"order": "PO1", "reason": "short"}"#)
        #expect(nothing.code == .wrongState)
        try company.receive(60)
        let cancel = try company.refusal(
            "purchasing.cancel-order",
            #"{"order": "PO1", "reason": "short", "acknowledgement": "call"}"#)
        #expect(cancel.code == .alreadyReceived)
        try company.run("purchasing.close-order", #"{"order": "PO1", "reason": "short"}"#)
        #expect(company.order().status == .closed)
        #expect(company.order().lines[0].cancelled == pieces(40))
        #expect(company.stock().onOrder == .zero)
        let late = try company.refusal("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(late.code == .wrongState)
    }

    @Test("an order that is over is not amended")
    func over() throws {
        let company = try PurchasingCompany()
        try company.draftOrder()
        try company.run("purchasing.cancel-order", #"{"order": "PO1", "reason": "wrong"}"#)
        let refusal = try company.refusal(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "5"}]}"#)
        #expect(refusal.code == .wrongState)
        #expect(refusal.message.contains("found cancelled"))
    }
}
