internal import Business
internal import Records

/// `fulfillment.orders`.
enum OrdersQuery {
    struct Parameters: Record {
        let customer: AccountID?
        let status: OrderStatus?
        let open: Bool
        let from: BusinessDate?
        let to: BusinessDate?
        let limit: Int64

        static let schema = Schema<Parameters>(
            "fulfillment.orders-parameters", "Which orders.",
            Field(1, "customer", \.customer, "Of one customer."),
            Field(2, "status", \.status, "In one status."),
            Field(
                3, "open", \.open, "Those alone that are pending or released.", default: false),
            Field(4, "from", \.from, "Placed on or after this date."),
            Field(5, "to", \.to, "Placed on or before this date."),
            Field(
                6, "limit", \.limit, "How many at the most.", limits: .positive, default: 10_000),
            make: Parameters.init)

        func takes(_ row: OrderRow) -> Bool {
            if let customer, row.state.customer != customer { return false }
            if let status, row.state.status != status { return false }
            if open, !row.state.isLive { return false }
            if let from, (row.state.placedOn ?? from) < from { return false }
            if let to, (row.state.placedOn ?? to) > to { return false }
            return true
        }
    }

    struct Row: Record {
        let order: String
        let customer: String
        let name: String
        let placedOn: BusinessDate?
        let dueDate: BusinessDate?
        let status: OrderStatus
        let label: String
        let blocks: [String]
        let reserved: Extent
        let picked: Extent
        let shipped: Extent
        let delivered: Extent
        let invoiced: Extent
        let paid: Extent
        let net: Money
        let open: Money

        static let schema = Schema<Row>(
            "fulfillment.order-axes", "An order and how far it is.",
            Field(1, "order", \.order, "The order."),
            Field(2, "customer", \.customer, "Who ordered."),
            Field(3, "name", \.name, "The customer's name."),
            Field(4, "placedOn", \.placedOn, "On which date it was placed."),
            Field(5, "dueDate", \.dueDate, "What was promised first, else asked for."),
            Field(6, "status", \.status, "Where it is in its life."),
            Field(7, "label", \.label, "Its place in one phrase."),
            Field(8, "blocks", \.blocks, "What stops it."),
            Field(9, "reserved", \.reserved, "Stock held, picked or shipped."),
            Field(10, "picked", \.picked, "Picked or shipped."),
            Field(11, "shipped", \.shipped, "Left the warehouse."),
            Field(12, "delivered", \.delivered, "Reached the customer."),
            Field(13, "invoiced", \.invoiced, "Billed."),
            Field(14, "paid", \.paid, "Paid."),
            Field(15, "net", \.net, "The net amount of what was ordered."),
            Field(16, "open", \.open, "The net amount of what has not left."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.orders",
        "Orders with how far they are reserved, picked, shipped, delivered, billed and paid.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        var found: [OrderRow] = []
        var hasMore = false
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            guard row.state.status != .none, parameters.takes(row) else { return true }
            if found.count == Int(parameters.limit) {
                hasMore = true
                return false
            }
            found.append(row)
            return true
        }
        var rows: [Row] = []
        for row in found { rows.append(try Self.row(row, reader)) }
        var totals: [JSONMember] = []
        if let first = rows.first, rows.allSatisfy({ $0.net.currency == first.net.currency }) {
            var net = Money.zero(first.net.currency)
            var open = net
            for row in rows {
                net = try net.plus(row.net)
                open = try open.plus(row.open)
            }
            totals = [net.total("net"), open.total("open")]
        }
        var notes = ["\(rows.count) orders."]
        if hasMore { notes.append("There are more; narrow the question or raise the limit.") }
        return QueryResult(rows, totals: totals, notes: notes)
    }

