package import Records

/// A product was registered.
package struct ProductRegistered: Event, Equatable {
    package let name: String
    package let kind: ProductKind
    package let productClass: String
    package let unit: String
    package let costing: CostingMethod
    package let taxCode: String?
    package let replenishment: Replenishment?
    package let external: ExternalReference?

    package static let schema = Schema<ProductRegistered>(
        "inventory.product-registered", "A product was registered.",
        Field(1, "name", \.name, "The product's name, as documents show it."),
        Field(2, "kind", \.kind, "Whether it is kept in stock, done, or merely charged."),
        Field(3, "productClass", \.productClass, "The class; may choose accounts and tax codes."),
        Field(4, "unit", \.unit, "The unit in which all of its quantities are counted."),
        Field(5, "costing", \.costing, "How the cost of issued goods is found."),
        Field(6, "taxCode", \.taxCode, "The tax code of sales, where it is not found by rule."),
        Field(7, "replenishment", \.replenishment, "When and how much is bought again."),
        Field(8, "external", \.external, "Where the record came from."),
        make: ProductRegistered.init)

    package func evolve(_ state: inout ProductState) {
        state = ProductState(
            name: name, kind: kind, productClass: productClass, unit: unit, costing: costing,
            taxCode: taxCode, replenishment: replenishment, isDiscontinued: false,
            external: external)
    }
}

/// A product's description was changed; its kind, unit and costing never change.
package struct ProductChanged: Event, Equatable {
    package let name: String
    package let productClass: String
    package let taxCode: String?

    package static let schema = Schema<ProductChanged>(
        "inventory.product-changed", "A product's description was changed.",
        Field(1, "name", \.name, "The name from now on."),
        Field(2, "productClass", \.productClass, "The class from now on."),
        Field(3, "taxCode", \.taxCode, "The tax code from now on."),
        make: ProductChanged.init)

    package func evolve(_ state: inout ProductState) {
        state.name = name
        state.productClass = productClass
        state.taxCode = taxCode
    }
}

/// It was settled when and how much of a product is bought again.
package struct ReplenishmentSet: Event, Equatable {
    package let replenishment: Replenishment?

    package static let schema = Schema<ReplenishmentSet>(
        "inventory.replenishment-set",
        "It was settled when and how much of a product is bought again.",
        Field(
            1, "replenishment", \.replenishment,
            "The rule from now on; absent where nothing is bought by rule any more."),
        make: ReplenishmentSet.init)

    package func evolve(_ state: inout ProductState) { state.replenishment = replenishment }
}

/// A product is no longer bought and sold; what is left may still be shipped.
package struct ProductDiscontinued: Event, Equatable {
    package let reason: String?

    package static let schema = Schema<ProductDiscontinued>(
        "inventory.product-discontinued", "A product is no longer bought and sold.",
        Field(1, "reason", \.reason, "Why."),
        make: ProductDiscontinued.init)

    package func evolve(_ state: inout ProductState) { state.isDiscontinued = true }
}

/// A warehouse was registered.
package struct WarehouseRegistered: Event, Equatable {
    package let name: String
    package let external: ExternalReference?

    package static let schema = Schema<WarehouseRegistered>(
        "inventory.warehouse-registered", "A warehouse was registered.",
        Field(1, "name", \.name, "The warehouse's name."),
        Field(2, "external", \.external, "Where the record came from."),
        make: WarehouseRegistered.init)

    package func evolve(_ state: inout WarehouseState) {
        state = WarehouseState(name: name, external: external)
    }
}
