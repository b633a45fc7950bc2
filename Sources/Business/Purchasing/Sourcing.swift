import Records

/// The supplier and the terms on which a product is bought.
struct PurchaseSource {
    /// The supplier.
    let supplier: SupplierID
    /// Its terms.
    let term: SupplierTerm
}

extension SupplierTerm {
    /// The least quantity that covers a need under the terms.
    func quantity(covering need: Quantity) throws(Rejection) -> Quantity {
        try purchaseLotSize(covering: need, minimum: minimum, multiple: multiple)
    }
}

/// `max(minimum, need)`, raised to a whole multiple.
///
/// - Source: semantics 2.1.
func purchaseLotSize(
    covering need: Quantity, minimum: Quantity, multiple: Quantity
) throws(Rejection) -> Quantity {
    let least = max(need.millionths, minimum.millionths)
    guard multiple.isPositive else { return Quantity(millionths: least) }
    let (whole, rest) = least.quotientAndRemainder(dividingBy: multiple.millionths)
    let lots = rest > 0 ? whole + 1 : whole
    let (size, overflow) = lots.multipliedReportingOverflow(by: multiple.millionths)
    if overflow {
        throw Rejection(
            .amountOverflow,
            "Expected a quantity that fits, found a need of \(need) in multiples of \(multiple); correct the terms."
        )
    }
    return Quantity(millionths: size)
}

extension Decision {
    /// Who sells a product on valid terms: the lowest rank, then the lowest price, then the
    /// lowest id; nil where nobody does.
    func bestSource(of product: ProductID) throws(Rejection) -> PurchaseSource? {
        let sources = try state(of: ProductSourcesState.self, product.text)
        var best: PurchaseSource?
        for supplier in sources.suppliers {
            let state = try state(of: SupplierState.self, supplier.text)
            guard !state.isBlocked,
                let term = state.term(for: product, on: facts.effectiveDate)
            else { continue }
            let found = PurchaseSource(supplier: supplier, term: term)
            if best.map({ found.precedes($0) }) ?? true { best = found }
        }
        return best
    }

    /// Gives a requisition to whoever sells its product best; leaves it on the buyer's list where
    /// nobody does.
    func assignBestSource(
        to requisition: String, of product: ProductID
    ) throws(Rejection) {
        guard let source = try bestSource(of: product) else { return }
        try assign(requisition, of: product, to: source)
    }

    /// Gives an open requisition to a supplier.
    func assign(
        _ requisition: String, of product: ProductID, to source: PurchaseSource
    ) throws(Rejection) {
        try unqueue(requisition, of: product)
        let neededBy = facts.effectiveDate.adding(days: Int(source.term.leadTimeDays))
        try emit(
            RequisitionAssigned(supplier: source.supplier, neededBy: neededBy),
            to: requisition)
        try emit(RequisitionQueued(requisition: requisition), to: source.supplier.text)
    }

    /// Takes a requisition off the list on which it waits, its supplier's or the buyer's.
    func unqueue(_ requisition: String, of product: ProductID) throws(Rejection) {
        let state = try state(of: RequisitionState.self, requisition)
        if let supplier = state.supplier {
            try emit(RequisitionDequeued(requisition: requisition), to: supplier.text)
        }
        let sources = try self.state(of: ProductSourcesState.self, product.text)
        if sources.waiting.contains(requisition) {
            try emit(RequisitionUnlisted(requisition: requisition), to: product.text)
        }
    }
}

extension PurchaseSource {
    fileprivate func precedes(_ other: PurchaseSource) -> Bool {
        if term.rank != other.term.rank { return term.rank < other.term.rank }
        if term.price.millionths != other.term.price.millionths {
            return term.price.millionths < other.term.price.millionths
        }
        return supplier < other.supplier
    }
}
