internal import Business
internal import Engine
internal import EventLog
internal import Records

/// What must hold of the books: vouchers, their sources, control accounts, stock and quantities.
struct BooksProof {
    private let registry: Registry
    private var states: [StreamName: any StreamState] = [:]
    private var ledger: LedgerInvariants?
    /// Events that post something and whose voucher has not come yet, by `stream@version`.
    private var unposted: [String: (type: String, position: UInt64)] = [:]
    private var charts: [Blob: [UInt8]] = [:]
    private var deployed: [DeployedFile] = []
    private var touched: Set<StreamName> = []
    private var touchedAt: Instant?
    private var reported: Set<String> = []
    private(set) var vouchers = 0

    init(registry: Registry) { self.registry = registry }

    /// The types of streams whose states are folded.
    private static let foldedTypes: Set<String> = [
        OrderState.streamType, PurchaseOrderState.streamType, StockState.streamType,
        OpenItemState.streamType, CreditState.streamType, PayablesState.streamType,
        PaymentState.streamType, CompanyState.streamType, PeriodState.streamType,
        DeferredRevenueState.streamType,
    ]

    /// Takes the next event.
    mutating func take(_ event: RecordedEvent, _ findings: inout FindingList) {
        // What one commit writes carries one time: between commits everything must hold.
        if touchedAt != event.recordedAt {
            checkTouched(at: event.position - 1, &findings)
            touchedAt = event.recordedAt
        }
        keepDefinition(event.event)
        if let set = event.event as? SetDeployed, set.isAlone == true {
            findings.add(
                AuditFinding(
                    "no-second-person", at: event.position, event.stream.description,
                    "rules of money or authority took effect by \(event.onBehalfOf ?? event.actor) alone: nobody else could approve them",
                    severity: .notice))
        }
        if let voucher = event.event as? VoucherPosted {
            take(voucher, event, &findings)
        } else if let posted = event.event as? any PostedEvent,
            posted.posting.amounts.contains(where: { !$0.amount.isZero })
        {
            unposted["\(event.stream)@\(event.version)"] = (event.type, event.position)
        }
        fold(event)
    }

    private mutating func fold(_ event: RecordedEvent) {
        guard Self.foldedTypes.contains(event.stream.type),
            registry.events[event.type]?.streamType == event.stream.type,
            var state = states[event.stream] ?? registry.initialStates[event.stream.type]?()
        else { return }
        event.event.apply(to: &state, at: event.version)
        states[event.stream] = state
        if state is OrderState || state is StockState || state is PurchaseOrderState {
            touched.insert(event.stream)
        }
    }

    private mutating func keepDefinition(_ event: any Event) {
        if let file = event as? FileRecorded, file.name.hasPrefix("processes/chart/") {
            charts[file.hash] = file.content.bytes
        } else if let set = event as? SetDeployed {
            deployed = set.files
        }
    }

    private mutating func take(
        _ voucher: VoucherPosted, _ event: RecordedEvent, _ findings: inout FindingList
    ) {
        vouchers += 1
        guard let currency = companies.first?.currency ?? voucher.lines.first?.base.currency else {
            return
        }
        var books = ledger ?? LedgerInvariants(currency: currency)
        let known = books.findings.count
        books.add(voucher, series: event.stream.id)
        for finding in books.findings.dropFirst(known) {
            findings.add(
                AuditFinding(finding.code, at: event.position, finding.subject, finding.message))
        }
        ledger = books
        let subject = "\(event.stream.id)/\(voucher.number)"
        if voucher.number != Int64(clamping: event.version) {
            findings.add(
                AuditFinding(
                    "voucher-number", at: event.position, subject,
                    "expected its version \(event.version) as its number"))
        }
        let source = "\(voucher.sourceStream)@\(voucher.sourceVersion)"
        if unposted.removeValue(forKey: source)?.type != voucher.sourceType {
            findings.add(
                AuditFinding(
                    "voucher-source", at: event.position, subject,
                    "expected a posted event \(voucher.sourceType) as version \(voucher.sourceVersion) of \(voucher.sourceStream), found none that waits for a voucher"
                ))
        }
        let period = StreamName(
            type: PeriodState.streamType,
            id: PeriodState.id(company: event.company, date: event.effectiveDate))
        if (states[period] as? PeriodState)?.status == .locked {
            findings.add(
                AuditFinding(
                    "locked-period", at: event.position, subject,
                    "expected nothing in the locked period \(PeriodState.name(of: event.effectiveDate))"
                ))
        }
    }

