import Business
import Records
import Testing

/// A quote from draft to order.
struct QuoteTests {
    static let draft =
        #"{"quote":"QU-1","customer":"acme","lines":[{"product":"pump","quantity":"4","discount":"0.1"},{"product":"hose","quantity":"20"}],"terms":{"opportunity":"OP-1","paymentTerms":"net-14"}}"#

    private func sent() throws -> Shop {
        let shop = try Shop()
        try shop.run(
            "sales.open-opportunity",
            #"{"opportunity":"OP-1","name":"Pumps","stage":"Proposal","account":"acme","source":"fair","owner":"Darcel Schlecht","amount":"500"}"#
        )
        try shop.run("sales.draft-quote", Self.draft)
        try shop.run("sales.send-quote", #"{"quote":"QU-1","validUntil":"2026-09-30"}"#)
        return shop
    }

    @Test func `accepting commits quote, deal and order together`() throws {
        let shop = try sent()
        let names = try shop.names("sales.accept-quote", #"{"quote":"QU-1","order":"SO-1"}"#)
        #expect(
            names.prefix(4) == [
                "sales.quote-accepted", "sales.opportunity-won", "sales.order-placed",
                "sales.order-released",
            ])
        #expect(shop.quote().status == .accepted)
        #expect(shop.deal().status == .won)
        #expect(shop.deal().amount == (try euros("560")))
        let order = shop.order()
        #expect(order.opportunity?.text == "OP-1")
        #expect(order.source == "fair")
        #expect(order.owner == "Darcel Schlecht")
        #expect(order.quote?.text == "QU-1")
        #expect(order.paymentTerms == "net-14")
        #expect(order.lines.map(\.net.digits) == ["360.00", "200.00"])
    }

    @Test func `a refused order leaves quote and deal as they were`() throws {
        let shop = try sent()
        try shop.run("inventory.discontinue-product", #"{"product":"hose"}"#)
        let refusal = try shop.refusal(ShopStep("sales.accept-quote", #"{"quote":"QU-1"}"#))
        #expect(refusal.code == .productDiscontinued)
        #expect(shop.quote().status == .sent)
        #expect(shop.deal().status == .open)
    }

    @Test func `a quote is accepted in parts, never beyond what was quoted`() throws {
        let shop = try sent()
        try shop.run(
            "sales.accept-quote",
            #"{"quote":"QU-1","order":"SO-1","lines":[{"line":1,"quantity":"3"}]}"#)
        #expect(shop.quote().lines.map(\.open.digits) == ["1", "20"])
        let names = try shop.names("sales.accept-quote", #"{"quote":"QU-1","order":"SO-2"}"#)
        #expect(!names.contains("sales.opportunity-won"))
        #expect(shop.order("SO-2").lines.map(\.ordered.digits) == ["1", "20"])
        #expect(shop.fixture.events(QuoteAccepted.self).map(\.isWhole) == [false, true])
        #expect(
            try shop.refusal(ShopStep("sales.accept-quote", #"{"quote":"QU-1"}"#)).code
                == .wrongState)
    }

    @Test func `the quoted price holds when the list changes before acceptance`() throws {
        let shop = try sent()
        try shop.run("sales.set-price", #"{"product":"pump","price":"300"}"#)
        try shop.run("sales.accept-quote", #"{"quote":"QU-1","order":"SO-1"}"#)
        #expect(shop.order().lines.first?.price.digits == "100.00")
        #expect(shop.order().status == .released)
    }

    @Test func `credit is checked when a quote becomes an order`() throws {
        let shop = try sent()
        try shop.run(
            "finance.set-credit-limit", #"{"customer":"acme","limit":"10","reason":"new"}"#)
        try shop.run("sales.accept-quote", #"{"quote":"QU-1","order":"SO-1"}"#)
        #expect(shop.order().blocks.map(\.kind) == [.credit])
    }

    @Test func `a revision supersedes the one before`() throws {
        let shop = try sent()
        try shop.run(
            "sales.revise-quote",
            #"{"quote":"QU-1","lines":[{"product":"pump","quantity":"5"}]}"#)
        #expect(shop.quote().status == .draft)
        #expect(shop.quote().revision == 2)
        #expect(shop.quote().terms.opportunity?.text == "OP-1")
        try shop.run("sales.send-quote", #"{"quote":"QU-1"}"#)
        #expect(shop.quote().terms.validUntil == (try day("2026-09-30")))
        let refusal = try shop.refusal(
            ShopStep("sales.accept-quote", #"{"quote":"QU-1","revision":1}"#))
        #expect(refusal.code == .quoteSuperseded)
        try shop.run("sales.accept-quote", #"{"quote":"QU-1","revision":2}"#)
    }

    @Test func `declined and expired quotes can be revised, withdrawn ones cannot`() throws {
        let lines = #""lines":[{"product":"pump","quantity":"1"}]"#
        let declined = try sent()
        try declined.run("sales.decline-quote", #"{"quote":"QU-1","reason":"price"}"#)
        #expect(declined.quote().declineReason == "price")
        try declined.run("sales.revise-quote", #"{"quote":"QU-1",\#(lines)}"#)
        let expired = try sent()
        try expired.run(ShopStep("sales.expire-quote", #"{"quote":"QU-1"}"#, on: "2026-10-01"))
        try expired.run("sales.revise-quote", #"{"quote":"QU-1",\#(lines)}"#)
        let withdrawn = try sent()
        try withdrawn.run("sales.withdraw-quote", #"{"quote":"QU-1","reason":"mistake"}"#)
        let refusal = try withdrawn.refusal(
            ShopStep("sales.revise-quote", #"{"quote":"QU-1",\#(lines)}"#))
        #expect(refusal.code == .wrongState)
    }

    struct Limit: CustomTestStringConvertible, Sendable {
        let line: String
        let roles: Set<String>
        let isSent: Bool
        var testDescription: String { "\(roles.sorted()) \(isSent ? "may" : "may not") \(line)" }
    }

    @Test(arguments: [
        Limit(line: #""discount":"0.15""#, roles: ["sales"], isSent: true),
        Limit(line: #""discount":"0.16""#, roles: ["sales"], isSent: false),
        Limit(line: #""discount":"0.16""#, roles: ["sales", "sales-manager"], isSent: true),
        Limit(line: #""price":"86","discount":"0.01""#, roles: ["sales"], isSent: true),
        Limit(line: #""price":"86","discount":"0.02""#, roles: ["sales"], isSent: false),
        Limit(line: #""price":"120","discount":"0.29""#, roles: ["sales"], isSent: true),
        Limit(line: #""price":"1""#, roles: ["owner"], isSent: true),
    ])
    func `the sender's roles limit the reduction from the list`(row: Limit) throws {
        let shop = try Shop()
        try shop.run(
            "sales.draft-quote",
            #"{"quote":"QU-1","customer":"acme","lines":[{"product":"pump","quantity":"1",\#(row.line)}]}"#
        )
        let send = ShopStep("sales.send-quote", #"{"quote":"QU-1"}"#, by: .person("sam", row.roles))
        if row.isSent {
            try shop.run(send)
            #expect(shop.quote().status == .sent)
        } else {
            #expect(try shop.refusal(send).code == .discountExceeds)
            #expect(shop.quote().status == .draft)
        }
    }
}
