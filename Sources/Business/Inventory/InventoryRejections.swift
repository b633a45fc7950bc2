import Records

extension RejectionCode {
    /// More was asked for than is in the warehouse and free.
    package static let insufficientStock = RejectionCode("insufficient-stock")
    /// A service or a charge has no stock.
    package static let notStocked = RejectionCode("not-stocked")
    /// The product is no longer bought and sold.
    package static let productDiscontinued = RejectionCode("product-discontinued")
    /// A quantity in another unit than the product's.
    package static let unitMismatch = RejectionCode("unit-mismatch")
    /// Nothing says what goods that were found are worth.
    package static let costUnknown = RejectionCode("cost-unknown")
    /// A count of the product waits for somebody's approval.
    package static let countPending = RejectionCode("count-pending")
    /// Goods of a receipt that is to be taken back are gone or have another value.
    package static let stockConsumed = RejectionCode("stock-consumed")
    /// A stock has as many reservations, back-orders or layers as it may have.
    package static let stockLimit = RejectionCode("stock-limit")
    /// Something stops the order.
    package static let orderBlocked = RejectionCode("order-blocked")
    /// Nothing is reserved for what was named.
    package static let nothingReserved = RejectionCode("nothing-reserved")
}

extension Rejection {
    /// More was asked for than there is.
    static func insufficientStock(
        _ asked: Quantity, of product: ProductID, in warehouse: WarehouseID, available: Quantity
    ) -> Rejection {
        Rejection(
            .insufficientStock,
            "Expected at most \(available.digits) of \(product), which is free in \(warehouse), found \(asked.digits); take less, or receive or count goods first.",
            [
                JSONMember("product", .string(product.text)),
                JSONMember("warehouse", .string(warehouse.text)),
                JSONMember("available", .string(available.digits)),
            ])
    }
}
