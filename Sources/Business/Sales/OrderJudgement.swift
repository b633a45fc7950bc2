import FEEL
import Records

/// What the decision table `order-blocks` is asked about an order.
struct OrderFacts {
    var customer: AccountID
    var account: AccountState
    var net: Money
    var gross: Money
    /// What the order adds to the customer's exposure; the whole gross for a new order.
    var exposure: Money
    var largestDiscount: Rate
    /// The greatest deviation from the list over all lines; nil where no line has a list price.
    var priceDeviation: Decimal?
    var channel: String?
    var paymentTerms: String
}

/// Which blocks the rules raise, and which rules those were.
struct OrderJudgement {
    let blocks: [OrderBlock]
    let rule: Blob
}

extension Decision {
    /// The decision that says what stops an order.
    static let orderBlocksRule = "order-blocks"

    /// Asks the decision table what stops the order.
    ///
    /// The credit state is the customer's own stream, which every command that changes the exposure
    /// writes: two orders never pass on the same head-room.
    func judge(_ order: OrderFacts) throws(Rejection) -> OrderJudgement {
        let credit = try state(of: CreditState.self, order.customer.text)
        let after = try computing("the credit exposure of \(order.customer)") {
            () throws(ArithmeticFailure) in
            try credit.exposure(order.gross.currency).adding(order.exposure)
        }
        let date = facts.effectiveDate
        let outcome = try rules.decide(
            Self.orderBlocksRule, on: date,
            inputs: [
                "exposureAfter": Value(of: after),
                "creditLimit": Value(of: credit.limit),
                "hasLimit": .boolean(credit.limit != nil),
                "overdueDays": .integer(credit.oldestOverdueDays(on: date)),
                "netTotal": Value(of: order.net),
                "grossTotal": Value(of: order.gross),
                "largestDiscount": Value(of: order.largestDiscount),
                "priceDeviation": order.priceDeviation.map { Value(.number($0)) } ?? .null,
                "customerBlocked": .boolean(order.account.isBlocked),
                "customerGroup": .text(order.account.group),
                "channel": Value(of: order.channel),
                "paymentTerms": .text(order.paymentTerms),
            ])
        return OrderJudgement(
            blocks: try blocks(from: outcome), rule: Blob(outcome.definition.bytes))
    }

    /// The blocks of an outcome; several reasons of one kind make one block.
    private func blocks(from outcome: RuleOutcome) throws(Rejection) -> [OrderBlock] {
        var blocks: [OrderBlock] = []
        for result in outcome.results {
            guard let word = result["kind"]?.text, let kind = BlockKind(rawValue: word),
                let reason = result["reason"]?.text
            else {
                let kinds = BlockKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Rejection(
                    .badRuleResult,
                    "The decision \(Self.orderBlocksRule) yielded no kind of block (\(kinds)) with a reason; mend the table."
                )
            }
            if let index = blocks.firstIndex(where: { $0.kind == kind }) {
                blocks[index] = OrderBlock(
                    kind: kind, reason: "\(blocks[index].reason) \(reason)",
                    raisedBy: decider)
            } else {
                blocks.append(OrderBlock(kind: kind, reason: reason, raisedBy: decider))
            }
        }
        return blocks
    }
}
