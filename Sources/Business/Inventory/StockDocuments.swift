package import Records

/// Stock that was there when the books began was taken on, against the role OPENING.
///
/// It stands in the stock's stream; quantity and value move by the ``StockReceived`` beside it.
package struct StockTakenOn: PostedEvent, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let productClass: String
    package let quantity: Quantity
    package let value: Money

    package static let schema = Schema<StockTakenOn>(
        "inventory.stock-taken-on", "Stock that was there when the books began was taken on.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "productClass", \.productClass, "The product's class."),
        Field(4, "quantity", \.quantity, "How much."),
        Field(5, "value", \.value, "What it is worth, in the base currency."),
        make: StockTakenOn.init)

    package static let amountNames = ["opening"]
    package static let journal = "stock"

    package var posting: PostingFacts {
        PostingFacts(
            amounts: [
                NamedAmount(
                    "opening", value, product: product.text, productClass: productClass,
                    warehouse: warehouse.text, quantity: quantity)
            ],
            text: "Opening stock of \(product) in \(warehouse)")
    }

    package func evolve(_ state: inout StockState) {
        state.warehouse = warehouse
        state.product = product
    }
}

/// One product of a stock count.
package struct CountedLine: Record, Hashable {
    /// What was counted.
    package let product: ProductID
    /// Its class.
    package let productClass: String
    /// How much the books expected.
    package let expected: Quantity
    /// How much was there.
    package let counted: Quantity
    /// What the difference is worth, never negative.
    package let difference: Money

    /// The declaration of the fields.
    package static let schema = Schema<CountedLine>(
        "inventory.counted-line", "One product of a stock count.",
        Field(1, "product", \.product, "What was counted."),
        Field(2, "productClass", \.productClass, "Its class."),
        Field(3, "expected", \.expected, "How much the books expected."),
        Field(4, "counted", \.counted, "How much was there."),
        Field(5, "difference", \.difference, "What the difference is worth, never negative."),
        make: CountedLine.init)
}

/// Stock was counted, and the books now say what is there.
package struct StockCounted: PostedEvent, Equatable {
    package let warehouse: WarehouseID
    package let lines: [CountedLine]
    package let countedBy: String?

    package static let schema = Schema<StockCounted>(
        "inventory.stock-counted", "Stock was counted, and the books now say what is there.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "lines", \.lines, "What was found."),
        Field(3, "countedBy", \.countedBy, "Who counted."),
        make: StockCounted.init)

    package static let amountNames = ["surplus", "shortage"]
    package static let journal = "stock"

    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.compactMap { line in
                if line.counted == line.expected { return nil }
                let isSurplus = line.counted > line.expected
                return NamedAmount(
                    isSurplus ? "surplus" : "shortage", line.difference,
                    product: line.product.text, productClass: line.productClass,
                    warehouse: warehouse.text,
                    quantity: isSurplus
                        ? line.counted.less(line.expected) : line.expected.less(line.counted))
            },
            text: "Stock count in \(warehouse)")
    }

    package func evolve(_ state: inout CountState) {
        state.warehouse = warehouse
        state.lines = lines
        state.countedBy = countedBy
        state.status = .posted
    }
}

/// One product of a transfer.
package struct TransferredLine: Record, Hashable {
    /// What was moved.
    package let product: ProductID
    /// Its class.
    package let productClass: String
    /// How much.
    package let quantity: Quantity
    /// Its cost in the first warehouse, which is its value in the second.
    package let value: Money

    /// The declaration of the fields.
    package static let schema = Schema<TransferredLine>(
        "inventory.transferred-line", "One product of a transfer.",
        Field(1, "product", \.product, "What was moved."),
        Field(2, "productClass", \.productClass, "Its class."),
        Field(3, "quantity", \.quantity, "How much."),
        Field(4, "value", \.value, "Its cost in the first warehouse, its value in the second."),
        make: TransferredLine.init)
}

/// A transfer between two warehouses.
package struct TransferState: StreamState, Equatable {
    package var from: WarehouseID
    package var to: WarehouseID
    package var lines: [TransferredLine]

    package static let streamType = "inventory.transfer"
    package static let initial = TransferState(from: .unset, to: .unset, lines: [])
    package static let schema = Schema<TransferState>(
        "inventory.transfer", "A transfer between two warehouses.",
        Field(1, "from", \.from, "The warehouse that gave."),
        Field(2, "to", \.to, "The warehouse that took."),
        Field(3, "lines", \.lines, "What was moved."),
        make: TransferState.init)
}

/// Stock was moved to another warehouse with exactly its value.
package struct StockTransferred: PostedEvent, Equatable {
    package let from: WarehouseID
    package let to: WarehouseID
    package let lines: [TransferredLine]

    package static let schema = Schema<StockTransferred>(
        "inventory.stock-transferred", "Stock was moved to another warehouse.",
        Field(1, "from", \.from, "The warehouse that gave."),
        Field(2, "to", \.to, "The warehouse that took."),
        Field(3, "lines", \.lines, "What was moved."),
        make: StockTransferred.init)

    package static let amountNames = ["outgoing", "incoming"]
    package static let identities = [AmountIdentity("outgoing", equals: "incoming")]
    package static let journal = "stock"

    package var posting: PostingFacts {
        var amounts: [NamedAmount] = []
        for (name, warehouse) in [("outgoing", from), ("incoming", to)] {
            for line in lines {
                amounts.append(
                    NamedAmount(
                        name, line.value, product: line.product.text,
                        productClass: line.productClass, warehouse: warehouse.text,
                        quantity: line.quantity))
            }
        }
        return PostingFacts(amounts: amounts, text: "Transfer from \(from) to \(to)")
    }

    package func evolve(_ state: inout TransferState) {
        state = TransferState(from: from, to: to, lines: lines)
    }
}
