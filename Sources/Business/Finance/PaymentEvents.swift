package import Records

/// Money came in from a customer.
package struct PaymentReceived: PostedEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let amount: Money
    package let allocations: [Allocation]
    package let unallocated: Money
    package let documentDate: BusinessDate
    package let reference: String
    package let opportunity: OpportunityID?
    package let source: String?
    package let orders: [OrderID]

    package static let schema = Schema<PaymentReceived>(
        "finance.payment-received", "Money came in from a customer.",
        Field(1, "customer", \.customer, "Who paid.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "amount", \.amount, "How much: allocated and unallocated."),
        Field(4, "allocations", \.allocations, "The open items that it pays at once."),
        Field(5, "unallocated", \.unallocated, "What is held as the customer's credit."),
        Field(6, "documentDate", \.documentDate, "The bank's date."),
        Field(7, "reference", \.reference, "What the bank statement says."),
        Field(8, "opportunity", \.opportunity, "The deal of the first order that it pays."),
        Field(9, "source", \.source, "Where that deal came from."),
        Field(10, "orders", \.orders, "The orders whose items it pays."),
        make: PaymentReceived.init)

    package func evolve(_ state: inout PaymentState) {
        state.direction = .incoming
        state.status = .posted
        state.customer = customer
        state.partnerGroup = partnerGroup
        state.amount = amount
        state.unallocated = unallocated
        state.reference = reference
        state.add(allocations)
    }

    package func evolve(_ state: inout PaymentState, at version: UInt64) {
        evolve(&state)
        state.allocatedAt.note(allocations, at: version)
    }

    package static let amountNames = ["amount", "allocated", "unallocated"]
    package static let identities = [
        AmountIdentity("amount", equals: "allocated", "unallocated")
    ]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: paymentAmounts(
                "sales.account/\(customer)", partnerGroup, amount, allocations, unallocated),
            text: reference.isEmpty ? "Payment received" : "Payment received: \(reference)")
    }
}

/// The whole of a payment, what it settles of each open item, and the rest.
private func paymentAmounts(
    _ partner: String, _ group: String?, _ amount: Money, _ allocations: [Allocation],
    _ unallocated: Money
) -> [NamedAmount] {
    [NamedAmount("amount", amount, partner: partner, partnerGroup: group)]
        + allocated(partner, group, allocations)
        + [NamedAmount("unallocated", unallocated, partner: partner, partnerGroup: group)]
}

private func allocated(
    _ partner: String?, _ group: String?, _ allocations: [Allocation]
) -> [NamedAmount] {
    allocations.map {
        NamedAmount(
            "allocated", $0.amount, partner: partner, partnerGroup: group,
            openItem: $0.item.text)
    }
}

/// We paid a supplier.
package struct PaymentMade: PostedEvent, Equatable {
    package let supplier: SupplierID
    package let partnerGroup: String?
    package let amount: Money
    package let allocations: [Allocation]
    package let unallocated: Money
    package let documentDate: BusinessDate
    package let reference: String

    package static let schema = Schema<PaymentMade>(
        "finance.payment-made", "We paid a supplier.",
        Field(1, "supplier", \.supplier, "Whom we paid.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The supplier's group."),
        Field(3, "amount", \.amount, "How much: allocated and unallocated."),
        Field(4, "allocations", \.allocations, "The open items that it pays at once."),
        Field(5, "unallocated", \.unallocated, "What is held as a prepayment."),
        Field(6, "documentDate", \.documentDate, "The bank's date."),
        Field(7, "reference", \.reference, "What the bank statement says."),
        make: PaymentMade.init)

    package func evolve(_ state: inout PaymentState) {
        state.direction = .outgoing
        state.status = .posted
        state.supplier = supplier
        state.partnerGroup = partnerGroup
        state.amount = amount
        state.unallocated = unallocated
        state.reference = reference
        state.add(allocations)
    }

    package func evolve(_ state: inout PaymentState, at version: UInt64) {
        evolve(&state)
        state.allocatedAt.note(allocations, at: version)
    }

    package static let amountNames = ["amount", "allocated", "unallocated"]
    package static let identities = [
        AmountIdentity("amount", equals: "allocated", "unallocated")
    ]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: paymentAmounts(
                "purchasing.supplier/\(supplier)", partnerGroup, amount, allocations,
                unallocated),
            text: reference.isEmpty ? "Payment made" : "Payment made: \(reference)")
    }
}

