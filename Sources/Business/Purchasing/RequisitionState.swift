package import Records

/// Why something is to be bought.
package enum RequisitionCause: String, Choice {
    /// The projected quantity is below the reorder point.
    case reorderPoint = "reorder-point"
    /// Customers wait for goods that nothing covers.
    case backOrder = "back-order"
    /// A person asked.
    case manual
}

/// What is to be bought of a product for a warehouse: one for each pair, for ever.
package struct RequisitionState: StreamState, Equatable {
    /// The streams of requisitions.
    package static let streamType = Subjects.Requisition.subjectName
    /// The product.
    package var product: ProductID
    /// The warehouse that needs it.
    package var warehouse: WarehouseID
    /// What is not ordered yet.
    package var open: Quantity
    /// From whom; nil while it waits on the buyer's list for valid terms.
    package var supplier: SupplierID?
    /// When it is needed.
    package var neededBy: BusinessDate?
    /// People who asked for what is open.
    package var requesters: [String]

    /// A requisition from its parts.
    package init(
        product: ProductID, warehouse: WarehouseID, open: Quantity, supplier: SupplierID?,
        neededBy: BusinessDate?, requesters: [String]
    ) {
        self.product = product
        self.warehouse = warehouse
        self.open = open
        self.supplier = supplier
        self.neededBy = neededBy
        self.requesters = requesters
    }

    /// Before the first event.
    package static let initial = RequisitionState(
        product: .unset, warehouse: .unset, open: .zero, supplier: nil, neededBy: nil,
        requesters: [])

    /// The declaration of the fields.
    package static let schema = Schema<RequisitionState>(
        "purchasing.requisition", "What is to be bought of a product for a warehouse.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "The warehouse that needs it."),
        Field(3, "open", \.open, "What is not ordered yet.", limits: .notNegative),
        Field(4, "supplier", \.supplier, "From whom; absent while it waits for valid terms."),
        Field(5, "neededBy", \.neededBy, "When it is needed."),
        Field(6, "requesters", \.requesters, "People who asked for what is open."),
        make: RequisitionState.init)

    /// Whether it waits on the buyer's list.
    package var waitsForBuyer: Bool { open.isPositive && supplier == nil }

    /// The id of the one requisition of a product for a warehouse.
    package static func id(warehouse: WarehouseID, product: ProductID) -> String {
        "\(warehouse):\(product)"
    }
}
