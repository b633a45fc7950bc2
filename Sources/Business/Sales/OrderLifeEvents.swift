package import Records

/// Nothing stops the order any more: it may be reserved, shipped and billed.
package struct OrderReleased: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let value: Money

    package static let schema = Schema<OrderReleased>(
        "sales.order-released", "Nothing stops the order any more.",
        Field(1, "order", \.order, "The order."),
        Field(2, "customer", \.customer, "Who ordered.", concerns: true),
        Field(
            3, "value", \.value,
            "Net and expected tax that count in the customer's credit exposure from now on; zero when the order was released before."
        ),
        make: OrderReleased.init)

    package func evolve(_ state: inout OrderState) {
        state.status = .released
        state.isCounted = true
    }
}

/// The order was stopped for one more reason.
package struct OrderBlockRaised: Event, Equatable {
    package let block: OrderBlock

    package static let schema = Schema<OrderBlockRaised>(
        "sales.order-block-raised", "The order was stopped for one more reason.",
        Field(1, "block", \.block, "The reason."),
        make: OrderBlockRaised.init)

    package func evolve(_ state: inout OrderState) {
        state.blocks.append(block)
        state.status = .pending
    }
}

/// One of the reasons that stopped the order was taken away.
package struct OrderBlockReleased: Event, Equatable {
    package let kind: BlockKind
    package let reason: String
    package let releasedBy: String
    package var validUntil: BusinessDate?

    package static let schema = Schema<OrderBlockReleased>(
        "sales.order-block-released", "One of the reasons that stopped the order was taken away.",
        Field(1, "kind", \.kind, "Which kind of block."),
        Field(2, "reason", \.reason, "Why it no longer stops the order."),
        Field(3, "releasedBy", \.releasedBy, "Who took it away."),
        Field(
            4, "validUntil", \.validUntil,
            "The last day on which the credit is granted; without end where absent."),
        make: {
            OrderBlockReleased(kind: $0, reason: $1, releasedBy: $2, validUntil: $3)
        })

    package func evolve(_ state: inout OrderState) {
        state.blocks.removeAll { $0.kind == kind }
        guard kind == .credit else { return }
        state.isCreditGranted = true
        state.creditGrantedUntil = validUntil
    }
}

/// The order was changed: lines as they stand afterwards, and dates and terms.
package struct OrderAmended: Event, Equatable {
    package let customer: AccountID
    package let revision: Int64
    package let lines: [OrderLine]
    package let change: Money
    package let amendedBy: String
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var paymentTerms: String?
    package var deliveryRule: DeliveryRule?
    package var invoicing: InvoicingRule?
    package var reference: String?
    package var reason: String?
    package var rule: Blob?

    package static let schema = Schema<OrderAmended>(
        "sales.order-amended", "The order was changed.",
        Field(1, "customer", \.customer, "Who ordered."),
        Field(2, "revision", \.revision, "How often the order was amended, this time included."),
        Field(
            3, "lines", \.lines,
            "The lines that were changed or added, each as it is now; other lines stay."),
        Field(
            4, "change", \.change,
            "What the customer's credit exposure changes by; zero while the order was never released."
        ),
        Field(5, "amendedBy", \.amendedBy, "Who changed it."),
        Field(6, "requestedDate", \.requestedDate, "When the customer wants it, where changed."),
        Field(7, "promisedDate", \.promisedDate, "When it is promised now, where changed."),
        Field(8, "paymentTerms", \.paymentTerms, "The payment terms, where changed."),
        Field(9, "deliveryRule", \.deliveryRule, "When goods may leave, where changed."),
        Field(10, "invoicing", \.invoicing, "What may be billed, and when, where changed."),
        Field(11, "reference", \.reference, "The customer's own number, where changed."),
        Field(12, "reason", \.reason, "Why it was changed."),
        Field(13, "rule", \.rule, "The SHA-256 of the decision that judged the blocks."),
        make: {
            OrderAmended(
                customer: $0, revision: $1, lines: $2, change: $3, amendedBy: $4,
                requestedDate: $5, promisedDate: $6, paymentTerms: $7, deliveryRule: $8,
                invoicing: $9, reference: $10, reason: $11, rule: $12)
        })

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout OrderState) {
        state.revision = revision
        for line in lines { state.replace(line) }
        if let requestedDate { state.requestedDate = requestedDate }
        if let promisedDate {
            state.promisedDate = promisedDate
            if state.firstPromisedDate == nil { state.firstPromisedDate = promisedDate }
        }
        if let paymentTerms { state.paymentTerms = paymentTerms }
        if let deliveryRule { state.deliveryRule = deliveryRule }
        if let invoicing { state.invoicing = invoicing }
        if let reference { state.reference = reference }
    }
}
