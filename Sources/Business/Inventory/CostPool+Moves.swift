import Records

/// What recorded facts do to a pool. Folds refuse nothing: the deciders checked with exact
/// arithmetic before the facts were recorded, so sums wrap here without ever having to.
extension CostPool {
    mutating func receive(
        _ quantity: Quantity, worth value: Money, costing: CostingMethod, receipt: String,
        moved: [MovedReceipt] = []
    ) {
        if self.quantity.isZero { empty(costing: costing) }
        for part in Self.parts(of: quantity, worth: value, receipt: receipt, moved) {
            switch self.costing {
            case .avco: remember(part.quantity, of: part.receipt)
            case .fifo: addLayer(part.quantity, worth: part.value, of: part.receipt)
            }
        }
        self.quantity = self.quantity.plus(quantity)
        self.value = self.value?.plus(value) ?? value
        lastQuantity = quantity
        lastValue = value
    }

    /// The receipts that come in together with their values; what is of none of those that moved
    /// belongs to the receipt at hand and comes first, as the oldest.
    private static func parts(
        of quantity: Quantity, worth value: Money, receipt: String, _ moved: [MovedReceipt]
    ) -> [(receipt: String, quantity: Quantity, value: Money)] {
        let rest = moved.reduce(quantity) { $0.less($1.quantity) }
        guard !moved.isEmpty, !rest.isNegative else { return [(receipt, quantity, value)] }
        let known = moved.compactMap(\.value)
        let restValue = known.reduce(value) { $0.less($1) }
        var parts = rest.isPositive ? [(receipt, rest, Money?.some(restValue))] : []
        parts += moved.map { ($0.receipt, $0.quantity, $0.value) }
        if known.count == moved.count, rest.isPositive ? !restValue.isNegative : restValue.isZero {
            return parts.map { ($0.0, $0.1, $0.2 ?? .zero(value.currency)) }
        }
        // Out of an average pool each part is worth its share, and the last one what is left.
        var passed = Quantity.zero
        var given = Money.zero(value.currency)
        return parts.map { part in
            passed = passed.plus(part.1)
            let reached = Rounding.halfUp.quotient(
                Int128(value.minorUnits) * Int128(passed.millionths),
                by: Int128(quantity.millionths))
            let total = Money(minorUnits: Int64(clamping: reached), currency: value.currency)
            defer { given = total }
            return (part.0, part.1, total.less(given))
        }
    }

    /// Goods went to another warehouse.
    mutating func noteMove(to warehouse: WarehouseID) {
        guard !movedTo.contains(warehouse), movedTo.count < Self.warehousesMax else { return }
        movedTo.append(warehouse)
    }

    /// Two lines of one receipt that arrive together are one for late cost.
    private mutating func remember(_ quantity: Quantity, of receipt: String) {
        if let last = receipts.indices.last, receipts[last].receipt == receipt,
            receipts[last].survival == survival
        {
            receipts[last].quantity = receipts[last].quantity.plus(quantity)
            return
        }
        receipts.append(PooledReceipt(receipt: receipt, quantity: quantity, survival: survival))
        if receipts.count > Self.receiptsRememberedMax { receipts.removeFirst() }
    }

    private mutating func addLayer(_ quantity: Quantity, worth value: Money, of receipt: String) {
        if let last = layers.indices.last, layers[last].receipt == receipt {
            layers[last].received = layers[last].received.plus(quantity)
            layers[last].remaining = layers[last].remaining.plus(quantity)
            layers[last].value = layers[last].value.plus(value)
            return
        }
        layers.append(
            CostLayer(receipt: receipt, received: quantity, remaining: quantity, value: value))
    }

    mutating func issue(_ quantity: Quantity, cost: Money) {
        if quantity >= self.quantity {
            self.quantity = self.quantity.less(quantity)
            value = value?.less(cost)
            empty(costing: costing)
            return
        }
        switch costing {
        case .avco: survival = survival.surviving(quantity, of: self.quantity)
        case .fifo: takeFromLayers(quantity)
        }
        self.quantity = self.quantity.less(quantity)
        value = value?.less(cost)
    }

    private mutating func takeFromLayers(_ quantity: Quantity) {
        var wanted = quantity
        var gone = 0
        for index in layers.indices {
            let (taken, cost) = layers[index].taking(wanted)
            if taken == layers[index].remaining {
                gone += 1
            } else {
                layers[index].remaining = layers[index].remaining.less(taken)
                layers[index].value = layers[index].value.less(cost)
            }
            wanted = wanted.less(taken)
            if wanted.isZero { break }
        }
        layers.removeFirst(gone)
    }

    mutating func takeBack(_ quantity: Quantity, worth value: Money, receipt: String) {
        self.quantity = self.quantity.less(quantity)
        self.value = self.value?.less(value)
        forget(quantity, of: receipt)
        takeLayers(quantity, worth: value, of: receipt)
        if self.quantity.isZero { empty(costing: costing) }
    }

    private mutating func forget(_ quantity: Quantity, of receipt: String) {
        var left = quantity
        for index in receipts.indices where receipts[index].receipt == receipt {
            let taken = min(left, receipts[index].quantity)
            receipts[index].quantity = receipts[index].quantity.less(taken)
            left = left.less(taken)
        }
        receipts.removeAll { $0.receipt == receipt && !$0.quantity.isPositive }
    }

    /// The layers of a receipt give a quantity: a whole layer its whole value, the last one the rest.
    private mutating func takeLayers(
        _ quantity: Quantity, worth value: Money, of receipt: String
    ) {
        var left = quantity
        var worth = value
        for index in layers.indices where layers[index].receipt == receipt && left.isPositive {
            let taken = min(left, layers[index].remaining)
            left = left.less(taken)
            let part =
                left.isPositive && taken == layers[index].remaining ? layers[index].value : worth
            layers[index].received = layers[index].received.less(taken)
            layers[index].remaining = layers[index].remaining.less(taken)
            layers[index].value = layers[index].value.less(part)
            worth = worth.less(part)
        }
        layers.removeAll { $0.receipt == receipt && !$0.remaining.isPositive }
    }

    mutating func revalue(by difference: Money, receipt: String) {
        value = value?.plus(difference)
        var rest = difference
        for index in layers.indices where layers[index].receipt == receipt && !rest.isZero {
            let part = rest.notBelowZero(from: layers[index].value)
            layers[index].value = layers[index].value.plus(part)
            rest = rest.less(part)
        }
    }

    /// Nothing is left: what came before has no share in what comes next.
    private mutating func empty(costing: CostingMethod) {
        self.costing = costing
        survival = .one
        receipts = []
        layers = []
    }
}

extension CostLayer {
    /// What is taken of the layer for a wanted quantity, and its cost: a whole layer gives its
    /// whole value, a part its share rounded once.
    func taking(_ wanted: Quantity) -> (quantity: Quantity, cost: Money) {
        if wanted >= remaining { return (remaining, value) }
        let cost = Rounding.halfUp.quotient(
            Int128(value.minorUnits) * Int128(wanted.millionths), by: Int128(remaining.millionths))
        return (wanted, Money(minorUnits: Int64(clamping: cost), currency: value.currency))
    }
}

extension Money {
    /// The sum where a fold may not refuse.
    func plus(_ other: Money) -> Money {
        Money(minorUnits: minorUnits &+ other.minorUnits, currency: currency)
    }

    /// The difference where a fold may not refuse.
    func less(_ other: Money) -> Money {
        Money(minorUnits: minorUnits &- other.minorUnits, currency: currency)
    }
}
