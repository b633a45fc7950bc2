import Records

/// Whose money a payment is.
enum PaymentPartner: Equatable, CustomStringConvertible {
    case customer(AccountID)
    case supplier(SupplierID)

    /// Side and id: `customer C1`.
    var description: String {
        switch self {
        case .customer(let customer): "customer \(customer)"
        case .supplier(let supplier): "supplier \(supplier)"
        }
    }

    var text: String {
        switch self {
        case .customer(let customer): customer.text
        case .supplier(let supplier): supplier.text
        }
    }

    /// Whether an item is owed by this customer or to this supplier; one company that is both
    /// has two accounts, even where both have one id.
    func owns(_ item: OpenItemState) -> Bool {
        switch self {
        case .customer(let customer): item.customer == customer
        case .supplier(let supplier): item.supplier == supplier
        }
    }
}

extension OpenItemState {
    /// Whose item it is, in words.
    fileprivate var owner: String {
        customer.map { PaymentPartner.customer($0).description }
            ?? supplier.map { PaymentPartner.supplier($0).description } ?? "nobody"
    }
}

extension Decision {
    /// The partner's open items, in the order in which they were opened.
    func openItems(of partner: PaymentPartner) throws(Rejection) -> [PartnerItem] {
        switch partner {
        case .customer(let customer):
            try state(of: CreditState.self, customer.text).items
        case .supplier(let supplier):
            try state(of: PayablesState.self, supplier.text).items
        }
    }

    /// Allocations that a person named: each item once, of this partner, at most what is open.
    ///
    /// - Throws: ``RejectionCode/partnerMismatch``, ``RejectionCode/amountExceeds``,
    ///   ``RejectionCode/invalidValue``.
    func checked(
        _ allocations: [Allocation], of partner: PaymentPartner
    ) throws(Rejection) -> [Allocation] {
        var seen: Set<OpenItemID> = []
        for allocation in allocations {
            guard seen.insert(allocation.item).inserted else {
                throw Rejection(
                    .invalidValue, "Item \(allocation.item) is named twice; name it once.")
            }
            try requireBaseCurrency(allocation.amount.currency)
            let item = try existing(OpenItemState.self, allocation.item.text)
            guard partner.owns(item) else {
                throw Rejection(
                    .partnerMismatch,
                    "Expected an open item of \(partner), found \(allocation.item) of \(item.owner); name an item of the same account.",
                    [JSONMember("item", .string(allocation.item.text))])
            }
            let open = item.open ?? .zero(allocation.amount.currency)
            guard allocation.amount.minorUnits <= open.minorUnits else {
                throw Rejection(
                    .amountExceeds,
                    "Expected at most \(open), which is open of \(allocation.item), found \(allocation.amount); allocate less.",
                    [
                        JSONMember("item", .string(allocation.item.text)),
                        JSONMember("open", .string(open.description)),
                    ])
            }
        }
        return allocations
    }

    /// Allocates an amount by itself: items that the reference names, then an item of exactly the
    /// amount, then the oldest due first; disputed items are left alone unless they are named.
    ///
    /// - Source: semantics 1.3, payment and allocation.
    func automatic(
        _ amount: Money, of partner: PaymentPartner, reference: String, isExactFirst: Bool,
        preferring preferred: Set<OpenItemID> = []
    ) throws(Rejection) -> [Allocation] {
        var candidates = try openItems(of: partner).enumerated().filter {
            $0.element.open.isPositive
        }
        candidates.sort { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }
        let words = Set(reference.split { $0 == " " || $0 == "," || $0 == ";" }.map(String.init))
        var named: [PartnerItem] = []
        var others: [PartnerItem] = []
        for (_, item) in candidates {
            if preferred.contains(item.item) || words.contains(item.item.text) {
                named.append(item)
            } else if try !state(of: OpenItemState.self, item.item.text).isDisputed {
                others.append(item)
            }
        }
        if isExactFirst, named.isEmpty, let exact = others.first(where: { $0.open == amount }) {
            return [Allocation(item: exact.item, amount: amount)]
        }
        return try fill(amount, from: named + others)
    }

    private func fill(
        _ amount: Money, from items: [PartnerItem]
    ) throws(Rejection) -> [Allocation] {
        var left = amount
        var allocations: [Allocation] = []
        for item in items where left.isPositive {
            let part = item.open.minorUnits < left.minorUnits ? item.open : left
            allocations.append(Allocation(item: item.item, amount: part))
            left = try computing("what is left") { () throws(ArithmeticFailure) in
                try left.subtracting(part)
            }
        }
        return allocations
    }

    /// What is left of an amount after a part of it went.
    ///
    /// - Throws: ``RejectionCode/amountExceeds``.
    func rest(
        of amount: Money, less part: Money, what: String
    ) throws(Rejection) -> Money {
        let left = try computing("the rest of \(what)") { () throws(ArithmeticFailure) in
            try amount.subtracting(part)
        }
        guard !left.isNegative, part.isPositive else {
            throw Rejection(
                .amountExceeds,
                "Expected more than zero and at most \(amount), which is left of \(what), found \(part).",
                [JSONMember("open", .string(amount.description))])
        }
        return left
    }
}
