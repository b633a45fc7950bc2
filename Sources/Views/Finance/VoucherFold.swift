internal import Business
internal import Records

/// Sorts a voucher's lines into journal and ledger.
enum VoucherFold {
    static func fold(
        _ posted: VoucherPosted, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let series = event.stream.id.split(separator: ".", omittingEmptySubsequences: false)
        guard series.count >= 3 else {
            throw .unexpected("\(event.stream) is no series company.journal.year")
        }
        let date = event.effectiveDate
        try transaction.append(
            VoucherRow(
                company: event.company, date: date, position: event.position,
                journal: String(series[series.count - 2]),
                fiscalYear: String(series[series.count - 1]), recordedAt: event.recordedAt,
                voucher: posted))
        try transaction.append(
            VoucherPlaceRow(position: event.position, company: event.company, date: date))
        for reversed in posted.reverses {
            try transaction.append(
                ReversalRow(
                    stream: reversed.stream, version: reversed.version, position: event.position,
                    date: date,
                    by: EventReference(
                        stream: posted.sourceStream, version: posted.sourceVersion)))
        }
        let partner = solePartner(of: posted.lines)
        for (index, line) in posted.lines.enumerated() {
            try fold(line, Int64(index), partner, event, into: &transaction)
        }
    }

    private static func fold(
        _ line: VoucherLine, _ index: Int64, _ solePartner: String?, _ event: RecordedEvent,
        into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let company = event.company
        let date = event.effectiveDate
        let signed = try line.signed()
        var partner = line.partner ?? solePartner
        if partner == nil, let order = line.order {
            partner = try transaction.row(OrderCustomerRow.self, RowKey(order))?.customer
        }
        try transaction.append(
            LedgerRow(
                company: company, account: line.account, date: date, position: event.position,
                line: index, amount: signed, partner: partner, order: line.order,
                product: line.product))
        let zero = Money.zero(line.base.currency)
        try transaction.upsert(
            RowKey(company, line.account, date),
            new: AccountDayRow(
                company: company, account: line.account, date: date, debit: zero, credit: zero)
        ) { (row) throws(FoldFailure) in
            if line.side == .debit {
                row.debit = try row.debit.folding(line.base)
            } else {
                row.credit = try row.credit.folding(line.base)
            }
        }
        guard line.openItem != nil, let partner = line.partner else { return }
        try transaction.upsert(
            RowKey(company, line.account, partner, date),
            new: PartnerDayRow(
                company: company, account: line.account, partner: partner, date: date,
                amount: zero)
        ) { (row) throws(FoldFailure) in
            row.amount = try row.amount.folding(signed)
        }
    }

    /// The partner of a voucher that has one alone.
    private static func solePartner(of lines: [VoucherLine]) -> String? {
        var found: String?
        for line in lines {
            guard let partner = line.partner else { continue }
            if let found, found != partner { return nil }
            found = partner
        }
        return found
    }
}

extension VoucherLine {
    /// The base amount, debit positive.
    func signed() throws(FoldFailure) -> Money {
        side == .debit
            ? base : try Views.folding { () throws(ArithmeticFailure) in try base.negated() }
    }
}

extension Money {
    /// The sum in a fold.
    func folding(_ other: Money) throws(FoldFailure) -> Money {
        try Views.folding { () throws(ArithmeticFailure) in try adding(other) }
    }

    /// The difference in a fold.
    func foldingLess(_ other: Money) throws(FoldFailure) -> Money {
        try Views.folding { () throws(ArithmeticFailure) in try subtracting(other) }
    }

    /// The sum in an answer.
    func plus(_ other: Money) throws(QueryFailure) -> Money {
        try answering { () throws(ArithmeticFailure) in try adding(other) }
    }

    /// The difference in an answer.
    func less(_ other: Money) throws(QueryFailure) -> Money {
        try answering { () throws(ArithmeticFailure) in try subtracting(other) }
    }

    /// The amount with its sign turned, in an answer.
    func turned() throws(QueryFailure) -> Money {
        try answering { () throws(ArithmeticFailure) in try negated() }
    }
}
