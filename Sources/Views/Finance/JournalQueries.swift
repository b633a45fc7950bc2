internal import Business
internal import Records

/// `finance.journal`.
enum JournalQuery {
    struct Parameters: Record {
        let company: String?
        let from: BusinessDate?
        let to: BusinessDate?
        let journal: String?
        let source: String?
        let position: Int64?
        let limit: Int64

        static let schema = Schema<Parameters>(
            "finance.journal-parameters", "Which vouchers.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "from", \.from, "The first day."),
            Field(3, "to", \.to, "The last day."),
            Field(4, "journal", \.journal, "One journal: sales, purchase, stock, bank, general."),
            Field(
                5, "source", \.source,
                "Vouchers of one thing, by its stream: `finance.invoice/INV-2026-000001`."),
            Field(6, "position", \.position, "The voucher at this position alone."),
            Field(
                7, "limit", \.limit, "How many vouchers at the most.", limits: .positive,
                default: 1_000),
            make: Parameters.init)
    }

    struct Row: Record {
        let date: BusinessDate
        let voucher: String
        let text: String
        let account: String
        let name: String
        let debit: Money?
        let credit: Money?
        let partner: String?
        let item: String?
        let order: String?
        let product: String?
        let quantity: Quantity?
        let taxCode: String?
        let sourceType: String
        let source: String
        let position: Int64
        let recordedAt: Instant
        let movedFrom: BusinessDate?
        let reverses: String?
        let reversedBy: String?

        static let schema = Schema<Row>(
            "finance.journal-row", "One line of a voucher.",
            Field(1, "date", \.date, "The posting date."),
            Field(2, "voucher", \.voucher, "Journal, fiscal year and number."),
            Field(3, "text", \.text, "What the voucher is for."),
            Field(4, "account", \.account, "The account."),
            Field(5, "name", \.name, "Its name."),
            Field(6, "debit", \.debit, "The amount on the left side."),
            Field(7, "credit", \.credit, "The amount on the right side."),
            Field(8, "partner", \.partner, "The customer or supplier."),
            Field(9, "item", \.item, "The open item."),
            Field(10, "order", \.order, "The sales order."),
            Field(11, "product", \.product, "The product."),
            Field(12, "quantity", \.quantity, "How much of it."),
            Field(13, "taxCode", \.taxCode, "The tax code."),
            Field(14, "sourceType", \.sourceType, "The event that it posts."),
            Field(15, "source", \.source, "The event's stream and version."),
            Field(16, "position", \.position, "The voucher's position in the log."),
            Field(17, "recordedAt", \.recordedAt, "When it was written."),
            Field(18, "movedFrom", \.movedFrom, "The date that lay in a closed period."),
            Field(
                19, "reverses", \.reverses,
                "The events that it takes back, whole or in part; their vouchers have them as source."
            ),
            Field(
                20, "reversedBy", \.reversedBy, "The events that take it back, whole or in part."),
            make: Row.init)

        init(
            _ row: VoucherRow, _ line: VoucherLine, _ books: Books, reversedBy: [EventReference]
        ) {
            date = row.date
            voucher = row.number
            text = row.voucher.text
            account = line.account
            name = books.name(of: line.account)
            debit = line.side == .debit ? line.base : nil
            credit = line.side == .credit ? line.base : nil
            partner = line.partner
            item = line.openItem
            order = line.order
            product = line.product
            quantity = line.quantity
            taxCode = line.taxCode
            sourceType = row.voucher.sourceType
            source = "\(row.voucher.sourceStream) \(row.voucher.sourceVersion)"
            position = Int64(clamping: row.position)
            recordedAt = row.recordedAt
            movedFrom = row.voucher.movedFrom
            reverses = Self.text(row.voucher.reverses)
            self.reversedBy = Self.text(reversedBy)
        }

        private static func text(_ events: [EventReference]) -> String? {
            events.isEmpty ? nil : events.map(\.description).joined(separator: ", ")
        }

        private init(
            date: BusinessDate, voucher: String, text: String, account: String, name: String,
            debit: Money?, credit: Money?, partner: String?, item: String?, order: String?,
            product: String?, quantity: Quantity?, taxCode: String?, sourceType: String,
            source: String, position: Int64, recordedAt: Instant, movedFrom: BusinessDate?,
            reverses: String?, reversedBy: String?
        ) {
            self.date = date
            self.voucher = voucher
            self.text = text
            self.account = account
            self.name = name
            self.debit = debit
            self.credit = credit
            self.partner = partner
            self.item = item
            self.order = order
            self.product = product
            self.quantity = quantity
            self.taxCode = taxCode
            self.sourceType = sourceType
            self.source = source
            self.position = position
            self.recordedAt = recordedAt
            self.movedFrom = movedFrom
            self.reverses = reverses
            self.reversedBy = reversedBy
        }
    }

    static let query = ViewQuery(
        "finance.journal", "Vouchers line by line, by date, each with the event that it posts.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let period = try Period(parameters.from, parameters.to, context)
        let company = books.company.company
        var rows: [Row] = []
        var debits = books.zero
        var vouchers: Int64 = 0
        var hasMore = false
        let start = period.from.map { RowKey(company, $0) }
        try reader.scan(VoucherRow.self, prefix: RowKey(company), from: start) {
            (row) throws(QueryFailure) in
            if let to = period.to, row.date > to { return false }
            guard context.counts(row.date, row.position), parameters.takes(row) else { return true }
            if vouchers == parameters.limit {
                hasMore = true
                return false
            }
            vouchers += 1
            let reversedBy = try reader.reversals(of: row.voucher, context)
            for line in row.voucher.lines {
                rows.append(Row(row, line, books, reversedBy: reversedBy))
                if line.side == .debit { debits = try debits.plus(line.base) }
            }
            return true
        }
        var notes = [period.note, "\(vouchers) vouchers."]
        if hasMore { notes.append("There are more; give a period or a higher limit.") }
        return QueryResult(
            rows, totals: [debits.total("debit"), debits.total("credit")], notes: notes)
    }
}

