package import Records

extension Decision {
    /// Refuses when the take-on of the old books is finished.
    func requireTakeOnOpen() throws(Rejection) {
        if try company().isTakeOnFinished {
            throw Rejection(
                .takeOnFinished,
                "The take-on is finished; use documents, or a journal entry for what was forgotten."
            )
        }
    }
}

/// Takes on the balance of an account from the old books.
///
/// For a control account the balance is only stated: open items and stock, taken on one by one,
/// must reach it before the take-on can be finished.
package struct TakeOnBalance: Command, Equatable {
    package let account: String
    package let debit: Money?
    package let credit: Money?
    package let text: String

    package static let schema = Schema<TakeOnBalance>(
        "finance.take-on-balance", "Takes on the balance of an account from the old books.",
        Field(1, "account", \.account, "The account's number.", limits: .count(1...64)),
        Field(2, "debit", \.debit, "A balance in debit.", limits: .positive),
        Field(3, "credit", \.credit, "A balance in credit.", limits: .positive),
        Field(4, "text", \.text, "Where it comes from.", default: ""),
        make: TakeOnBalance.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .unknownAccount, .invalidValue, .periodLocked,
        .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        let balance = try signedBalance()
        try decision.requireBaseCurrency(balance.currency)
        let account = try decision.account(account)
        let id = decision.facts.company
        if account.control == nil {
            try decision.emit(
                OpeningBalanceTakenOn(account: account.number, balance: balance, text: text),
                to: id)
            return
        }
        var expected = try decision.state(of: TakeOnState.self, id).expected
        expected.removeAll { $0.account == account.number }
        expected.append(ControlTotal(account: account.number, amount: balance))
        try decision.emit(ControlTotalStated(expected: expected), to: id)
    }

    private func signedBalance() throws(Rejection) -> Money {
        switch (debit, credit) {
        case (let debit?, nil): return debit
        case (nil, let credit?):
            return try computing("the balance") { () throws(ArithmeticFailure) in
                try credit.negated()
            }
        default:
            throw Rejection(
                .invalidValue, "Expected either a debit or a credit balance of \(account).")
        }
    }
}

/// Takes on an open item from the old books.
package struct TakeOnItem: Command, Equatable {
    package let item: OpenItemID
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let amount: Money
    package let dueDate: BusinessDate
    package let documentDate: BusinessDate?
    package let text: String

    package static let schema = Schema<TakeOnItem>(
        "finance.take-on-item", "Takes on an open item from the old books.",
        Field(1, "item", \.item, "The item's id: the old document's number."),
        Field(2, "customer", \.customer, "The customer who owes it."),
        Field(3, "supplier", \.supplier, "The supplier to whom it is owed."),
        Field(4, "amount", \.amount, "What is open of it.", limits: .positive),
        Field(5, "dueDate", \.dueDate, "When it is due."),
        Field(6, "documentDate", \.documentDate, "The date of the old document."),
        Field(7, "text", \.text, "What it is for.", default: ""),
        make: TakeOnItem.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .unknownObject, .alreadyExists, .invalidValue,
        .periodLocked, .currencyNotSupported, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        try decision.requireBaseCurrency(amount.currency)
        try decision.requireNew(OpenItemState.self, item.text)
        try requireForeignNumber(decision)
        let side: ItemSide
        let group: String?
        switch (customer, supplier) {
        case (let customer?, nil):
            side = .receivable
            group = try decision.existing(AccountState.self, customer.text).group
        case (nil, let supplier?):
            side = .payable
            group = try decision.existing(SupplierState.self, supplier.text).group
        default:
            throw Rejection(
                .invalidValue, "Expected either a customer or a supplier for item \(item).")
        }
        try decision.emit(
            OpenItemTakenOn(
                side: side, customer: customer, supplier: supplier, partnerGroup: group,
                item: item, amount: amount, dueDate: dueDate,
                documentDate: documentDate ?? decision.facts.effectiveDate, text: text),
            to: item.text)
    }

    /// Refuses a number that one of our own series gives one day: two debts would be one item.
    private func requireForeignNumber(_ decision: Decision) throws(Rejection) {
        guard let document = try decision.series(thatCanGive: item.text) else { return }
        throw Rejection(
            .invalidValue,
            "Expected an id that our own numbers never take, found \"\(item)\", which the series of the \(document.rawValue) can give; put something before it, as in \"OLD-\(item)\".",
            [JSONMember("item", .string(item.text))])
    }
}

/// Takes on money that is held from the old books: a customer's credit, or a prepayment to a supplier.
///
/// It is allocated, refunded or bounced as any payment of which nothing is allocated.
package struct TakeOnPayment: Command, Equatable {
    package let payment: PaymentID
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let amount: Money
    package let documentDate: BusinessDate?
    package let text: String

    package static let schema = Schema<TakeOnPayment>(
        "finance.take-on-payment",
        "Takes on a customer's credit or a prepayment to a supplier from the old books.",
        Field(1, "payment", \.payment, "The payment's id: the old document's number."),
        Field(2, "customer", \.customer, "The customer whose credit it is."),
        Field(3, "supplier", \.supplier, "The supplier who was paid ahead."),
        Field(4, "amount", \.amount, "What is held of it.", limits: .positive),
        Field(5, "documentDate", \.documentDate, "The date of the old document."),
        Field(6, "text", \.text, "What it is for.", default: ""),
        make: TakeOnPayment.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .unknownObject, .alreadyExists, .invalidValue,
        .periodLocked, .currencyNotSupported, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        try decision.requireBaseCurrency(amount.currency)
        try decision.requireNew(PaymentState.self, payment.text)
        let direction: PaymentDirection
        let group: String?
        switch (customer, supplier) {
        case (let customer?, nil):
            direction = .incoming
            group = try decision.existing(AccountState.self, customer.text).group
        case (nil, let supplier?):
            direction = .outgoing
            group = try decision.existing(SupplierState.self, supplier.text).group
        default:
            throw Rejection(
                .invalidValue, "Expected either a customer or a supplier for payment \(payment).")
        }
        try decision.emit(
            PaymentTakenOn(
                direction: direction, customer: customer, supplier: supplier,
                partnerGroup: group, amount: amount,
                documentDate: documentDate ?? decision.facts.effectiveDate, text: text),
            to: payment.text)
    }
}

/// Finishes the take-on: OPENING must be zero, subledgers must equal control accounts.
package struct FinishTakeOn: Command, Equatable {
    package static let schema = Schema<FinishTakeOn>(
        "finance.finish-take-on",
        "Finishes the take-on: OPENING must be zero, subledgers must equal control accounts.",
        make: FinishTakeOn.init)

    package static let access = CommandAccess.human("finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .takeOnUnbalanced,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        let company = try decision.company()
        let id = decision.facts.company
        let state = try decision.state(of: TakeOnState.self, id)
        var faults: [String] = []
        if let opening = state.opening, !opening.isZero {
            faults.append("OPENING stands at \(opening), expected 0")
        }
        for expected in state.expected {
            let reached =
                state.reached.first { $0.account == expected.account }?.amount
                ?? .zero(company.baseCurrency)
            if reached != expected.amount {
                faults.append(
                    "account \(expected.account) is stated at \(expected.amount), items and stock come to \(reached)"
                )
            }
        }
        guard faults.isEmpty else {
            throw Rejection(
                .takeOnUnbalanced,
                "The take-on does not come out: \(faults.joined(separator: "; ")). Take on what is missing."
            )
        }
        try decision.emit(TakeOnFinished(finishedBy: decision.person), to: id)
        try decision.emit(BooksCompleted(completedBy: decision.person), to: id)
    }
}
