package import Records

/// Takes on stock that was there when the books began.
package struct TakeOnStock: Command {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let value: Money

    package static let schema = Schema<TakeOnStock>(
        "inventory.take-on-stock",
        "Takes on stock that was there when the books began, against the role OPENING.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "quantity", \.quantity, "How much.", limits: .positive),
        Field(
            4, "value", \.value, "What it is worth in all, in the base currency.",
            limits: .notNegative),
        make: TakeOnStock.init)

    package static let access = CommandAccess.roles("warehouse", "accountant")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .notStocked, .unitMismatch, .currencyNotSupported, .takeOnFinished,
        .periodLocked, .companyNotFounded, .stockLimit,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.stockedProduct(product)
        _ = try decision.existing(WarehouseState.self, warehouse.text)
        try decision.requireBaseCurrency(value.currency)
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        let quantity = try state.inOwnUnit(quantity)
        try decision.emit(
            StockTakenOn(
                product: product, warehouse: warehouse, productClass: state.productClass,
                quantity: quantity, value: value),
            to: StockState.id(warehouse, product))
        try decision.receiveStock(
            quantity, of: product, in: warehouse, worth: value, .opening, reference: "opening")
    }
}

/// One product that was counted.
package struct CountLine: Record, Hashable {
    /// What was counted.
    package let product: ProductID
    /// How much was there.
    package let counted: Quantity
    /// What a surplus is worth, where nothing else says so.
    package let value: Money?

    /// The declaration of the fields.
    package static let schema = Schema<CountLine>(
        "inventory.count-line", "One product that was counted.",
        Field(1, "product", \.product, "What was counted."),
        Field(2, "counted", \.counted, "How much was there.", limits: .notNegative),
        Field(
            3, "value", \.value,
            "What a surplus is worth; absent: as the stock, else as the last receipt.",
            limits: .notNegative),
        make: CountLine.init)
}

/// Takes over what a count found; the difference is posted.
package struct CountStock: Command {
    package let count: CountID?
    package let warehouse: WarehouseID
    package let lines: [CountLine]
    package let countedBy: String?

    package static let schema = Schema<CountStock>(
        "inventory.count-stock", "Takes over what a count found; the difference is posted.",
        Field(1, "count", \.count, "The count's id; absent: the next of the series CNT."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "lines", \.lines, "What was found.", limits: .notEmpty),
        Field(4, "countedBy", \.countedBy, "Who counted.", limits: .count(1...64)),
        make: CountStock.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .notStocked, .unitMismatch, .invalidValue, .costUnknown,
        .quantityExceeds, .currencyNotSupported, .periodLocked, .companyNotFounded, .stockLimit,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.existing(WarehouseState.self, warehouse.text)
        try decision.requireOpenPeriod()
        let id = try decision.newIdentifier(CountState.self, given: count?.text, series: "CNT")
        guard let countID = CountID(id) else { throw .badIdentifier(id) }
        try lines.map(\.product).requireEachOnce()
        var counted: [CountedLine] = []
        for line in lines { counted.append(try judge(line, decision)) }
        try decision.emit(
            StockCounted(warehouse: warehouse, lines: counted, countedBy: countedBy), to: id)
        for line in counted { try move(line, countID, decision) }
    }

    private func judge(_ line: CountLine, _ decision: Decision) throws(Rejection) -> CountedLine {
        let product = try decision.stockedProduct(line.product)
        let counted = try product.inOwnUnit(line.counted)
        let stock = try decision.stock(warehouse, line.product)
        let base = try decision.company().baseCurrency
        var difference = Money.zero(base)
        if counted > stock.onHand {
            if let value = line.value { try decision.requireBaseCurrency(value.currency) }
            guard let worth = line.value ?? stock.pool.worth(ofFound: counted.less(stock.onHand))
            else {
                throw Rejection(
                    .costUnknown,
                    "Expected a value for the \(counted.less(stock.onHand).digits) of \(line.product) that were found, for none was ever received in \(warehouse); give the line's value.",
                    [JSONMember("product", .string(line.product.text))])
            }
            difference = worth
        } else if counted < stock.onHand {
            difference = try stock.cost(ofIssuing: stock.onHand.less(counted))
        }
        return CountedLine(
            product: line.product, productClass: product.productClass, expected: stock.onHand,
            counted: counted, difference: difference)
    }

    private func move(
        _ line: CountedLine, _ count: CountID, _ decision: Decision
    ) throws(Rejection) {
        let stock = try decision.stock(warehouse, line.product)
        let id = StockState.id(warehouse, line.product)
        if stock.missing.isPositive {
            try decision.emit(
                MissingCleared(
                    product: line.product, warehouse: warehouse, quantity: stock.missing,
                    count: count), to: id)
        }
        if line.counted > line.expected {
            try decision.receiveStock(
                line.counted.less(line.expected), of: line.product, in: warehouse,
                worth: line.difference, .count, reference: count.text)
        } else if line.counted < line.expected {
            try decision.unhold(stock.held.less(line.counted), in: stock, count)
            try decision.emit(
                StockIssued(
                    product: line.product, warehouse: warehouse,
                    quantity: line.expected.less(line.counted), cost: line.difference,
                    reason: .count, reference: count.text, order: nil, line: nil), to: id)
        }
    }
}

