package import Records

extension Decision {
    /// A payment that stands.
    ///
    /// - Throws: ``RejectionCode/unknownObject``, ``RejectionCode/wrongState``.
    fileprivate func standing(_ payment: PaymentID) throws(Rejection) -> PaymentState {
        let state = try existing(PaymentState.self, payment.text)
        guard state.status == .posted else {
            throw Rejection(
                .wrongState,
                "Expected a payment that stands, found \(payment), which bounced; record a new one."
            )
        }
        return state
    }
}

extension PaymentState {
    /// The payment itself, its first event, and what allocated of it and stands.
    fileprivate func events(of payment: PaymentID) -> [EventReference] {
        let first = EventReference(PaymentState.self, payment.text, version: 1)
        let later = allocatedAt.events(of: allocations, in: PaymentState.self, payment.text)
        return [first] + later.filter { $0 != first }
    }

    fileprivate var paymentPartner: PaymentPartner? {
        customer.map(PaymentPartner.customer) ?? supplier.map(PaymentPartner.supplier)
    }
}

/// Allocates what is held of a payment to open items.
package struct AllocatePayment: Command, Equatable {
    package let payment: PaymentID
    package let allocations: [Allocation]

    package static let schema = Schema<AllocatePayment>(
        "finance.allocate-payment", "Allocates what is held of a payment to open items.",
        Field(1, "payment", \.payment, "The payment."),
        Field(
            2, "allocations", \.allocations,
            "The items and amounts; none for an exact match, then the oldest due first."),
        make: AllocatePayment.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager", "bank")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .amountExceeds,
        .partnerMismatch, .nothingToAllocate, .invalidValue, .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.standing(payment)
        guard let partner = state.paymentPartner, let held = state.unallocated, held.isPositive
        else {
            throw Rejection(
                .nothingToAllocate, "Nothing is held of payment \(payment); all of it is allocated."
            )
        }
        let split = try decision.split(
            held, partner, named: allocations, mode: .automatic, reference: state.reference,
            preferring: [])
        guard !split.allocations.isEmpty else {
            throw Rejection(
                .nothingToAllocate, "Nothing is open of \(partner.text) for payment \(payment).")
        }
        try decision.emit(
            PaymentAllocated(
                direction: state.direction, customer: state.customer, supplier: state.supplier,
                partnerGroup: state.partnerGroup, allocations: split.allocations,
                unallocated: split.left),
            to: payment.text)
    }
}

/// Takes allocations of a payment back: it is held again, the items are open again.
package struct ReverseAllocation: Command, Equatable {
    package let payment: PaymentID?
    package let items: [OpenItemID]
    package let reason: String
    package let creditNote: CreditNoteID?

    package static let schema = Schema<ReverseAllocation>(
        "finance.reverse-allocation", "Takes allocations of a payment or a credit note back.",
        Field(1, "payment", \.payment, "The payment."),
        Field(2, "items", \.items, "The items; all of them where none are named."),
        Field(3, "reason", \.reason, "Why.", limits: .notEmpty),
        Field(4, "creditNote", \.creditNote, "Or the credit note."),
        make: ReverseAllocation.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .nothingToAllocate,
        .invalidValue,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let currency = try decision.company().baseCurrency
        switch (payment, creditNote) {
        case (let payment?, nil): try reverse(payment, currency, decision)
        case (nil, let creditNote?): try reverse(creditNote, currency, decision)
        default:
            throw Rejection(
                .invalidValue, "Expected either a payment or a credit note; name one of them.")
        }
    }

    private func reverse(
        _ payment: PaymentID, _ currency: Currency, _ decision: Decision
    ) throws(Rejection) {
        let state = try decision.standing(payment)
        let (taken, total) = try taken(
            of: state.allocations, "payment \(payment)", currency)
        let held = try computing("what is held") { () throws(ArithmeticFailure) in
            try (state.unallocated ?? .zero(currency)).adding(total)
        }
        try decision.emit(
            AllocationReversed(
                direction: state.direction, customer: state.customer, supplier: state.supplier,
                partnerGroup: state.partnerGroup, allocations: taken, unallocated: held,
                reason: reason,
                reverses: state.allocatedAt.events(
                    of: taken, in: PaymentState.self, payment.text)),
            to: payment.text)
    }

    private func reverse(
        _ creditNote: CreditNoteID, _ currency: Currency, _ decision: Decision
    ) throws(Rejection) {
        let state = try decision.existing(CreditNoteState.self, creditNote.text)
        guard let customer = state.customer, let item = state.item else {
            throw Rejection(
                .unknownObject, "There is no credit note \(creditNote); check the number.")
        }
        let (taken, total) = try taken(
            of: state.allocations, "credit note \(creditNote)", currency)
        let held = try computing("what is left") { () throws(ArithmeticFailure) in
            try (state.unallocated ?? .zero(currency)).adding(total)
        }
        try decision.emit(
            CreditNoteAllocationReversed(
                customer: customer, partnerGroup: state.partnerGroup, item: item,
                allocations: taken, total: total, unallocated: held, reason: reason,
                reverses: state.allocatedAt.events(
                    of: taken, in: CreditNoteState.self, creditNote.text)),
            to: creditNote.text)
    }

    /// The allocations that are taken back, one for each item, with their sum.
    private func taken(
        of allocations: [Allocation], _ what: String, _ currency: Currency
    ) throws(Rejection) -> ([Allocation], Money) {
        for item in items where !allocations.contains(where: { $0.item == item }) {
            throw Rejection(
                .unknownObject, "The \(what) is not allocated to \(item); check the item.")
        }
        let taken =
            items.isEmpty ? allocations : allocations.filter { items.contains($0.item) }
        guard !taken.isEmpty else {
            throw Rejection(.nothingToAllocate, "The \(what) is not allocated to anything.")
        }
        return try computing("the sum of the allocations") { () throws(ArithmeticFailure) in
            var merged: [Allocation] = []
            for allocation in taken {
                if let index = merged.firstIndex(where: { $0.item == allocation.item }) {
                    merged[index].amount = try merged[index].amount.adding(allocation.amount)
                } else {
                    merged.append(allocation)
                }
            }
            return (merged, try merged.map(\.amount).total(currency))
        }
    }
}

