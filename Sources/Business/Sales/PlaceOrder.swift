package import Records

/// Place an order of a customer.
package struct PlaceOrder: Command {
    package let customer: AccountID
    package let lines: [Line]
    package var order: OrderID?
    package var warehouse: WarehouseID?
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var paymentTerms: String?
    package var deliveryRule: DeliveryRule?
    package var invoicing: InvoicingRule?
    package var opportunity: OpportunityID?
    package var source: String?
    package var contact: ContactID?
    package var owner: String?
    package var channel: String?
    package var reference: String?
    package var freight: Money?
    package var external: ExternalReference?

    /// One wanted line.
    package struct Line: Record, Hashable {
        package let product: ProductID
        package let quantity: Quantity
        package var price: UnitPrice?
        package var discount: Rate
        package var taxCode: String?
        package var warehouse: WarehouseID?

        package static let schema = Schema<Line>(
            "sales.place-order.line", "One wanted line.",
            Field(1, "product", \.product, "What is wanted."),
            Field(2, "quantity", \.quantity, "How much of it.", limits: .positive),
            Field(
                3, "price", \.price, "The price of one unit; the list's where absent.",
                limits: .notNegative),
            Field(
                4, "discount", \.discount, "The discount, 0.1 for 10 %.", limits: .notNegative,
                default: .zero),
            Field(
                5, "taxCode", \.taxCode,
                "The tax code; the customer's or the product's where absent."),
            Field(6, "warehouse", \.warehouse, "From where; the order's where absent."),
            make: {
                Line(
                    product: $0, quantity: $1, price: $2, discount: $3, taxCode: $4,
                    warehouse: $5)
            })
    }

    package static let schema = Schema<PlaceOrder>(
        "sales.place-order", "Place an order of a customer.",
        Field(1, "customer", \.customer, "Who orders."),
        Field(2, "lines", \.lines, "What is wanted.", limits: .count(1...1_000)),
        Field(3, "order", \.order, "The order's id; the next of the series SO where absent."),
        Field(4, "warehouse", \.warehouse, "From where; `main` where absent."),
        Field(5, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(
            6, "promisedDate", \.promisedDate,
            "When it is promised; where both dates are absent, as the table delivery-promise says."),
        Field(7, "paymentTerms", \.paymentTerms, "The payment terms; the customer's if absent."),
        Field(8, "deliveryRule", \.deliveryRule, "When goods may leave; the customer's if absent."),
        Field(9, "invoicing", \.invoicing, "What may be billed when; the customer's if absent."),
        Field(10, "opportunity", \.opportunity, "The deal from which it comes."),
        Field(11, "source", \.source, "From where the customer came; the deal's where absent."),
        Field(12, "contact", \.contact, "The person at the customer."),
        Field(13, "owner", \.owner, "Who looks after it; the account's owner where absent."),
        Field(14, "channel", \.channel, "By which way it came: web, phone, field."),
        Field(15, "reference", \.reference, "The customer's own number for it."),
        Field(
            16, "freight", \.freight, "Freight as the customer was told; not billed by itself.",
            limits: .notNegative),
        Field(17, "external", \.external, "Where the order came from."),
        make: {
            PlaceOrder(
                customer: $0, lines: $1, order: $2, warehouse: $3, requestedDate: $4,
                promisedDate: $5, paymentTerms: $6, deliveryRule: $7, invoicing: $8,
                opportunity: $9, source: $10, contact: $11, owner: $12, channel: $13,
                reference: $14, freight: $15, external: $16)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .unknownObject, .customerInactive, .productDiscontinued, .unitMismatch,
        .taxNotDeterminable, .unknownTaxCode, .priceMissing, .invalidValue, .orderMismatch,
        .currencyNotSupported, .companyNotFounded, .periodLocked, .unknownTerms, .noRule,
        .badRuleResult, .dateOutOfRange,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let order = try decision.newID(OrderState.self, self.order, series: "SO")
        if let contact { _ = try decision.existing(ContactState.self, contact.text) }
        try decision.place(
            OrderRequest(
                order: order, customer: customer,
                lines: lines.map {
                    OrderRequest.Line(
                        asked: LineRequest(
                            product: $0.product, quantity: $0.quantity, price: $0.price,
                            discount: $0.discount),
                        taxCode: $0.taxCode, warehouse: $0.warehouse)
                },
                warehouse: warehouse, hasAgreedPrices: false, opportunity: opportunity,
                source: source, paymentTerms: paymentTerms, deliveryRule: deliveryRule,
                invoicing: invoicing, requestedDate: requestedDate, promisedDate: promisedDate,
                freight: freight, external: external, contact: contact, owner: owner,
                channel: channel, reference: reference))
    }
}
