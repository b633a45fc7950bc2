import Business
import Records
import Testing

/// Deals and the facts from which conversion and velocity are counted.
struct OpportunityTests {
    static let open =
        #"{"opportunity":"OP-1","name":"Pumps","stage":"Prospecting","amount":"500","owner":"Darcel Schlecht","external":{"source":"crm","id":"1C1I7A6R"}}"#

    @Test func `each stage that is entered is a fact, the first one too`() throws {
        let shop = try Shop()
        try shop.run(ShopStep("sales.open-opportunity", Self.open, on: "2026-09-01"))
        try shop.run(
            ShopStep(
                "sales.change-opportunity-stage",
                #"{"opportunity":"OP-1","stage":"Engaging"}"#, on: "2026-09-11"))
        try shop.run(
            ShopStep(
                "sales.change-opportunity-stage",
                #"{"opportunity":"OP-1","stage":"Pilot","probability":"0.65"}"#, on: "2026-09-21"))
        let entered = shop.fixture.events(OpportunityStageEntered.self)
        #expect(entered.map(\.stage) == ["Prospecting", "Engaging", "Pilot"])
        #expect(entered.map(\.previous) == [nil, "Prospecting", "Engaging"])
        #expect(entered.map(\.probability.description) == ["0.1", "0.5", "0.65"])
        #expect(
            entered.map(\.enteredOn.description) == ["2026-09-01", "2026-09-11", "2026-09-21"])
        #expect(entered.map { $0.definition == nil } == [false, false, true])
        #expect(shop.deal().openedOn == (try day("2026-09-01")))
        #expect(shop.deal().external?.id == "1C1I7A6R")
    }

    @Test func `the same stage, amount or date again writes nothing`() throws {
        let shop = try Shop()
        try shop.run("sales.open-opportunity", Self.open)
        try shop.run(
            "sales.change-opportunity-close-date",
            #"{"opportunity":"OP-1","closeDate":"2026-12-01"}"#)
        for (command, json) in [
            ("stage", #""stage":"Prospecting""#), ("amount", #""amount":"500""#),
            ("close-date", #""closeDate":"2026-12-01""#),
        ] {
            let written = try shop.run(
                "sales.change-opportunity-\(command)", #"{"opportunity":"OP-1",\#(json)}"#)
            #expect(written.isEmpty)
        }
    }

    @Test func `without an amount the deal is worth the product's list price`() throws {
        let shop = try Shop()
        try shop.run(
            "sales.open-opportunity",
            #"{"opportunity":"OP-1","name":"Pump","stage":"Prospecting","product":"pump"}"#)
        #expect(shop.deal().amount == (try euros("100")))
    }

    @Test func `a win without an order keeps its reason and makes no voucher`() throws {
        let shop = try Shop()
        try shop.run("sales.open-opportunity", Self.open)
        try shop.run(
            "sales.change-opportunity-amount", #"{"opportunity":"OP-1","amount":"1054"}"#)
        let names = try shop.names(
            "sales.win-opportunity",
            #"{"opportunity":"OP-1","account":"acme","order":"none","reason":"billed elsewhere"}"#
        )
        #expect(names == ["sales.opportunity-won"])
        #expect(shop.deal().amount == (try euros("1054")))
        #expect(shop.deal().probability == .one)
        #expect(shop.deal().reason == "billed elsewhere")
        #expect(shop.deal().stage == "Prospecting")
    }

    @Test func `a win with its order is worth the order`() throws {
        let shop = try Shop()
        try shop.run("sales.open-opportunity", Self.open)
        try shop.run(
            "sales.change-opportunity", #"{"opportunity":"OP-1","account":"acme"}"#)
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","opportunity":"OP-1","lines":[{"product":"pump","quantity":"3"}]}"#
        )
        try shop.run("sales.win-opportunity", #"{"opportunity":"OP-1","order":"SO-1"}"#)
        #expect(shop.deal().amount == (try euros("300")))
        #expect(shop.deal().order?.text == "SO-1")
    }

    @Test func `a lost deal keeps its amount and its reason`() throws {
        let shop = try Shop()
        try shop.run("sales.open-opportunity", Self.open)
        try shop.run(
            "sales.lose-opportunity", #"{"opportunity":"OP-1","reason":"not-recorded"}"#)
        #expect(shop.deal().status == .lost)
        #expect(shop.deal().amount == (try euros("500")))
        #expect(shop.deal().probability == .zero)
        #expect(shop.fixture.events(OpportunityLost.self).map(\.reason) == ["not-recorded"])
    }
}