extension Decision {
    /// Lets orders wait again for goods that a count did not find: the last held first, and never
    /// what is picked.
    fileprivate func unhold(
        _ surplus: Quantity, in stock: StockState, _ count: CountID
    ) throws(Rejection) {
        var surplus = surplus
        for reservation in stock.reservations.reversed() where surplus.isPositive {
            let order = try state(of: OrderState.self, reservation.order.text)
            let picked = order.line(reservation.line)?.picked ?? .zero
            let quantity = min(surplus, max(.zero, reservation.quantity.less(picked)))
            guard quantity.isPositive else { continue }
            try emit(
                ReservationReleased(
                    order: reservation.order, line: reservation.line, product: stock.product,
                    warehouse: stock.warehouse, quantity: quantity, backordered: .zero,
                    requeued: quantity, missing: .zero,
                    requestedDate: order.wantedOn ?? facts.effectiveDate,
                    reason: "not found by count \(count)"),
                to: StockState.id(stock.warehouse, stock.product))
            surplus = surplus.less(quantity)
        }
        guard !surplus.isPositive else {
            throw Rejection(
                .quantityExceeds,
                "Expected a count of at least what is picked of \(stock.product) in \(stock.warehouse), found \(surplus.digits) less; put picked goods back or count again.",
                [JSONMember("product", .string(stock.product.text))])
        }
    }
}

/// One product that is to be moved.
package struct TransferLine: Record, Hashable {
    /// What.
    package let product: ProductID
    /// How much.
    package let quantity: Quantity

    /// The declaration of the fields.
    package static let schema = Schema<TransferLine>(
        "inventory.transfer-line", "One product that is to be moved.",
        Field(1, "product", \.product, "What."),
        Field(2, "quantity", \.quantity, "How much.", limits: .positive),
        make: TransferLine.init)
}

/// Moves free stock to another warehouse with exactly its value.
package struct TransferStock: Command {
    package let transfer: TransferID?
    package let from: WarehouseID
    package let to: WarehouseID
    package let lines: [TransferLine]

    package static let schema = Schema<TransferStock>(
        "inventory.transfer-stock", "Moves free stock to another warehouse with its exact value.",
        Field(1, "transfer", \.transfer, "The transfer's id; absent: the next of the series TR."),
        Field(2, "from", \.from, "The warehouse that gives."),
        Field(3, "to", \.to, "The warehouse that takes."),
        Field(4, "lines", \.lines, "What is moved.", limits: .notEmpty),
        make: TransferStock.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .notStocked, .unitMismatch, .invalidValue,
        .insufficientStock, .periodLocked, .companyNotFounded, .stockLimit,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.existing(WarehouseState.self, from.text)
        _ = try decision.existing(WarehouseState.self, to.text)
        guard from != to else {
            throw Rejection(
                .invalidValue,
                "Expected two different warehouses, found \(from) twice; name where the goods go.")
        }
        try decision.requireOpenPeriod()
        try lines.map(\.product).requireEachOnce()
        let id = try decision.newIdentifier(
            TransferState.self, given: transfer?.text, series: "TR")
        var moved: [TransferredLine] = []
        for line in lines {
            let product = try decision.stockedProduct(line.product)
            let quantity = try product.inOwnUnit(line.quantity)
            let stock = try decision.stock(from, line.product)
            guard quantity <= stock.available else {
                throw .insufficientStock(
                    quantity, of: line.product, in: from, available: stock.available)
            }
            moved.append(
                TransferredLine(
                    product: line.product, productClass: product.productClass,
                    quantity: quantity, value: try stock.cost(ofIssuing: quantity)))
        }
        try decision.emit(StockTransferred(from: from, to: to, lines: moved), to: id)
        for line in moved { try move(line, id, decision) }
    }

    private func move(
        _ line: TransferredLine, _ id: String, _ decision: Decision
    ) throws(Rejection) {
        // A later cost of what is moved is found where the goods are.
        let moved = try decision.stock(from, line.product).pool.receipts(
            movingWith: line.quantity)
        try decision.emit(
            StockIssued(
                product: line.product, warehouse: from, quantity: line.quantity, cost: line.value,
                reason: .transfer, reference: id, order: nil, line: nil, to: to),
            to: StockState.id(from, line.product))
        try decision.receiveStock(
            line.quantity, of: line.product, in: to, worth: line.value, .transfer, reference: id,
            moved: moved)
    }
}

extension [ProductID] {
    /// Refuses a product that is named twice.
    fileprivate func requireEachOnce() throws(Rejection) {
        var seen: Set<ProductID> = []
        for product in self where !seen.insert(product).inserted {
            throw Rejection(
                .invalidValue,
                "Expected each product once, found \(product) twice; give its quantity in one line.",
                [JSONMember("product", .string(product.text))])
        }
    }
}

extension Rejection {
    /// An id that was made from a series and does not keep the rules of identifiers.
    static func badIdentifier(_ id: String) -> Rejection {
        Rejection(
            .invalidValue,
            "Expected \(IdentifierRules.expectation), found \"\(id)\"; choose another id.")
    }
}
