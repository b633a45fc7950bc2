import Records

extension Finance {
    /// What documents, payments and orders mean for open items, deferred revenue, credit and
    /// payables.
    package static let consequences: [Consequence] =
        documentConsequences + deferralConsequences + paymentConsequences + orderConsequences
        + takeOnConsequences

    private static let documentConsequences: [Consequence] = [
        .of(InvoicePosted.self) { (event, _, decision) throws(Rejection) in
            for part in event.installments {
                try decision.requireNew(OpenItemState.self, part.item.text)
                try decision.emit(
                    ItemOpened(
                        side: .receivable, customer: event.customer, supplier: nil,
                        partnerGroup: event.partnerGroup, invoice: event.number,
                        creditNote: nil, supplierInvoice: nil, order: event.order,
                        amount: part.amount, dueDate: part.due),
                    to: part.item.text)
            }
            try decision.changeExposure(
                event.customer,
                items: event.installments.map {
                    PartnerItem(item: $0.item, due: $0.due, open: $0.amount)
                },
                order: event.order)
        },
        .of(CreditNotePosted.self) { (event, _, decision) throws(Rejection) in
            let owed = try computing("the credit of \(event.number)") {
                () throws(ArithmeticFailure) in try event.gross.negated()
            }
            try decision.requireNew(OpenItemState.self, event.item.text)
            try decision.emit(
                ItemOpened(
                    side: .receivable, customer: event.customer, supplier: nil,
                    partnerGroup: event.partnerGroup, invoice: nil, creditNote: event.number,
                    supplierInvoice: nil, order: event.order, amount: owed,
                    dueDate: event.documentDate),
                to: event.item.text)
            try decision.changeExposure(
                event.customer,
                items: [PartnerItem(item: event.item, due: event.documentDate, open: owed)],
                order: event.order)
        },
        .of(CreditNoteAllocated.self) { (event, source, decision) throws(Rejection) in
            let taken = try computing("the rest of \(event.item)") {
                () throws(ArithmeticFailure) in try event.total.negated()
            }
            var items = [
                try decision.settle(
                    event.item, by: taken, .creditNote, document: source.stream.description)
            ]
            for allocation in event.allocations {
                items.append(
                    try decision.settle(
                        allocation.item, by: allocation.amount, .creditNote,
                        document: source.stream.description))
            }
            try decision.changeExposure(event.customer, items: items)
        },
        .of(CreditNoteAllocationReversed.self) { (event, source, decision) throws(Rejection) in
            let given = try computing("what is open of \(event.item)") {
                () throws(ArithmeticFailure) in try event.total.negated()
            }
            let document = source.stream.description
            var items = [
                try decision.reopen(
                    Allocation(item: event.item, amount: given), document: document)
            ]
            for allocation in event.allocations {
                items.append(try decision.reopen(allocation, document: document))
            }
            try decision.changeExposure(event.customer, items: items)
        },
        .of(CreditNoteRefunded.self) { (event, source, decision) throws(Rejection) in
            let taken = try computing("the rest of \(event.item)") {
                () throws(ArithmeticFailure) in try event.amount.negated()
            }
            let item = try decision.settle(
                event.item, by: taken, .refund, document: source.stream.description)
            try decision.changeExposure(event.customer, items: [item])
        },
        .of(SupplierInvoicePosted.self) { (event, source, decision) throws(Rejection) in
            guard !event.gross.isZero, let item = OpenItemID(event.number) else { return }
            try decision.requireNew(OpenItemState.self, item.text)
            try decision.emit(
                ItemOpened(
                    side: .payable, customer: nil, supplier: event.supplier,
                    partnerGroup: event.supplierGroup, invoice: nil, creditNote: nil,
                    supplierInvoice: SupplierInvoiceID(source.stream.id), order: nil,
                    amount: event.gross, dueDate: event.dueDate),
                to: item.text)
            try decision.changePayables(
                event.supplier,
                items: [PartnerItem(item: item, due: event.dueDate, open: event.gross)])
        },
        .of(SupplierInvoiceCredited.self) { (event, source, decision) throws(Rejection) in
            let item = try decision.settle(
                event.item, by: event.gross, .creditNote, document: source.stream.description)
            try decision.changePayables(event.supplier, items: [item])
        },
    ]

