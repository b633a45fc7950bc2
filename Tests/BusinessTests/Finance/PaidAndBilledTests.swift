import Records
import Testing

@testable import Business

/// What nothing is left of is refused with the reason, not with a hint at something else.
@Suite("A refusal says that all is paid or billed already")
struct PaidAndBilledTests {
    private static let invoice = ShopStep("finance.post-invoice", #"{"order":"SO-1"}"#)

    private func placed() throws -> Shop {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"hose","quantity":"100"}]}"#)
        return shop
    }

    private func says(_ refusal: Rejection, _ code: RejectionCode, _ words: String...) {
        #expect(refusal.code == code)
        for word in words {
            #expect(refusal.message.contains(word), "\"\(word)\" in \(refusal.message)")
        }
    }

    @Test("an order: ship first, ship the rest, or all of it is billed with the bills' numbers")
    func order() throws {
        let shop = try placed()
        says(try shop.refusal(Self.invoice), .nothingToInvoice, "ship something first")
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run(
            "fulfillment.ship", #"{"order":"SO-1","lines":[{"line":1,"quantity":"60"}]}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        let first = try #require(shop.order().invoices.first).text
        says(try shop.refusal(Self.invoice), .nothingToInvoice, first, "ship the rest first")
        try shop.run("fulfillment.ship", #"{"order":"SO-1"}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        let second = try #require(shop.order().invoices.last).text
        says(
            try shop.refusal(Self.invoice), .nothingToInvoice, "all of it is billed already", first,
            second, "credit note")
    }

    @Test("a customer: nothing was named, or what was named is paid")
    func customer() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        let pay = ShopStep("finance.receive-payment", #"{"order":"SO-1"}"#)
        says(try shop.refusal(pay), .nothingToAllocate, "found neither", "give the amount")
        try shop.run("fulfillment.ship", #"{"order":"SO-1"}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        try shop.run("finance.receive-payment", #"{"order":"SO-1"}"#)
        says(try shop.refusal(pay), .nothingToAllocate, "paid it in full already")
    }

    @Test("a supplier's bill: none was named, it is not posted, or it is paid")
    func supplier() throws {
        let company = try TradingCompany()
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "10"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.receive-goods", #"{"order": "PO1", "receipt": "GR1"}"#)
        let pay = (name: "finance.make-payment", json: #"{"supplierInvoice": "SI1"}"#)
        says(
            try company.refusal(pay.name, #"{"supplier": "S1"}"#), .nothingToAllocate,
            "found neither")
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "7", "documentDate": "2026-01-01",
             "lines": [{"order": "PO1", "orderLine": 1, "quantity": "10"}]}
            """)
        says(try company.refusal(pay.name, pay.json), .nothingToAllocate, "SI1", "post it first")
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        try company.run("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
        try company.run(pay.name, pay.json)
        says(
            try company.refusal(pay.name, pay.json), .nothingToAllocate, "SI1",
            "paid in full already")
    }

    @Test("an order line names the product whose tax code the table does not have any more")
    func taxCode() throws {
        let shop = try placed()
        let refusal = try shop.refusal(
            ShopStep("inventory.change-product", #"{"product":"hose","taxCode":"standart"}"#))
        says(refusal, .unknownTaxCode, "standart", "standard")
    }
}
