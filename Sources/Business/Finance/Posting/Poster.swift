import Records

/// Makes the voucher of a posted event.
///
/// The event names its amounts, the posting table says which side and which account role takes
/// each, the account table says which account that is. Nothing is computed but sums.
package final class Poster: Sendable {
    private let memo = PostingMemo()

    /// A poster with nothing remembered.
    package init() {}

    /// The poster as the registry takes it.
    package var poster: Registry.Poster {
        { (event, source, decision) throws(Rejection) in
            try self.post(event, source, decision)
        }
    }

    /// Writes the voucher of an event; an event whose amounts are all zero makes none.
    ///
    /// - Throws: ``RejectionCode/periodLocked`` for a person's event in a closed period,
    ///   ``RejectionCode/noPostingRule``, ``RejectionCode/noAccount``,
    ///   ``RejectionCode/unbalanced``.
    package func post(
        _ event: any PostedEvent, _ source: EmittedEvent, _ decision: Decision
    ) throws(Rejection) {
        let facts = event.posting
        guard facts.amounts.contains(where: { !$0.amount.isZero }) else { return }
        let company = try decision.company()
        let day = try openDay(for: source.effectiveDate, decision)
        let kind = Self.kind(of: event)
        let posting = try memo.rules(kind.type, facts.policy, on: day, decision.rules)
        var draft = VoucherDraft(currency: company.baseCurrency)
        for rule in posting.rules {
            for amount in facts.amounts where amount.name == rule.amount && !amount.amount.isZero {
                let account = try account(rule.role, amount, company.chart, day, decision)
                try draft.add(amount, rule, account: account.number)
                if let definition = account.definition { draft.accountTable = definition }
            }
        }
        try draft.requireBalance(kind.type)
        let series = VoucherSeriesState.id(
            company: decision.facts.company, journal: kind.journal,
            fiscalYear: company.fiscalYear(of: day))
        let number = try decision.version(of: VoucherSeriesState.self, series) + 1
        try decision.emit(
            VoucherPosted(
                number: Int64(number), sourceType: kind.type,
                sourceStream: source.stream.description, sourceVersion: Int64(source.version),
                text: facts.text,
                movedFrom: day == source.effectiveDate ? nil : source.effectiveDate,
                rules: [posting.definition, draft.accountTable].compactMap { $0 }
                    .map { Blob($0.bytes) },
                lines: draft.lines, reverses: facts.reverses),
            to: series, on: day)
    }

    /// The day on which an event posts: its own, or the first open one for what nobody may refuse.
    private func openDay(
        for date: BusinessDate, _ decision: Decision
    ) throws(Rejection) -> BusinessDate {
        let status = try decision.periodStatus(of: date)
        if status == .open { return date }
        let name = PeriodState.name(of: date)
        let day = try decision.firstOpenDay(from: date)
        if decision.facts.isSystem, let day { return day }
        let remedy = day.map { "post on or after \($0)" } ?? "open a later period first"
        throw Rejection(
            .periodLocked, "Period \(name) is \(status.rawValue); \(remedy).",
            [JSONMember("period", .string(name))])
    }

    private func account(
        _ role: String, _ amount: NamedAmount, _ chart: String, _ day: BusinessDate,
        _ decision: Decision
    ) throws(Rejection) -> (number: String, definition: DefinitionHash?) {
        guard role == AccountRole.chosen else {
            let found = try memo.account(
                AccountQuestion(role: role, amount), chart: chart, on: day, decision.rules)
            return (found.number, found.definition)
        }
        guard let chosen = amount.account else {
            throw Rejection(
                .unknownAccount,
                "Expected an account for the amount \"\(amount.name)\", found none; name one in the document."
            )
        }
        return (try decision.freeAccount(chosen).number, nil)
    }

    private static func kind(of event: any PostedEvent) -> (type: String, journal: String) {
        kind(ofTyped: event)
    }

    private static func kind<Posted: PostedEvent>(
        ofTyped event: Posted
    ) -> (type: String, journal: String) { (Posted.typeName, Posted.journal) }
}

/// The lines of a voucher while it is made.
struct VoucherDraft {
    /// Lines that a voucher may have.
    static let linesMax = 10_000

    let currency: Currency
    private(set) var lines: [VoucherLine] = []
    /// The account table that was asked, where one was.
    var accountTable: DefinitionHash?
    /// Debits less credits.
    private var balance: Int128 = 0

    init(currency: Currency) { self.currency = currency }

    /// Adds an amount by a rule; a negative one goes to the other side.
    mutating func add(
        _ amount: NamedAmount, _ rule: PostingRule, account: String
    ) throws(Rejection) {
        guard amount.amount.currency == currency else {
            throw Rejection(
                .currencyNotSupported,
                "Expected an amount in \(currency), the company's base currency, found \(amount.amount)."
            )
        }
        guard lines.count < Self.linesMax else {
            throw Rejection(
                .tooManyConsequences, "A voucher may have at most \(Self.linesMax) lines; split it."
            )
        }
        let value = try computing("a voucher line") { () throws(ArithmeticFailure) in
            amount.amount.isNegative ? try amount.amount.negated() : amount.amount
        }
        let side = amount.amount.isNegative ? rule.side.other : rule.side
        balance += side == .debit ? Int128(value.minorUnits) : -Int128(value.minorUnits)
        lines.append(
            VoucherLine(
                account: account, role: rule.role, side: side, amount: value, rate: .one,
                base: value, partner: rule.carriesPartner ? amount.partner : nil,
                openItem: rule.carriesOpenItem ? amount.openItem : nil,
                product: amount.product, quantity: amount.quantity,
                warehouse: amount.warehouse, order: amount.order, taxCode: amount.taxCode))
    }

    /// Refuses lines whose debits and credits differ: the event breaks an identity that it
    /// declares, or the table was changed without its proof.
    func requireBalance(_ eventType: String) throws(Rejection) {
        guard balance == 0 else {
            let digits = Decimal(unscaled: balance, scale: currency.digits)
            throw Rejection(
                .unbalanced,
                "The voucher of \(eventType) differs by \(digits) \(currency) between debit and credit; mend its posting table.",
                [JSONMember("eventType", .string(eventType))])
        }
    }
}
