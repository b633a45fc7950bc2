internal import Business
internal import Records

/// `fulfillment.stock`.
enum StockQuery {
    struct Parameters: Record {
        let warehouse: WarehouseID?
        let product: ProductID?

        static let schema = Schema<Parameters>(
            "fulfillment.stock-parameters", "Which stock.",
            Field(1, "warehouse", \.warehouse, "In one warehouse."),
            Field(2, "product", \.product, "Of one product."),
            make: Parameters.init)

        func takes(_ warehouse: String, _ product: String) -> Bool {
            (self.warehouse.map { $0.text == warehouse } ?? true)
                && (self.product.map { $0.text == product } ?? true)
        }
    }

    struct Row: Record {
        let warehouse: String
        let product: String
        let name: String
        var onHand: Quantity
        var value: Money?
        var reserved: Quantity?
        var available: Quantity?
        var missing: Quantity?
        var backordered: Quantity?
        var onOrder: Quantity?
        var requested: Quantity?
        var projected: Quantity?

        /// Whether something is there or is worth something.
        var isSomething: Bool { !onHand.isZero || !(value?.isZero ?? true) }

        static let schema = Schema<Row>(
            "fulfillment.stock-answer", "A product in a warehouse.",
            Field(1, "warehouse", \.warehouse, "Where."),
            Field(2, "product", \.product, "What."),
            Field(3, "name", \.name, "Its name."),
            Field(4, "onHand", \.onHand, "How much is there."),
            Field(5, "value", \.value, "What it is worth."),
            Field(6, "reserved", \.reserved, "Held for orders, picked goods included."),
            Field(7, "available", \.available, "What can be promised now."),
            Field(8, "missing", \.missing, "What pickers did not find."),
            Field(9, "backordered", \.backordered, "What orders wait for."),
            Field(10, "onOrder", \.onOrder, "Ordered from suppliers."),
            Field(11, "requested", \.requested, "Asked for in requisitions."),
            Field(12, "projected", \.projected, "When all that is due has come and gone."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.stock",
        "Stock by warehouse and product: on hand, value, reserved, waited for and on order.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let isPast = context.asOf != nil || context.at != nil
        var rows =
            isPast
            ? try past(reader, parameters, context) : try present(reader, parameters)
        rows.sort { ($0.warehouse, $0.product) < ($1.warehouse, $1.product) }
        var totals: [JSONMember] = []
        // Rows of nothing are shown of now only, so they make no total: now and then add up alike.
        if let currency = rows.lazy.filter(\.isSomething).compactMap({ $0.value?.currency }).first {
            var total = Money.zero(currency)
            for row in rows { total = try total.plus(row.value ?? .zero(currency)) }
            totals = [total.total("value")]
        }
        return QueryResult(
            rows, totals: totals,
            notes: isPast
                ? ["Of the past, quantity on hand and value are known; the rest is kept for now."]
                : [])
    }

    private static func present(
        _ reader: borrowing ViewReader, _ parameters: Parameters
    ) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        let stocks = try reader.rows(StockRow.self)
        for stock in stocks where parameters.takes(stock.warehouse, stock.product) {
            let available = max(.zero, stock.onHand.rest(stock.held).rest(stock.missing))
            let projected = stock.onHand.rest(stock.held).rest(stock.missing)
                .rest(stock.backordered).sum(stock.onOrder).sum(stock.requested)
            rows.append(
                Row(
                    warehouse: stock.warehouse, product: stock.product,
                    name: try name(stock.product, reader), onHand: stock.onHand,
                    value: stock.value, reserved: stock.held, available: available,
                    missing: stock.missing, backordered: stock.backordered,
                    onOrder: stock.onOrder, requested: stock.requested, projected: projected))
        }
        return rows
    }

    /// Totals by day give `as-of`; what was written after `at` is taken back.
    private static func past(
        _ reader: borrowing ViewReader, _ parameters: Parameters, _ context: QueryContext
    ) throws(QueryFailure) -> [Row] {
        var found: [RowKey: Row] = [:]
        try reader.scan(StockDayRow.self) { (day) throws(QueryFailure) in
            guard parameters.takes(day.warehouse, day.product),
                context.asOf.map({ day.date <= $0 }) ?? true
            else { return true }
            try add(
                day.warehouse, day.product, day.quantity, day.value,
                try name(day.product, reader, at: context.at), &found)
            return true
        }
        if let at = context.at, at < .max {
            try reader.scan(StockLineRow.self, from: RowKey(at + 1)) {
                (line) throws(QueryFailure) in
                guard parameters.takes(line.warehouse, line.product),
                    context.asOf.map({ line.date <= $0 }) ?? true
                else { return true }
                try add(
                    line.warehouse, line.product, Quantity.zero.rest(line.quantity),
                    try line.value.turned(), try name(line.product, reader, at: at), &found)
                return true
            }
        }
        return found.values.filter(\.isSomething)
    }