    private static let paymentConsequences: [Consequence] = [
        .of(PaymentReceived.self) { (event, source, decision) throws(Rejection) in
            let items = try decision.settle(event.allocations, by: source)
            try decision.changeExposure(
                event.customer, items: items, unallocated: event.unallocated)
        },
        .of(PaymentMade.self) { (event, source, decision) throws(Rejection) in
            let items = try decision.settle(event.allocations, by: source)
            try decision.changePayables(
                event.supplier, items: items, unallocated: event.unallocated)
        },
        .of(PaymentTakenOn.self) { (event, _, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier, items: [],
                unallocated: event.amount)
        },
        .of(PaymentAllocated.self) { (event, source, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier,
                items: try decision.settle(event.allocations, by: source),
                unallocated: try decision.sum(event.allocations, isNegated: true))
        },
        .of(AllocationReversed.self) { (event, source, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier,
                items: try decision.reopen(event.allocations, by: source),
                unallocated: try decision.sum(event.allocations, isNegated: false))
        },
        .of(PaymentBounced.self) { (event, source, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier,
                items: try decision.reopen(event.allocations, by: source),
                unallocated: try decision.negated(event.unallocated))
        },
        .of(RefundPaid.self) { (event, _, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier, items: [],
                unallocated: try decision.negated(event.amount))
        },
        .of(ItemWrittenOff.self) { (event, source, decision) throws(Rejection) in
            let state = try decision.state(of: OpenItemState.self, event.item.text)
            try decision.emit(
                ItemCleared(
                    amount: event.amount, kind: .writeOff,
                    document: source.stream.description, invoice: state.invoice,
                    creditNote: state.creditNote, supplierInvoice: state.supplierInvoice,
                    order: state.order),
                to: event.item.text)
            let item = PartnerItem(
                item: event.item, due: state.dueDate ?? source.effectiveDate,
                open: .zero(event.amount.currency))
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier, items: [item])
        },
    ]

    private static let orderConsequences: [Consequence] = [
        .of(OrderReleased.self) { (event, _, decision) throws(Rejection) in
            try decision.changeExposure(event.customer, order: event.order)
        },
        .of(OrderAmended.self) { (event, source, decision) throws(Rejection) in
            guard let order = OrderID(source.stream.id) else { return }
            try decision.changeExposure(event.customer, order: order)
        },
        .of(OrderLineCancelled.self) { (event, _, decision) throws(Rejection) in
            try decision.changeExposure(event.customer, order: event.order)
        },
        .of(OrderCancelled.self) { (event, _, decision) throws(Rejection) in
            try decision.changeExposure(event.customer, order: event.order)
        },
        .of(OrderClosedShort.self) { (event, _, decision) throws(Rejection) in
            try decision.changeExposure(event.customer, order: event.order)
        },
        .of(OrderProgressed.self) { (event, _, decision) throws(Rejection) in
            // Only billing changes the uninvoiced part; the rest need not be looked at.
            guard event.changes.contains(where: { !$0.invoiced.isZero || !$0.credited.isZero })
            else { return }
            let state = try decision.state(of: OrderState.self, event.order.text)
            try decision.changeExposure(state.customer, order: event.order)
        },
    ]

    private static let takeOnConsequences: [Consequence] = [
        .of(OpenItemTakenOn.self) { (event, _, decision) throws(Rejection) in
            try decision.changePartner(
                customer: event.customer, supplier: event.supplier,
                items: [PartnerItem(item: event.item, due: event.dueDate, open: event.amount)])
        },
        .of(VoucherPosted.self) { (event, _, decision) throws(Rejection) in
            guard event.lines.contains(where: { $0.role == AccountRole.opening }) else { return }
            try decision.progressTakeOn(event)
        },
    ]
}

extension Decision {
    fileprivate func settle(
        _ allocations: [Allocation], by source: EmittedEvent
    ) throws(Rejection) -> [PartnerItem] {
        var items: [PartnerItem] = []
        for allocation in allocations {
            items.append(
                try settle(
                    allocation.item, by: allocation.amount, .payment,
                    document: source.stream.description))
        }
        return items
    }

    fileprivate func reopen(
        _ allocations: [Allocation], by source: EmittedEvent
    ) throws(Rejection) -> [PartnerItem] {
        var items: [PartnerItem] = []
        for allocation in allocations {
            items.append(try reopen(allocation, document: source.stream.description))
        }
        return items
    }

    fileprivate func sum(
        _ allocations: [Allocation], isNegated: Bool
    ) throws(Rejection) -> Money {
        let currency = try company().baseCurrency
        return try computing("the allocations") { () throws(ArithmeticFailure) in
            let total = try allocations.map(\.amount).total(currency)
            return isNegated ? try total.negated() : total
        }
    }

    fileprivate func negated(_ amount: Money) throws(Rejection) -> Money {
        try computing("the amount taken back") { () throws(ArithmeticFailure) in
            try amount.negated()
        }
    }

    /// Follows what vouchers against OPENING bring, until the take-on is finished.
    fileprivate func progressTakeOn(_ voucher: VoucherPosted) throws(Rejection) {
        let state = try state(of: TakeOnState.self, facts.company)
        let chart = try chart()
        let currency = try company().baseCurrency
        var opening = state.opening ?? .zero(currency)
        var reached = state.reached
        for line in voucher.lines {
            let amount = line.side == .debit ? line.base : try negated(line.base)
            if line.role == AccountRole.opening {
                opening = try computing("the opening balance") { () throws(ArithmeticFailure) in
                    try opening.adding(amount)
                }
            } else if chart.account(line.account)?.control != nil {
                if let index = reached.firstIndex(where: { $0.account == line.account }) {
                    reached[index].amount = try computing("account \(line.account)") {
                        () throws(ArithmeticFailure) in
                        try reached[index].amount.adding(amount)
                    }
                } else {
                    reached.append(ControlTotal(account: line.account, amount: amount))
                }
            }
        }
        try emit(TakeOnProgressed(opening: opening, reached: reached), to: facts.company)
    }
}
