package import Records

/// What kind of thing a product is.
package enum ProductKind: String, Choice {
    /// Kept in warehouses, with quantity and value.
    case stock
    /// Work done for a customer; it has no stock and is never shipped.
    case service
    /// A fee such as freight; it has no stock and is never shipped.
    case charge
}

/// How the cost of issued goods is found.
/// - Source: semantics 3.3.
package enum CostingMethod: String, Choice {
    /// The moving average of a pool (Q, V).
    case avco
    /// The oldest layer first.
    case fifo
}

/// When and how much of a product is bought again; all in the product's own unit.
package struct Replenishment: Record, Hashable {
    /// Buy when the projected quantity falls below this.
    package let reorderPoint: Quantity
    /// Buy up to this projected quantity.
    package let target: Quantity
    /// Buy whole multiples of this.
    package let multiple: Quantity
    /// Buy at least this much at a time.
    package let minimum: Quantity
    /// Buy nothing that would bring the projected quantity above this, but for customers who wait;
    /// nil where there is no such bound.
    package var maximum: Quantity?

    /// Replenishment from its parts.
    package init(
        reorderPoint: Quantity, target: Quantity, multiple: Quantity, minimum: Quantity,
        maximum: Quantity? = nil
    ) {
        self.maximum = maximum
        self.reorderPoint = reorderPoint
        self.target = target
        self.multiple = multiple
        self.minimum = minimum
    }

    /// The declaration of the fields.
    package static let schema = Schema<Replenishment>(
        "inventory.replenishment", "When and how much of a product is bought again.",
        Field(
            1, "reorderPoint", \.reorderPoint,
            "Buy when the projected quantity falls below this.", limits: .notNegative),
        Field(
            2, "target", \.target, "Buy up to this projected quantity.", limits: .notNegative),
        Field(
            3, "multiple", \.multiple, "Buy whole multiples of this.", limits: .positive,
            default: Quantity(1)),
        Field(
            4, "minimum", \.minimum, "Buy at least this much at a time.", limits: .notNegative,
            default: .zero),
        Field(
            5, "maximum", \.maximum,
            "Buy nothing that would bring the projected quantity above this, but for customers who wait; a supplier's own minimum stands.",
            limits: .positive),
        make: {
            Replenishment(reorderPoint: $0, target: $1, multiple: $2, minimum: $3, maximum: $4)
        })
}

/// What is bought, kept and sold.
package struct ProductState: StreamState, Equatable {
    /// The product's name, as documents show it.
    package var name: String
    /// Whether it is kept in stock, done, or merely charged.
    package var kind: ProductKind
    /// The class, which may choose accounts and tax codes.
    package var productClass: String
    /// The unit in which all of its quantities are counted.
    package var unit: String
    /// How the cost of issued goods is found; fixed at registration.
    package var costing: CostingMethod
    /// The tax code of sales, where it is not found by rule.
    package var taxCode: String?
    /// When and how much is bought again; nil for what is not replenished by rule.
    package var replenishment: Replenishment?
    /// Whether it is no longer bought and sold; what is left may still be shipped.
    package var isDiscontinued: Bool
    /// Where the record came from.
    package var external: ExternalReference?

    package static let streamType = "inventory.product"
    package static let initial = ProductState(
        name: "", kind: .stock, productClass: "", unit: "", costing: .avco, taxCode: nil,
        replenishment: nil, isDiscontinued: false, external: nil)
    package static let schema = Schema<ProductState>(
        "inventory.product", "What is bought, kept and sold.",
        Field(1, "name", \.name, "The product's name, as documents show it."),
        Field(2, "kind", \.kind, "Whether it is kept in stock, done, or merely charged."),
        Field(3, "productClass", \.productClass, "The class; may choose accounts and tax codes."),
        Field(4, "unit", \.unit, "The unit in which all of its quantities are counted."),
        Field(5, "costing", \.costing, "How the cost of issued goods is found."),
        Field(6, "taxCode", \.taxCode, "The tax code of sales, where it is not found by rule."),
        Field(7, "replenishment", \.replenishment, "When and how much is bought again."),
        Field(8, "isDiscontinued", \.isDiscontinued, "Whether it is no longer bought and sold."),
        Field(9, "external", \.external, "Where the record came from."),
        make: ProductState.init)
}

/// A place where stock is kept.
package struct WarehouseState: StreamState, Equatable {
    /// The warehouse's name.
    package var name: String
    /// Where the record came from.
    package var external: ExternalReference?

    package static let streamType = "inventory.warehouse"
    package static let initial = WarehouseState(name: "", external: nil)
    package static let schema = Schema<WarehouseState>(
        "inventory.warehouse", "A place where stock is kept.",
        Field(1, "name", \.name, "The warehouse's name."),
        Field(2, "external", \.external, "Where the record came from."),
        make: WarehouseState.init)
}
