package import Records

/// Stock held for one line of an order: reserved, or picked and not yet issued.
///
/// How much of it is picked stands in the order's line; the two parts together may never exceed
/// what is on hand.
package struct Reservation: Record, Hashable {
    /// The order.
    package let order: OrderID
    /// The order's line.
    package let line: Int64
    /// How much is held.
    package var quantity: Quantity

    /// The declaration of the fields.
    package static let schema = Schema<Reservation>(
        "inventory.reservation", "Stock held for one line of an order.",
        Field(1, "order", \.order, "The order."),
        Field(2, "line", \.line, "The order's line."),
        Field(3, "quantity", \.quantity, "How much is held, picked goods included."),
        make: Reservation.init)
}

/// What a line of an order waits for.
package struct Backorder: Record, Hashable {
    /// The order.
    package let order: OrderID
    /// The order's line.
    package let line: Int64
    /// How much is waited for.
    package var quantity: Quantity
    /// When the customer wants it; the first key of the queue.
    package let requestedDate: BusinessDate
    /// The running number of the back-order at this stock; the second key of the queue.
    package let sequence: Int64

    /// The declaration of the fields.
    package static let schema = Schema<Backorder>(
        "inventory.backorder", "What a line of an order waits for.",
        Field(1, "order", \.order, "The order."),
        Field(2, "line", \.line, "The order's line."),
        Field(3, "quantity", \.quantity, "How much is waited for."),
        Field(4, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(5, "sequence", \.sequence, "The running number of the back-order at this stock."),
        make: Backorder.init)
}

/// A product in a warehouse: how much, what it is worth, for whom it is held, and what is coming.
///
/// All quantities are in the product's own unit. There is never less than nothing of anything:
/// negative stock is refused.
package struct StockState: StreamState, Equatable {
    /// How many reservations one stock may hold.
    package static let reservationsMax = 10_000
    /// How many back-orders may wait for one stock.
    package static let backordersMax = 10_000

    /// Where it is kept.
    package var warehouse: WarehouseID
    /// What is kept.
    package var product: ProductID
    /// How much is on hand, what it is worth, and how that is known.
    package var pool: CostPool
    /// What pickers did not find; not available until it is counted.
    package var missing: Quantity
    /// What is held for orders, in the order in which it was first held.
    package var reservations: [Reservation]
    /// What orders wait for, first in the queue first.
    package var backorders: [Backorder]
    /// How many back-orders were ever raised here.
    package var backorderCount: Int64
    /// What is ordered from suppliers and has not come.
    package var onOrder: Quantity
    /// What is asked for in requisitions and not ordered yet.
    package var requested: Quantity
    /// A count that waits for an approval.
    package var openCount: CountID?

    package static let streamType = "inventory.stock"
    package static let initial = StockState(
        warehouse: .unset, product: .unset, pool: CostPool(), missing: .zero, reservations: [],
        backorders: [], backorderCount: 0, onOrder: .zero, requested: .zero)
    package static let schema = Schema<StockState>(
        "inventory.stock", "A product in a warehouse.",
        Field(1, "warehouse", \.warehouse, "Where it is kept."),
        Field(2, "product", \.product, "What is kept."),
        Field(3, "pool", \.pool, "How much is on hand, what it is worth, and how that is known."),
        Field(4, "missing", \.missing, "What pickers did not find; not available until counted."),
        Field(5, "reservations", \.reservations, "What is held for orders."),
        Field(6, "backorders", \.backorders, "What orders wait for, first in the queue first."),
        Field(7, "backorderCount", \.backorderCount, "Back-orders that were ever raised here."),
        Field(8, "onOrder", \.onOrder, "What is ordered from suppliers and has not come."),
        Field(9, "requested", \.requested, "What is asked for in requisitions, not ordered yet."),
        // Derived, for those who read a stock and do not know how it is kept.
        Field(10, "onHand", \.onHand, "How much is in the warehouse.", default: .zero),
        Field(11, "value", \.value, "What it is worth."),
        Field(12, "available", \.available, "What can be promised now.", default: .zero),
        Field(
            13, "projected", \.projected,
            "What is free now, less what is waited for, with all open supply.", default: .zero),
        Field(14, "openCount", \.openCount, "A count that waits for an approval."),
        make: {
            warehouse, product, pool, missing, reservations, backorders, count, onOrder,
            requested, _, _, _, _, openCount in
            StockState(
                warehouse: warehouse, product: product, pool: pool, missing: missing,
                reservations: reservations, backorders: backorders, backorderCount: count,
                onOrder: onOrder, requested: requested, openCount: openCount)
        })

    /// The stream's id: `warehouse:product`.
    package static func id(_ warehouse: WarehouseID, _ product: ProductID) -> String {
        "\(warehouse):\(product)"
    }
}

extension StockState {
    /// How much is in the warehouse.
    package var onHand: Quantity { pool.quantity }
    /// What is on hand is worth this; nil before anything was ever received.
    package var value: Money? { pool.value }
    /// How much is held for orders, picked goods included.
    package var held: Quantity { reservations.reduce(.zero) { $0.plus($1.quantity) } }
    /// How much orders wait for.
    package var backordered: Quantity { backorders.reduce(.zero) { $0.plus($1.quantity) } }
    /// How much can be promised to somebody now.
    package var available: Quantity { max(.zero, onHand.less(held).less(missing)) }
    /// On hand, less what is held, missing and waited for, with all open supply.
    /// - Source: semantics 2.1.
    package var projected: Quantity {
        onHand.less(held).less(missing).less(backordered).plus(onOrder).plus(requested)
    }

    /// How much is held for a line of an order.
    package func held(for order: OrderID, line: Int64) -> Quantity {
        reservations.first { $0.order == order && $0.line == line }?.quantity ?? .zero
    }

    /// How much a line of an order waits for.
    package func backordered(for order: OrderID, line: Int64) -> Quantity {
        backorders.first { $0.order == order && $0.line == line }?.quantity ?? .zero
    }

    mutating func hold(_ quantity: Quantity, for order: OrderID, line: Int64) {
        if let index = reservations.firstIndex(where: { $0.order == order && $0.line == line }) {
            reservations[index].quantity = reservations[index].quantity.plus(quantity)
            if !reservations[index].quantity.isPositive { reservations.remove(at: index) }
        } else if quantity.isPositive {
            reservations.append(Reservation(order: order, line: line, quantity: quantity))
        }
    }

    mutating func queue(
        _ quantity: Quantity, for order: OrderID, line: Int64, by requestedDate: BusinessDate
    ) {
        if let index = backorders.firstIndex(where: { $0.order == order && $0.line == line }) {
            backorders[index].quantity = backorders[index].quantity.plus(quantity)
            if !backorders[index].quantity.isPositive { backorders.remove(at: index) }
        } else if quantity.isPositive {
            backorderCount &+= 1
            let place =
                backorders.firstIndex { $0.requestedDate > requestedDate } ?? backorders.endIndex
            backorders.insert(
                Backorder(
                    order: order, line: line, quantity: quantity, requestedDate: requestedDate,
                    sequence: backorderCount), at: place)
        }
    }
}
