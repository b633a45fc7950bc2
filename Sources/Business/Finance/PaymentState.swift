package import Records

/// Which way money went.
package enum PaymentDirection: String, Choice {
    /// From a customer to us.
    case incoming
    /// From us to a supplier.
    case outgoing
}

/// What became of a payment.
package enum PaymentStatus: String, Choice {
    /// Nothing was recorded.
    case none
    /// It stands.
    case posted
    /// The bank took it back.
    case bounced
}

/// Money that came in or went out.
package struct PaymentState: StreamState, Equatable {
    /// Which way it went.
    package var direction: PaymentDirection
    /// What became of it.
    package var status: PaymentStatus
    /// The customer of an incoming payment.
    package var customer: AccountID?
    /// The supplier of an outgoing payment.
    package var supplier: SupplierID?
    /// The partner's group, which may choose accounts.
    package var partnerGroup: String?
    /// How much; nil before it is recorded.
    package var amount: Money?
    /// What is neither allocated nor refunded.
    package var unallocated: Money?
    /// What it is allocated to, one entry for each open item.
    package var allocations: [Allocation]
    /// What the bank statement says.
    package var reference: String
    /// Which events made the allocations that stand.
    package var allocatedAt: [AllocationPlace]

    package static let streamType = "finance.payment"
    package static let initial = PaymentState(
        direction: .incoming, status: .none, customer: nil, supplier: nil, partnerGroup: nil,
        amount: nil, unallocated: nil, allocations: [], reference: "", allocatedAt: [])
    package static let schema = Schema<PaymentState>(
        "finance.payment", "Money that came in or went out.",
        Field(1, "direction", \.direction, "Which way it went."),
        Field(2, "status", \.status, "What became of it."),
        Field(3, "customer", \.customer, "The customer of an incoming payment."),
        Field(4, "supplier", \.supplier, "The supplier of an outgoing payment."),
        Field(5, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(6, "amount", \.amount, "How much."),
        Field(7, "unallocated", \.unallocated, "What is neither allocated nor refunded."),
        Field(8, "allocations", \.allocations, "What it is allocated to."),
        Field(9, "reference", \.reference, "What the bank statement says."),
        Field(
            10, "allocatedAt", \.allocatedAt, "Which events made the allocations that stand."),
        make: PaymentState.init)

    /// The partner as voucher lines name it, `sales.account/ALFKI`.
    var partner: String? {
        customer.map { "sales.account/\($0)" } ?? supplier.map { "purchasing.supplier/\($0)" }
    }

    /// Adds allocations, one entry for each open item.
    mutating func add(_ added: [Allocation]) {
        for allocation in added {
            if let index = allocations.firstIndex(where: { $0.item == allocation.item }) {
                // Both amounts passed the checks of their commands; wrapping cannot be reached.
                allocations[index].amount = Money(
                    minorUnits: allocations[index].amount.minorUnits
                        &+ allocation.amount.minorUnits,
                    currency: allocation.amount.currency)
            } else {
                allocations.append(allocation)
            }
        }
    }

    /// Takes allocations back.
    mutating func remove(_ removed: [Allocation]) {
        for allocation in removed {
            guard let index = allocations.firstIndex(where: { $0.item == allocation.item }) else {
                continue
            }
            let left = allocations[index].amount.minorUnits &- allocation.amount.minorUnits
            if left <= 0 {
                allocations.remove(at: index)
            } else {
                allocations[index].amount = Money(
                    minorUnits: left, currency: allocation.amount.currency)
            }
        }
    }
}
