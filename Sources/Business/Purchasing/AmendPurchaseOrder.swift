package import Records

/// How one line is to be changed; what is absent stays.
package struct PurchaseLineAmendment: Record, Hashable {
    /// The line.
    package let line: Int64
    /// How much is wanted in all.
    package let quantity: Quantity?
    /// The price of one unit.
    package let price: UnitPrice?
    /// When it is to arrive.
    package let expectedDate: BusinessDate?

    /// A change from its parts.
    package init(
        line: Int64, quantity: Quantity? = nil, price: UnitPrice? = nil,
        expectedDate: BusinessDate? = nil
    ) {
        self.line = line
        self.quantity = quantity
        self.price = price
        self.expectedDate = expectedDate
    }

    /// The declaration of the fields.
    package static let schema = Schema<PurchaseLineAmendment>(
        "purchasing.line-amendment", "How one line is to be changed.",
        Field(1, "line", \.line, "The line."),
        Field(2, "quantity", \.quantity, "How much is wanted in all.", limits: .positive),
        Field(3, "price", \.price, "The price of one unit.", limits: .positive),
        Field(4, "expectedDate", \.expectedDate, "When it is to arrive."),
        make: PurchaseLineAmendment.init)
}

/// Amends a purchase order; it needs approval again where its value grows beyond what was approved.
package struct AmendPurchaseOrder: Command {
    package let order: PurchaseOrderID
    package let lines: [PurchaseLineAmendment]
    package let add: [PurchaseLineDraft]

    package static let schema = Schema<AmendPurchaseOrder>(
        "purchasing.amend-order", "Amends a purchase order.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "lines", \.lines, "Lines to change."),
        Field(3, "add", \.add, "Lines to add, at the price of the supplier's terms."),
        make: AmendPurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quantityExceeds, .priceFixed, .currencyNotSupported,
        .supplierBlocked, .noValidTerms, .notStocked, .productDiscontinued, .unitMismatch,
        .invalidValue,
        .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(
            order, to: "be amended", in: .draft, .pendingApproval, .approved, .sent, .confirmed)
        guard !lines.isEmpty || !add.isEmpty else {
            throw Rejection(
                .invalidValue, "Expected lines to change or to add, found none; name them.")
        }
        var amendment = PurchaseAmendment(order: order, state: state)
        for change in lines {
            let line = try state.requireLine(change.line, of: order)
            if let price = change.price { try decision.requireBaseCurrency(price.currency) }
            try amendment.change(
                line, quantity: decision.inOwnUnit(change.quantity ?? line.wanted, of: line),
                price: change.price ?? line.price,
                expectedDate: change.expectedDate ?? line.expectedDate)
        }
        var draft: PurchaseOrderDraft?
        if !add.isEmpty {
            var adding = PurchaseOrderDraft(
                decision: decision, supplier: state.supplier,
                state: try decision.requireUsable(state.supplier),
                firstLine: (state.lines.map(\.line).max() ?? 0) + 1)
            for line in add {
                try state.requireNoOpenLine(of: line.product, in: line.warehouse)
                try adding.add(line)
            }
            amendment.added = adding.lines
            draft = adding
        }
        _ = try amendment.write(decision)
        try draft?.orderRequisitions(into: order)
        try decision.emitPurchaseMilestones(of: order)
    }
}

extension PurchaseOrderState {
    /// Refuses a second open line of a product for a warehouse: what comes must find its line.
    fileprivate func requireNoOpenLine(
        of product: ProductID, in warehouse: WarehouseID
    ) throws(Rejection) {
        let open = lines.first {
            $0.product == product && $0.warehouse == warehouse && $0.open.isPositive
        }
        guard let open else { return }
        throw Rejection(
            .invalidValue,
            "Expected a product for \(warehouse) that is on no open line, found \(product), of which line \(open.line) has \(open.open) open; change that line.",
            [JSONMember("line", .string("\(open.line)"))])
    }
}

