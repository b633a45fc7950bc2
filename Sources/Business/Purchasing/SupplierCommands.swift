package import Records

/// Registers a supplier.
package struct RegisterSupplier: Command {
    package let supplier: SupplierID?
    package let name: String
    package let group: String?
    package let paymentTerms: String?
    package let taxCode: String?
    package let overDelivery: Rate
    package let external: ExternalReference?

    package static let schema = Schema<RegisterSupplier>(
        "purchasing.register-supplier", "Registers a supplier.",
        Field(1, "supplier", \.supplier, "Its id; the next number where absent."),
        Field(2, "name", \.name, "The supplier's name.", limits: .count(1...200)),
        Field(
            3, "group", \.group, "The group, which may choose the control account.",
            limits: .count(1...64)),
        Field(
            4, "paymentTerms", \.paymentTerms, "The terms that its bills fall under.",
            limits: .count(1...64)),
        Field(5, "taxCode", \.taxCode, "The tax code of its goods.", limits: .count(1...64)),
        Field(
            6, "overDelivery", \.overDelivery,
            "By how much of the ordered quantity a delivery may be over, `0.05`.",
            limits: .notNegative, default: .zero),
        Field(7, "external", \.external, "Where the record came from."),
        make: RegisterSupplier.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .invalidValue, .unknownTerms, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try requireTolerance(overDelivery)
        if let paymentTerms { _ = try decision.paymentTerms(paymentTerms) }
        let id = try decision.purchasingID(SupplierState.self, given: supplier, series: "SUP")
        try decision.emit(
            SupplierRegistered(
                name: name, group: group, paymentTerms: paymentTerms, taxCode: taxCode,
                overDelivery: overDelivery, registeredBy: decision.facts.actor.person,
                external: external), to: id.text)
    }
}

/// Refuses a tolerance that would let a delivery be more than twice what was ordered.
private func requireTolerance(_ rate: Rate) throws(Rejection) {
    guard rate <= .one, rate >= .zero else {
        throw Rejection(
            .invalidValue,
            "Expected an over-delivery tolerance from 0 to 1, found \(rate); 0.05 is 5 %.",
            [JSONMember("overDelivery", .string(rate.description))])
    }
}

/// Changes what is known of a supplier.
package struct ChangeSupplier: Command {
    package let supplier: SupplierID
    package let name: String?
    package let group: String?
    package let paymentTerms: String?
    package let taxCode: String?
    package let overDelivery: Rate?

    package static let schema = Schema<ChangeSupplier>(
        "purchasing.change-supplier", "Changes what is known of a supplier.",
        Field(1, "supplier", \.supplier, "The supplier."),
        Field(2, "name", \.name, "The new name.", limits: .count(1...200)),
        Field(3, "group", \.group, "The new group.", limits: .count(1...64)),
        Field(4, "paymentTerms", \.paymentTerms, "The new terms.", limits: .count(1...64)),
        Field(5, "taxCode", \.taxCode, "The new tax code.", limits: .count(1...64)),
        Field(
            6, "overDelivery", \.overDelivery, "The new tolerance for over-delivery.",
            limits: .notNegative),
        make: ChangeSupplier.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .invalidValue, .unknownTerms, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        if let overDelivery { try requireTolerance(overDelivery) }
        if let paymentTerms { _ = try decision.paymentTerms(paymentTerms) }
        _ = try decision.existing(SupplierState.self, supplier.text)
        try decision.emit(
            SupplierChanged(
                name: name, group: group, paymentTerms: paymentTerms, taxCode: taxCode,
                overDelivery: overDelivery), to: supplier.text)
    }
}

/// Blocks a supplier: nothing more is ordered from it.
package struct BlockSupplier: Command {
    package let supplier: SupplierID
    package let reason: String

    package static let schema = Schema<BlockSupplier>(
        "purchasing.block-supplier", "Blocks a supplier: nothing more is ordered from it.",
        Field(1, "supplier", \.supplier, "The supplier."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: BlockSupplier.init)

    package static let access = CommandAccess.roles("purchasing-manager")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(SupplierState.self, supplier.text)
        if state.isBlocked { return }
        try decision.emit(SupplierBlocked(reason: reason), to: supplier.text)
    }
}

/// Lifts the block of a supplier.
package struct UnblockSupplier: Command {
    package let supplier: SupplierID
    package let reason: String

    package static let schema = Schema<UnblockSupplier>(
        "purchasing.unblock-supplier", "Lifts the block of a supplier.",
        Field(1, "supplier", \.supplier, "The supplier."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: UnblockSupplier.init)

    package static let access = CommandAccess.human("purchasing-manager")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(SupplierState.self, supplier.text)
        if !state.isBlocked { return }
        try decision.emit(SupplierUnblocked(reason: reason), to: supplier.text)
    }
}

/// Sets terms on which a supplier sells products; needs that waited for terms are given to it.
package struct SetSupplierTerms: Command {
    package let supplier: SupplierID
    package let terms: [SupplierTerm]

    package static let schema = Schema<SetSupplierTerms>(
        "purchasing.set-terms", "Sets terms on which a supplier sells products.",
        Field(1, "supplier", \.supplier, "The supplier."),
        Field(
            2, "terms", \.terms, "One for each product and first day; the same pair replaces.",
            limits: .count(1...1_000)),
        make: SetSupplierTerms.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .invalidValue, .currencyNotSupported, .notStocked, .unitMismatch,
        .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.existing(SupplierState.self, supplier.text)
        var agreed: [SupplierTerm] = []
        for term in terms {
            try decision.requireBaseCurrency(term.price.currency)
            agreed.append(try term.counted(in: decision.stockedProduct(term.product)))
            if let first = term.validFrom, let last = term.validTo, last < first {
                throw Rejection(
                    .invalidValue,
                    "The term of \(term.product) ends on \(last), before it begins on \(first); correct the dates.",
                    [JSONMember("product", .string(term.product.text))])
            }
        }
        try decision.emit(SupplierTermsSet(terms: agreed), to: supplier.text)
        for term in terms {
            let sources = try decision.state(of: ProductSourcesState.self, term.product.text)
            if !sources.suppliers.contains(supplier) {
                try decision.emit(ProductSourceAdded(supplier: supplier), to: term.product.text)
            }
            for requisition in sources.waiting {
                try decision.assignBestSource(to: requisition, of: term.product)
            }
        }
    }
}

extension SupplierTerm {
    /// The term with quantities in the product's own unit.
    fileprivate func counted(in product: ProductState) throws(Rejection) -> SupplierTerm {
        SupplierTerm(
            product: self.product, price: price, validFrom: validFrom, validTo: validTo,
            minimum: try product.inOwnUnit(minimum), multiple: try product.inOwnUnit(multiple),
            leadTimeDays: leadTimeDays, rank: rank)
    }
}

extension Decision {
    /// The supplier, which must exist and not be blocked.
    @discardableResult
    func requireUsable(_ supplier: SupplierID) throws(Rejection) -> SupplierState {
        let state = try existing(SupplierState.self, supplier.text)
        guard !state.isBlocked else {
            throw Rejection(
                .supplierBlocked,
                "Supplier \(supplier) is blocked (\(state.blockReason ?? "no reason given")); unblock it or choose another.",
                [JSONMember("supplier", .string(supplier.text))])
        }
        return state
    }
}
