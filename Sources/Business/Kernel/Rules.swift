package import FEEL
package import Records

/// What a decision table yielded, with the hash of the table that judged.
package struct RuleOutcome: Sendable {
    /// One context of outputs per rule that counts; one for a table with a single hit.
    package let results: [[String: Value]]
    /// Which definition judged.
    package let definition: DefinitionHash

    /// An outcome from its parts.
    package init(results: [[String: Value]], definition: DefinitionHash) {
        self.results = results
        self.definition = definition
    }
}

/// The deployed rules as a decider sees them: pure, chosen by date among the deployed versions.
package protocol RuleSource: Sendable {
    /// Evaluates the decision with this id as of a date.
    ///
    /// - Throws: ``RejectionCode/noRule`` where nothing of this id is deployed for the date,
    ///   ``RejectionCode/badRuleResult`` where the table reports a problem.
    func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome
    /// Whether a decision with this id is deployed for the date.
    func has(_ decisionID: String, on date: BusinessDate) -> Bool
    /// Which definition judges a decision on a date, so that what it yields can be remembered; nil
    /// where nothing is deployed or the source does not tell.
    func definition(of decisionID: String, on date: BusinessDate) -> DefinitionHash?
    /// The bytes of a deployed file that is no decision (tax codes, terms, roles) as of a date,
    /// read into the caller's form once and kept.
    func parsed<Form: Sendable>(
        _ file: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)?
}

/// What a decision yielded as it stands in the standard: a value, a context or a list.
package struct DecisionValue: Sendable {
    /// The decision's result.
    package let value: Value
    /// Which definition judged.
    package let definition: DefinitionHash

    /// A result from its parts.
    package init(value: Value, definition: DefinitionHash) {
        self.value = value
        self.definition = definition
    }
}

/// Rules that give a decision's result as a process wants it.
package protocol DecisionSource: RuleSource {
    /// Evaluates the decision with this id as of a date; see ``RuleSource/decide(_:on:inputs:)``.
    func evaluate(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> DecisionValue
}

extension RuleSource {
    /// A source that does not tell: nothing is remembered.
    package func definition(
        of decisionID: String, on date: BusinessDate
    ) -> DefinitionHash? { nil }
}
