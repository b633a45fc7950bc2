import Records

/// What recorded facts do to a pool. Folds refuse nothing: the deciders checked with exact
/// arithmetic before the facts were recorded, so sums wrap here without ever having to.
extension CostPool {
    mutating func receive(
        _ quantity: Quantity, worth value: Money, costing: CostingMethod, receipt: String
    ) {
        if self.quantity.isZero { empty(costing: costing) }
        switch self.costing {
        case .avco: remember(quantity, of: receipt)
        case .fifo: addLayer(quantity, worth: value, of: receipt)
        }
        self.quantity = self.quantity.plus(quantity)
        self.value = self.value?.plus(value) ?? value
        lastQuantity = quantity
        lastValue = value
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
        if let index = receipts.firstIndex(where: { $0.receipt == receipt }) {
            receipts[index].quantity = receipts[index].quantity.less(quantity)
            if !receipts[index].quantity.isPositive { receipts.remove(at: index) }
        }
        if let index = layers.firstIndex(where: { $0.receipt == receipt }) {
            layers[index].received = layers[index].received.less(quantity)
            layers[index].remaining = layers[index].remaining.less(quantity)
            layers[index].value = layers[index].value.less(value)
            if !layers[index].remaining.isPositive { layers.remove(at: index) }
        }
        if self.quantity.isZero { empty(costing: costing) }
    }

    mutating func revalue(by difference: Money, receipt: String) {
        value = value?.plus(difference)
        if let index = layers.firstIndex(where: { $0.receipt == receipt }) {
            layers[index].value = layers[index].value.plus(difference)
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
