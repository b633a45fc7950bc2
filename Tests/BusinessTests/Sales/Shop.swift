import Business
import DMN
import FEEL
import Foundation
import Records
import Testing

/// One command of a table's "given" or "when": who gives it, and on which day.
struct ShopStep: Sendable, CustomStringConvertible {
    let command: String
    let json: String
    var actor: Actor?
    var date: String?

    init(_ command: String, _ json: String, by actor: Actor? = nil, on date: String? = nil) {
        self.command = command
        self.json = json
        self.actor = actor
        self.date = date
    }

    var description: String { "\(command) \(json)" }
}

/// A small company that trades: two customers, three products, one warehouse with stock, prices,
/// and the decision tables that the repository ships.
struct Shop {
    let fixture: BusinessFixture

    init(isStocked: Bool = true) throws {
        fixture = try BusinessFixture(
            [
                Marketing.self, Sales.self, Inventory.self, Fulfillment.self, Finance.self,
                Purchasing.self,
            ], rules: try ShippedSalesRules.book())
        for step in Self.opening { try run(step) }
        if isStocked { for step in Self.stock { try run(step) } }
    }

    private static let opening: [ShopStep] = [
        ShopStep(
            "finance.found-company", #"{"name":"Shop","country":"DE","baseCurrency":"EUR"}"#),
        ShopStep("inventory.register-warehouse", #"{"warehouse":"main","name":"Main"}"#),
        ShopStep(
            "inventory.register-product",
            #"{"product":"pump","name":"Pump","taxCode":"standard"}"#),
        ShopStep(
            "inventory.register-product",
            #"{"product":"hose","name":"Hose","taxCode":"standard"}"#),
        ShopStep(
            "inventory.register-product",
            #"{"product":"setup","name":"Setting up","kind":"service","unit":"h","taxCode":"standard"}"#
        ),
        ShopStep("inventory.register-product", #"{"product":"gift","name":"Gift"}"#),
        ShopStep("sales.open-price-list", #"{"list":"standard","name":"Standard"}"#),
        ShopStep("sales.set-price", #"{"product":"pump","price":"100"}"#),
        ShopStep("sales.set-price", #"{"product":"hose","price":"10"}"#),
        ShopStep("sales.set-price", #"{"product":"setup","price":"80"}"#),
        ShopStep("sales.open-account", #"{"account":"acme","name":"Acme"}"#),
        ShopStep("sales.open-account", #"{"account":"zeta","name":"Zeta","group":"wholesale"}"#),
    ]

    private static let stock: [ShopStep] = [
        ShopStep(
            "inventory.take-on-stock",
            #"{"product":"pump","warehouse":"main","quantity":"10","value":"600"}"#),
        ShopStep(
            "inventory.take-on-stock",
            #"{"product":"hose","warehouse":"main","quantity":"100","value":"400"}"#),
    ]

    /// Gives a command; the owner gives it where nobody is named.
    @discardableResult
    func run(_ step: ShopStep) throws -> [any Event] {
        fixture.actor = step.actor ?? .owner
        if let date = step.date { fixture.date = try day(date) }
        return try fixture.run(step.command, step.json)
    }

    /// Gives a command as the owner.
    @discardableResult
    func run(_ command: String, _ json: String) throws -> [any Event] {
        try run(ShopStep(command, json))
    }

    /// The names of the events that a command writes, consequences included.
    func names(_ command: String, _ json: String) throws -> [String] {
        let before = fixture.log.count
        try run(command, json)
        return fixture.eventNames(after: before)
    }

    /// The refusal that a command meets.
    func refusal(_ step: ShopStep) throws -> Rejection {
        fixture.actor = step.actor ?? .owner
        if let date = step.date { fixture.date = try day(date) }
        return try fixture.refusal(of: step.command, step.json)
    }

    func order(_ id: String = "SO-1") -> OrderState { fixture.state(OrderState.self, id) }
    func quote(_ id: String = "QU-1") -> QuoteState { fixture.state(QuoteState.self, id) }
    func deal(_ id: String = "OP-1") -> OpportunityState {
        fixture.state(OpportunityState.self, id)
    }
}

/// The rules that the repository ships, deployed as a whole since long ago.
enum ShippedSalesRules {
    static let decisions = ["order-blocks", "discount-limit", "opportunity-stages"]

    /// The book of all shipped files.
    static func book() throws -> Rulebook { try ShippedRules.shared.get() }

    static func model(_ id: String) throws -> DecisionModel {
        let path = FixtureRules.repository.appending(path: "processes/rules/\(id).dmn")
        let bytes = Array(try Data(contentsOf: path))
        do throws(ModelFailure) {
            return try DecisionModel.load(bytes)
        } catch {
            throw FixtureFailure("\(id).dmn: \(error.description)")
        }
    }
}

/// The shipped rules, except that some decisions yield something else or are not deployed.
struct ChangedRules: RuleSource {
    let shipped: Rulebook
    /// What decisions yield, by their ids; nil for one that is not deployed.
    var changed: [String: [[String: Value]]?]

    func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome {
        let outcome = try shipped.decide(decisionID, on: date, inputs: inputs)
        guard let results = changed[decisionID] else { return outcome }
        guard let results else {
            throw Rejection(.noRule, "The test does not deploy \(decisionID).")
        }
        return RuleOutcome(results: results, definition: outcome.definition)
    }

    func has(_ decisionID: String, on date: BusinessDate) -> Bool {
        changed[decisionID] != .some(nil) && shipped.has(decisionID, on: date)
    }

    func parsed<Form: Sendable>(
        _ file: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)? {
        try shipped.parsed(file, on: date, as: type, parse)
    }
}
