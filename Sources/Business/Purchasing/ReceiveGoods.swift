package import Records

/// How much of an order line came in.
package struct ArrivedLine: Record, Hashable {
    /// The line of the purchase order.
    package let line: Int64
    /// How much came in.
    package let quantity: Quantity

    /// A line from its parts.
    package init(line: Int64, quantity: Quantity) {
        self.line = line
        self.quantity = quantity
    }

    /// The declaration of the fields.
    package static let schema = Schema<ArrivedLine>(
        "purchasing.arrived-line", "How much of an order line came in.",
        Field(1, "line", \.line, "The line of the purchase order.", limits: .positive),
        Field(2, "quantity", \.quantity, "How much came in.", limits: .positive),
        make: ArrivedLine.init)
}

/// Takes goods of a purchase order into stock, at the order's price.
package struct ReceiveGoods: Command {
    package let order: PurchaseOrderID
    package let lines: [ArrivedLine]
    package let receipt: ReceiptID?
    package let deliveryNote: String?
    package let warehouse: WarehouseID?

    package static let schema = Schema<ReceiveGoods>(
        "purchasing.receive-goods", "Takes goods of a purchase order into stock.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "lines", \.lines, "What came; none: all that is open."),
        Field(3, "receipt", \.receipt, "The receipt's id; the next number where absent."),
        Field(
            4, "deliveryNote", \.deliveryNote, "The number of the supplier's delivery note.",
            limits: .count(1...100)),
        Field(
            5, "warehouse", \.warehouse,
            "Where it came, where no lines are named and the order is for several."),
        make: ReceiveGoods.init)

    package static let access = CommandAccess.roles(
        "warehouse", "buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .wrongState, .overDelivery, .invalidValue, .unitMismatch,
        .periodLocked, .amountOverflow, .companyNotFounded, .stockLimit, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(order, to: "receive goods", in: .sent, .confirmed)
        try decision.requireOpenPeriod()
        let arrived =
            lines.isEmpty
            ? state.lines
                .filter { $0.open.isPositive && (warehouse ?? $0.warehouse) == $0.warehouse }
                .map { ArrivedLine(line: $0.line, quantity: $0.open) } : lines
        guard !arrived.isEmpty else {
            throw Rejection(
                .wrongState,
                "Expected purchase order \(order) to have something open, found nothing; name the lines that came."
            )
        }
        let id = try decision.purchasingID(ReceiptState.self, given: receipt, series: "GR")
        let delivery = try accept(arrived, state, id, decision)
        let supplier = try decision.existing(SupplierState.self, state.supplier.text)
        try decision.emit(
            GoodsReceived(
                order: order, supplier: state.supplier, supplierGroup: supplier.group,
                warehouse: delivery.warehouse, lines: delivery.lines, deliveryNote: deliveryNote),
            to: id.text)
        try decision.emit(PurchaseOrderProgressed(changes: delivery.changes), to: order.text)
        try decision.endWithinTolerance(delivery.lines.map(\.orderLine), of: order)
        try decision.emitPurchaseMilestones(of: order)
        try decision.matchWaitingInvoices(of: order)
    }

    /// What came, judged line by line.
    private struct Delivery {
        var warehouse: WarehouseID
        var lines: [ReceivedLine] = []
        var changes: [PurchaseLineProgress] = []
    }

    private func accept(
        _ arrived: [ArrivedLine], _ state: PurchaseOrderState, _ id: ReceiptID,
        _ decision: Decision
    ) throws(Rejection) -> Delivery {
        let first = try state.requireLine(arrived[0].line, of: order)
        var delivery = Delivery(warehouse: warehouse ?? first.warehouse)
        for part in arrived {
            let line = try state.requireLine(part.line, of: order)
            guard line.warehouse == delivery.warehouse else {
                throw Rejection(
                    .invalidValue,
                    "Expected all lines for warehouse \(delivery.warehouse), found line \(line.line) for \(line.warehouse); make a receipt for each warehouse, or name \"warehouse\"."
                )
            }
            guard !delivery.lines.contains(where: { $0.product == line.product }) else {
                throw Rejection(
                    .invalidValue,
                    "Product \(line.product) stands twice on the receipt; make a receipt for each line."
                )
            }
            let product = try decision.existing(ProductState.self, line.product.text)
            let quantity = try product.inOwnUnit(part.quantity)
            let received = try line.receiving(quantity, of: order)
            delivery.lines.append(received)
            delivery.changes.append(
                PurchaseLineProgress(
                    line: line.line, received: quantity, invoiced: .zero,
                    receivedValue: received.value, clearedValue: .zero(state.currency),
                    invoicedValue: .zero(state.currency), receipt: id))
        }
        return delivery
    }
}

extension PurchaseOrderLine {
    /// The most that may come in all: what is wanted and the tolerance for over-delivery.
    func receivable() throws(Rejection) -> Quantity {
        let divisor = overDelivery.divisor
        let (product, overflow) = Int128(wanted.millionths)
            .multipliedReportingOverflow(by: divisor + Int128(overDelivery.unscaled))
        guard !overflow, let most = Int64(exactly: product / divisor) else {
            throw Rejection(.amountOverflow, "The tolerance of line \(line) is too large.")
        }
        return Quantity(millionths: most)
    }

    /// The line of a receipt: valued at the order's price so that all receipts of the line add up
    /// to the price of all that came, rounded once.
    func receiving(
        _ quantity: Quantity, of order: PurchaseOrderID
    ) throws(Rejection) -> ReceivedLine {
        guard wanted.isPositive else {
            throw Rejection(
                .wrongState,
                "Expected a line that is wanted, found line \(line) of purchase order \(order) cancelled; send the goods back."
            )
        }
        let (after, value) = try computing("the value of line \(line)") {
            () throws(ArithmeticFailure) in
            let after = try received.adding(quantity)
            return (after, try price.amount(of: after).subtracting(receivedValue))
        }
        let most = try receivable()
        guard after <= most else {
            throw Rejection(
                .overDelivery,
                "Expected at most \(most) in all on line \(line) of \(order) (\(wanted) ordered, tolerance \(overDelivery)), found \(after); take \(most.less(received)) and send the rest back, or amend the order.",
                [
                    JSONMember("most", .string(most.description)),
                    JSONMember("found", .string(after.description)),
                ])
        }
        return ReceivedLine(
            orderLine: line, product: product, productClass: productClass, quantity: quantity,
            expected: min(quantity, open), value: value)
    }
}
