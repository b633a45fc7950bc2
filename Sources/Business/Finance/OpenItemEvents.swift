package import Records

/// An amount came to be owed.
package struct ItemOpened: Event, Equatable {
    package let side: ItemSide
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let invoice: InvoiceID?
    package let creditNote: CreditNoteID?
    package let supplierInvoice: SupplierInvoiceID?
    package let order: OrderID?
    package let amount: Money
    package let dueDate: BusinessDate

    package static let schema = Schema<ItemOpened>(
        "finance.item-opened", "An amount came to be owed.",
        Field(1, "side", \.side, "Who owes whom."),
        Field(2, "customer", \.customer, "The customer of a receivable."),
        Field(3, "supplier", \.supplier, "The supplier of a payable."),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "invoice", \.invoice, "The invoice behind it."),
        Field(6, "creditNote", \.creditNote, "The credit note behind it."),
        Field(7, "supplierInvoice", \.supplierInvoice, "The supplier's invoice behind it."),
        Field(8, "order", \.order, "The customer's order behind it."),
        Field(9, "amount", \.amount, "How much; a credit note's is negative."),
        Field(10, "dueDate", \.dueDate, "When it is due."),
        make: ItemOpened.init)

    package func evolve(_ state: inout OpenItemState) {
        state.side = side
        state.status = .open
        state.customer = customer
        state.supplier = supplier
        state.partnerGroup = partnerGroup
        state.invoice = invoice
        state.creditNote = creditNote
        state.supplierInvoice = supplierInvoice
        state.order = order
        state.original = amount
        state.open = amount
        state.dueDate = dueDate
    }
}

/// What settles or reopens an open item.
package enum SettlementKind: String, Choice {
    /// A payment.
    case payment
    /// A credit note.
    case creditNote = "credit-note"
    /// Nothing: it was given up.
    case writeOff = "write-off"
    /// A refund in cash.
    case refund
}

/// A part of an open item was settled.
package struct ItemReduced: Event, Equatable {
    package let amount: Money
    package let open: Money
    package let kind: SettlementKind
    package let document: String

    package static let schema = Schema<ItemReduced>(
        "finance.item-reduced", "A part of an open item was settled.",
        Field(1, "amount", \.amount, "How much; negative for a credit note's own item."),
        Field(2, "open", \.open, "What is open yet."),
        Field(3, "kind", \.kind, "What settled it."),
        Field(4, "document", \.document, "The document that settled it."),
        make: ItemReduced.init)

    package func evolve(_ state: inout OpenItemState) {
        state.open = open
        state.status = .partly
    }
}

/// An open item was settled: nothing of it is open.
package struct ItemCleared: Event, Equatable {
    package let amount: Money
    package let kind: SettlementKind
    package let document: String
    package let invoice: InvoiceID?
    package let creditNote: CreditNoteID?
    package let supplierInvoice: SupplierInvoiceID?
    package let order: OrderID?

    package static let schema = Schema<ItemCleared>(
        "finance.item-cleared", "An open item was settled: nothing of it is open.",
        Field(1, "amount", \.amount, "How much was open before."),
        Field(2, "kind", \.kind, "What settled it."),
        Field(3, "document", \.document, "The document that settled it."),
        Field(4, "invoice", \.invoice, "The invoice behind it.", concerns: true),
        Field(5, "creditNote", \.creditNote, "The credit note behind it.", concerns: true),
        Field(
            6, "supplierInvoice", \.supplierInvoice, "The supplier's invoice behind it.",
            concerns: true),
        Field(7, "order", \.order, "The customer's order behind it.", concerns: true),
        make: ItemCleared.init)

    package func evolve(_ state: inout OpenItemState) {
        state.open = .zero(amount.currency)
        state.status = kind == .writeOff ? .writtenOff : .cleared
    }
}

/// What had settled an open item was taken back.
package struct ItemReopened: Event, Equatable {
    package let amount: Money
    package let open: Money
    package let document: String
    package let invoice: InvoiceID?
    package let supplierInvoice: SupplierInvoiceID?
    package let order: OrderID?

    package static let schema = Schema<ItemReopened>(
        "finance.item-reopened", "What had settled an open item was taken back.",
        Field(1, "amount", \.amount, "How much is open again."),
        Field(2, "open", \.open, "What is open in all; the due date is the old one."),
        Field(3, "document", \.document, "The document that had settled it."),
        Field(4, "invoice", \.invoice, "The invoice behind it.", concerns: true),
        Field(
            5, "supplierInvoice", \.supplierInvoice, "The supplier's invoice behind it.",
            concerns: true),
        Field(6, "order", \.order, "The customer's order behind it.", concerns: true),
        make: ItemReopened.init)

    package func evolve(_ state: inout OpenItemState) {
        state.open = open
        state.status = open == state.original ? .open : .partly
    }
}

/// What is open of an item was given up.
package struct ItemWrittenOff: PostedEvent, Equatable {
    package let side: ItemSide
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let item: OpenItemID
    package let amount: Money
    package let reason: WriteOffReason
    package let text: String

    package static let schema = Schema<ItemWrittenOff>(
        "finance.item-written-off", "What is open of an item was given up.",
        Field(1, "side", \.side, "Who owed whom."),
        Field(2, "customer", \.customer, "The customer of a receivable.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of a payable.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "item", \.item, "The item."),
        Field(6, "amount", \.amount, "How much."),
        Field(7, "reason", \.reason, "Why."),
        Field(8, "text", \.text, "Why, in words."),
        make: ItemWrittenOff.init)

    package func evolve(_ state: inout OpenItemState) {
        state.open = .zero(amount.currency)
        state.status = .writtenOff
    }

    package static let amountNames = ["amount"]
    package static let postingPolicies = [
        "receivable.bad-debt", "receivable.small-difference", "payable.bad-debt",
        "payable.small-difference",
    ]
    package static let journal = "general"
    package var posting: PostingFacts {
        PostingFacts(
            policy: "\(side.rawValue).\(reason.rawValue)",
            amounts: [
                NamedAmount(
                    "amount", amount,
                    partner: customer.map { "sales.account/\($0)" }
                        ?? supplier.map { "purchasing.supplier/\($0)" },
                    partnerGroup: partnerGroup, openItem: item.text)
            ],
            text: "Written off: \(text)")
    }
}

/// Why an item is given up.
package enum WriteOffReason: String, Choice {
    /// It will not be paid.
    case badDebt = "bad-debt"
    /// It is too small to ask for.
    case smallDifference = "small-difference"
}

/// An item came to be disputed, or no longer is.
package struct ItemDisputeChanged: Event, Equatable {
    package let isDisputed: Bool
    package let reason: String

    package static let schema = Schema<ItemDisputeChanged>(
        "finance.item-dispute-changed", "An item came to be disputed, or no longer is.",
        Field(1, "isDisputed", \.isDisputed, "Whether it is disputed now."),
        Field(2, "reason", \.reason, "What the partner says."),
        make: ItemDisputeChanged.init)

    package func evolve(_ state: inout OpenItemState) { state.isDisputed = isDisputed }
}
