package import Records

/// How a later cost of a receipt is split.
package struct LateCost: Hashable, Sendable {
    /// What the goods still on hand take up.
    package let ontoStock: Money
    /// What falls on goods that are gone: an expense of today.
    package let toVariance: Money
}

extension CostPool {
    /// What issuing a quantity costs; nil where there is not so much.
    ///
    /// The last of the pool takes the whole value, so nothing is left behind; otherwise the
    /// pool's average or the oldest layers, rounded half-up.
    /// - Source: semantics 3.3.2 and 3.3.3.
    func cost(ofIssuing issued: Quantity) -> Money? {
        guard let value, issued.isPositive, issued <= quantity else { return nil }
        if issued == quantity { return value }
        switch costing {
        case .avco: return value.part(issued, of: quantity)
        case .fifo:
            var wanted = issued
            var cost = Money.zero(value.currency)
            for layer in layers where wanted.isPositive {
                let taken = layer.taking(wanted)
                cost = cost.plus(taken.cost)
                wanted = wanted.less(taken.quantity)
            }
            return cost
        }
    }

    /// What goods that were found are worth: as the pool's average or its newest layer, else as
    /// the last receipt; nil where nothing was ever received.
    func worth(ofFound found: Quantity) -> Money? {
        if costing == .avco, let value, quantity.isPositive {
            return value.part(found, of: quantity)
        }
        if costing == .fifo, let newest = layers.last {
            return newest.value.part(found, of: newest.remaining)
        }
        guard let lastValue, lastQuantity.isPositive else { return nil }
        return lastValue.part(found, of: lastQuantity)
    }

    /// How much of a receipt counts as still here: its layer, or its surviving share of the pool.
    func remaining(of receipt: String) -> Quantity {
        switch costing {
        case .fifo:
            return layers.lazy.filter { $0.receipt == receipt }
                .reduce(.zero) { $0.plus($1.remaining) }
        case .avco:
            return receipts.lazy.filter { $0.receipt == receipt }
                .reduce(.zero) { $0.plus(left(of: $1)) }
        }
    }

    /// What has survived of a receipt, rounded down.
    private func left(of entry: PooledReceipt) -> Quantity {
        let share = Int128(survival.share(since: entry.survival))
        let left = Int128(entry.quantity.millionths) * share / Int128(Survival.unit)
        return Quantity(millionths: Int64(clamping: left))
    }

    /// The parts of receipts that go with a quantity to another warehouse, oldest first: of layers
    /// the oldest, of an average pool each in the measure in which the pool goes.
    func receipts(movingWith moved: Quantity) -> [MovedReceipt] {
        guard quantity.isPositive else { return [] }
        var parts: [MovedReceipt] = []
        switch costing {
        case .fifo:
            var wanted = moved
            for layer in layers where wanted.isPositive {
                let (taken, cost) = layer.taking(wanted)
                parts.append(MovedReceipt(receipt: layer.receipt, quantity: taken, value: cost))
                wanted = wanted.less(taken)
            }
        case .avco:
            for entry in receipts {
                let part =
                    Int128(left(of: entry).millionths) * Int128(moved.millionths)
                    / Int128(quantity.millionths)
                let goes = Quantity(millionths: Int64(clamping: part))
                if goes.isPositive {
                    parts.append(
                        MovedReceipt(receipt: entry.receipt, quantity: goes, value: nil))
                }
            }
        }
        return Array(parts.suffix(Self.receiptsMovedMax))
    }

    /// Whether a quantity of a receipt can leave at a value: the last of a layer, or of the pool,
    /// at exactly what it is worth, and nothing at more.
    func canGiveBack(_ quantity: Quantity, worth value: Money, of receipt: String) -> Bool {
        guard let worth = self.value, quantity <= self.quantity else { return false }
        var bounds = [(isLast: quantity == self.quantity, worth: worth)]
        let own = layers.filter { $0.receipt == receipt }
        if !own.isEmpty {
            bounds.append(
                (
                    isLast: quantity == own.reduce(.zero) { $0.plus($1.remaining) },
                    worth: own.reduce(.zero(value.currency)) { $0.plus($1.value) }
                ))
        }
        return bounds.allSatisfy {
            $0.isLast
                ? value == $0.worth
                : !value.isNegative && value.minorUnits <= $0.worth.minorUnits
        }
    }

