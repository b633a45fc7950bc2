internal import Business
internal import Records

/// `finance.receivables` and `finance.payables`: open items by age.
enum AgeingQuery {
    /// How the open items are gathered.
    enum Grouping: String, Choice {
        /// A row for each item.
        case item
        /// A row for each customer or supplier.
        case partner
    }

    struct Parameters: Record {
        let company: String?
        let partner: String?
        let by: Grouping

        static let schema = Schema<Parameters>(
            "finance.ageing-parameters", "Which open items, and how gathered.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "partner", \.partner, "One customer or supplier, by its id."),
            Field(3, "by", \.by, "A row for each item, or for each partner.", default: .item),
            make: Parameters.init)
    }

    struct Row: Record {
        var partner: String
        var name: String
        var item: String?
        var document: String?
        var order: String?
        var dueDate: BusinessDate?
        var daysPastDue: Int64?
        var isDisputed: Bool?
        var total: Money
        var notDue: Money
        var upTo30: Money
        var upTo60: Money
        var upTo90: Money
        var over90: Money
        var credits: Money
        var unallocated: Money

        static let schema = Schema<Row>(
            "finance.ageing-row", "What is open, by days past due.",
            Field(1, "partner", \.partner, "The customer or supplier."),
            Field(2, "name", \.name, "Its name."),
            Field(3, "item", \.item, "The open item."),
            Field(4, "document", \.document, "The document behind it."),
            Field(5, "order", \.order, "The sales order."),
            Field(6, "dueDate", \.dueDate, "When it is due."),
            Field(7, "daysPastDue", \.daysPastDue, "Days since it was due; negative before."),
            Field(8, "isDisputed", \.isDisputed, "Whether the partner disputes it."),
            Field(9, "total", \.total, "What is open, credits taken off: the control account."),
            Field(10, "notDue", \.notDue, "Not past due: 0 days or less."),
            Field(11, "upTo30", \.upTo30, "1 to 30 days past due."),
            Field(12, "upTo60", \.upTo60, "31 to 60 days."),
            Field(13, "upTo90", \.upTo90, "61 to 90 days."),
            Field(14, "over90", \.over90, "More than 90 days."),
            Field(15, "credits", \.credits, "Credit notes not applied; negative."),
            Field(
                16, "unallocated", \.unallocated,
                "Payments not allocated, on an account of their own; negative."),
            make: Row.init)
    }

    static let receivables = make(
        .receivable, "finance.receivables", "What customers owe, by days past due.",
        [.receivables], .customerCredit)
    static let payables = make(
        .payable, "finance.payables", "What is owed to suppliers, by days past due.",
        [.payables], .supplierPrepayment)

    private static func make(
        _ side: ItemSide, _ name: String, _ documentation: String, _ control: [ControlKind],
        _ held: ControlKind
    ) -> ViewQuery {
        ViewQuery(name, documentation, axes: .both, Parameters.self, rows: Row.self) {
            (reader, parameters, context) throws(QueryFailure) in
            let books = try Books(reader, parameters.company, context)
            let prefix = side == .receivable ? "sales.account/" : "purchasing.supplier/"
            let partner = parameters.partner.map { $0.contains("/") ? $0 : prefix + $0 }
            var rows: [Row] = []
            let items = try openItems(reader, side, books, context)
            for (item, open) in items where partner == nil || item.partner == partner {
                let name = try reader.name(of: item.partner, at: context.at) ?? ""
                rows.append(try Row(item, open, name, context.effectiveDate))
            }
            rows.sort {
                ($0.partner, $0.dueDate ?? $0.lastDate, $0.item ?? "")
                    < ($1.partner, $1.dueDate ?? $1.lastDate, $1.item ?? "")
            }
            var total = try sum(rows, books.zero)
            total.name = "Total"
            if parameters.by == .partner { rows = try gathered(rows, books.zero) }
            var notes = ["Ages as of \(context.effectiveDate)."]
            if partner == nil {
                notes.append(
                    contentsOf: try compare(reader, books, total, control, held, side, context))
            }
            return QueryResult(rows, totals: total.totals, notes: notes)
        }
    }

