import Business
import DMN
import FEEL
import Foundation
import Records

/// Rules for the tests of buying: the shipped tables of `processes/rules`, judged by DMN.
struct PurchasingRules: RuleSource {
    private let models: [String: DecisionModel]
    private let files = FixtureRules()

    /// The shipped tables.
    init() throws {
        var models: [String: DecisionModel] = [:]
        for id in ["purchase-approval", "invoice-tolerance", "supplier-invoice-approval"] {
            let path = FixtureRules.repository.appending(path: "processes/rules/\(id).dmn")
            models[id] = try DecisionModel.load(Array(Data(contentsOf: path)))
        }
        self.models = models
    }

    func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome {
        guard let model = models[decisionID],
            let result = model.evaluate(decision: decisionID, inputs: inputs),
            let hash = DefinitionHash([UInt8](repeating: 9, count: 32))
        else { throw Rejection(.noRule, "There is no decision \"\(decisionID)\".") }
        guard result.problems.isEmpty else {
            throw Rejection(.badRuleResult, "\(decisionID): \(result.problems)")
        }
        let rows = result.value.list ?? [result.value]
        return RuleOutcome(
            results: rows.compactMap(\.context).map { context in
                Dictionary(zip(context.names, context.values)) { $1 }
            }, definition: hash)
    }

    func has(_ decisionID: String, on date: BusinessDate) -> Bool { models[decisionID] != nil }

    func parsed<Form: Sendable>(
        _ file: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)? {
        try files.parsed(file, on: date, as: type, parse)
    }
}
