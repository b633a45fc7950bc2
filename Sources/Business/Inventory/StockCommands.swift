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
    func requireEachOnce() throws(Rejection) {
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
