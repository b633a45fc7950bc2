import FEEL
package import Records

/// Send a quote to the customer.
package struct SendQuote: Command {
    package let quote: QuoteID
    package var validUntil: BusinessDate?

    package static let schema = Schema<SendQuote>(
        "sales.send-quote", "Send a quote to the customer.",
        Field(1, "quote", \.quote, "Which quote."),
        Field(
            2, "validUntil", \.validUntil,
            "The last day on which it can be accepted; the draft's, or 30 days from now, if absent."
        ),
        make: { SendQuote(quote: $0, validUntil: $1) })

    /// For how many days a quote is valid that does not say so.
    package static let standardValidityDays = 30
    /// The decision that says how large a discount the sender may give.
    static let discountLimitRule = "discount-limit"

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .invalidValue, .discountExceeds, .customerInactive,
        .productDiscontinued, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(QuoteState.self, quote.text)
        guard known.status == .draft else {
            throw Rejection.wrongState(
                "Quote \(quote)", is: known.status.rawValue, expected: "a draft",
                remedy: "revise it with sales.revise-quote")
        }
        guard !known.lines.isEmpty else {
            throw Rejection(
                .invalidValue,
                "Expected at least one line in quote \(quote), found none; revise it with lines.")
        }
        let account = try decision.activeCustomer(known.customer)
        for line in known.lines { _ = try decision.soldProduct(line.product) }
        let today = decision.facts.effectiveDate
        let validUntil =
            validUntil ?? known.terms.validUntil
            ?? today.adding(days: Self.standardValidityDays)
        guard validUntil >= today else {
            throw Rejection(
                .invalidValue,
                "Expected a validity on or after \(today), found \(validUntil); give a later validUntil."
            )
        }
        let net = try computing("the quote's net amount") { () throws(ArithmeticFailure) in
            try known.netTotal()
        }
        let rule = try requireDiscounts(of: known, account, net, decision)
        try decision.emit(
            QuoteSent(
                revision: known.revision, net: net, validUntil: validUntil, sentOn: today,
                sentBy: decision.decider, opportunity: known.terms.opportunity, rule: rule),
            to: quote.text)
    }

    /// Refuses when a line's reduction is more than the sender may give: the discount, and what the
    /// price is below the list.
    private func requireDiscounts(
        of known: QuoteState, _ account: AccountState, _ net: Money, _ decision: Decision
    ) throws(Rejection) -> Blob {
        let outcome = try decision.rules.decide(
            Self.discountLimitRule, on: decision.facts.effectiveDate,
            inputs: [
                "roles": .list(decision.facts.actor.roles.sorted().map { .text($0) }),
                "customerGroup": .text(account.group),
                "netTotal": Value(of: net),
            ])
        guard let result = outcome.results.first, let allowed = result["discountLimit"]?.rate
        else {
            throw Rejection(
                .badRuleResult,
                "The decision \(Self.discountLimitRule) yielded no discountLimit as a number; mend the table."
            )
        }
        for line in known.lines {
            let reduction = try computing("the reduction of line \(line.line)") {
                () throws(ArithmeticFailure) in try line.reduction()
            }
            guard reduction <= allowed else {
                throw Rejection(
                    .discountExceeds,
                    "Line \(line.line) of quote \(quote): expected a reduction of at most \(allowed) from \(decision.decider), found \(reduction); revise it, or ask somebody with a higher limit to send it.",
                    [
                        JSONMember("line", .integer(line.line)),
                        JSONMember("limit", .string(allowed.description)),
                        JSONMember("reduction", .string(reduction.description)),
                    ])
            }
        }
        return Blob(outcome.definition.bytes)
    }
}

extension QuoteLine {
    /// By what part the line is below the list.
    ///
    /// The discount is included, and stands alone where the list has no price. Six decimals; only
    /// judged, never booked.
    func reduction() throws(ArithmeticFailure) -> Rate {
        guard let listPrice, listPrice.millionths > 0, listPrice.currency == price.currency else {
            return discount
        }
        // kept = price x (1 - discount) / list, in millionths.
        let keptParts = discount.divisor - Int128(discount.unscaled)
        let (dividend, overflow) = (Int128(price.millionths) * 1_000_000)
            .multipliedReportingOverflow(by: keptParts)
        let (divisor, tooWide) = Int128(listPrice.millionths)
            .multipliedReportingOverflow(by: discount.divisor)
        if overflow || tooWide { throw .overflow }
        let kept = Rounding.halfUp.quotient(dividend, by: divisor)
        guard let parts = Int64(exactly: 1_000_000 - kept) else { throw .overflow }
        return Rate(unscaled: max(0, parts), scale: 6)
    }
}
