package import Records

/// Asks for something to be bought.
package struct RaiseRequisition: Command {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity

    package static let schema = Schema<RaiseRequisition>(
        "purchasing.raise-requisition", "Asks for something to be bought.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needs it."),
        Field(3, "quantity", \.quantity, "How much is needed.", limits: .positive),
        make: RaiseRequisition.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager", "warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .notStocked, .productDiscontinued, .unitMismatch, .invalidValue,
        .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let needed = try decision.requireBought(product).inOwnUnit(quantity)
        _ = try decision.existing(WarehouseState.self, warehouse.text)
        let stock = try decision.state(of: StockState.self, StockState.id(warehouse, product))
        try decision.request(
            needed, of: product, in: warehouse, because: .manual, projected: stock.projected,
            requester: decision.facts.actor.person)
    }
}

/// Chooses the supplier of a requisition: how the buyer's list is worked off.
package struct AssignSupplier: Command {
    package let requisition: String
    package let supplier: SupplierID

    package static let schema = Schema<AssignSupplier>(
        "purchasing.assign-supplier", "Chooses the supplier of a requisition.",
        Field(
            1, "requisition", \.requisition, "The requisition, `warehouse:product`.",
            limits: .count(3...129)),
        Field(2, "supplier", \.supplier, "The supplier; it needs valid terms for the product."),
        make: AssignSupplier.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .supplierBlocked, .noValidTerms,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.requireOpen(requisition)
        if state.supplier == supplier { return }
        let term = try decision.requireTerm(of: supplier, for: state.product)
        try decision.assign(
            requisition, of: state.product, to: PurchaseSource(supplier: supplier, term: term))
    }
}

/// Takes a requisition back: it is not bought.
package struct WithdrawRequisition: Command {
    package let requisition: String
    package let quantity: Quantity?
    package let reason: String

    package static let schema = Schema<WithdrawRequisition>(
        "purchasing.withdraw-requisition", "Takes a requisition back: it is not bought.",
        Field(
            1, "requisition", \.requisition, "The requisition, `warehouse:product`.",
            limits: .count(3...129)),
        Field(2, "quantity", \.quantity, "How much of it; all where absent.", limits: .positive),
        Field(3, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: WithdrawRequisition.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quantityExceeds, .unitMismatch, .stillNeeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.requireOpen(requisition)
        let product = try decision.existing(ProductState.self, state.product.text)
        let withdrawn = try product.inOwnUnit(quantity ?? state.open)
        guard withdrawn <= state.open else {
            throw Rejection(
                .quantityExceeds,
                "Expected at most \(state.open), what requisition \(requisition) has open, found \(withdrawn).",
                [JSONMember("open", .string(state.open.description))])
        }
        let rest = state.open.less(withdrawn)
        let again = try decision.shortage(
            of: state.product, in: state.warehouse, requesting: rest)
        guard again.isZero else {
            throw Rejection(
                .stillNeeded,
                "Expected goods that are not needed, found that \(again) of \(state.product) would be asked for again at once: customers wait for them or the reorder point is not reached. Cancel what waits, change the replenishment, or discontinue the product first.",
                [JSONMember("needed", .string(again.description))])
        }
        if withdrawn == state.open { try decision.unqueue(requisition, of: state.product) }
        try decision.emit(
            RequisitionWithdrawn(
                product: state.product, warehouse: state.warehouse, quantity: withdrawn,
                reason: reason), to: requisition)
    }
}

extension Decision {
    /// The requisition, of which something must be open.
    fileprivate func requireOpen(
        _ requisition: String
    ) throws(Rejection) -> RequisitionState {
        let state = try existing(RequisitionState.self, requisition)
        guard state.open.isPositive else {
            throw Rejection(
                .wrongState,
                "Expected requisition \(requisition) to be open, found that all of it was ordered or withdrawn; raise a new one."
            )
        }
        return state
    }

    /// The terms on which a supplier that is not blocked sells a product today.
    func requireTerm(
        of supplier: SupplierID, for product: ProductID
    ) throws(Rejection) -> SupplierTerm {
        let state = try requireUsable(supplier)
        guard let term = state.term(for: product, on: facts.effectiveDate) else {
            throw Rejection(
                .noValidTerms,
                "Supplier \(supplier) has no terms for \(product) that are valid on \(facts.effectiveDate); set them with purchasing.set-terms.",
                [
                    JSONMember("supplier", .string(supplier.text)),
                    JSONMember("product", .string(product.text)),
                ])
        }
        return term
    }

    /// The product, which must be kept in stock and still be bought.
    func requireBought(_ product: ProductID) throws(Rejection) -> ProductState {
        let state = try stockedProduct(product)
        guard !state.isDiscontinued else {
            throw Rejection(
                .productDiscontinued,
                "Product \(product) is discontinued and is bought only for orders that wait for it.",
                [JSONMember("product", .string(product.text))])
        }
        return state
    }
}
