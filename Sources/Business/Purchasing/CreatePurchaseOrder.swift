package import Records

/// A line of a purchase order that a buyer writes by hand.
package struct PurchaseLineDraft: Record, Hashable {
    /// The product.
    package let product: ProductID
    /// Where it is to arrive.
    package let warehouse: WarehouseID
    /// How much.
    package let quantity: Quantity
    /// When it is needed; by the terms' lead time where absent.
    package let expectedDate: BusinessDate?

    /// A line from its parts.
    package init(
        product: ProductID, warehouse: WarehouseID, quantity: Quantity,
        expectedDate: BusinessDate? = nil
    ) {
        self.product = product
        self.warehouse = warehouse
        self.quantity = quantity
        self.expectedDate = expectedDate
    }

    /// The declaration of the fields.
    package static let schema = Schema<PurchaseLineDraft>(
        "purchasing.line-draft", "A line of a purchase order written by hand.",
        Field(1, "product", \.product, "The product."),
        Field(2, "warehouse", \.warehouse, "Where it is to arrive."),
        Field(3, "quantity", \.quantity, "How much.", limits: .positive),
        Field(4, "expectedDate", \.expectedDate, "When; by the terms' lead time where absent."),
        make: PurchaseLineDraft.init)
}

/// Writes a purchase order: of all that waits for the supplier, or of lines by hand.
///
/// Prices come from the supplier's valid terms and from nowhere else.
package struct CreatePurchaseOrder: Command {
    /// Lines that an order may have.
    static let linesMax = 1_000

    package let supplier: SupplierID
    package let order: PurchaseOrderID?
    package let lines: [PurchaseLineDraft]
    package let external: ExternalReference?

    package static let schema = Schema<CreatePurchaseOrder>(
        "purchasing.create-order",
        "Writes a purchase order of all that waits for the supplier, or of lines by hand.",
        Field(1, "supplier", \.supplier, "From whom."),
        Field(2, "order", \.order, "The order's id; the next number where absent."),
        Field(
            3, "lines", \.lines, "Lines by hand; none: all open requisitions of the supplier.",
            limits: .count(0...CreatePurchaseOrder.linesMax)),
        Field(4, "external", \.external, "Where the document came from."),
        make: CreatePurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .supplierBlocked, .nothingToOrder, .noValidTerms,
        .notStocked, .productDiscontinued, .unitMismatch, .quantityExceeds, .companyNotFounded,
        .currencyNotSupported, .invalidValue, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.requireUsable(supplier)
        let currency = try decision.company().baseCurrency
        var draft = PurchaseOrderDraft(decision: decision, supplier: supplier, state: state)
        if lines.isEmpty {
            try draft.gatherRequisitions(max: Self.linesMax)
        } else {
            for line in lines { try draft.add(line) }
        }
        let id = try decision.purchasingID(PurchaseOrderState.self, given: order, series: "PO")
        try decision.emit(
            PurchaseOrderDrafted(
                supplier: supplier, currency: currency, lines: draft.lines,
                authors: draft.authors, paymentTerms: state.paymentTerms, external: external),
            to: id.text)
        // After the draft: what is on order must grow before what is requested falls, or the gap
        // would look like a shortage.
        try draft.orderRequisitions(into: id)
    }
}

/// The lines of a new purchase order while they are gathered.
struct PurchaseOrderDraft {
    private let decision: Decision
    private let supplier: SupplierID
    private let state: SupplierState
    private var covered: [(requisition: String, state: RequisitionState, by: Quantity)] = []
    /// The lines so far.
    private(set) var lines: [PurchaseOrderLine] = []
    /// Who wrote or asked for them.
    private(set) var authors: [String]

    init(decision: Decision, supplier: SupplierID, state: SupplierState, firstLine: Int64 = 1) {
        self.decision = decision
        self.supplier = supplier
        self.state = state
        nextLine = firstLine
        authors = decision.facts.actor.person.map { [$0] } ?? []
    }

    private var nextLine: Int64

