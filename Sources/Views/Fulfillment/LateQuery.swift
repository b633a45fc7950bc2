internal import Business
internal import Records

/// `fulfillment.late`: what is late, and why.
enum LateQuery {
    /// What can be late.
    enum Kind: String, Choice {
        /// A customer's order past its first promise.
        case order
        /// An order to a supplier past its expected date.
        case purchase
        /// A requisition past the date when it is needed.
        case requisition
        /// A supplier's invoice that is blocked.
        case bill
    }

    struct Parameters: Record {
        let kind: Kind?

        static let schema = Schema<Parameters>(
            "fulfillment.late-parameters", "What is asked for.",
            Field(1, "kind", \.kind, "One kind alone."),
            make: Parameters.init)
    }

    struct Row: Record {
        let kind: Kind
        let id: String
        let partner: String?
        let name: String?
        let dueDate: BusinessDate
        let daysLate: Int64
        let why: String

        static let schema = Schema<Row>(
            "fulfillment.late-row", "Something that is late.",
            Field(1, "kind", \.kind, "What kind of thing."),
            Field(2, "id", \.id, "Which one."),
            Field(3, "partner", \.partner, "The customer or supplier."),
            Field(4, "name", \.name, "The partner's name."),
            Field(5, "dueDate", \.dueDate, "When it was due."),
            Field(6, "daysLate", \.daysLate, "Days since then."),
            Field(7, "why", \.why, "What it waits for."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "fulfillment.late", "Orders, purchases, requisitions and bills that are late, and why.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        var rows: [Row] = []
        let kinds = parameters.kind.map { [$0] } ?? Kind.allCases
        for kind in kinds {
            switch kind {
            case .order: rows += try orders(reader, context.today)
            case .purchase: rows += try purchases(reader, context.today)
            case .requisition: rows += try requisitions(reader, context.today)
            case .bill: rows += try bills(reader, context.today)
            }
        }
        rows.sort {
            ($1.daysLate, $0.kind.rawValue, $0.id) < ($0.daysLate, $1.kind.rawValue, $1.id)
        }
        return QueryResult(rows, notes: ["As of \(context.today)."])
    }

    private static func orders(
        _ reader: borrowing ViewReader, _ today: BusinessDate
    ) throws(QueryFailure) -> [Row] {
        let supply = try Supply(reader)
        var late: [OrderRow] = []
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            if row.state.isLive, !row.state.isShippedInFull, let due = row.dueDate, due < today {
                late.append(row)
            }
            return true
        }
        var rows: [Row] = []
        for row in late {
            rows.append(
                try Self.row(
                    .order, row.id, "sales.account/\(row.state.customer)", row.dueDate, today,
                    row.waits(supply, today), reader))
        }
        return rows
    }

    private static func purchases(
        _ reader: borrowing ViewReader, _ today: BusinessDate
    ) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        for row in try reader.rows(PurchaseRow.self) {
            guard !row.state.status.isFinal, let due = row.expectedDate, due < today else {
                continue
            }
            rows.append(
                try Self.row(
                    .purchase, row.id, "purchasing.supplier/\(row.state.supplier)", due, today,
                    row.waits, reader))
        }
        return rows
    }

    private static func requisitions(
        _ reader: borrowing ViewReader, _ today: BusinessDate
    ) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        for row in try reader.rows(RequisitionRow.self) {
            guard row.state.open.isPositive, let due = row.state.neededBy, due < today else {
                continue
            }
            let supplier = row.state.supplier.map { "purchasing.supplier/\($0)" }
            let why =
                supplier == nil
                ? "no supplier with valid terms: on the buyer's list" : "not ordered yet"
            rows.append(try Self.row(.requisition, row.id, supplier, due, today, why, reader))
        }
        return rows
    }

    private static func bills(
        _ reader: borrowing ViewReader, _ today: BusinessDate
    ) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        for row in try reader.rows(BillRow.self) where row.state.status == .blocked {
            let reasons = row.state.blocks.map {
                "line \($0.line) \($0.reason.rawValue): expected \($0.expected), found \($0.found)"
            }
            rows.append(
                try Self.row(
                    .bill, row.id, "purchasing.supplier/\(row.state.supplier)", row.since, today,
                    "blocked: " + reasons.joined(separator: "; "), reader))
        }
        return rows
    }

    private static func row(
        _ kind: Kind, _ id: String, _ partner: String?, _ due: BusinessDate?,
        _ today: BusinessDate, _ why: String, _ reader: borrowing ViewReader
    ) throws(QueryFailure) -> Row {
        let name = try partner.flatMap { (partner) throws(QueryFailure) in
            try reader.row(NameRow.self, RowKey(partner))?.name
        }
        let dueDate = due ?? today
        return Row(
            kind: kind, id: id, partner: partner, name: name, dueDate: dueDate,
            daysLate: Int64(today.days(since: dueDate)), why: why)
    }
}

extension OrderRow {
    /// What a late order waits for: the first thing in its way, for each line.
    fileprivate func waits(_ supply: Supply, _ today: BusinessDate) -> String {
        if !state.blocks.isEmpty {
            return state.blocks.map { "stopped (\($0.kind.rawValue)): \($0.reason)" }
                .joined(separator: "; ")
        }
        var reasons: [String] = []
        for line in state.lines where line.open.isPositive {
            if line.backorder.isPositive {
                let expected = supply.expected(line.warehouse, line.product)
                let coming = supply.onOrder(line.warehouse, line.product)
                let supplied =
                    coming.isPositive
                    ? "\(coming) on order"
                        + (expected.map {
                            $0 < today ? ", due \($0) and not come" : ", expected \($0)"
                        }
                            ?? "")
                    : "none on order"
                reasons.append("\(line.backorder) of \(line.product) missing, \(supplied)")
            } else if line.picked.isPositive {
                reasons.append("\(line.picked) of \(line.product) picked, not shipped")
            } else {
                reasons.append("\(line.reserved) of \(line.product) reserved, not picked")
            }
        }
        return reasons.joined(separator: "; ")
    }
}

extension PurchaseRow {
    /// What a late order to a supplier waits for.
    fileprivate var waits: String {
        switch state.status {
        case .draft: return "not submitted"
        case .pendingApproval: return "not approved"
        case .approved: return "not sent"
        case .sent where state.hasDeviation: return "the supplier's answer differs; not settled"
        case .sent: return "sent, not confirmed and not received"
        default: break
        }
        let open = state.lines.filter(\.open.isPositive).map { "\($0.open) of \($0.product)" }
        return "confirmed, not received: " + open.joined(separator: ", ")
    }
}
