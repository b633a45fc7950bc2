package import Business
internal import Records

/// The books: journal, ledger, open items and what orders earned.
///
/// Vouchers are facts of the log; the view only sorts them by account and date. It reads account
/// numbers and amounts from them and never evaluates a posting rule. Names and kinds of accounts
/// come from the deployed chart.
package enum FinanceView: View {
    package static let name = "finance"
    package static let documentation =
        "Journal, general ledger, statements, open items with their age, and margins."
    package static let version: Int64 = 3

    package static var tables: [ViewTable] {
        [
            ViewTable(CompanyRow.self), ViewTable(ChartFileRow.self), ViewTable(ChartRow.self),
            ViewTable(NameRow.self), ViewTable(EarlierNameRow.self),
            ViewTable(OrderCustomerRow.self), ViewTable(VoucherRow.self),
            ViewTable(VoucherPlaceRow.self), ViewTable(LedgerRow.self),
            ViewTable(AccountDayRow.self), ViewTable(PartnerDayRow.self), ViewTable(ItemRow.self),
            ViewTable(ItemLineRow.self), ViewTable(ReversalRow.self),
        ]
    }

    package static var eventTypes: [String] {
        [
            ChartEvents.fileRecorded, ChartEvents.setDeployed, CompanyFounded.typeName,
            VoucherPosted.typeName, OrderReleased.typeName,
        ] + NameRow.eventTypes + ItemFold.eventTypes
    }

    package static var queries: [ViewQuery] {
        [
            JournalQuery.query, LedgerQuery.query, TrialBalanceQuery.query,
            ProfitAndLossQuery.query, BalanceSheetQuery.query, AgeingQuery.receivables,
            AgeingQuery.payables, MarginQuery.query, WorkingCapitalQuery.query,
            CollectionsQuery.query,
        ]
    }

    /// No figure is better than a wrong one.
    package static func policy(for eventType: String) -> UnfoldablePolicy { .stop }

    package static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.event {
        case let posted as VoucherPosted:
            try VoucherFold.fold(posted, event, into: &transaction)
        case let released as OrderReleased:
            try transaction.put(
                OrderCustomerRow(
                    order: released.order.text, customer: "sales.account/\(released.customer)"))
        case let founded as CompanyFounded:
            try transaction.put(
                CompanyRow(
                    company: event.stream.id, name: founded.name, currency: founded.baseCurrency,
                    fiscalYearStartMonth: founded.fiscalYearStartMonth, chart: founded.chart))
        default:
            switch event.stream.type {
            case OpenItemState.streamType, PaymentState.streamType:
                if try ItemFold.fold(event, into: &transaction) { return }
            default: break
            }
            if try NameRow.fold(event, into: &transaction) { return }
            try ChartEvents.fold(event, into: &transaction)
        }
    }
}

extension NameRow {
    /// The events that name partners and products.
    static let eventTypes = [
        AccountOpened.typeName, AccountChanged.typeName, SupplierRegistered.typeName,
        SupplierChanged.typeName, ProductRegistered.typeName, ProductChanged.typeName,
    ]

    /// Takes a name from an event; false where the event names nothing.
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) -> Bool {
        let name: String?
        switch event.event {
        case let opened as AccountOpened: name = opened.name
        case let changed as AccountChanged: name = changed.name
        case let registered as SupplierRegistered: name = registered.name
        case let changed as SupplierChanged: name = changed.name
        case let registered as ProductRegistered: name = registered.name
        case let changed as ProductChanged: name = changed.name
        default: return false
        }
        guard let name else { return true }
        let thing = event.stream.description
        if let before = try transaction.row(NameRow.self, RowKey(thing)), before.name != name {
            try transaction.append(
                EarlierNameRow(thing: thing, until: event.position, name: before.name))
        }
        try transaction.put(NameRow(thing: thing, name: name))
        return true
    }
}

/// Charts of accounts as the log's definition events bring them.
///
/// Those events belong to the engine, above this layer; their fields are read by name.
enum ChartEvents {
    static let fileRecorded = "definition.file-recorded"
    static let setDeployed = "definition.set-deployed"

    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.type {
        case fileRecorded: try keepFile(event, into: &transaction)
        case setDeployed: try deploy(event, into: &transaction)
        default: break
        }
    }

    /// The chart's id where a file is one: `processes/chart/sample.yaml` is `sample`.
    static func chartName(of file: String) -> String? {
        let parts = file.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "chart",
            let name = parts.last, name.hasSuffix(".yaml")
        else { return nil }
        return String(name.dropLast(".yaml".count))
    }

    private static func keepFile(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let record = event.event
        guard case .text(let name)? = record.content(of: "name"), chartName(of: name) != nil,
            case .text(let hash)? = record.content(of: "hash"),
            case .text(let content)? = record.content(of: "content")
        else { return }
        do {
            let bytes = try Blob.read(.string(content), JSONContext(currency: nil)).bytes
            let chart = try DefinitionFile.read(bytes, file: name, as: ChartOfAccounts.self)
            try transaction.put(ChartFileRow(hash: hash, chart: chart))
        } catch let failure as FoldFailure {
            throw failure
        } catch { throw .unexpected("\(name) is no chart of accounts: \(error)") }
    }

    private static func deploy(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard case .list(let files)? = event.event.content(of: "files") else { return }
        for case .record(let file) in files {
            guard case .text(let name)? = file["name"], case .text(let hash)? = file["hash"],
                let chart = chartName(of: name),
                let row = try transaction.row(ChartFileRow.self, RowKey(hash))
            else { continue }
            try transaction.put(ChartRow(name: chart, chart: row.chart))
        }
    }
}