extension ViewReader {
    /// The events that take back what a voucher posts, in the order in which they were posted.
    fileprivate borrowing func reversals(
        of voucher: VoucherPosted, _ context: QueryContext
    ) throws(QueryFailure) -> [EventReference] {
        var found: [EventReference] = []
        try scan(
            ReversalRow.self, prefix: RowKey(voucher.sourceStream, voucher.sourceVersion)
        ) { (row) throws(QueryFailure) in
            if context.counts(row.date, row.position) { found.append(row.by) }
            return true
        }
        return found
    }
}

extension JournalQuery.Parameters {
    fileprivate func takes(_ row: VoucherRow) -> Bool {
        if let journal, row.journal != journal { return false }
        if let source, row.voucher.sourceStream != source { return false }
        if let position, row.position != UInt64(bitPattern: position) { return false }
        return true
    }
}

/// `finance.ledger`.
enum LedgerQuery {
    struct Parameters: Record {
        let company: String?
        let account: String
        let from: BusinessDate?
        let to: BusinessDate?
        let partner: String?
        let limit: Int64

        static let schema = Schema<Parameters>(
            "finance.ledger-parameters", "Which account, and when.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "account", \.account, "The account.", limits: .notEmpty),
            Field(3, "from", \.from, "The first day."),
            Field(4, "to", \.to, "The last day."),
            Field(5, "partner", \.partner, "Lines with one partner: `sales.account/ALFKI`."),
            Field(
                6, "limit", \.limit, "How many lines at the most.", limits: .positive,
                default: 10_000),
            make: Parameters.init)
    }

    struct Row: Record {
        let date: BusinessDate
        let voucher: String
        let line: Int64
        let text: String
        let partner: String?
        let order: String?
        let product: String?
        let debit: Money?
        let credit: Money?
        let balance: Money
        let sourceType: String
        let source: String
        let position: Int64

        static let schema = Schema<Row>(
            "finance.ledger-row", "One line of an account, with the balance after it.",
            Field(1, "date", \.date, "The posting date."),
            Field(2, "voucher", \.voucher, "Journal, fiscal year and number."),
            Field(3, "line", \.line, "The line of the voucher, from 1."),
            Field(4, "text", \.text, "What the voucher is for."),
            Field(5, "partner", \.partner, "The customer or supplier."),
            Field(6, "order", \.order, "The sales order."),
            Field(7, "product", \.product, "The product."),
            Field(8, "debit", \.debit, "The amount on the left side."),
            Field(9, "credit", \.credit, "The amount on the right side."),
            Field(10, "balance", \.balance, "The balance after it; debit is positive."),
            Field(11, "sourceType", \.sourceType, "The event behind the voucher."),
            Field(12, "source", \.source, "The event's stream and version."),
            Field(13, "position", \.position, "The voucher's position in the log."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.ledger",
        "The lines of one account with running balance, each with its voucher and event.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let period = try Period(parameters.from, parameters.to, context)
        let company = books.company.company
        var opening = books.zero
        var lines: [LedgerRow] = []
        var hasMore = false
        try reader.scan(LedgerRow.self, prefix: RowKey(company, parameters.account)) {
            (row) throws(QueryFailure) in
            if let to = period.to, row.date > to { return false }
            guard context.counts(row.date, row.position) else { return true }
            if let partner = parameters.partner, row.partner != partner { return true }
            if let from = period.from, row.date < from {
                opening = try opening.plus(row.amount)
            } else if lines.count < parameters.limit {
                lines.append(row)
            } else {
                hasMore = true
                return false
            }
            return true
        }
        if lines.isEmpty, opening.isZero, books.accounts[parameters.account] == nil {
            throw .unknownObject(
                "There is no account \"\(parameters.account)\" in the chart \"\(books.company.chart)\", and nothing is posted to it."
            )
        }
        var notes = ["Opening balance \(opening).", period.note]
        if hasMore { notes.append("There are more; give a period or a higher limit.") }
        return try statement(reader, books, lines, opening, notes)
    }

    private static func statement(
        _ reader: borrowing ViewReader, _ books: Books, _ lines: [LedgerRow], _ opening: Money,
        _ notes: [String]
    ) throws(QueryFailure) -> QueryResult<Row> {
        var balance = opening
        var debits = books.zero
        var credits = books.zero
        var rows: [Row] = []
        for line in lines {
            let key = RowKey(line.company, line.date, line.position)
            guard let voucher = try reader.row(VoucherRow.self, key) else {
                throw .damaged("the voucher at position \(line.position) is missing")
            }
            balance = try balance.plus(line.amount)
            let isCredit = line.amount.isNegative
            let amount = isCredit ? try line.amount.turned() : line.amount
            if isCredit {
                credits = try credits.plus(amount)
            } else {
                debits = try debits.plus(amount)
            }
            rows.append(
                Row(
                    date: line.date, voucher: voucher.number, line: line.line + 1,
                    text: voucher.voucher.text, partner: line.partner, order: line.order,
                    product: line.product, debit: isCredit ? nil : amount,
                    credit: isCredit ? amount : nil, balance: balance,
                    sourceType: voucher.voucher.sourceType,
                    source: "\(voucher.voucher.sourceStream) \(voucher.voucher.sourceVersion)",
                    position: Int64(clamping: line.position)))
        }
        return QueryResult(
            rows,
            totals: [debits.total("debit"), credits.total("credit"), balance.total("balance")],
            notes: notes)
    }
}
