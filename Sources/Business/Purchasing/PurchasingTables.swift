import FEEL
import Records

/// The decision tables that buying asks, by the ids in `processes/rules`.
enum PurchasingTable {
    /// Which approvals an order of a value needs; one result for each level.
    static let orderApproval = "purchase-approval"
    /// Whether a difference between a bill and what it bills is tolerated.
    static let invoiceTolerance = "invoice-tolerance"
    /// Whether what a supplier confirms otherwise than ordered is taken over by itself.
    static let confirmationTolerance = "confirmation-tolerance"
    /// Which approvals a supplier's invoice needs; one result for each level.
    static let invoiceApproval = "supplier-invoice-approval"
    /// Whether what is missing of a line after a delivery is too little to wait for.
    static let underDelivery = "under-delivery-tolerance"
    /// Approvals that a table may ask for.
    static let levelsMax = 10
}

extension RuleOutcome {
    /// The hash as an event keeps it.
    var judge: Blob { Blob(definition.bytes) }

    /// The approvals that the results name, in the order of their levels; level 0 asks for nobody.
    func approvalLevels(table: String) throws(Rejection) -> [ApprovalLevel] {
        guard results.count <= PurchasingTable.levelsMax else {
            throw Rejection(
                .badRuleResult,
                "Table \(table) asks for \(results.count) approvals; at most \(PurchasingTable.levelsMax) can be given."
            )
        }
        var levels: [ApprovalLevel] = []
        for result in results {
            guard let level = result["level"]?.number?.integer, level >= 0,
                let role = result["role"]?.text, !role.isEmpty
            else {
                throw Rejection(
                    .badRuleResult,
                    "Table \(table) must yield a level of zero or more and a role; correct the table."
                )
            }
            if level == 0 { continue }
            levels.append(ApprovalLevel(level: Int64(level), role: role))
        }
        return levels.sorted { $0.level < $1.level }
    }
}

extension Decision {
    /// The approvals that an order of a value needs, and the table that says so.
    func approvals(
        forOrderOf supplier: SupplierID, value: Money
    ) throws(Rejection) -> (levels: [ApprovalLevel], judge: Blob) {
        let table = PurchasingTable.orderApproval
        let outcome = try rules.decide(
            table, on: facts.effectiveDate,
            inputs: ["amount": Value(of: value), "supplier": .text(supplier.text)])
        return (try outcome.approvalLevels(table: table), outcome.judge)
    }

    /// The approvals that an invoice needs, and the table that says so; `expense` is the part of
    /// the net amount that no order stands behind.
    func approvals(
        forInvoiceOf supplier: SupplierID, gross: Money, expense: Money
    ) throws(Rejection) -> (levels: [ApprovalLevel], judge: Blob) {
        let table = PurchasingTable.invoiceApproval
        let outcome = try rules.decide(
            table, on: facts.effectiveDate,
            inputs: [
                "amount": Value(of: gross), "expense": Value(of: expense),
                "supplier": .text(supplier.text),
            ])
        return (try outcome.approvalLevels(table: table), outcome.judge)
    }

    /// Whether a difference blocks an invoice, and the table that says so.
    ///
    /// `difference` is by how much more is billed than expected: an amount for a price, else a
    /// quantity; `percent` is the same in percent of the expected, rounded half-up to six decimals.
    func isBlocked(
        _ reason: MatchReason, difference: Decimal, percent: Decimal, supplier: SupplierID
    ) throws(Rejection) -> (isBlocked: Bool, judge: Blob) {
        let table = PurchasingTable.invoiceTolerance
        let outcome = try rules.decide(
            table, on: facts.effectiveDate,
            inputs: [
                "reason": .text(reason.rawValue), "difference": Value(.number(difference)),
                "percent": Value(.number(percent)), "supplier": .text(supplier.text),
            ])
        guard let isBlocked = outcome.results.first?["blocked"]?.boolean else {
            throw Rejection(
                .badRuleResult,
                "Table \(table) must yield \"blocked\" for \(reason.rawValue); correct the table.")
        }
        return (isBlocked, outcome.judge)
    }

    /// Refuses a person who has not the role that an approval asks for.
    ///
    /// The owner has every role; in a process, the decision that approved stands for it.
    func requireRole(of level: ApprovalLevel) throws(Rejection) {
        let actor = facts.actor
        if actor.isOwner || facts.approval != nil || actor.roles.contains(level.role) { return }
        throw Rejection(
            .notAllowed,
            "Approval \(level.level) needs the role \"\(level.role)\", which \(actor.person ?? actor.id) has not; ask somebody who has it.",
            [JSONMember("role", .string(level.role))])
    }

    /// The hash of the decision that approved in a process, as an event keeps it.
    var approvalJudge: Blob? { facts.approval.map { Blob($0.bytes) } }

    /// The identifier that the client gave, or the next of the series.
    func purchasingID<State: StreamState, Subject: IdentifierSubject>(
        _ type: State.Type, given: Identifier<Subject>?, series: String
    ) throws(Rejection) -> Identifier<Subject> {
        let text = try newIdentifier(type, given: given?.text, series: series)
        return try purchasingID(text)
    }

    /// A text that must be an identifier.
    func purchasingID<Subject: IdentifierSubject>(
        _ text: String
    ) throws(Rejection) -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(text) else {
            throw Rejection(
                .invalidValue,
                "Expected \(IdentifierRules.expectation), found \"\(text)\"; use shorter names.")
        }
        return identifier
    }
}
