package import Records

/// Sends a purchase order to the supplier; the version is pinned.
package struct SendPurchaseOrder: Command {
    package let order: PurchaseOrderID

    package static let schema = Schema<SendPurchaseOrder>(
        "purchasing.send-order", "Sends a purchase order to the supplier.",
        Field(1, "order", \.order, "The purchase order."),
        make: SendPurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .supplierBlocked,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(
            order, to: "be sent", in: .approved, .sent, .confirmed)
        if state.status != .approved, state.sentRevision == state.revision { return }
        try decision.requireUsable(state.supplier)
        try decision.emit(
            PurchaseOrderSent(supplier: state.supplier, revision: state.revision), to: order.text)
    }
}

/// What a supplier says of one line; what is absent is as ordered.
package struct SupplierPromise: Record, Hashable {
    /// The line.
    package let line: Int64
    /// How much it will deliver.
    package let quantity: Quantity?
    /// At what price.
    package let price: UnitPrice?
    /// When.
    package let date: BusinessDate?

    /// A promise from its parts.
    package init(
        line: Int64, quantity: Quantity? = nil, price: UnitPrice? = nil, date: BusinessDate? = nil
    ) {
        self.line = line
        self.quantity = quantity
        self.price = price
        self.date = date
    }

    /// The declaration of the fields.
    package static let schema = Schema<SupplierPromise>(
        "purchasing.supplier-promise", "What a supplier says of one line.",
        Field(1, "line", \.line, "The line."),
        Field(2, "quantity", \.quantity, "How much it will deliver.", limits: .notNegative),
        Field(3, "price", \.price, "At what price.", limits: .positive),
        Field(4, "date", \.date, "When."),
        make: SupplierPromise.init)
}

/// Notes a supplier's confirmation.
///
/// What differs from the order is taken over by itself as far as the table `confirmation-tolerance`
/// lets it. Anything beyond is a deviation that the buyer answers: accepts it, amends or cancels the
/// order, or asks the supplier to confirm again.
package struct ConfirmPurchaseOrder: Command {
    package let order: PurchaseOrderID
    package let lines: [SupplierPromise]

    package static let schema = Schema<ConfirmPurchaseOrder>(
        "purchasing.confirm-order", "Notes a supplier's confirmation of a purchase order.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "lines", \.lines, "What differs; lines not named are confirmed as ordered."),
        make: ConfirmPurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .currencyNotSupported, .unitMismatch, .quantityExceeds,
        .priceFixed, .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(order, to: "be confirmed", in: .sent, .confirmed)
        for promise in lines {
            _ = try state.requireLine(promise.line, of: order)
            if let price = promise.price { try decision.requireBaseCurrency(price.currency) }
        }
        var confirmation = Confirmation(order: order, state: state, decision: decision)
        for line in state.lines where line.wanted.isPositive {
            try confirmation.compare(line, with: lines.last { $0.line == line.line })
        }
        try confirmation.write()
    }
}

/// Accepts a supplier's deviating confirmation: the order is amended to it.
package struct AcceptConfirmation: Command {
    package let order: PurchaseOrderID

    package static let schema = Schema<AcceptConfirmation>(
        "purchasing.accept-confirmation", "Accepts a supplier's deviating confirmation.",
        Field(1, "order", \.order, "The purchase order."),
        make: AcceptConfirmation.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quantityExceeds, .priceFixed, .noRule, .badRuleResult,
        .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(
            order, to: "have its confirmation accepted", in: .sent, .confirmed)
        guard state.hasDeviation else {
            throw Rejection(
                .wrongState,
                "The confirmation of purchase order \(order) does not differ from it; there is nothing to accept."
            )
        }
        var amendment = PurchaseAmendment(order: order, state: state)
        var confirmed: [ConfirmedLine] = []
        for line in state.lines {
            guard let quantity = line.confirmed, let price = line.confirmedPrice else { continue }
            try amendment.change(
                line, quantity: quantity, price: price,
                expectedDate: line.offeredDate ?? line.expectedDate)
            confirmed.append(
                ConfirmedLine(
                    line: line.line, quantity: quantity, price: price,
                    date: line.offeredDate ?? line.expectedDate))
        }
        let status = try amendment.write(decision)
        if status.isWithSupplier {
            let revision = try decision.state(of: PurchaseOrderState.self, order.text).revision
            try decision.emit(
                PurchaseOrderConfirmed(lines: confirmed, revision: revision), to: order.text)
            try decision.emitPurchaseMilestones(of: order)
        }
    }
}

extension Decision {
    /// A quantity in the unit of a line's product, which it may name or leave out.
    func inOwnUnit(
        _ quantity: Quantity, of line: PurchaseOrderLine
    ) throws(Rejection) -> Quantity {
        try existing(ProductState.self, line.product.text).inOwnUnit(quantity)
    }
}

extension PurchaseOrderState {
    /// The line with a number, which must exist.
    func requireLine(
        _ number: Int64, of order: PurchaseOrderID
    ) throws(Rejection) -> PurchaseOrderLine {
        guard let line = line(number) else {
            let numbers = lines.map { "\($0.line)" }.joined(separator: ", ")
            throw Rejection(
                .unknownObject,
                "Purchase order \(order) has no line \(number); it has \(numbers).",
                [JSONMember("line", .string("\(number)"))])
        }
        return line
    }
}
