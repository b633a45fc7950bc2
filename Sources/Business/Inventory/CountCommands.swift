import FEEL
package import Records

/// One product that was counted.
package struct CountLine: Record, Hashable {
    /// What was counted.
    package let product: ProductID
    /// How much was there.
    package let counted: Quantity
    /// What a surplus is worth, where nothing else says so.
    package let value: Money?

    /// The declaration of the fields.
    package static let schema = Schema<CountLine>(
        "inventory.count-line", "One product that was counted.",
        Field(1, "product", \.product, "What was counted."),
        Field(2, "counted", \.counted, "How much was there.", limits: .notNegative),
        Field(
            3, "value", \.value,
            "What a surplus is worth; absent: as the stock, else as the last receipt.",
            limits: .notNegative),
        make: CountLine.init)
}

/// Takes over what a count found; the difference is posted, at once where it is small, else when
/// another person has approved it.
package struct CountStock: Command {
    package let count: CountID?
    package let warehouse: WarehouseID
    package let lines: [CountLine]
    package let countedBy: String?

    package static let schema = Schema<CountStock>(
        "inventory.count-stock",
        "Takes over what a count found. The difference is posted, at once where the table count-approval lets it, else when another person has approved it.",
        Field(1, "count", \.count, "The count's id; absent: the next of the series CNT."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "lines", \.lines, "What was found.", limits: .notEmpty),
        Field(4, "countedBy", \.countedBy, "Who counted.", limits: .count(1...64)),
        make: CountStock.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .notStocked, .unitMismatch, .invalidValue, .costUnknown,
        .quantityExceeds, .currencyNotSupported, .periodLocked, .companyNotFounded, .stockLimit,
        .countPending, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.existing(WarehouseState.self, warehouse.text)
        try decision.requireOpenPeriod()
        let id = try decision.newIdentifier(CountState.self, given: count?.text, series: "CNT")
        guard let countID = CountID(id) else { throw .badIdentifier(id) }
        try lines.map(\.product).requireEachOnce()
        let taking = CountTaking(count: countID, warehouse: warehouse)
        var counted: [CountedLine] = []
        for line in lines { counted.append(try taking.judge(line, decision)) }
        let approval = try taking.approval(of: counted, decision)
        guard let role = approval.role else {
            try taking.post(counted, countedBy: countedBy, decision)
            return
        }
        try decision.emit(
            CountSubmitted(
                warehouse: warehouse, lines: counted, values: lines.map { CountValue($0.value) },
                countedBy: countedBy, submittedBy: decision.facts.actor.person,
                difference: approval.difference, role: role, rule: approval.judge), to: id)
        for line in counted {
            try decision.emit(
                StockCountOpened(product: line.product, warehouse: warehouse, count: countID),
                to: StockState.id(warehouse, line.product))
        }
    }
}

/// What a count means for one warehouse's stock.
struct CountTaking {
    let count: CountID
    let warehouse: WarehouseID

    /// What a product's count differs by, and what that is worth now.
    func judge(_ line: CountLine, _ decision: Decision) throws(Rejection) -> CountedLine {
        let product = try decision.stockedProduct(line.product)
        let counted = try product.inOwnUnit(line.counted)
        let stock = try decision.stock(warehouse, line.product)
        if let pending = stock.openCount, pending != count {
            throw Rejection(
                .countPending,
                "Expected no count of \(line.product) in \(warehouse) that waits, found \(pending); approve or reject that first.",
                [JSONMember("count", .string(pending.text))])
        }
        let base = try decision.company().baseCurrency
        var difference = Money.zero(base)
        if counted > stock.onHand {
            if let value = line.value { try decision.requireBaseCurrency(value.currency) }
            guard let worth = line.value ?? stock.pool.worth(ofFound: counted.less(stock.onHand))
            else {
                throw Rejection(
                    .costUnknown,
                    "Expected a value for the \(counted.less(stock.onHand).digits) of \(line.product) that were found, for none was ever received in \(warehouse); give the line's value.",
                    [JSONMember("product", .string(line.product.text))])
            }
            difference = worth
        } else if counted < stock.onHand {
            difference = try stock.cost(ofIssuing: stock.onHand.less(counted))
        }
        return CountedLine(
            product: line.product, productClass: product.productClass, expected: stock.onHand,
            counted: counted, difference: difference)
    }

