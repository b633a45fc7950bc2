package import Records

/// A supplier was registered.
package struct SupplierRegistered: Event, Equatable {
    package let name: String
    package let group: String?
    package let paymentTerms: String?
    package let taxCode: String?
    package let overDelivery: Rate
    package let registeredBy: String?
    package let external: ExternalReference?

    package static let schema = Schema<SupplierRegistered>(
        "purchasing.supplier-registered", "A supplier was registered.",
        Field(1, "name", \.name, "The supplier's name."),
        Field(2, "group", \.group, "The group, which may choose the control account."),
        Field(3, "paymentTerms", \.paymentTerms, "The terms that its bills fall under."),
        Field(4, "taxCode", \.taxCode, "The tax code of its goods."),
        Field(
            5, "overDelivery", \.overDelivery,
            "By how much of the ordered quantity a delivery may be over.", default: .zero),
        Field(6, "registeredBy", \.registeredBy, "Who registered it."),
        Field(7, "external", \.external, "Where the record came from."),
        make: SupplierRegistered.init)

    package func evolve(_ state: inout SupplierState) {
        state = SupplierState(
            name: name, group: group, paymentTerms: paymentTerms, taxCode: taxCode,
            overDelivery: overDelivery, registeredBy: registeredBy, external: external)
    }
}

/// What is known of a supplier was changed; what is absent stayed.
package struct SupplierChanged: Event, Equatable {
    package let name: String?
    package let group: String?
    package let paymentTerms: String?
    package let taxCode: String?
    package let overDelivery: Rate?

    package static let schema = Schema<SupplierChanged>(
        "purchasing.supplier-changed", "What is known of a supplier was changed.",
        Field(1, "name", \.name, "The new name."),
        Field(2, "group", \.group, "The new group."),
        Field(3, "paymentTerms", \.paymentTerms, "The new terms."),
        Field(4, "taxCode", \.taxCode, "The new tax code."),
        Field(5, "overDelivery", \.overDelivery, "The new tolerance for over-delivery."),
        make: SupplierChanged.init)

    package func evolve(_ state: inout SupplierState) {
        if let name { state.name = name }
        if let group { state.group = group }
        if let paymentTerms { state.paymentTerms = paymentTerms }
        if let taxCode { state.taxCode = taxCode }
        if let overDelivery { state.overDelivery = overDelivery }
    }
}

/// A supplier was blocked: nothing may be ordered from it.
package struct SupplierBlocked: Event, Equatable {
    package let reason: String

    package static let schema = Schema<SupplierBlocked>(
        "purchasing.supplier-blocked", "A supplier was blocked: nothing may be ordered from it.",
        Field(1, "reason", \.reason, "Why."),
        make: SupplierBlocked.init)

    package func evolve(_ state: inout SupplierState) {
        state.isBlocked = true
        state.blockReason = reason
    }
}

/// A supplier's block was lifted.
package struct SupplierUnblocked: Event, Equatable {
    package let reason: String

    package static let schema = Schema<SupplierUnblocked>(
        "purchasing.supplier-unblocked", "A supplier's block was lifted.",
        Field(1, "reason", \.reason, "Why."),
        make: SupplierUnblocked.init)

    package func evolve(_ state: inout SupplierState) {
        state.isBlocked = false
        state.blockReason = nil
    }
}

/// Terms of a supplier were agreed; one of the same product and first day is replaced.
package struct SupplierTermsSet: Event, Equatable {
    package let terms: [SupplierTerm]

    package static let schema = Schema<SupplierTermsSet>(
        "purchasing.terms-set", "Terms of a supplier were agreed.",
        Field(1, "terms", \.terms, "The terms; one of the same product and first day is replaced."),
        make: SupplierTermsSet.init)

    package func evolve(_ state: inout SupplierState) {
        for term in terms {
            let index = state.terms.firstIndex {
                $0.product == term.product && $0.validFrom == term.validFrom
            }
            if let index { state.terms[index] = term } else { state.terms.append(term) }
        }
    }
}

/// A requisition waits for an order to this supplier.
package struct RequisitionQueued: Event, Equatable {
    package let requisition: String

    package static let schema = Schema<RequisitionQueued>(
        "purchasing.requisition-queued", "A requisition waits for an order to this supplier.",
        Field(1, "requisition", \.requisition, "The requisition."),
        make: RequisitionQueued.init)

    package func evolve(_ state: inout SupplierState) {
        if !state.openRequisitions.contains(requisition) {
            state.openRequisitions.append(requisition)
        }
    }
}

/// A requisition no longer waits for an order to this supplier.
package struct RequisitionDequeued: Event, Equatable {
    package let requisition: String

    package static let schema = Schema<RequisitionDequeued>(
        "purchasing.requisition-dequeued",
        "A requisition no longer waits for an order to this supplier.",
        Field(1, "requisition", \.requisition, "The requisition."),
        make: RequisitionDequeued.init)

    package func evolve(_ state: inout SupplierState) {
        state.openRequisitions.removeAll { $0 == requisition }
    }
}

/// A supplier has terms for the product.
package struct ProductSourceAdded: Event, Equatable {
    package let supplier: SupplierID

    package static let schema = Schema<ProductSourceAdded>(
        "purchasing.product-source-added", "A supplier has terms for the product.",
        Field(1, "supplier", \.supplier, "The supplier."),
        make: ProductSourceAdded.init)

    package func evolve(_ state: inout ProductSourcesState) {
        if !state.suppliers.contains(supplier) { state.suppliers.append(supplier) }
    }
}

/// A requisition of the product waits on the buyer's list, for nobody sells it on valid terms.
package struct RequisitionListed: Event, Equatable {
    package let requisition: String

    package static let schema = Schema<RequisitionListed>(
        "purchasing.requisition-listed", "A requisition waits on the buyer's list.",
        Field(1, "requisition", \.requisition, "The requisition."),
        make: RequisitionListed.init)

    package func evolve(_ state: inout ProductSourcesState) {
        if !state.waiting.contains(requisition) { state.waiting.append(requisition) }
    }
}

/// A requisition of the product left the buyer's list.
package struct RequisitionUnlisted: Event, Equatable {
    package let requisition: String

    package static let schema = Schema<RequisitionUnlisted>(
        "purchasing.requisition-unlisted", "A requisition left the buyer's list.",
        Field(1, "requisition", \.requisition, "The requisition."),
        make: RequisitionUnlisted.init)

    package func evolve(_ state: inout ProductSourcesState) {
        state.waiting.removeAll { $0 == requisition }
    }
}

/// A supplier's document number was taken by an invoice.
package struct SupplierDocumentTaken: Event, Equatable {
    package let invoice: SupplierInvoiceID

    package static let schema = Schema<SupplierDocumentTaken>(
        "purchasing.supplier-document-taken", "A supplier's document number was captured.",
        Field(1, "invoice", \.invoice, "The invoice that has the number."),
        make: SupplierDocumentTaken.init)

    package func evolve(_ state: inout SupplierDocumentState) { state.invoice = invoice }
}

/// A supplier's document number is free again: its invoice was rejected.
package struct SupplierDocumentFreed: Event, Equatable {
    package let invoice: SupplierInvoiceID

    package static let schema = Schema<SupplierDocumentFreed>(
        "purchasing.supplier-document-freed", "A supplier's document number is free again.",
        Field(1, "invoice", \.invoice, "The invoice that was rejected."),
        make: SupplierDocumentFreed.init)

    package func evolve(_ state: inout SupplierDocumentState) { state.invoice = nil }
}