    /// Takes every open requisition that waits for the supplier; one whose terms ran out goes back
    /// to whoever sells it now, or to the buyer's list.
    mutating func gatherRequisitions(max: Int) throws(Rejection) {
        for requisition in state.openRequisitions.prefix(max) {
            let need = try decision.state(of: RequisitionState.self, requisition)
            guard need.open.isPositive else { continue }
            guard let term = state.term(for: need.product, on: decision.facts.effectiveDate) else {
                try decision.loseSupplier(requisition, need, supplier)
                continue
            }
            let product = try decision.stockedProduct(need.product)
            let quantity = try term.quantity(covering: need.open)
            append(
                quantity, of: need.product, product, in: need.warehouse, term: term,
                expectedDate: nil)
            covered.append((requisition, need, need.open))
            for requester in need.requesters where !authors.contains(requester) {
                authors.append(requester)
            }
        }
        guard !lines.isEmpty else {
            throw Rejection(
                .nothingToOrder,
                "No open requisition with valid terms waits for supplier \(supplier); raise one, or give lines.",
                [JSONMember("supplier", .string(supplier.text))])
        }
    }

    /// Adds a line by hand, at the price of the supplier's terms.
    mutating func add(_ line: PurchaseLineDraft) throws(Rejection) {
        let product = try decision.requireBought(line.product)
        _ = try decision.existing(WarehouseState.self, line.warehouse.text)
        let term = try decision.requireTerm(of: supplier, for: line.product)
        let wanted = try product.inOwnUnit(line.quantity)
        let offered = try term.quantity(covering: wanted)
        guard offered == wanted else {
            throw Rejection(
                .quantityExceeds,
                "Supplier \(supplier) sells \(line.product) from \(term.minimum) in multiples of \(term.multiple), found \(wanted); order \(offered).",
                [JSONMember("quantity", .string(offered.description))])
        }
        let isTwice = lines.contains {
            $0.product == line.product && $0.warehouse == line.warehouse
        }
        guard !isTwice else {
            throw Rejection(
                .invalidValue,
                "Product \(line.product) for \(line.warehouse) stands on two lines; put it on one.")
        }
        append(
            wanted, of: line.product, product, in: line.warehouse, term: term,
            expectedDate: line.expectedDate)
        let id = RequisitionState.id(warehouse: line.warehouse, product: line.product)
        let need = try decision.state(of: RequisitionState.self, id)
        guard need.open.isPositive else { return }
        covered.append((id, need, min(need.open, wanted)))
    }

    private mutating func append(
        _ quantity: Quantity, of id: ProductID, _ product: ProductState,
        in warehouse: WarehouseID, term: SupplierTerm, expectedDate: BusinessDate?
    ) {
        let today = decision.facts.effectiveDate
        lines.append(
            .new(
                line: nextLine, product: id, productClass: product.productClass,
                warehouse: warehouse, price: term.price, taxCode: state.taxCode,
                ordered: quantity, overDelivery: state.overDelivery,
                expectedDate: expectedDate ?? today.adding(days: Int(term.leadTimeDays))))
        nextLine += 1
    }

    /// Closes what the lines cover of requisitions.
    func orderRequisitions(into order: PurchaseOrderID) throws(Rejection) {
        for (requisition, need, quantity) in covered {
            if quantity == need.open { try decision.unqueue(requisition, of: need.product) }
            try decision.emit(
                RequisitionOrdered(
                    product: need.product, warehouse: need.warehouse, quantity: quantity,
                    order: order), to: requisition)
        }
    }
}

extension Decision {
    /// Takes a requisition from a supplier whose terms for it are no longer valid.
    fileprivate func loseSupplier(
        _ requisition: String, _ need: RequisitionState, _ supplier: SupplierID
    ) throws(Rejection) {
        try unqueue(requisition, of: need.product)
        try emit(
            RequisitionUnassigned(supplier: supplier, reason: "terms are no longer valid"),
            to: requisition)
        if let source = try bestSource(of: need.product) {
            try assign(requisition, of: need.product, to: source)
        } else {
            try emit(RequisitionListed(requisition: requisition), to: need.product.text)
        }
    }
}
