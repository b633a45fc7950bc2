internal import Business
internal import Records

/// Follows open items and unallocated payments.
enum ItemFold {
    static let eventTypes = [
        ItemOpened.typeName, ItemReduced.typeName, ItemCleared.typeName, ItemReopened.typeName,
        ItemWrittenOff.typeName, ItemDisputeChanged.typeName, OpenItemTakenOn.typeName,
        PaymentReceived.typeName, PaymentMade.typeName, PaymentAllocated.typeName,
        AllocationReversed.typeName, PaymentBounced.typeName, RefundPaid.typeName,
        PaymentTakenOn.typeName,
    ]

    /// Folds an event of an item or a payment; false for any other.
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) -> Bool {
        switch event.event {
        case let opened as ItemOpened: try open(opened, event, into: &transaction)
        case let taken as OpenItemTakenOn: try open(taken, event, into: &transaction)
        case let reduced as ItemReduced: try set(reduced.open, event, into: &transaction)
        case let cleared as ItemCleared:
            try set(.zero(cleared.amount.currency), event, into: &transaction)
        case let reopened as ItemReopened: try set(reopened.open, event, into: &transaction)
        case let written as ItemWrittenOff:
            try set(.zero(written.amount.currency), event, into: &transaction)
        case let changed as ItemDisputeChanged:
            try setDisputed(changed.isDisputed, event, into: &transaction)
        default: return try foldPayment(event, into: &transaction)
        }
        return true
    }

    private static func foldPayment(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) -> Bool {
        switch event.event {
        case let received as PaymentReceived:
            try pay(
                .receivable, "sales.account/\(received.customer)", received.amount,
                received.unallocated, event, into: &transaction)
        case let made as PaymentMade:
            try pay(
                .payable, "purchasing.supplier/\(made.supplier)", made.amount, made.unallocated,
                event, into: &transaction)
        case let taken as PaymentTakenOn:
            try pay(
                taken.direction == .incoming ? .receivable : .payable,
                partner(taken.customer, taken.supplier), taken.amount, taken.amount, event,
                into: &transaction)
        case let allocated as PaymentAllocated:
            try setUnallocated(allocated.unallocated, event, into: &transaction)
        case let reversed as AllocationReversed:
            try setUnallocated(reversed.unallocated, event, into: &transaction)
        case let bounced as PaymentBounced:
            try setUnallocated(.zero(bounced.amount.currency), event, into: &transaction)
        case let refunded as RefundPaid:
            try setUnallocated(refunded.unallocated, event, into: &transaction)
        default: return false
        }
        return true
    }

    private static func open(
        _ opened: ItemOpened, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let document =
            opened.invoice.map { "finance.invoice/\($0)" }
            ?? opened.creditNote.map { "finance.credit-note/\($0)" }
            ?? opened.supplierInvoice.map { "purchasing.invoice/\($0)" } ?? ""
        try add(
            ItemRow(
                stream: event.stream.description, company: event.company, side: opened.side,
                kind: opened.creditNote == nil ? .invoice : .creditNote,
                partner: partner(opened.customer, opened.supplier), document: document,
                order: opened.order?.text, date: event.effectiveDate, dueDate: opened.dueDate,
                original: opened.amount, open: opened.amount, isDisputed: false),
            event, into: &transaction)
    }

    private static func open(
        _ taken: OpenItemTakenOn, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try add(
            ItemRow(
                stream: event.stream.description, company: event.company, side: taken.side,
                kind: .takenOn,
                partner: partner(taken.customer, taken.supplier), document: taken.text,
                order: nil, date: event.effectiveDate, dueDate: taken.dueDate,
                original: taken.amount, open: taken.amount, isDisputed: false),
            event, into: &transaction)
    }

    /// What is held of a payment counts against what the partner owes.
    private static func pay(
        _ side: ItemSide, _ partner: String, _ amount: Money, _ unallocated: Money,
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let zero = Money.zero(amount.currency)
        try add(
            ItemRow(
                stream: event.stream.description, company: event.company, side: side,
                kind: .payment,
                partner: partner, document: event.stream.description, order: nil,
                date: event.effectiveDate, dueDate: nil,
                original: try zero.foldingLess(amount), open: try zero.foldingLess(unallocated),
                isDisputed: false),
            event, into: &transaction)
    }

    private static func add(
        _ row: ItemRow, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try transaction.put(row)
        if !row.open.isZero { try line(row, row.open, event, into: &transaction) }
    }

    private static func setUnallocated(
        _ unallocated: Money, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try set(
            try Money.zero(unallocated.currency).foldingLess(unallocated), event,
            into: &transaction)
    }

    private static func setDisputed(
        _ isDisputed: Bool, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let key = RowKey(event.stream.description)
        let row = try transaction.existing(ItemRow.self, key, of: event.stream.description)
        try transaction.change(ItemRow.self, key) { $0.isDisputed = isDisputed }
        try transaction.append(
            ItemLineRow(
                stream: row.stream, position: event.position, date: event.effectiveDate,
                change: .zero(row.open.currency), isDisputed: isDisputed))
    }

    private static func set(
        _ open: Money, _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let key = RowKey(event.stream.description)
        let before = try transaction.existing(ItemRow.self, key, of: event.stream.description)
        let change = try open.foldingLess(before.open)
        if change.isZero { return }
        try transaction.change(ItemRow.self, key) { $0.open = open }
        try line(before, change, event, into: &transaction)
    }

    private static func line(
        _ row: ItemRow, _ change: Money, _ event: RecordedEvent,
        into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try transaction.append(
            ItemLineRow(
                stream: row.stream, position: event.position, date: event.effectiveDate,
                change: change))
    }

    private static func partner(_ customer: AccountID?, _ supplier: SupplierID?) -> String {
        customer.map { "sales.account/\($0)" } ?? supplier.map { "purchasing.supplier/\($0)" } ?? ""
    }
}
