package import Records

/// How much of a receipt's value is still in a pool, as issues have left it: a running product of
/// `1 - issued / on hand` with 18 significant digits.
///
/// - Shape: `mantissa / 10^(18 + exponent)`. The mantissa keeps its digits however often goods are
///   issued, so that the share of a late receipt is as exact as that of an early one.
package struct Survival: Record, Hashable {
    /// One, with 18 digits.
    static let unit: Int64 = 1_000_000_000_000_000_000

    /// The digits, at most ``unit``.
    package let mantissa: Int64
    /// By how many further decimals the digits are shifted.
    package let exponent: Int64

    /// The whole.
    package static let one = Survival(mantissa: unit, exponent: 0)

    /// The declaration of the fields.
    package static let schema = Schema<Survival>(
        "inventory.survival", "How much of a pool is left, as a running product.",
        Field(
            1, "mantissa", \.mantissa, "The digits; one is 10^18.",
            limits: Limits(sign: .notNegative, magnitudeMax: unit)),
        Field(2, "exponent", \.exponent, "By how many further decimals the digits are shifted."),
        make: Survival.init)

    /// What survives when `issued` of `onHand` goes; both are positive, and the first is smaller.
    func surviving(_ issued: Quantity, of onHand: Quantity) -> Survival {
        let whole = Int128(onHand.millionths)
        var dividend = Int128(mantissa) * (whole - Int128(issued.millionths))
        var exponent = exponent
        // The dividend stays below `whole * unit`, which fits: a quantity has at most 19 digits.
        while dividend > 0, dividend < whole * Int128(Self.unit / 10) {
            dividend *= 10
            exponent += 1
        }
        let digits = Rounding.halfUp.quotient(dividend, by: whole)
        return Survival(mantissa: Int64(clamping: digits), exponent: exponent)
    }

    /// What is left since an earlier moment, in 18-digit fixed point: `self / earlier`.
    func share(since earlier: Survival) -> Int64 {
        guard earlier.mantissa > 0 else { return 0 }
        var divisor = Int128(earlier.mantissa)
        // More than 18 decimals further down, nothing of the 18 digits is left.
        for _ in 0..<max(0, min(20, exponent - earlier.exponent)) {
            divisor *= 10
        }
        let share = Rounding.halfUp.quotient(Int128(mantissa) * Int128(Self.unit), by: divisor)
        return Int64(clamping: min(Int128(Self.unit), share))
    }
}

/// A receipt that went into an average pool, remembered for late cost.
package struct PooledReceipt: Record, Hashable {
    /// Which receipt.
    package let receipt: String
    /// How much of it came in and was not taken back.
    package var quantity: Quantity
    /// The pool's survival when it came in.
    package let survival: Survival

    /// The declaration of the fields.
    package static let schema = Schema<PooledReceipt>(
        "inventory.pooled-receipt", "A receipt that went into an average pool.",
        Field(1, "receipt", \.receipt, "Which receipt."),
        Field(2, "quantity", \.quantity, "How much of it came in and was not taken back."),
        Field(3, "survival", \.survival, "The pool's survival when it came in."),
        make: PooledReceipt.init)
}

/// A layer of goods that came in together (FIFO).
package struct CostLayer: Record, Hashable {
    /// Which receipt.
    package let receipt: String
    /// How much came in and was not taken back.
    package var received: Quantity
    /// How much of it is left.
    package var remaining: Quantity
    /// What the rest is worth.
    package var value: Money

    /// The declaration of the fields.
    package static let schema = Schema<CostLayer>(
        "inventory.cost-layer", "A layer of goods that came in together.",
        Field(1, "receipt", \.receipt, "Which receipt."),
        Field(2, "received", \.received, "How much came in and was not taken back."),
        Field(3, "remaining", \.remaining, "How much of it is left."),
        Field(4, "value", \.value, "What the rest is worth."),
        make: CostLayer.init)
}

/// A part of a receipt that goes to another warehouse with the goods, so that a later cost of the
/// receipt finds it there.
package struct MovedReceipt: Record, Hashable {
    /// Which receipt.
    package let receipt: String
    /// How much of it moves.
    package let quantity: Quantity
    /// With which value; nil out of an average pool, where all of it is worth the same.
    package let value: Money?

    /// The declaration of the fields.
    package static let schema = Schema<MovedReceipt>(
        "inventory.moved-receipt", "A part of a receipt that goes to another warehouse.",
        Field(1, "receipt", \.receipt, "Which receipt."),
        Field(2, "quantity", \.quantity, "How much of it moves."),
        Field(3, "value", \.value, "With which value, where layers are kept."),
        make: MovedReceipt.init)
}

/// A quantity of goods, what it is worth, and how that is known.
///
/// Value moves with quantity and is never recomputed from a price, so it cannot drift: it is
/// always what came in less what went out, never negative, and nothing when nothing is there.
/// - Source: semantics 3.3.
package struct CostPool: Record, Hashable {
    /// How many receipts an average pool remembers; later cost of an older one is variance.
    package static let receiptsRememberedMax = 1_000
    /// How many receipts go with one transfer, the newest; later cost of an older one is variance.
    package static let receiptsMovedMax = 64
    /// How many warehouses a pool remembers as those to which its goods went.
    package static let warehousesMax = 1_000
    /// How many layers a FIFO pool may have.
    package static let layersMax = 10_000

    /// How the cost of issued goods is found.
    package var costing: CostingMethod = .avco
    /// How much is there.
    package var quantity: Quantity = .zero
    /// What it is worth; nil before anything was ever received.
    package var value: Money?
    /// What is left of the pool since it was last empty (AVCO).
    package var survival: Survival = .one
    /// Receipts since the pool was last empty, oldest first (AVCO).
    package var receipts: [PooledReceipt] = []
    /// Layers, oldest first (FIFO).
    package var layers: [CostLayer] = []
    /// The quantity of the last receipt: with its value, the last known cost.
    package var lastQuantity: Quantity = .zero
    /// The value of the last receipt.
    package var lastValue: Money?
    /// Warehouses to which goods went from here, each once: later cost follows the goods.
    package var movedTo: [WarehouseID] = []

    /// The declaration of the fields.
    package static let schema = Schema<CostPool>(
        "inventory.cost-pool", "A quantity of goods, what it is worth, and how that is known.",
        Field(1, "costing", \.costing, "How the cost of issued goods is found."),
        Field(2, "quantity", \.quantity, "How much is there."),
        Field(3, "value", \.value, "What it is worth."),
        Field(4, "survival", \.survival, "What is left of the pool since it was last empty."),
        Field(5, "receipts", \.receipts, "Receipts since the pool was last empty."),
        Field(6, "layers", \.layers, "Layers, oldest first."),
        Field(7, "lastQuantity", \.lastQuantity, "The quantity of the last receipt."),
        Field(8, "lastValue", \.lastValue, "The value of the last receipt."),
        Field(9, "movedTo", \.movedTo, "Warehouses to which goods went from here."),
        make: {
            CostPool(
                costing: $0, quantity: $1, value: $2, survival: $3, receipts: $4, layers: $5,
                lastQuantity: $6, lastValue: $7, movedTo: $8)
        })
}