    static func row(
        _ row: OrderRow, _ reader: borrowing ViewReader
    ) throws(QueryFailure) -> Row {
        let axes = OrderAxes(row)
        let customer = row.state.customer
        let name = try reader.row(NameRow.self, RowKey("sales.account/\(customer)"))?.name ?? ""
        return Row(
            order: row.id, customer: customer.text, name: name, placedOn: row.state.placedOn,
            dueDate: row.dueDate, status: row.state.status, label: row.label,
            blocks: row.state.blocks.map(\.kind.rawValue), reserved: axes.reserved,
            picked: axes.picked, shipped: axes.shipped, delivered: axes.delivered,
            invoiced: axes.invoiced, paid: axes.paid, net: try row.net(), open: try row.openNet())
    }
}

/// `fulfillment.order`: one order with its lines, shipments and time line.
enum OrderQuery {
    struct Parameters: Record {
        let order: OrderID

        static let schema = Schema<Parameters>(
            "fulfillment.order-parameters", "Which order.",
            Field(1, "order", \.order, "The order."),
            make: Parameters.init)
    }

    struct Shipment: Record {
        let shipment: String
        let warehouse: String
        let status: ShipmentStatus
        let plannedOn: BusinessDate?
        let issuedOn: BusinessDate?
        let deliveredOn: BusinessDate?
        let lines: [ShipmentLine]

        static let schema = Schema<Shipment>(
            "fulfillment.order-shipment", "A shipment of the order.",
            Field(1, "shipment", \.shipment, "The shipment."),
            Field(2, "warehouse", \.warehouse, "From where."),
            Field(3, "status", \.status, "Where it is in its life."),
            Field(4, "plannedOn", \.plannedOn, "Planned."),
            Field(5, "issuedOn", \.issuedOn, "Left."),
            Field(6, "deliveredOn", \.deliveredOn, "Delivered."),
            Field(7, "lines", \.lines, "What it carries."),
            make: Shipment.init)
    }

    struct Row: Record {
        let order: OrdersQuery.Row
        let blocks: [OrderBlock]
        let opportunity: OpportunityID?
        let quote: QuoteID?
        let billed: Money?
        let unpaid: Money?
        let lines: [OrderLine]
        let shipments: [Shipment]
        let invoices: [InvoiceID]
        let steps: [TimeLineStep]

        static let schema = Schema<Row>(
            "fulfillment.order-whole", "An order with all that happened to it.",
            Field(1, "order", \.order, "How far it is."),
            Field(2, "blocks", \.blocks, "What stops it, and why."),
            Field(3, "opportunity", \.opportunity, "The deal from which it came."),
            Field(4, "quote", \.quote, "The quote that was accepted."),
            Field(5, "billed", \.billed, "What was billed, tax included."),
            Field(6, "unpaid", \.unpaid, "What is open of that."),
            Field(7, "lines", \.lines, "Its lines with their counters."),
            Field(8, "shipments", \.shipments, "Its shipments."),
            Field(9, "invoices", \.invoices, "Its invoices."),
            Field(10, "steps", \.steps, "Its time line."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.order", "One order: its axes, lines, shipments, invoices and time line.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        let id = parameters.order.text
        guard let row = try reader.row(OrderRow.self, RowKey(id)), row.state.status != .none else {
            throw .unknownObject("There is no order \"\(id)\"; fulfillment.orders lists them.")
        }
        let shipments = try reader.rows(ShipmentRow.self, prefix: RowKey(id)).map { shipment in
            Shipment(
                shipment: shipment.id, warehouse: shipment.state.warehouse.text,
                status: shipment.state.status, plannedOn: shipment.plannedOn,
                issuedOn: shipment.state.issuedOn, deliveredOn: shipment.deliveredOn,
                lines: shipment.state.lines)
        }
        let steps = try reader.rows(OrderStepRow.self, prefix: RowKey(id)).map(\.step)
        return QueryResult([
            Row(
                order: try OrdersQuery.row(row, reader), blocks: row.state.blocks,
                opportunity: row.state.opportunity, quote: row.state.quote, billed: row.billed,
                unpaid: row.unpaid, lines: row.state.lines, shipments: shipments,
                invoices: row.state.invoices, steps: steps)
        ])
    }
}