    /// Whose approval the differences need, if anybody's, and which table says so.
    ///
    /// A company that has deployed no such table approves no counts.
    func approval(
        of lines: [CountedLine], _ decision: Decision
    ) throws(Rejection) -> (role: String?, difference: Money, judge: Blob?) {
        let base = try decision.company().baseCurrency
        var books: [Money] = []
        for line in lines {
            if let value = try decision.stock(warehouse, line.product).value { books.append(value) }
        }
        let (difference, book) = try computing("the differences of count \(count)") {
            () throws(ArithmeticFailure) in
            (try lines.map(\.difference).total(base), try books.total(base))
        }
        let table = CountApproval.table
        guard !difference.isZero, decision.rules.has(table, on: decision.facts.effectiveDate)
        else { return (nil, difference, nil) }
        let percent = Decimal.percent(difference.minorUnits, of: book.minorUnits)
        let outcome = try decision.rules.decide(
            table, on: decision.facts.effectiveDate,
            inputs: [
                "difference": Value(of: difference), "percent": Value(.number(percent)),
                "warehouse": .text(warehouse.text),
            ])
        guard let role = outcome.results.first?["role"]?.text, !role.isEmpty else {
            throw Rejection(
                .badRuleResult,
                "Table \(table) must yield a role, or \"none\" where nobody approves; correct the table."
            )
        }
        return (
            role == CountApproval.nobody ? nil : role, difference, Blob(outcome.definition.bytes)
        )
    }

    /// Takes the differences over.
    func post(
        _ lines: [CountedLine], countedBy: String?, _ decision: Decision
    ) throws(Rejection) {
        try decision.emit(
            StockCounted(warehouse: warehouse, lines: lines, countedBy: countedBy), to: count.text)
        for line in lines { try move(line, decision) }
    }

    private func move(_ line: CountedLine, _ decision: Decision) throws(Rejection) {
        let stock = try decision.stock(warehouse, line.product)
        let id = StockState.id(warehouse, line.product)
        if stock.missing.isPositive {
            try decision.emit(
                MissingCleared(
                    product: line.product, warehouse: warehouse, quantity: stock.missing,
                    count: count), to: id)
        }
        if line.counted > line.expected {
            try decision.receiveStock(
                line.counted.less(line.expected), of: line.product, in: warehouse,
                worth: line.difference, .count, reference: count.text)
        } else if line.counted < line.expected {
            try decision.unhold(stock.held.less(line.counted), in: stock, count)
            try decision.emit(
                StockIssued(
                    product: line.product, warehouse: warehouse,
                    quantity: line.expected.less(line.counted), cost: line.difference,
                    reason: .count, reference: count.text, order: nil, line: nil), to: id)
        }
    }
}

extension Decision {
    /// Lets orders wait again for goods that a count did not find: the last held first, and never
    /// what is picked.
    fileprivate func unhold(
        _ surplus: Quantity, in stock: StockState, _ count: CountID
    ) throws(Rejection) {
        var surplus = surplus
        for reservation in stock.reservations.reversed() where surplus.isPositive {
            let order = try state(of: OrderState.self, reservation.order.text)
            let picked = order.line(reservation.line)?.picked ?? .zero
            let quantity = min(surplus, max(.zero, reservation.quantity.less(picked)))
            guard quantity.isPositive else { continue }
            try emit(
                ReservationReleased(
                    order: reservation.order, line: reservation.line, product: stock.product,
                    warehouse: stock.warehouse, quantity: quantity, backordered: .zero,
                    requeued: quantity, missing: .zero,
                    requestedDate: order.wantedOn ?? facts.effectiveDate,
                    reason: "not found by count \(count)"),
                to: StockState.id(stock.warehouse, stock.product))
            surplus = surplus.less(quantity)
        }
        guard !surplus.isPositive else {
            throw Rejection(
                .quantityExceeds,
                "Expected a count of at least what is picked of \(stock.product) in \(stock.warehouse), found \(surplus.digits) less; put picked goods back or count again.",
                [JSONMember("product", .string(stock.product.text))])
        }
    }
}
