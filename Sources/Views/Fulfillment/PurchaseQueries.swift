internal import Business
internal import Records

/// `fulfillment.purchases`.
enum PurchasesQuery {
    struct Parameters: Record {
        let supplier: SupplierID?
        let status: PurchaseOrderStatus?
        let open: Bool
        let limit: Int64

        static let schema = Schema<Parameters>(
            "fulfillment.purchases-parameters", "Which orders to suppliers.",
            Field(1, "supplier", \.supplier, "To one supplier."),
            Field(2, "status", \.status, "In one status."),
            Field(3, "open", \.open, "Those alone that are not over.", default: false),
            Field(
                4, "limit", \.limit, "How many at the most.", limits: .positive, default: 10_000),
            make: Parameters.init)

        func takes(_ row: PurchaseRow) -> Bool {
            if let supplier, row.state.supplier != supplier { return false }
            if let status, row.state.status != status { return false }
            return !open || !row.state.status.isFinal
        }
    }

    struct Row: Record {
        let order: String
        let supplier: String
        let name: String
        let status: PurchaseOrderStatus
        let draftedOn: BusinessDate?
        let sentOn: BusinessDate?
        let expectedDate: BusinessDate?
        let receivedOn: BusinessDate?
        let received: Extent
        let invoiced: Extent
        let value: Money
        let receivedValue: Money
        let invoicedValue: Money
        let lines: [Line]

        static let schema = Schema<Row>(
            "fulfillment.purchase-answer", "An order to a supplier and how far it is.",
            Field(1, "order", \.order, "The order."),
            Field(2, "supplier", \.supplier, "To whom."),
            Field(3, "name", \.name, "The supplier's name."),
            Field(4, "status", \.status, "Where it stands."),
            Field(5, "draftedOn", \.draftedOn, "Written."),
            Field(6, "sentOn", \.sentOn, "Sent."),
            Field(7, "expectedDate", \.expectedDate, "When the next open line is expected."),
            Field(8, "receivedOn", \.receivedOn, "Received in full."),
            Field(9, "received", \.received, "What came in."),
            Field(10, "invoiced", \.invoiced, "What was billed."),
            Field(11, "value", \.value, "What it is worth."),
            Field(12, "receivedValue", \.receivedValue, "What came in is worth."),
            Field(13, "invoicedValue", \.invoicedValue, "What was billed, net."),
            Field(14, "lines", \.lines, "Its lines."),
            make: Row.init)
    }

    struct Line: Record {
        let line: Int64
        let product: String
        let warehouse: String
        let wanted: Quantity
        let received: Quantity
        let invoiced: Quantity
        let price: UnitPrice
        let expectedDate: BusinessDate?

        static let schema = Schema<Line>(
            "fulfillment.purchase-line", "A line of an order to a supplier.",
            Field(1, "line", \.line, "The line."),
            Field(2, "product", \.product, "What."),
            Field(3, "warehouse", \.warehouse, "Where it is to arrive."),
            Field(4, "wanted", \.wanted, "How much is wanted."),
            Field(5, "received", \.received, "How much came in."),
            Field(6, "invoiced", \.invoiced, "How much was billed."),
            Field(7, "price", \.price, "At what price."),
            Field(8, "expectedDate", \.expectedDate, "When it is to arrive."),
            make: Line.init)
    }

    static let query = ViewQuery(
        "fulfillment.purchases", "Orders to suppliers with what came in and what was billed.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        var found: [PurchaseRow] = []
        var hasMore = false
        try reader.scan(PurchaseRow.self) { (row) throws(QueryFailure) in
            guard parameters.takes(row) else { return true }
            hasMore = found.count == Int(parameters.limit)
            if hasMore { return false }
            found.append(row)
            return true
        }
        var rows: [Row] = []
        for row in found { rows.append(try Row(row, reader)) }
        var notes = ["\(rows.count) orders."]
        if hasMore { notes.append("There are more; narrow the question or raise the limit.") }
        return QueryResult(rows, notes: notes)
    }
}

extension PurchasesQuery.Row {
    fileprivate init(_ row: PurchaseRow, _ reader: borrowing ViewReader) throws(QueryFailure) {
        let state = row.state
        let zero = Money.zero(state.currency)
        var receivedValue = zero
        var invoicedValue = zero
        for line in state.lines {
            receivedValue = try receivedValue.plus(line.receivedValue)
            invoicedValue = try invoicedValue.plus(line.invoicedValue)
        }
        self.init(
            order: row.id, supplier: state.supplier.text,
            name: try reader.row(NameRow.self, RowKey("purchasing.supplier/\(state.supplier)"))?
                .name ?? "",
            status: state.status, draftedOn: row.draftedOn, sentOn: row.sentOn,
            expectedDate: row.expectedDate, receivedOn: row.receivedOn,
            received: Extent(of: state.lines, done: \.received),
            invoiced: Extent(of: state.lines, done: \.invoiced),
            value: try answering { () throws(ArithmeticFailure) in try state.value() },
            receivedValue: receivedValue, invoicedValue: invoicedValue,
            lines: state.lines.map { line in
                PurchasesQuery.Line(
                    line: line.line, product: line.product.text, warehouse: line.warehouse.text,
                    wanted: line.wanted, received: line.received, invoiced: line.invoiced,
                    price: line.price, expectedDate: line.expectedDate)
            })
    }
}

extension Extent {
    /// The extent over the lines of an order to a supplier.
    init(of lines: [PurchaseOrderLine], done: (PurchaseOrderLine) -> Quantity) {
        let wanted = lines.filter(\.wanted.isPositive)
        if !wanted.contains(where: { done($0).isPositive }) {
            self = .none
        } else {
            self = wanted.allSatisfy { done($0) >= $0.wanted } ? .full : .partial
        }
    }
}

extension PurchaseRow {
    /// When the next open line is expected.
    var expectedDate: BusinessDate? {
        state.lines.filter(\.open.isPositive).compactMap(\.expectedDate).min()
    }
}

/// `fulfillment.requisitions`: what is to be bought and not ordered.
enum RequisitionsQuery {
    struct Row: Record {
        let product: String
        let name: String
        let warehouse: String
        let quantity: Quantity
        let supplier: String?
        let since: BusinessDate?
        let neededBy: BusinessDate?

        static let schema = Schema<Row>(
            "fulfillment.requisition-answer", "What is to be bought and not ordered.",
            Field(1, "product", \.product, "What."),
            Field(2, "name", \.name, "Its name."),
            Field(3, "warehouse", \.warehouse, "Where it is needed."),
            Field(4, "quantity", \.quantity, "How much."),
            Field(5, "supplier", \.supplier, "From whom; absent on the buyer's list."),
            Field(6, "since", \.since, "Since when."),
            Field(7, "neededBy", \.neededBy, "When it is needed."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.requisitions", "What is to be bought and not ordered; whose supplier is open.",
        NoParameters.self, rows: Row.self
    ) { (reader, _, _) throws(QueryFailure) in
        var rows: [Row] = []
        for row in try reader.rows(RequisitionRow.self) where row.state.open.isPositive {
            rows.append(
                Row(
                    product: row.state.product.text,
                    name: try StockQuery.name(row.state.product.text, reader),
                    warehouse: row.state.warehouse.text, quantity: row.state.open,
                    supplier: row.state.supplier?.text, since: row.since,
                    neededBy: row.state.neededBy))
        }
        let waiting = rows.filter { $0.supplier == nil }.count
        return QueryResult(
            rows, notes: waiting == 0 ? [] : ["\(waiting) wait on the buyer's list."])
    }
}
