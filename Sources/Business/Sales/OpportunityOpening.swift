import FEEL
import Records

extension Decision {
    /// The decision that knows the stages of a deal and how likely each is to be won.
    static let opportunityStagesRule = "opportunity-stages"

    /// Opens a deal in its first stage.
    func openOpportunity(
        _ opportunity: OpportunityID, _ opened: OpportunityOpened, stage: String,
        probability: Rate?
    ) throws(Rejection) {
        try requireBaseCurrency(opened.amount.currency)
        guard !opened.amount.isNegative else {
            throw Rejection(
                .invalidValue, "Expected an amount of zero or more, found \(opened.amount).")
        }
        try emit(opened, to: opportunity.text)
        try enterStage(opportunity, stage: stage, probability: probability, previous: nil)
    }

    /// Moves a deal into a stage.
    func enterStage(
        _ opportunity: OpportunityID, stage: String, probability: Rate?, previous: String?
    ) throws(Rejection) {
        let (likely, rule) = try stageProbability(stage, given: probability)
        try emit(
            OpportunityStageEntered(
                stage: stage, probability: likely, enteredOn: facts.effectiveDate,
                previous: previous, rule: rule),
            to: opportunity.text)
    }

    private func stageProbability(
        _ stage: String, given: Rate?
    ) throws(Rejection) -> (Rate, Blob?) {
        if let given {
            guard given >= .zero, given <= .one else {
                throw Rejection(
                    .invalidValue,
                    "Expected a probability from 0 to 1, found \(given); 50 % is 0.5.")
            }
            return (given, nil)
        }
        let rule = Self.opportunityStagesRule
        let outcome = try rules.decide(
            rule, on: facts.effectiveDate, inputs: ["stage": .text(stage)])
        let found = outcome.results.first.flatMap { $0["probability"] } ?? .null
        guard !found.isNull else {
            throw Rejection(
                .unknownStage,
                "Expected a stage that the decision \(rule) knows, found \"\(stage)\"; use one of its stages, or give a probability.",
                [JSONMember("stage", .string(stage))])
        }
        guard let likely = found.rate, likely >= .zero, likely <= .one else {
            throw Rejection(
                .badRuleResult,
                "The decision \(rule) yielded no probability from 0 to 1 for \"\(stage)\"; mend the table."
            )
        }
        return (likely, Blob(outcome.definition.bytes))
    }

    /// Opens the account, the contact and the deal of a lead that was converted.
    func openFrom(_ converted: LeadConverted, lead: LeadID) throws(Rejection) {
        let known = try state(of: LeadState.self, lead.text)
        if converted.opensAccount {
            try emit(
                AccountOpened(
                    name: converted.accountName ?? known.company ?? "",
                    group: AccountState.standardGroup, openedOn: facts.effectiveDate,
                    terms: AccountTerms(owner: known.owner, source: known.source), lead: lead),
                to: converted.account.text)
        }
        if let contact = converted.contact {
            try emit(
                ContactAdded(
                    sealedFor: known.person, account: converted.account, name: known.name,
                    email: known.email, phone: known.phone, lead: lead),
                to: contact.text)
        }
        try openOpportunity(
            converted.opportunity,
            OpportunityOpened(
                name: converted.opportunityName, amount: converted.amount,
                openedOn: facts.effectiveDate, account: converted.account,
                contact: converted.contact, lead: lead, source: known.source,
                owner: known.owner, product: converted.product,
                closeDate: converted.closeDate),
            stage: converted.stage, probability: nil)
    }
}

extension Value {
    /// The number as a rate of at most six decimals; nil where it is none, or has more.
    var rate: Rate? {
        guard let number, let unscaled = number.scaled(to: 6).flatMap({ Int64(exactly: $0) })
        else { return nil }
        return Rate(unscaled: unscaled, scale: 6)
    }
}
