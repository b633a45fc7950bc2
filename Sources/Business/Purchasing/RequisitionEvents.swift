package import Records

/// A need that is to be bought was raised; the requisition of its product and warehouse is open.
///
/// The requested quantity of the stock grows by `quantity`.
package struct RequisitionRaised: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let cause: RequisitionCause
    package let supplier: SupplierID?
    package let neededBy: BusinessDate?
    package let projected: Quantity
    package let requester: String?

    package static let schema = Schema<RequisitionRaised>(
        "purchasing.requisition-raised", "A need that is to be bought was raised.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needs it."),
        Field(3, "quantity", \.quantity, "How much is to be bought."),
        Field(4, "cause", \.cause, "Why it is to be bought."),
        Field(
            5, "supplier", \.supplier, "From whom; absent: it waits on the buyer's list.",
            concerns: true),
        Field(6, "neededBy", \.neededBy, "When it is needed."),
        Field(7, "projected", \.projected, "The projected quantity before it."),
        Field(8, "requester", \.requester, "Who asked, where a person did."),
        make: RequisitionRaised.init)

    package func evolve(_ state: inout RequisitionState) {
        state = RequisitionState(
            product: product, warehouse: warehouse, open: quantity, supplier: supplier,
            neededBy: neededBy, requesters: requester.map { [$0] } ?? [])
    }
}

/// An open requisition grew.
///
/// The requested quantity of the stock grows by `quantity`.
package struct RequisitionIncreased: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let cause: RequisitionCause
    package let projected: Quantity
    package let requester: String?

    package static let schema = Schema<RequisitionIncreased>(
        "purchasing.requisition-increased", "An open requisition grew.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needs it."),
        Field(3, "quantity", \.quantity, "How much more is to be bought."),
        Field(4, "cause", \.cause, "Why it is to be bought."),
        Field(5, "projected", \.projected, "The projected quantity before it."),
        Field(6, "requester", \.requester, "Who asked, where a person did."),
        make: RequisitionIncreased.init)

    package func evolve(_ state: inout RequisitionState) {
        state.open = state.open.plus(quantity)
        if let requester, !state.requesters.contains(requester) {
            state.requesters.append(requester)
        }
    }
}

/// A supplier was chosen for a requisition.
package struct RequisitionAssigned: Event, Equatable {
    package let supplier: SupplierID
    package let neededBy: BusinessDate?

    package static let schema = Schema<RequisitionAssigned>(
        "purchasing.requisition-assigned", "A supplier was chosen for a requisition.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        Field(2, "neededBy", \.neededBy, "When it is needed."),
        make: RequisitionAssigned.init)

    package func evolve(_ state: inout RequisitionState) {
        state.supplier = supplier
        if let neededBy { state.neededBy = neededBy }
    }
}

/// A requisition lost its supplier: the terms are no longer valid, or the supplier is blocked.
package struct RequisitionUnassigned: Event, Equatable {
    package let supplier: SupplierID
    package let reason: String

    package static let schema = Schema<RequisitionUnassigned>(
        "purchasing.requisition-unassigned", "A requisition lost its supplier.",
        Field(1, "supplier", \.supplier, "Whose it was.", concerns: true),
        Field(2, "reason", \.reason, "Why."),
        make: RequisitionUnassigned.init)

    package func evolve(_ state: inout RequisitionState) { state.supplier = nil }
}

/// A requisition, or a part of it, went into a purchase order.
///
/// The requested quantity of the stock falls by `quantity`.
package struct RequisitionOrdered: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let order: PurchaseOrderID

    package static let schema = Schema<RequisitionOrdered>(
        "purchasing.requisition-ordered", "A requisition went into a purchase order.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needs it."),
        Field(3, "quantity", \.quantity, "How much of it is no longer open."),
        Field(4, "order", \.order, "The purchase order.", concerns: true),
        make: RequisitionOrdered.init)

    package func evolve(_ state: inout RequisitionState) { state.reduce(by: quantity) }
}

/// A requisition, or a part of it, was taken back.
///
/// The requested quantity of the stock falls by `quantity`.
package struct RequisitionWithdrawn: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let reason: String

    package static let schema = Schema<RequisitionWithdrawn>(
        "purchasing.requisition-withdrawn", "A requisition was taken back.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needed it."),
        Field(3, "quantity", \.quantity, "How much of it is no longer open."),
        Field(4, "reason", \.reason, "Why."),
        make: RequisitionWithdrawn.init)

    package func evolve(_ state: inout RequisitionState) { state.reduce(by: quantity) }
}

extension RequisitionState {
    fileprivate mutating func reduce(by quantity: Quantity) {
        open = open.less(quantity)
        if open.isZero {
            supplier = nil
            neededBy = nil
            requesters = []
        }
    }
}