/// A change to a purchase order while it is put together.
struct PurchaseAmendment {
    private let order: PurchaseOrderID
    private let state: PurchaseOrderState
    private var changes: [AmendedLine] = []
    /// New lines.
    var added: [PurchaseOrderLine] = []

    init(order: PurchaseOrderID, state: PurchaseOrderState) {
        self.order = order
        self.state = state
    }

    /// Changes a line; a change that changes nothing is left out.
    mutating func change(
        _ line: PurchaseOrderLine, quantity: Quantity, price: UnitPrice,
        expectedDate: BusinessDate?
    ) throws(Rejection) {
        let least = max(line.received, line.invoiced)
        guard quantity >= least else {
            throw Rejection(
                .quantityExceeds,
                "Line \(line.line) of \(order) has \(line.received) received and \(line.invoiced) billed; expected at least \(least), found \(quantity).",
                [JSONMember("least", .string(least.description))])
        }
        if price != line.price, line.received.isPositive || line.invoiced.isPositive {
            throw Rejection(
                .priceFixed,
                "Line \(line.line) of \(order) is received or billed in part at \(line.price); its price stays. Cancel the rest and order it anew.",
                [JSONMember("price", .string(line.price.description))])
        }
        let growth = try computing("the change of line \(line.line)") {
            () throws(ArithmeticFailure) in try quantity.subtracting(line.wanted)
        }
        if growth.isZero, price == line.price, expectedDate == line.expectedDate { return }
        changes.append(
            AmendedLine(
                line: line.line, product: line.product, warehouse: line.warehouse, change: growth,
                price: price, expectedDate: expectedDate))
    }

    /// Writes the amendment, asks the approval table where the value grew beyond what was
    /// approved, unless a table tolerated the growth, and says where the order stands then.
    func write(
        _ decision: Decision, isTolerated: Bool = false
    ) throws(Rejection) -> PurchaseOrderStatus {
        if changes.isEmpty, added.isEmpty { return state.status }
        let value = try newValue()
        var event = PurchaseOrderAmended(
            revision: state.revision + 1, value: value, lines: changes, added: added,
            author: decision.facts.actor.person, status: state.status, levels: state.levels,
            approvers: state.approvers, rule: nil)
        let isGrown =
            !isTolerated && state.approvedValue.map { value.minorUnits > $0.minorUnits } ?? true
        if state.status != .draft, isGrown || state.status == .pendingApproval {
            let judged = try decision.judged(
                order, of: state.supplier, lines: amendedLines(), value: value,
                by: decision.authors(of: state))
            let (levels, judge) = try decision.approvals(
                forOrderOf: state.supplier, value: judged.amount)
            event.rule = judge
            event.levels = levels
            event.counted = judged.counted
            event.judgedAmount = judged.amount
            event.countRule = judged.judge
            event.approvers = []
            event.status = .pendingApproval
        } else if state.status == .confirmed {
            event.status = .sent
        }
        try decision.emit(event, to: order.text)
        try decision.count(order, isPutForward: event.rule != nil)
        guard event.status == .pendingApproval, event.levels.isEmpty else { return event.status }
        try decision.emit(
            PurchaseOrderApproved(
                level: 0, approver: nil, value: value, isFinal: true, rule: event.rule),
            to: order.text)
        return .approved
    }

    /// The order's lines as the amendment leaves them.
    private func amendedLines() -> [PurchaseOrderLine] {
        let changed = state.lines.map { line in
            guard let change = changes.last(where: { $0.line == line.line }) else { return line }
            var line = line
            line.ordered = line.ordered.plus(change.change)
            line.price = change.price
            return line
        }
        return changed + added
    }

    /// What the order is worth with the amendment.
    func newValue() throws(Rejection) -> Money {
        let lines = amendedLines()
        return try computing("the value of \(order)") { () throws(ArithmeticFailure) in
            try lines.map { line throws(ArithmeticFailure) in
                try line.price.amount(of: line.wanted)
            }.total(state.currency)
        }
    }
}
