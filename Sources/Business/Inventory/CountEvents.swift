package import Records

/// Where a count is in its life.
package enum CountStatus: String, Choice {
    /// Its differences are in the books.
    case posted
    /// Somebody else has to approve its differences.
    case waiting
    /// Its differences were refused.
    case rejected
}

/// What a counted surplus is worth, where who counted said so.
package struct CountValue: Record, Hashable {
    /// The worth in the base currency; nil for as the books say.
    package let value: Money?

    /// A worth.
    package init(_ value: Money?) { self.value = value }

    /// The declaration of the fields.
    package static let schema = Schema<CountValue>(
        "inventory.count-value", "What a counted surplus is worth, where somebody said so.",
        Field(1, "value", \.value, "The worth; absent: as the books say."),
        make: CountValue.init)
}

/// A count of stock: what was found, and whether it is in the books.
package struct CountState: StreamState, Equatable {
    package var warehouse: WarehouseID
    package var lines: [CountedLine]
    package var status: CountStatus
    package var values: [CountValue]
    package var countedBy: String?
    package var submittedBy: String?
    package var difference: Money?
    package var role: String?

    package static let streamType = "inventory.count"
    package static let initial = CountState(
        warehouse: .unset, lines: [], status: .posted, values: [], countedBy: nil,
        submittedBy: nil, difference: nil, role: nil)
    package static let schema = Schema<CountState>(
        "inventory.count", "A count of stock.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "lines", \.lines, "What was found."),
        Field(3, "status", \.status, "Where it is in its life."),
        Field(4, "values", \.values, "What surpluses are worth, line by line, while it waits."),
        Field(5, "countedBy", \.countedBy, "Who counted."),
        Field(6, "submittedBy", \.submittedBy, "Who entered it, while it waits."),
        Field(7, "difference", \.difference, "What its differences are worth, while it waits."),
        Field(8, "role", \.role, "The role that must approve it."),
        make: CountState.init)
}

/// A count was entered whose differences somebody else must approve; nothing is posted.
package struct CountSubmitted: Event, Equatable {
    package let warehouse: WarehouseID
    package let lines: [CountedLine]
    package let values: [CountValue]
    package let countedBy: String?
    package let submittedBy: String?
    package let difference: Money
    package let role: String
    package let rule: Blob?

    package static let schema = Schema<CountSubmitted>(
        "inventory.count-submitted",
        "A count was entered whose differences somebody else must approve.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "lines", \.lines, "What was found, and what it would be worth."),
        Field(3, "values", \.values, "What surpluses are worth, line by line."),
        Field(4, "countedBy", \.countedBy, "Who counted."),
        Field(5, "submittedBy", \.submittedBy, "Who entered it."),
        Field(6, "difference", \.difference, "What the differences are worth in all."),
        Field(7, "role", \.role, "The role that must approve it."),
        Field(8, "rule", \.rule, "The table that asked for it, by its hash."),
        make: CountSubmitted.init)

    package func evolve(_ state: inout CountState) {
        state = CountState(
            warehouse: warehouse, lines: lines, status: .waiting, values: values,
            countedBy: countedBy, submittedBy: submittedBy, difference: difference, role: role)
    }
}

/// Somebody else approved the differences of a count.
package struct CountApproved: Event, Equatable {
    package let warehouse: WarehouseID
    package let approver: String
    package let difference: Money
    package let rule: Blob?

    package static let schema = Schema<CountApproved>(
        "inventory.count-approved", "The differences of a count were approved.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "approver", \.approver, "Who approved."),
        Field(3, "difference", \.difference, "What the differences are worth on this day."),
        Field(4, "rule", \.rule, "The table that asked for it, by its hash."),
        make: CountApproved.init)

    package func evolve(_ state: inout CountState) {
        state.status = .posted
        state.values = []
        state.difference = difference
    }
}

/// The differences of a count were refused.
package struct CountRejected: Event, Equatable {
    package let warehouse: WarehouseID
    package let reason: String
    package let rejectedBy: String?

    package static let schema = Schema<CountRejected>(
        "inventory.count-rejected", "The differences of a count were refused.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "reason", \.reason, "Why."),
        Field(3, "rejectedBy", \.rejectedBy, "Who refused it."),
        make: CountRejected.init)

    package func evolve(_ state: inout CountState) { state.status = .rejected }
}

/// A count of a product waits for an approval: until then it is not counted again.
package struct StockCountOpened: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let count: CountID

    package static let schema = Schema<StockCountOpened>(
        "inventory.stock-count-opened", "A count of a product waits for an approval.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "count", \.count, "Which count."),
        make: StockCountOpened.init)

    package func evolve(_ state: inout StockState) {
        state.warehouse = warehouse
        state.product = product
        state.openCount = count
    }
}

/// A count of a product waits for nothing any more.
package struct StockCountClosed: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let count: CountID

    package static let schema = Schema<StockCountClosed>(
        "inventory.stock-count-closed", "A count of a product was approved or refused.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "count", \.count, "Which count."),
        make: StockCountClosed.init)

    package func evolve(_ state: inout StockState) { state.openCount = nil }
}
