import Records

/// Gives stock that is free to those who wait for it: first in the queue first, by requested date
/// and then by the running number of the back-order.
///
/// A back-order that takes only all or nothing (by its order's delivery rule) is passed over while
/// it cannot be covered, and stays in its place: it holds nothing that others could use.
extension Decision {
    func allocate(_ warehouse: WarehouseID, _ product: ProductID) throws(Rejection) {
        let waiting = try stock(warehouse, product).backorders
        for backorder in waiting {
            let stock = try stock(warehouse, product)
            let available = stock.available
            guard available.isPositive else { return }
            let quantity = stock.backordered(for: backorder.order, line: backorder.line)
            let order = try state(of: OrderState.self, backorder.order.text)
            guard order.isLive, quantity.isPositive else { continue }
            // Goods that come in are never refused for who waits for them: these wait on.
            let isHeld = !stock.held(for: backorder.order, line: backorder.line).isZero
            guard stock.hasRoom(holding: !isHeld, queueing: false) else { continue }
            let need = StockNeed(
                line: backorder.line, warehouse: warehouse, product: product, quantity: quantity)
            switch order.deliveryRule {
            case .availability:
                try reserve(
                    min(available, quantity), need, for: backorder.order,
                    by: backorder.requestedDate)
            case .completeLine:
                if available >= quantity {
                    try reserve(quantity, need, for: backorder.order, by: backorder.requestedDate)
                }
            case .completeOrder: try allocateWhole(order, backorder.order)
            }
        }
    }

    /// All back-orders of an order at once, or none.
    private func allocateWhole(_ order: OrderState, _ id: OrderID) throws(Rejection) {
        var needs: [StockNeed] = []
        for line in order.lines where line.kind == .stock {
            let waiting = try reservation(of: id, line).waiting
            if waiting.isPositive {
                needs.append(
                    StockNeed(
                        line: line.line, warehouse: line.warehouse, product: line.product,
                        quantity: waiting))
            }
        }
        guard try canCover(needs) else { return }
        for need in needs {
            let stock = try stock(need.warehouse, need.product)
            let isHeld = !stock.held(for: id, line: need.line).isZero
            guard stock.hasRoom(holding: !isHeld, queueing: false) else { return }
        }
        let date = order.wantedOn ?? facts.effectiveDate
        for need in needs { try reserve(need.quantity, need, for: id, by: date) }
    }
}
