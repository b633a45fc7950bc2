package import Records

/// Registers what is bought, kept or sold.
package struct RegisterProduct: Command {
    package let product: ProductID
    package let name: String
    package let kind: ProductKind
    package let productClass: String
    package let unit: String
    package let costing: CostingMethod
    package let taxCode: String?
    package let replenishment: Replenishment?
    package let external: ExternalReference?

    package static let schema = Schema<RegisterProduct>(
        "inventory.register-product", "Registers what is bought, kept or sold.",
        Field(1, "product", \.product, "The product's id."),
        Field(2, "name", \.name, "The name, as documents show it.", limits: .count(1...200)),
        Field(
            3, "kind", \.kind, "Whether it is kept in stock, done, or merely charged.",
            default: .stock),
        Field(
            4, "productClass", \.productClass, "The class; may choose accounts and tax codes.",
            limits: .count(1...64), default: "goods"),
        Field(
            5, "unit", \.unit, "The unit in which all of its quantities are counted.",
            limits: .count(1...16), default: "pcs"),
        Field(
            6, "costing", \.costing, "How the cost of issued goods is found; never changes.",
            default: .avco),
        Field(
            7, "taxCode", \.taxCode, "The tax code of sales, where it is not found by rule.",
            limits: .count(1...64)),
        Field(8, "replenishment", \.replenishment, "When and how much is bought again."),
        Field(9, "external", \.external, "Where the record came from."),
        make: RegisterProduct.init)

    package static let access = CommandAccess.roles(
        "warehouse", "buyer", "purchasing-manager", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .notStocked, .unitMismatch, .unknownTaxCode,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireNew(ProductState.self, product.text)
        if let taxCode { try decision.requireInTaxTable(taxCode) }
        var replenishment = replenishment
        if let given = replenishment {
            guard kind == .stock else { throw noReplenishment(of: product, kind) }
            replenishment = try given.inUnit(unit)
        }
        try decision.emit(
            ProductRegistered(
                name: name, kind: kind, productClass: productClass, unit: unit, costing: costing,
                taxCode: taxCode, replenishment: replenishment, external: external),
            to: product.text)
    }
}

/// Changes a product's name, class or tax code; kind, unit and costing never change.
package struct ChangeProduct: Command {
    package let product: ProductID
    package let name: String?
    package let productClass: String?
    package let taxCode: String?

    package static let schema = Schema<ChangeProduct>(
        "inventory.change-product",
        "Changes a product's name, class or tax code; what is not named stays.",
        Field(1, "product", \.product, "The product."),
        Field(2, "name", \.name, "The name from now on.", limits: .count(1...200)),
        Field(
            3, "productClass", \.productClass, "The class from now on.", limits: .count(1...64)),
        Field(4, "taxCode", \.taxCode, "The tax code from now on.", limits: .count(1...64)),
        make: ChangeProduct.init)

    package static let access = CommandAccess.roles(
        "warehouse", "buyer", "purchasing-manager", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .unknownTaxCode]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ProductState.self, product.text)
        if let taxCode { try decision.requireInTaxTable(taxCode) }
        let changed = ProductChanged(
            name: name ?? state.name, productClass: productClass ?? state.productClass,
            taxCode: taxCode ?? state.taxCode)
        let current = ProductChanged(
            name: state.name, productClass: state.productClass, taxCode: state.taxCode)
        if changed != current { try decision.emit(changed, to: product.text) }
    }
}

/// Settles when and how much of a product is bought again.
package struct SetReplenishment: Command {
    package let product: ProductID
    package let replenishment: Replenishment?

    package static let schema = Schema<SetReplenishment>(
        "inventory.set-replenishment", "Settles when and how much of a product is bought again.",
        Field(1, "product", \.product, "The product."),
        Field(
            2, "replenishment", \.replenishment,
            "The rule from now on; absent: nothing is bought by rule."),
        make: SetReplenishment.init)

    package static let access = CommandAccess.roles("warehouse", "buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .notStocked, .productDiscontinued, .unitMismatch, .invalidValue,
        .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ProductState.self, product.text)
        var rule = replenishment
        if let given = rule {
            guard state.kind == .stock else { throw noReplenishment(of: product, state.kind) }
            guard !state.isDiscontinued else {
                throw Rejection(
                    .productDiscontinued,
                    "Expected a product that is still bought, found \(product), which is discontinued; leave the rule out."
                )
            }
            rule = try given.inUnit(state.unit)
            try rule?.requireRoom(for: product)
        }
        if rule != state.replenishment {
            try decision.emit(ReplenishmentSet(replenishment: rule), to: product.text)
        }
    }
}

/// Ends buying and selling of a product.
package struct DiscontinueProduct: Command {
    package let product: ProductID
    package let reason: String?

    package static let schema = Schema<DiscontinueProduct>(
        "inventory.discontinue-product",
        "Ends buying and selling of a product; what is left may still be shipped.",
        Field(1, "product", \.product, "The product."),
        Field(2, "reason", \.reason, "Why."),
        make: DiscontinueProduct.init)

    package static let access = CommandAccess.roles(
        "warehouse", "buyer", "purchasing-manager", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ProductState.self, product.text)
        if state.isDiscontinued { return }
        try decision.emit(ProductDiscontinued(reason: reason), to: product.text)
    }
}

/// Registers a place where stock is kept.
package struct RegisterWarehouse: Command {
    package let warehouse: WarehouseID
    package let name: String
    package let external: ExternalReference?

    package static let schema = Schema<RegisterWarehouse>(
        "inventory.register-warehouse", "Registers a place where stock is kept.",
        Field(1, "warehouse", \.warehouse, "The warehouse's id."),
        Field(2, "name", \.name, "The warehouse's name.", limits: .count(1...200)),
        Field(3, "external", \.external, "Where the record came from."),
        make: RegisterWarehouse.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [.alreadyExists]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireNew(WarehouseState.self, warehouse.text)
        try decision.emit(WarehouseRegistered(name: name, external: external), to: warehouse.text)
    }
}

extension Replenishment {
    fileprivate func inUnit(_ unit: String) throws(Rejection) -> Replenishment {
        Replenishment(
            reorderPoint: try reorderPoint.counted(in: unit),
            target: try target.counted(in: unit), multiple: try multiple.counted(in: unit),
            minimum: try minimum.counted(in: unit), maximum: try maximum?.counted(in: unit))
    }

    /// Refuses a bound that leaves no room for what the rule buys at the reorder point.
    fileprivate func requireRoom(for product: ProductID) throws(Rejection) {
        guard let maximum else { return }
        let smallest = try purchaseLotSize(
            covering: Quantity(millionths: 1), minimum: minimum, multiple: multiple)
        let least = try computing("the room of \(product)") { () throws(ArithmeticFailure) in
            max(target, try reorderPoint.adding(smallest))
        }
        guard maximum < least else { return }
        throw Rejection(
            .invalidValue,
            "Expected a maximum of at least \(least), the target and the reorder point with the smallest lot, found \(maximum); raise it, or buy smaller lots.",
            [
                JSONMember("field", .string("maximum")),
                JSONMember("least", .string(least.digits)),
            ])
    }
}

private func noReplenishment(of product: ProductID, _ kind: ProductKind) -> Rejection {
    Rejection(
        .notStocked,
        "Expected a product that is kept in stock, found \(product), a \(kind.rawValue); leave the replenishment out.",
        [JSONMember("product", .string(product.text))])
}