    private static func add(
        _ warehouse: String, _ product: String, _ quantity: Quantity, _ value: Money,
        _ name: String, _ found: inout [RowKey: Row]
    ) throws(QueryFailure) {
        let key = RowKey(warehouse, product)
        var row =
            found[key]
            ?? Row(warehouse: warehouse, product: product, name: name, onHand: .zero)
        row.onHand = row.onHand.sum(quantity)
        row.value = try (row.value ?? .zero(value.currency)).plus(value)
        found[key] = row
    }

    static func name(
        _ product: String, _ reader: borrowing ViewReader, at position: UInt64? = nil
    ) throws(QueryFailure) -> String {
        try reader.name(of: "inventory.product/\(product)", at: position) ?? ""
    }
}

/// `fulfillment.backorders`: what orders wait for, and what is coming.
enum BackordersQuery {
    struct Row: Record {
        let order: String
        let line: Int64
        let customer: String
        let product: String
        let warehouse: String
        let quantity: Quantity
        let requestedDate: BusinessDate?
        let onOrder: Quantity
        let expectedDate: BusinessDate?

        static let schema = Schema<Row>(
            "fulfillment.backorder-row", "What a line of an order waits for.",
            Field(1, "order", \.order, "The order."),
            Field(2, "line", \.line, "The line."),
            Field(3, "customer", \.customer, "Who ordered."),
            Field(4, "product", \.product, "What."),
            Field(5, "warehouse", \.warehouse, "Where."),
            Field(6, "quantity", \.quantity, "How much it waits for."),
            Field(7, "requestedDate", \.requestedDate, "When the customer wants it."),
            Field(8, "onOrder", \.onOrder, "How much is ordered for this stock."),
            Field(9, "expectedDate", \.expectedDate, "When the next of it is expected."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.backorders", "What lines of orders wait for, and what is coming.",
        NoParameters.self, rows: Row.self
    ) { (reader, _, _) throws(QueryFailure) in
        let supply = try Supply(reader)
        var rows: [Row] = []
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            guard row.state.status == .released else { return true }
            for line in row.state.lines where line.backorder.isPositive {
                rows.append(
                    Row(
                        order: row.id, line: line.line, customer: row.state.customer.text,
                        product: line.product.text, warehouse: line.warehouse.text,
                        quantity: line.backorder, requestedDate: row.state.requestedDate,
                        onOrder: supply.onOrder(line.warehouse, line.product),
                        expectedDate: supply.expected(line.warehouse, line.product)))
            }
            return true
        }
        rows.sort {
            ($0.requestedDate ?? .farFuture, $0.order, $0.line)
                < ($1.requestedDate ?? .farFuture, $1.order, $1.line)
        }
        return QueryResult(rows, notes: ["\(rows.count) lines wait."])
    }
}

/// What is ordered from suppliers and not received, by warehouse and product.
struct Supply {
    private var coming: [RowKey: (quantity: Quantity, date: BusinessDate?)] = [:]

    init(_ reader: borrowing ViewReader) throws(QueryFailure) {
        var coming: [RowKey: (quantity: Quantity, date: BusinessDate?)] = [:]
        try reader.scan(PurchaseRow.self) { (row) throws(QueryFailure) in
            guard !row.state.status.isFinal else { return true }
            for line in row.state.lines where line.open.isPositive {
                let key = RowKey(line.warehouse, line.product)
                let known = coming[key]
                let dates = [known?.date, line.expectedDate].compactMap { $0 }
                coming[key] = ((known?.quantity ?? .zero).sum(line.open), dates.min())
            }
            return true
        }
        self.coming = coming
    }

    func onOrder(_ warehouse: WarehouseID, _ product: ProductID) -> Quantity {
        coming[RowKey(warehouse, product)]?.quantity ?? .zero
    }

    func expected(_ warehouse: WarehouseID, _ product: ProductID) -> BusinessDate? {
        coming[RowKey(warehouse, product)]?.date
    }
}

extension BusinessDate {
    /// Sorts after every other date.
    static let farFuture = BusinessDate(daysSinceEpoch: .max)
}
