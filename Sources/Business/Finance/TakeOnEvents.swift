package import Records

/// The balance of an account was taken on from the old books.
package struct OpeningBalanceTakenOn: PostedEvent, Equatable {
    package let account: String
    package let balance: Money
    package let text: String

    package static let schema = Schema<OpeningBalanceTakenOn>(
        "finance.opening-balance-taken-on", "The balance of an account was taken on.",
        Field(1, "account", \.account, "The account's number."),
        Field(2, "balance", \.balance, "The balance; debit is positive."),
        Field(3, "text", \.text, "Where it comes from."),
        make: OpeningBalanceTakenOn.init)

    package func evolve(_ state: inout TakeOnState) {}

    package static let amountNames = ["balance"]
    package static let journal = "opening"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: [NamedAmount("balance", balance, account: account)],
            text: text.isEmpty ? "Opening balance of \(account)" : text)
    }
}

/// The old books' total of a control account was stated: items or stock must reach it.
package struct ControlTotalStated: Event, Equatable {
    package let expected: [ControlTotal]

    package static let schema = Schema<ControlTotalStated>(
        "finance.control-total-stated", "The old books' total of a control account was stated.",
        Field(1, "expected", \.expected, "All totals stated so far."),
        make: ControlTotalStated.init)

    package func evolve(_ state: inout TakeOnState) { state.expected = expected }
}

/// A voucher against the role OPENING was posted: what is taken on changed.
package struct TakeOnProgressed: Event, Equatable {
    package let opening: Money
    package let reached: [ControlTotal]

    package static let schema = Schema<TakeOnProgressed>(
        "finance.take-on-progressed", "A voucher against the role OPENING was posted.",
        Field(1, "opening", \.opening, "What stands on the role OPENING after it."),
        Field(2, "reached", \.reached, "What items and stock came to, by control account."),
        make: TakeOnProgressed.init)

    package func evolve(_ state: inout TakeOnState) {
        state.opening = opening
        state.reached = reached
    }
}

/// The take-on is finished: OPENING is zero and subledgers equal control accounts.
package struct TakeOnFinished: Event, Equatable {
    package let finishedBy: PersonID?

    package static let schema = Schema<TakeOnFinished>(
        "finance.take-on-finished", "The take-on of opening balances was finished.",
        Field(1, "finishedBy", \.finishedBy, "Who finished it."),
        make: TakeOnFinished.init)

    package func evolve(_ state: inout TakeOnState) { state.isFinished = true }
}

/// The company's books are complete: its take-on is finished.
package struct BooksCompleted: Event, Equatable {
    package let completedBy: PersonID?

    package static let schema = Schema<BooksCompleted>(
        "finance.books-completed", "The company's take-on is finished.",
        Field(1, "completedBy", \.completedBy, "Who finished the take-on."),
        make: BooksCompleted.init)

    package func evolve(_ state: inout CompanyState) { state.isTakeOnFinished = true }
}

/// An open item was taken on from the old books.
package struct OpenItemTakenOn: PostedEvent, Equatable {
    package let side: ItemSide
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let item: OpenItemID
    package let amount: Money
    package let dueDate: BusinessDate
    package let documentDate: BusinessDate
    package let text: String

    package static let schema = Schema<OpenItemTakenOn>(
        "finance.open-item-taken-on", "An open item was taken on from the old books.",
        Field(1, "side", \.side, "Who owes whom."),
        Field(2, "customer", \.customer, "The customer of a receivable.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of a payable.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "item", \.item, "The item's id: the old document's number."),
        Field(6, "amount", \.amount, "What is open of it."),
        Field(7, "dueDate", \.dueDate, "When it is due."),
        Field(8, "documentDate", \.documentDate, "The date of the old document."),
        Field(9, "text", \.text, "What it is for.", default: ""),
        make: OpenItemTakenOn.init)

    package func evolve(_ state: inout OpenItemState) {
        state.side = side
        state.status = .open
        state.customer = customer
        state.supplier = supplier
        state.partnerGroup = partnerGroup
        state.original = amount
        state.open = amount
        state.dueDate = dueDate
    }

    package static let amountNames = ["amount"]
    package static let postingPolicies = ["receivable", "payable"]
    package static let journal = "opening"
    package var posting: PostingFacts {
        PostingFacts(
            policy: side.rawValue,
            amounts: [
                NamedAmount(
                    "amount", amount,
                    partner: customer.map { "sales.account/\($0)" }
                        ?? supplier.map { "purchasing.supplier/\($0)" },
                    partnerGroup: partnerGroup, openItem: item.text)
            ],
            text: text.isEmpty ? "Open item \(item) taken on" : text)
    }
}

/// Money that is held was taken on from the old books.
package struct PaymentTakenOn: PostedEvent, Equatable {
    package let direction: PaymentDirection
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let amount: Money
    package let documentDate: BusinessDate
    package let text: String

    package static let schema = Schema<PaymentTakenOn>(
        "finance.payment-taken-on", "Money that is held was taken on from the old books.",
        Field(1, "direction", \.direction, "Which way the payment went."),
        Field(2, "customer", \.customer, "The customer whose credit it is.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier who was paid ahead.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "amount", \.amount, "What is held of it."),
        Field(6, "documentDate", \.documentDate, "The date of the old document."),
        Field(7, "text", \.text, "What it is for.", default: ""),
        make: PaymentTakenOn.init)

    package func evolve(_ state: inout PaymentState) {
        state.direction = direction
        state.status = .posted
        state.customer = customer
        state.supplier = supplier
        state.partnerGroup = partnerGroup
        state.amount = amount
        state.unallocated = amount
        state.reference = text
    }

    package static let amountNames = ["amount"]
    package static let postingPolicies = ["incoming", "outgoing"]
    package static let journal = "opening"
    package var posting: PostingFacts {
        PostingFacts(
            policy: direction.rawValue,
            amounts: [
                NamedAmount(
                    "amount", amount,
                    partner: customer.map { "sales.account/\($0)" }
                        ?? supplier.map { "purchasing.supplier/\($0)" },
                    partnerGroup: partnerGroup)
            ],
            text: text.isEmpty ? "Held money taken on" : text)
    }
}