    /// The items that are open on both axes, with what is open.
    private static func openItems(
        _ reader: borrowing ViewReader, _ side: ItemSide, _ books: Books, _ context: QueryContext
    ) throws(QueryFailure) -> [(ItemRow, Money)] {
        var found: [(ItemRow, Money)] = []
        if context.asOf == nil, context.at == nil {
            try reader.scan(ItemRow.self) { (row) throws(QueryFailure) in
                if row.side == side, row.company == books.company.company, !row.open.isZero {
                    found.append((row, row.open))
                }
                return true
            }
            return found
        }
        var open: [String: Money] = [:]
        var disputed: Set<String> = []
        try reader.scan(ItemLineRow.self) { (line) throws(QueryFailure) in
            guard context.counts(line.date, line.position) else { return true }
            open[line.stream] = try (open[line.stream] ?? books.zero).plus(line.change)
            switch line.isDisputed {
            case true?: disputed.insert(line.stream)
            case false?: disputed.remove(line.stream)
            case nil: break
            }
            return true
        }
        for (stream, amount) in open.sorted(by: { $0.key < $1.key }) where !amount.isZero {
            guard var row = try reader.row(ItemRow.self, RowKey(stream)), row.side == side,
                row.company == books.company.company
            else { continue }
            row.isDisputed = disputed.contains(stream)
            found.append((row, amount))
        }
        return found
    }

    private static func sum(_ rows: [Row], _ zero: Money) throws(QueryFailure) -> Row {
        var total = Row(partner: "", name: "", zero: zero)
        for row in rows { try total.add(row) }
        return total
    }

    private static func gathered(_ rows: [Row], _ zero: Money) throws(QueryFailure) -> [Row] {
        var found: [Row] = []
        for row in rows {
            if found.last?.partner != row.partner {
                found.append(Row(partner: row.partner, name: row.name, zero: zero))
            }
            try found[found.count - 1].add(row)
        }
        return found
    }

    /// Compares the items with the control accounts, which the ledger keeps by itself.
    private static func compare(
        _ reader: borrowing ViewReader, _ books: Books, _ total: Row, _ control: [ControlKind],
        _ held: ControlKind, _ side: ItemSide, _ context: QueryContext
    ) throws(QueryFailure) -> [String] {
        let movements = try books.movements(reader, from: nil, to: context.asOf, at: context.at)
        var notes: [String] = []
        let parts = [
            (control, total.total, "Open items"), ([held], total.unallocated, "Unallocated"),
        ]
        for (kinds, amount, title) in parts {
            let accounts = books.accounts.values
                .filter { account in account.control.map { kinds.contains($0) } ?? false }
                .map(\.number).sorted()
            if accounts.isEmpty { continue }
            var balance = books.zero
            for account in accounts {
                balance = try balance.plus(try movements[account]?.closing() ?? books.zero)
            }
            if side == .payable { balance = try balance.turned() }
            let names = accounts.joined(separator: ", ")
            notes.append(
                amount == balance
                    ? "\(title) \(amount) equal control accounts \(names)."
                    : "\(title) \(amount) differ from control accounts \(names): \(balance).")
        }
        return notes
    }
}

extension AgeingQuery.Row {
    fileprivate init(partner: String, name: String, zero: Money) {
        self.init(
            partner: partner, name: name, total: zero, notDue: zero, upTo30: zero, upTo60: zero,
            upTo90: zero, over90: zero, credits: zero, unallocated: zero)
    }

    fileprivate init(
        _ item: ItemRow, _ open: Money, _ name: String, _ date: BusinessDate
    ) throws(QueryFailure) {
        self.init(partner: item.partner, name: name, zero: .zero(open.currency))
        self.item = item.item
        document = item.document.isEmpty ? nil : item.document
        order = item.order
        if item.isDisputed { isDisputed = true }
        if item.kind == .payment {
            unallocated = open
            return
        }
        total = open
        dueDate = item.dueDate
        if open.isNegative {
            credits = open
            return
        }
        let days = item.dueDate.map { date.days(since: $0) } ?? 0
        daysPastDue = Int64(days)
        switch days {
        case ...0: notDue = open
        case ...30: upTo30 = open
        case ...60: upTo60 = open
        case ...90: upTo90 = open
        default: over90 = open
        }
    }

    /// What sorts after every due date.
    fileprivate var lastDate: BusinessDate { BusinessDate(daysSinceEpoch: .max) }

    fileprivate mutating func add(_ other: AgeingQuery.Row) throws(QueryFailure) {
        total = try total.plus(other.total)
        notDue = try notDue.plus(other.notDue)
        upTo30 = try upTo30.plus(other.upTo30)
        upTo60 = try upTo60.plus(other.upTo60)
        upTo90 = try upTo90.plus(other.upTo90)
        over90 = try over90.plus(other.over90)
        credits = try credits.plus(other.credits)
        unallocated = try unallocated.plus(other.unallocated)
    }

    fileprivate var totals: [JSONMember] {
        [
            JSONMember("name", .string(name)), total.total("total"), notDue.total("notDue"),
            upTo30.total("upTo30"), upTo60.total("upTo60"), upTo90.total("upTo90"),
            over90.total("over90"), credits.total("credits"), unallocated.total("unallocated"),
        ]
    }
}
