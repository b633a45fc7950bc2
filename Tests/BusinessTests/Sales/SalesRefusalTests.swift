import Business
import FEEL
import Records
import Testing

/// One refusal: what was there, what was asked, and the code that it met.
struct SalesRefusal: CustomTestStringConvertible, Sendable {
    let code: RejectionCode
    let when: ShopStep
    var given: [ShopStep] = []

    var testDescription: String { "\(when.command) is refused as \(code)" }

    init(_ code: RejectionCode, _ when: ShopStep, given: [ShopStep] = []) {
        self.code = code
        self.when = when
        self.given = given
    }
}

/// Every refusal of the two departments has a stable code, a message with a remedy, and a row.
struct SalesRefusalTests {
    @Test(
        arguments: SalesRefusals.leads + SalesRefusals.parties + SalesRefusals.deals
            + SalesRefusals.quotes + SalesRefusals.orders + SalesRefusals.orderEnds
            + SalesRefusals.blocks)
    func `given, when, then refused`(row: SalesRefusal) throws {
        let shop = try Shop()
        for step in row.given { try shop.run(step) }
        let before = shop.fixture.log.count
        let refusal = try shop.refusal(row.when)
        #expect(refusal.code == row.code)
        #expect(refusal.message.count > 20 && refusal.message.hasSuffix("."))
        #expect(shop.fixture.log.count == before)
        let declared = try #require(shop.fixture.registry.commands[row.when.command]).rejections
        #expect(declared.contains(row.code), "\(row.when.command) does not declare \(row.code)")
    }

    @Test func `every code that only these departments give has a row`() {
        let rows =
            SalesRefusals.leads + SalesRefusals.parties + SalesRefusals.deals + SalesRefusals.quotes
            + SalesRefusals.orders + SalesRefusals.orderEnds + SalesRefusals.blocks
        let shown = Set(rows.map(\.code))
        let declared = (Marketing.commands + Sales.commands)
            .reduce(into: Set<RejectionCode>()) { $0.formUnion($1.rejections) }
        // A broken table needs a table that is broken: see SalesJudgementTests.
        let elsewhere: Set<RejectionCode> = [.noRule, .badRuleResult, .companyNotFounded]
        #expect(declared.subtracting(shown).subtracting(elsewhere).map(\.name).sorted() == [])
    }
}

/// Refusals that need other surroundings than the shop: no company, no table, a wrong table.
struct SalesJudgementTests {
    private func fixture(
        _ changed: [String: [[String: Value]]?] = [:]
    ) throws -> BusinessFixture {
        let rules = ChangedRules(shipped: try ShippedSalesRules.book(), changed: changed)
        let fixture = try BusinessFixture(
            [
                Marketing.self, Sales.self, Inventory.self, Fulfillment.self, Finance.self,
                Purchasing.self,
            ], rules: rules)
        try fixture.run("sales.open-account", #"{"account":"acme","name":"Acme"}"#)
        return fixture
    }

    private func found(_ fixture: BusinessFixture) throws {
        try fixture.run(
            "finance.found-company", #"{"name":"Shop","country":"DE","baseCurrency":"EUR"}"#)
        try fixture.run(
            "inventory.register-product",
            #"{"product":"setup","name":"S","kind":"service","taxCode":"zero"}"#)
    }

    private static let order =
        #"{"customer":"acme","lines":[{"product":"setup","quantity":"1","price":"5 EUR"}]}"#
    private static let deal = #"{"name":"D","stage":"Prospecting","amount":"5 EUR"}"#

    @Test func `nothing is sold before the company is founded`() throws {
        let fixture = try fixture()
        #expect(
            try fixture.refusal(of: "sales.place-order", Self.order).code == .companyNotFounded)
        #expect(
            try fixture.refusal(of: "sales.open-opportunity", Self.deal).code
                == .companyNotFounded)
    }

    @Test func `a table that is not deployed refuses what it should judge`() throws {
        let fixture = try fixture(["order-blocks": nil, "opportunity-stages": nil])
        try found(fixture)
        #expect(try fixture.refusal(of: "sales.place-order", Self.order).code == .noRule)
        #expect(try fixture.refusal(of: "sales.open-opportunity", Self.deal).code == .noRule)
    }

    @Test func `a table that yields something else refuses too`() throws {
        let fixture = try fixture([
            "order-blocks": [["kind": .text("whim"), "reason": .text("")]],
            "opportunity-stages": [["probability": .text("much")]],
            "discount-limit": [],
        ])
        try found(fixture)
        #expect(try fixture.refusal(of: "sales.place-order", Self.order).code == .badRuleResult)
        #expect(
            try fixture.refusal(of: "sales.open-opportunity", Self.deal).code == .badRuleResult)
        try fixture.run(
            "sales.draft-quote",
            #"{"quote":"Q","customer":"acme","lines":[{"product":"setup","quantity":"1","price":"5"}]}"#
        )
        #expect(
            try fixture.refusal(of: "sales.send-quote", #"{"quote":"Q"}"#).code == .badRuleResult)
    }
}