    /// The split of a later cost by the share of the receipt's value that is still here.
    ///
    /// Stock never becomes worth less than nothing: what it cannot take is variance. `total` is how
    /// much came with the receipt, in whichever warehouse it is now; nil where all of it came here.
    /// - Source: semantics 3.2 and 3.3.5.
    func split(
        lateCost difference: Money, of receipt: String, total: Quantity? = nil
    ) throws(ArithmeticFailure) -> LateCost {
        var ontoStock = Money.zero(difference.currency)
        switch costing {
        case .avco:
            let own = receipts.filter { $0.receipt == receipt }
            let whole = total ?? own.last?.quantity ?? .zero
            if let value, whole.isPositive {
                let share = own.reduce(Int128(0)) { sum, entry in
                    let survived = Int128(survival.share(since: entry.survival))
                    return sum
                        + Rounding.halfUp.quotient(
                            Int128(entry.quantity.millionths) * survived,
                            by: Int128(whole.millionths))
                }
                ontoStock = try difference.share(
                    min(share, Int128(Survival.unit)), of: Int128(Survival.unit))
                ontoStock = ontoStock.notBelowZero(from: value)
            }
        case .fifo:
            let own = layers.filter { $0.receipt == receipt }
            let whole = total ?? own.first?.received ?? .zero
            if whole.isPositive {
                let here = own.reduce(Quantity.zero) { $0.plus($1.remaining) }
                ontoStock = try difference.share(
                    Int128(min(here, whole).millionths), of: Int128(whole.millionths))
                ontoStock = ontoStock.notBelowZero(
                    from: own.reduce(.zero(difference.currency)) { $0.plus($1.value) })
            }
        }
        return LateCost(
            ontoStock: ontoStock, toVariance: try difference.subtracting(ontoStock))
    }
}

extension StockState {
    /// What issuing a quantity costs now.
    ///
    /// - Throws: ``RejectionCode/insufficientStock`` where there is not so much: negative stock
    ///   is refused.
    package func cost(ofIssuing quantity: Quantity) throws(Rejection) -> Money {
        guard let cost = pool.cost(ofIssuing: quantity) else {
            throw .insufficientStock(quantity, of: product, in: warehouse, available: onHand)
        }
        return cost
    }

    /// How a later cost of a receipt splits between the goods on hand and variance.
    ///
    /// `total` is how much came with the receipt; nil where all of it came here.
    package func lateCost(
        receipt: String, difference: Money, total: Quantity? = nil
    ) throws(Rejection) -> LateCost {
        try computing("the late cost of receipt \(receipt)") { () throws(ArithmeticFailure) in
            try pool.split(lateCost: difference, of: receipt, total: total)
        }
    }

    /// Refuses to take a receipt back where its goods are gone, held, or worth something else.
    ///
    /// The receipt leaves at the value with which it came. In an average pool goods of a receipt
    /// count as consumed in the measure in which the pool was.
    package func requireReversible(
        receipt: String, quantity: Quantity, value: Money
    ) throws(Rejection) {
        let left = min(pool.remaining(of: receipt), available)
        guard quantity <= left else {
            throw Rejection(
                .stockConsumed,
                "Expected \(quantity.digits) of \(product) from receipt \(receipt) to be still here and free, found \(left.digits); send goods back as a return instead.",
                [JSONMember("remaining", .string(left.digits))])
        }
        guard pool.canGiveBack(quantity, worth: value, of: receipt) else {
            throw Rejection(
                .stockConsumed,
                "Expected receipt \(receipt) to be still worth \(value), but a later cost changed that; send goods back as a return instead.",
                [JSONMember("value", .string(value.description))])
        }
    }

    /// Refuses a late cost that would leave stock worth less than nothing.
    func requireRevaluable(by difference: Money) throws(Rejection) {
        let worth = try computing("the value of \(product)") { () throws(ArithmeticFailure) in
            try (value ?? .zero(difference.currency)).adding(difference)
        }
        guard !worth.isNegative else {
            throw Rejection(
                .stockConsumed,
                "Expected a late cost that leaves \(product) worth nothing or more, found \(worth); post the rest as variance.",
                [JSONMember("value", .string(worth.description))])
        }
    }

    /// Refuses what would not fit the pool's exact amounts or its list of layers.
    func requireReceivable(_ quantity: Quantity, worth value: Money) throws(Rejection) {
        _ = try computing("the stock of \(product)") { () throws(ArithmeticFailure) in
            _ = try onHand.adding(quantity)
            _ = try (self.value ?? .zero(value.currency)).adding(value)
        }
        guard pool.layers.count < CostPool.layersMax else {
            throw Rejection(
                .stockLimit,
                "Expected at most \(CostPool.layersMax) cost layers of \(product) in \(warehouse), found so many already; issue goods first.",
                [JSONMember("product", .string(product.text))])
        }
    }
}

extension Money {
    /// The share of a part of a quantity, rounded half-up; the part is not more than the whole,
    /// or the amount a unit cost, so that it fits.
    fileprivate func part(_ part: Quantity, of whole: Quantity) -> Money {
        let share = Rounding.halfUp.quotient(
            Int128(minorUnits) * Int128(part.millionths), by: Int128(whole.millionths))
        return Money(minorUnits: Int64(clamping: share), currency: currency)
    }

    /// At the least what takes the value to nothing.
    func notBelowZero(from value: Money) -> Money {
        minorUnits < -value.minorUnits
            ? Money(minorUnits: -value.minorUnits, currency: currency) : self
    }
}
