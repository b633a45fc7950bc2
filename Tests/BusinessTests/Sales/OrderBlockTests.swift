import Business
import Records
import Testing

/// What stops an order, and who may let it go.
struct OrderBlockTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let given: [ShopStep]
        let order: String
        let kinds: [BlockKind]
        var testDescription: String { "\(order) gets \(kinds.map(\.rawValue))" }
    }

    private static func order(_ rest: String, _ line: String) -> String {
        #"{"order":"SO-1","customer":"acme"\#(rest),"lines":[{"product":"pump",\#(line)}]}"#
    }

    @Test(arguments: [
        Row(given: [], order: order("", #""quantity":"1""#), kinds: []),
        Row(given: [], order: order("", #""quantity":"1","price":"91""#), kinds: []),
        Row(given: [], order: order("", #""quantity":"1","price":"89""#), kinds: [.price]),
        Row(given: [], order: order("", #""quantity":"1","price":"111""#), kinds: [.price]),
        Row(given: [], order: order("", #""quantity":"1","discount":"0.35""#), kinds: [.price]),
        Row(given: [], order: order("", #""quantity":"600""#), kinds: [.approval]),
        Row(
            given: [], order: order(#","paymentTerms":"prepayment""#, #""quantity":"1""#),
            kinds: [.prepayment]),
        Row(
            given: [ShopStep("sales.block-account", #"{"account":"acme","reason":"dispute"}"#)],
            order: order("", #""quantity":"1""#), kinds: [.manual]),
        Row(
            given: [
                ShopStep(
                    "finance.set-credit-limit",
                    #"{"customer":"acme","limit":"120","reason":"new customer"}"#)
            ],
            order: order("", #""quantity":"1""#), kinds: []),
        Row(
            given: [
                ShopStep(
                    "finance.set-credit-limit",
                    #"{"customer":"acme","limit":"119.99","reason":"new customer"}"#)
            ],
            order: order("", #""quantity":"1""#), kinds: [.credit]),
    ])
    func `the rules stop an order`(row: Row) throws {
        let shop = try Shop()
        for step in row.given { try shop.run(step) }
        try shop.run("sales.place-order", row.order)
        #expect(shop.order().blocks.map(\.kind) == row.kinds)
        #expect(shop.order().status == (row.kinds.isEmpty ? .released : .pending))
    }

    @Test func `an overdue invoice stops the next order`() throws {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"setup","quantity":"1"}]}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        let next =
            #"{"order":"SO-2","customer":"acme","lines":[{"product":"hose","quantity":"1"}]}"#
        try shop.run(ShopStep("sales.place-order", next, on: "2026-11-02"))
        #expect(shop.order("SO-2").blocks.map(\.kind) == [.credit])
        #expect(shop.order("SO-2").blocks.first?.reason.contains("overdue for 32 days") == true)
    }

    @Test func `two orders never pass on the same head-room`() throws {
        let shop = try Shop()
        try shop.run(
            "finance.set-credit-limit", #"{"customer":"acme","limit":"250","reason":"new"}"#)
        for id in ["SO-1", "SO-2", "SO-3"] {
            try shop.run(
                "sales.place-order",
                #"{"order":"\#(id)","customer":"acme","lines":[{"product":"pump","quantity":"1"}]}"#
            )
        }
        #expect(
            ["SO-1", "SO-2", "SO-3"].map { shop.order($0).status } == [
                .released, .released, .pending,
            ])
        try shop.run("sales.cancel-order", #"{"order":"SO-1","reason":"no need"}"#)
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-4","customer":"acme","lines":[{"product":"pump","quantity":"1"}]}"#)
        #expect(shop.order("SO-4").status == .released)
    }

    @Test func `an order that waited is judged by the head-room that is left`() throws {
        let shop = try Shop()
        try shop.run(
            "finance.set-credit-limit", #"{"customer":"acme","limit":"120","reason":"new"}"#)
        for id in ["SO-1", "SO-2"] {
            try shop.run(
                "sales.place-order",
                #"{"order":"\#(id)","customer":"acme","lines":[{"product":"pump","quantity":"1","price":"80"}]}"#
            )
        }
        let other = Actor(id: "other", roles: ["owner"])
        for id in ["SO-1", "SO-2"] {
            try shop.run(
                ShopStep(
                    "sales.release-block", #"{"order":"\#(id)","kind":"price","reason":"ok"}"#,
                    by: other))
        }
        #expect(shop.order("SO-1").status == .released)
        #expect(shop.order("SO-2").blocks.map(\.kind) == [.credit])
        try shop.run(
            ShopStep(
                "sales.release-block", #"{"order":"SO-2","kind":"credit","reason":"trusted"}"#,
                by: other))
        #expect(shop.order("SO-2").status == .released)
    }

    @Test func `a bounced payment stops the customer's open orders`() throws {
        let shop = try Shop()
        for (id, product) in [("SO-1", "setup"), ("SO-2", "pump")] {
            try shop.run(
                "sales.place-order",
                #"{"order":"\#(id)","customer":"acme","lines":[{"product":"\#(product)","quantity":"1"}]}"#
            )
        }
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        try shop.run("finance.receive-payment", #"{"order":"SO-1","payment":"PM-1"}"#)
        #expect(shop.order("SO-1").isPaid)
        let names = try shop.names(
            "finance.bounce-payment", #"{"payment":"PM-1","reason":"no funds"}"#)
        #expect(names.contains("sales.order-unpaid"))
        #expect(shop.order("SO-1").status == .completed)
        #expect(!shop.order("SO-1").isPaid)
        #expect(shop.order("SO-2").blocks.map(\.kind) == [.credit])
    }

    @Test func `a block that comes later repeats no milestone`() throws {
        let shop = try Shop()
        try shop.run("sales.place-order", Self.order("", #""quantity":"1""#))
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("sales.raise-block", #"{"order":"SO-1","kind":"manual","reason":"wait"}"#)
        try shop.run(
            ShopStep(
                "sales.release-block", #"{"order":"SO-1","kind":"manual","reason":"go"}"#,
                by: Actor(id: "other", roles: ["owner"])))
        #expect(shop.fixture.events(OrderReservedInFull.self).count == 1)
    }

    @Test func `another person with role and limit releases; the last block releases the order`()
        throws
    {
        let shop = try Shop()
        let seller = Actor.person("sam", ["sales"])
        try shop.run(
            ShopStep(
                "sales.place-order",
                Self.order(#","paymentTerms":"prepayment""#, #""quantity":"1","price":"80""#),
                by: seller))
        let manager = Actor.person("mia", ["sales-manager"], limits: ["price": try euros("500")])
        try shop.run(
            ShopStep(
                "sales.release-block",
                #"{"order":"SO-1","kind":"price","reason":"old customer"}"#, by: manager))
        #expect(shop.order().status == .pending)
        let controller = Actor.person(
            "cleo", ["credit-controller"], limits: ["credit": try euros("96")])
        try shop.run(
            ShopStep(
                "sales.release-block", #"{"order":"SO-1","kind":"prepayment","reason":"paid"}"#,
                by: controller))
        #expect(shop.order().status == .released)
        #expect(shop.fixture.events(OrderReleased.self).map(\.value) == [try euros("96")])
    }

    @Test func `a block raised after release stops the order without counting it twice`() throws {
        let shop = try Shop()
        try shop.run("sales.place-order", Self.order("", #""quantity":"1""#))
        try shop.run(
            ShopStep(
                "sales.raise-block", #"{"order":"SO-1","kind":"address","reason":"no street"}"#,
                by: .person("wim", ["warehouse"])))
        #expect(shop.order().status == .pending)
        #expect(
            try shop.refusal(ShopStep("inventory.reserve", #"{"order":"SO-1"}"#)).code
                == .orderBlocked)
        try shop.run(
            ShopStep(
                "sales.release-block", #"{"order":"SO-1","kind":"address","reason":"found"}"#,
                by: .person("mia", ["sales-manager"])))
        #expect(shop.order().status == .released)
        #expect(shop.fixture.events(OrderReleased.self).last?.value.isZero == true)
        let exposure = try shop.fixture.state(CreditState.self, "acme").exposure(.euro)
        #expect(exposure == (try euros("120")))
    }

    @Test func `a decision's approval stands for role and limit`() throws {
        let shop = try Shop()
        try shop.run("sales.place-order", Self.order("", #""quantity":"600""#))
        shop.fixture.actor = .process
        let kind = try #require(shop.fixture.registry.commands["sales.release-block"])
        let release = try kind.read(
            JSONValue.parse(#"{"order":"SO-1","kind":"approval","reason":"approved"}"#),
            JSONContext(currency: .euro))
        try shop.fixture.run(
            release, approval: DefinitionHash([UInt8](repeating: 1, count: 32)))
        #expect(shop.order().status == .released)
    }
}