/// Records that the bank took a payment back.
package struct BouncePayment: Command, Equatable {
    package let payment: PaymentID
    package let reason: String

    package static let schema = Schema<BouncePayment>(
        "finance.bounce-payment", "Records that the bank took a payment back.",
        Field(1, "payment", \.payment, "The payment."),
        Field(2, "reason", \.reason, "What the bank said.", limits: .notEmpty),
        make: BouncePayment.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager", "bank")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.standing(payment)
        guard let amount = state.amount, let held = state.unallocated else {
            throw Rejection(.unknownObject, "There is no payment \(payment); check the id.")
        }
        let standing = try computing("what stands of \(payment)") {
            () throws(ArithmeticFailure) in
            try held.adding(state.allocations.map(\.amount).total(amount.currency))
        }
        guard standing == amount else {
            throw Rejection(
                .wrongState,
                "Expected a payment of which nothing was refunded, found \(payment) with \(standing) of \(amount) standing; claim the refund back instead."
            )
        }
        try decision.emit(
            PaymentBounced(
                direction: state.direction, customer: state.customer, supplier: state.supplier,
                partnerGroup: state.partnerGroup, amount: amount,
                allocations: state.allocations, unallocated: held, reason: reason,
                reverses: state.events(of: payment)),
            to: payment.text)
    }
}

/// Pays back what is held of a payment.
package struct RefundPayment: Command, Equatable {
    package let payment: PaymentID
    package let amount: Money?
    package let reference: String

    package static let schema = Schema<RefundPayment>(
        "finance.refund-payment", "Pays back what is held of a payment.",
        Field(1, "payment", \.payment, "The payment."),
        Field(
            2, "amount", \.amount, "How much; all that is held where not given.", limits: .positive),
        Field(3, "reference", \.reference, "What the bank statement will say.", default: ""),
        make: RefundPayment.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .amountExceeds,
        .limitExceeded, .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.standing(payment)
        let currency = try decision.company().baseCurrency
        let held = state.unallocated ?? .zero(currency)
        let paid = amount ?? held
        try decision.requireBaseCurrency(paid.currency)
        let left = try decision.rest(of: held, less: paid, what: "payment \(payment)")
        try decision.requireLimit("refund", for: paid)
        try decision.emit(
            RefundPaid(
                direction: state.direction, customer: state.customer, supplier: state.supplier,
                partnerGroup: state.partnerGroup, amount: paid, unallocated: left,
                reference: reference),
            to: payment.text)
    }
}