/// A payment that was held was allocated to open items.
package struct PaymentAllocated: PostedEvent, Equatable {
    package let direction: PaymentDirection
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let allocations: [Allocation]
    package let unallocated: Money

    package static let schema = Schema<PaymentAllocated>(
        "finance.payment-allocated", "A payment that was held was allocated to open items.",
        Field(1, "direction", \.direction, "Which way the payment went."),
        Field(2, "customer", \.customer, "The customer of an incoming payment.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of an outgoing payment.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "allocations", \.allocations, "What it is allocated to."),
        Field(6, "unallocated", \.unallocated, "What is left of the payment."),
        make: PaymentAllocated.init)

    package func evolve(_ state: inout PaymentState) {
        state.unallocated = unallocated
        state.add(allocations)
    }

    package func evolve(_ state: inout PaymentState, at version: UInt64) {
        evolve(&state)
        state.allocatedAt.note(allocations, at: version)
    }

    package static let amountNames = ["allocated"]
    package static let postingPolicies = ["incoming", "outgoing"]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            policy: direction.rawValue,
            amounts: allocated(partnerName(customer, supplier), partnerGroup, allocations),
            text: "Payment allocated")
    }
}

private func partnerName(_ customer: AccountID?, _ supplier: SupplierID?) -> String? {
    customer.map { "sales.account/\($0)" } ?? supplier.map { "purchasing.supplier/\($0)" }
}

/// An allocation was taken back; the payment is held again and the items are open again.
package struct AllocationReversed: PostedEvent, ReversingEvent, Equatable {
    package let direction: PaymentDirection
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let allocations: [Allocation]
    package let unallocated: Money
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<AllocationReversed>(
        "finance.allocation-reversed", "An allocation was taken back.",
        Field(1, "direction", \.direction, "Which way the payment went."),
        Field(2, "customer", \.customer, "The customer of an incoming payment.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of an outgoing payment.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "allocations", \.allocations, "What is taken back."),
        Field(6, "unallocated", \.unallocated, "What is held of the payment now."),
        Field(7, "reason", \.reason, "Why."),
        Field(8, "reverses", \.reverses, "The events that it takes back."),
        make: AllocationReversed.init)

    package func evolve(_ state: inout PaymentState) {
        state.unallocated = unallocated
        state.remove(allocations)
        state.allocatedAt.forget(allocations)
    }

    package static let amountNames = ["allocated"]
    package static let postingPolicies = ["incoming", "outgoing"]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            policy: direction.rawValue,
            amounts: allocated(partnerName(customer, supplier), partnerGroup, allocations),
            text: "Allocation reversed: \(reason)", reverses: reverses)
    }
}

/// The bank took a payment back: all its allocations are reversed.
package struct PaymentBounced: PostedEvent, ReversingEvent, Equatable {
    package let direction: PaymentDirection
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let amount: Money
    package let allocations: [Allocation]
    package let unallocated: Money
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<PaymentBounced>(
        "finance.payment-bounced", "The bank took a payment back.",
        Field(1, "direction", \.direction, "Which way the payment went."),
        Field(2, "customer", \.customer, "The customer of an incoming payment.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of an outgoing payment.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "amount", \.amount, "How much: allocated and unallocated."),
        Field(6, "allocations", \.allocations, "The allocations that are reversed."),
        Field(7, "unallocated", \.unallocated, "What was held of it."),
        Field(8, "reason", \.reason, "What the bank said."),
        Field(9, "reverses", \.reverses, "The events that it takes back."),
        make: PaymentBounced.init)

    package func evolve(_ state: inout PaymentState) {
        state.status = .bounced
        state.unallocated = .zero(amount.currency)
        state.allocations = []
        state.allocatedAt = []
    }

    package static let amountNames = ["amount", "allocated", "unallocated"]
    package static let identities = [
        AmountIdentity("amount", equals: "allocated", "unallocated")
    ]
    package static let postingPolicies = ["incoming", "outgoing"]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            policy: direction.rawValue,
            amounts: paymentAmounts(
                partnerName(customer, supplier) ?? "", partnerGroup, amount, allocations,
                unallocated),
            text: "Payment bounced: \(reason)", reverses: reverses)
    }
}

/// What was held of a payment was paid back.
package struct RefundPaid: PostedEvent, Equatable {
    package let direction: PaymentDirection
    package let customer: AccountID?
    package let supplier: SupplierID?
    package let partnerGroup: String?
    package let amount: Money
    package let unallocated: Money
    package let reference: String

    package static let schema = Schema<RefundPaid>(
        "finance.refund-paid", "What was held of a payment was paid back.",
        Field(1, "direction", \.direction, "Which way the payment itself went."),
        Field(2, "customer", \.customer, "The customer of an incoming payment.", concerns: true),
        Field(3, "supplier", \.supplier, "The supplier of an outgoing payment.", concerns: true),
        Field(4, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(5, "amount", \.amount, "How much."),
        Field(6, "unallocated", \.unallocated, "What is left of the payment."),
        Field(7, "reference", \.reference, "What the bank statement says."),
        make: RefundPaid.init)

    package func evolve(_ state: inout PaymentState) { state.unallocated = unallocated }

    package static let amountNames = ["amount"]
    package static let postingPolicies = ["incoming", "outgoing"]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            policy: direction.rawValue,
            amounts: [
                NamedAmount(
                    "amount", amount, partner: partnerName(customer, supplier),
                    partnerGroup: partnerGroup)
            ],
            text: reference.isEmpty ? "Refund" : "Refund: \(reference)")
    }
}
