package import Records

/// How a payment finds its open items where nobody names them.
package enum AllocationMode: String, Choice {
    /// Items that the reference names, an item of exactly the amount, then the oldest due first.
    case automatic
    /// Not at all: it is held as the partner's credit.
    case hold
}

/// Records money that came in from a customer.
package struct ReceivePayment: Command, Equatable {
    package let payment: PaymentID?
    package let customer: AccountID?
    package let amount: Money?
    package let invoice: InvoiceID?
    package let order: OrderID?
    package let allocations: [Allocation]
    package let mode: AllocationMode
    package let documentDate: BusinessDate?
    package let reference: String

    package static let schema = Schema<ReceivePayment>(
        "finance.receive-payment", "Records money that came in from a customer.",
        Field(1, "payment", \.payment, "The id; the next of the series where not given."),
        Field(2, "customer", \.customer, "Who paid; the invoice's or order's where not given."),
        Field(
            3, "amount", \.amount,
            "How much; all that is open of the invoice or order where not given.",
            limits: .positive),
        Field(4, "invoice", \.invoice, "The invoice that it pays first."),
        Field(5, "order", \.order, "The order whose invoices it pays first."),
        Field(6, "allocations", \.allocations, "The items and amounts that it pays, by name."),
        Field(
            7, "mode", \.mode, "How it finds items where none are named.", default: .automatic),
        Field(8, "documentDate", \.documentDate, "The bank's date; else the posting date."),
        Field(9, "reference", \.reference, "What the bank statement says.", default: ""),
        make: ReceivePayment.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager", "bank")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .alreadyExists, .invalidValue,
        .amountExceeds, .partnerMismatch, .currencyNotSupported, .nothingToAllocate,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let paid = try PaidDocuments(invoice: invoice, order: order, decision)
        guard let payer = customer ?? paid.customer else {
            throw Rejection(
                .invalidValue, "Expected a customer, or the invoice or order that is paid.")
        }
        if let owner = paid.customer, owner != payer {
            throw Rejection(
                .partnerMismatch,
                "Expected a payment by \(owner), whose document it names, found one by \(payer).")
        }
        let account = try decision.existing(AccountState.self, payer.text)
        let partner = PaymentPartner.customer(payer)
        let total: Money
        if let amount { total = amount } else { total = try paid.open(decision, of: payer.text) }
        try decision.requireBaseCurrency(total.currency)
        let split = try decision.split(
            total, partner, named: allocations, mode: mode, reference: reference,
            preferring: paid.items)
        let id = try decision.newIdentifier(
            PaymentState.self, given: payment?.text, series: "RCP")
        let orders = try decision.orders(of: split.allocations)
        let deal = try orders.first.map { (order) throws(Rejection) in
            try decision.state(of: OrderState.self, order.text)
        }
        try decision.emit(
            PaymentReceived(
                customer: payer, partnerGroup: account.group, amount: total,
                allocations: split.allocations, unallocated: split.left,
                documentDate: documentDate ?? decision.facts.effectiveDate,
                reference: reference, opportunity: deal?.opportunity, source: deal?.source,
                orders: orders),
            to: id)
    }
}

/// The documents that a payment names, and their open items.
private struct PaidDocuments {
    private(set) var customer: AccountID?
    private(set) var items: Set<OpenItemID> = []

    init(invoice: InvoiceID?, order: OrderID?, _ decision: Decision) throws(Rejection) {
        if let invoice { try add(invoice, decision) }
        if let order {
            let state = try decision.existing(OrderState.self, order.text)
            try take(state.customer, of: "order \(order)")
            for invoice in state.invoices { try add(invoice, decision) }
        }
    }

    private mutating func add(_ invoice: InvoiceID, _ decision: Decision) throws(Rejection) {
        let state = try decision.existing(InvoiceState.self, invoice.text)
        if let owner = state.customer { try take(owner, of: "invoice \(invoice)") }
        items.formUnion(state.installments.map(\.item))
    }

    /// Refuses documents of two customers.
    private mutating func take(_ owner: AccountID, of document: String) throws(Rejection) {
        if let customer, customer != owner {
            throw Rejection(
                .partnerMismatch,
                "Expected documents of one customer, found \(document) of \(owner) beside one of \(customer); record a payment for each."
            )
        }
        customer = owner
    }

    /// All that is open of the documents.
    func open(_ decision: Decision, of payer: String) throws(Rejection) -> Money {
        var total = Money.zero(try decision.company().baseCurrency)
        for item in items {
            guard let open = try decision.state(of: OpenItemState.self, item.text).open else {
                continue
            }
            total = try computing("what is open") { () throws(ArithmeticFailure) in
                try total.adding(open)
            }
        }
        guard total.isPositive else {
            throw Rejection(
                .nothingToAllocate,
                items.isEmpty
                    ? "Expected an amount, or an invoice or an invoiced order of \(payer), found neither; give the amount."
                    : "Expected something open of what the payment names, found that \(payer) has paid it in full already; give an amount to record more than is owed."
            )
        }
        return total
    }
}