    private var companies: [CompanyState] { states.values.compactMap { $0 as? CompanyState } }

    /// What must hold when the log has ended.
    mutating func finish(at position: UInt64, _ findings: inout FindingList) {
        checkTouched(at: position, &findings)
        for (source, posted) in unposted.sorted(by: { $0.value.position < $1.value.position }) {
            findings.add(
                AuditFinding(
                    "voucher-missing", at: posted.position, source,
                    "expected a voucher of \(posted.type), found none"))
        }
        for company in companies where company.isSinglePerson {
            findings.add(
                AuditFinding(
                    "single-person", company.name,
                    "the company is declared single-person: separated duties do not bind",
                    severity: .notice))
        }
        guard var books = ledger, let company = companies.first else { return }
        let path = ChartOfAccounts.file(company.chart)
        guard let file = deployed.first(where: { $0.name == path }), let bytes = charts[file.hash],
            let chart = try? DefinitionFile.read(bytes, file: path, as: ChartOfAccounts.self)
        else {
            findings.add(
                AuditFinding(
                    "chart", path,
                    "expected the company's chart among the deployed definitions, found none that can be read"
                ))
            return
        }
        let known = books.findings.count
        books.compare(with: states.map { (stream: $0.key, state: $0.value) }, chart: chart)
        for finding in books.findings.dropFirst(known) {
            findings.add(AuditFinding(finding.code, finding.subject, finding.message))
        }
    }

    // MARK: Quantities

    private mutating func checkTouched(at position: UInt64, _ findings: inout FindingList) {
        for stream in touched {
            switch states[stream] {
            case let order as OrderState:
                for line in order.lines {
                    if let broken = line.brokenInvariant(under: order.invoicing) {
                        report(stream, "line \(line.line): \(broken)", position, &findings)
                    }
                }
            case let order as PurchaseOrderState:
                for line in order.lines {
                    let counters = [line.ordered, line.cancelled, line.received, line.invoiced]
                    if counters.contains(where: \.isNegative) {
                        report(
                            stream, "line \(line.line): a counter is below zero", position,
                            &findings)
                    }
                    if line.cancelled > line.ordered {
                        report(
                            stream, "line \(line.line): more is cancelled than ordered", position,
                            &findings)
                    }
                }
            case let stock as StockState: check(stock, stream, position, &findings)
            default: break
            }
        }
        touched.removeAll(keepingCapacity: true)
    }

    private mutating func check(
        _ stock: StockState, _ stream: StreamName, _ position: UInt64,
        _ findings: inout FindingList
    ) {
        let counters = [stock.onHand, stock.missing, stock.onOrder, stock.requested]
        if counters.contains(where: \.isNegative) {
            report(stream, "a quantity is below zero", position, &findings)
        }
        if stock.held > stock.onHand {
            report(
                stream, "\(stock.held) held of \(stock.onHand) on hand", position, &findings)
        }
        // Goods may be worth nothing: taken on so, or the last of a cent. Nothing is never worth something.
        if let value = stock.value, value.isNegative || (stock.onHand.isZero && !value.isZero) {
            report(
                stream, "\(stock.onHand) on hand are worth \(value)", position, &findings)
        }
    }

    /// Names a broken bound once, at the position where it first shows.
    private mutating func report(
        _ stream: StreamName, _ message: String, _ position: UInt64,
        _ findings: inout FindingList
    ) {
        guard reported.insert("\(stream) \(message)").inserted else { return }
        findings.add(AuditFinding("quantity", at: position, stream.description, message))
    }
}
