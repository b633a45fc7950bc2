package import Records

extension Decision {
    /// A product that is kept in stock.
    func stockedProduct(_ id: ProductID) throws(Rejection) -> ProductState {
        let product = try existing(ProductState.self, id.text)
        guard product.kind == .stock else {
            throw Rejection(
                .notStocked,
                "Expected a product that is kept in stock, found \(id), a \(product.kind.rawValue); leave it out.",
                [JSONMember("product", .string(id.text))])
        }
        return product
    }

    /// A product in a warehouse, as this command left it.
    func stock(_ warehouse: WarehouseID, _ product: ProductID) throws(Rejection) -> StockState {
        try state(of: StockState.self, StockState.id(warehouse, product))
    }

    /// Puts goods with their value into a stock.
    func receiveStock(
        _ quantity: Quantity, of product: ProductID, in warehouse: WarehouseID, worth value: Money,
        _ reason: ReceiptReason, reference: String, for order: OrderID? = nil, line: Int64? = nil,
        moved: [MovedReceipt] = []
    ) throws(Rejection) {
        let costing = try stockedProduct(product).costing
        try stock(warehouse, product).requireReceivable(quantity, worth: value)
        try emit(
            StockReceived(
                product: product, warehouse: warehouse, quantity: quantity, value: value,
                reason: reason, reference: reference, costing: costing, order: order, line: line,
                moved: moved),
            to: StockState.id(warehouse, product))
    }
}

extension ProductState {
    /// The quantity in the product's own unit, which it may name or leave out.
    ///
    /// - Throws: ``RejectionCode/unitMismatch``.
    package func inOwnUnit(_ quantity: Quantity) throws(Rejection) -> Quantity {
        try quantity.counted(in: unit)
    }
}

extension Quantity {
    /// The quantity where a product's own unit is meant, which it may name or leave out.
    func counted(in symbol: String) throws(Rejection) -> Quantity {
        guard unit == .base || unit.symbol == symbol else {
            throw Rejection(
                .unitMismatch,
                "Expected a quantity in \(symbol), the product's unit, found \(self); convert it first.",
                [JSONMember("unit", .string(symbol))])
        }
        return Quantity(millionths: millionths)
    }
}