/// Records a payment to a supplier.
package struct MakePayment: Command, Equatable {
    package let payment: PaymentID?
    package let supplier: SupplierID?
    package let amount: Money?
    package let supplierInvoice: SupplierInvoiceID?
    package let allocations: [Allocation]
    package let mode: AllocationMode
    package let documentDate: BusinessDate?
    package let reference: String

    package static let schema = Schema<MakePayment>(
        "finance.make-payment", "Records a payment to a supplier.",
        Field(1, "payment", \.payment, "The id; the next of the series where not given."),
        Field(2, "supplier", \.supplier, "Whom we paid; the invoice's where not given."),
        Field(
            3, "amount", \.amount, "How much; all that is open of the invoice where not given.",
            limits: .positive),
        Field(4, "supplierInvoice", \.supplierInvoice, "The invoice that it pays first."),
        Field(5, "allocations", \.allocations, "The items and amounts that it pays, by name."),
        Field(
            6, "mode", \.mode, "How it finds items where none are named.", default: .automatic),
        Field(7, "documentDate", \.documentDate, "The bank's date; else the posting date."),
        Field(8, "reference", \.reference, "What the bank statement says.", default: ""),
        make: MakePayment.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager", "bank")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .alreadyExists, .invalidValue,
        .amountExceeds, .partnerMismatch, .currencyNotSupported, .nothingToAllocate,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let bill = try supplierInvoice.map { (invoice) throws(Rejection) in
            try decision.existing(SupplierInvoiceState.self, invoice.text)
        }
        guard let paid = supplier ?? bill?.supplier else {
            throw Rejection(.invalidValue, "Expected a supplier, or the invoice that is paid.")
        }
        if let bill, bill.supplier != paid {
            throw Rejection(
                .partnerMismatch,
                "Expected a payment to \(bill.supplier), whose invoice it names, found one to \(paid)."
            )
        }
        let item = bill?.number.flatMap { OpenItemID($0) }
        let state = try decision.existing(SupplierState.self, paid.text)
        let total: Money
        if let amount { total = amount } else { total = try open(of: bill, paid, decision) }
        try decision.requireBaseCurrency(total.currency)
        let split = try decision.split(
            total, .supplier(paid), named: allocations, mode: mode, reference: reference,
            preferring: Set([item].compactMap { $0 }))
        let id = try decision.newIdentifier(
            PaymentState.self, given: payment?.text, series: "PAY")
        try decision.emit(
            PaymentMade(
                supplier: paid, partnerGroup: state.group, amount: total,
                allocations: split.allocations, unallocated: split.left,
                documentDate: documentDate ?? decision.facts.effectiveDate,
                reference: reference),
            to: id)
    }

    private func open(
        of bill: SupplierInvoiceState?, _ supplier: SupplierID, _ decision: Decision
    ) throws(Rejection) -> Money {
        guard let supplierInvoice, let bill else {
            throw Rejection(
                .nothingToAllocate,
                "Expected an amount, or the supplierInvoice of \(supplier) that is paid, found neither; name one."
            )
        }
        guard let item = bill.number else {
            throw Rejection(
                .nothingToAllocate,
                "Expected a posted bill, found \(supplierInvoice), which is \(bill.status.rawValue); post it first, or give the amount of a prepayment."
            )
        }
        let open = try decision.state(of: OpenItemState.self, item).open
        guard let open, open.isPositive else {
            throw Rejection(
                .nothingToAllocate,
                "Expected a bill with something open, found \(supplierInvoice), which is paid in full already; give an amount to pay more than is owed."
            )
        }
        return open
    }
}

extension Decision {
    /// What a payment pays, and what is left of it.
    func split(
        _ total: Money, _ partner: PaymentPartner, named: [Allocation], mode: AllocationMode,
        reference: String, preferring preferred: Set<OpenItemID>
    ) throws(Rejection) -> (allocations: [Allocation], left: Money) {
        var chosen = try checked(named, of: partner)
        if named.isEmpty, mode == .automatic {
            chosen = try automatic(
                total, of: partner, reference: reference, isExactFirst: true,
                preferring: preferred)
        }
        let left = try computing("what is left of the payment") {
            () throws(ArithmeticFailure) in
            try total.subtracting(chosen.map(\.amount).total(total.currency))
        }
        guard !left.isNegative else {
            throw Rejection(
                .amountExceeds,
                "Expected allocations of at most \(total), which was paid; allocate less.",
                [JSONMember("amount", .string(total.description))])
        }
        return (chosen, left)
    }

    /// The customers' orders behind open items, each once.
    func orders(of allocations: [Allocation]) throws(Rejection) -> [OrderID] {
        var orders: [OrderID] = []
        for allocation in allocations {
            let item = try state(of: OpenItemState.self, allocation.item.text)
            if let order = item.order, !orders.contains(order) { orders.append(order) }
        }
        return orders
    }
}
