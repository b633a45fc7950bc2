package import Records

/// One line of goods that came before the books began.
package struct UnbilledLine: Record, Hashable {
    /// What came.
    package let product: ProductID
    /// How much of it is not billed.
    package let quantity: Quantity
    /// At what value the old books hold it.
    package let value: Money

    /// The declaration of the fields.
    package static let schema = Schema<UnbilledLine>(
        "purchasing.unbilled-line", "One line of goods that came before the books began.",
        Field(1, "product", \.product, "What came."),
        Field(2, "quantity", \.quantity, "How much of it is not billed.", limits: .positive),
        Field(
            3, "value", \.value, "At what value the old books hold it, in the base currency.",
            limits: .positive),
        make: UnbilledLine.init)
}

/// Takes on goods that came before the books began and are not billed yet.
///
/// The order behind them is taken on with them, as received in full, so that the supplier's bill is
/// captured, matched and posted like any other and clears the same open item for each line. The
/// goods themselves are part of the stock that is taken on, or are gone: stock does not change, and
/// a price difference of the bill is variance, for which part of the stock they are is not known.
/// What of the old order is still to come is ordered anew.
package struct TakeOnReceipt: Command {
    package let supplier: SupplierID
    package let warehouse: WarehouseID
    package let lines: [UnbilledLine]
    package let order: PurchaseOrderID?
    package let receipt: ReceiptID?
    package let deliveryNote: String?
    package let external: ExternalReference?

    package static let schema = Schema<TakeOnReceipt>(
        "purchasing.take-on-receipt",
        "Takes on goods that came before the books began and are not billed, against the role OPENING.",
        Field(1, "supplier", \.supplier, "Who delivered."),
        Field(2, "warehouse", \.warehouse, "Where it was put."),
        Field(
            3, "lines", \.lines, "What came and is not billed.",
            limits: .count(1...CreatePurchaseOrder.linesMax)),
        Field(
            4, "order", \.order,
            "The old order's number, which bills will name; the next number where absent."),
        Field(5, "receipt", \.receipt, "The receipt's id; the next number where absent."),
        Field(
            6, "deliveryNote", \.deliveryNote, "The number of the supplier's delivery note.",
            limits: .count(1...100)),
        Field(7, "external", \.external, "Where the document came from."),
        make: TakeOnReceipt.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .periodLocked, .unknownObject, .alreadyExists,
        .notStocked, .unitMismatch, .currencyNotSupported, .invalidValue, .amountOverflow,
        .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        let currency = try decision.company().baseCurrency
        let state = try decision.existing(SupplierState.self, supplier.text)
        _ = try decision.existing(WarehouseState.self, warehouse.text)
        let orderID = try decision.purchasingID(
            PurchaseOrderState.self, given: order, series: "PO")
        let receiptID = try decision.purchasingID(
            ReceiptState.self, given: receipt, series: "GR")
        var ordered: [PurchaseOrderLine] = []
        for line in lines {
            let number = Int64(ordered.count + 1)
            ordered.append(try self.ordered(line, number, state, decision))
        }
        try decision.emit(
            PurchaseOrderTakenOn(
                supplier: supplier, currency: currency, lines: ordered,
                paymentTerms: state.paymentTerms, external: external),
            to: orderID.text)
        try decision.emit(
            ReceiptTakenOn(
                order: orderID, supplier: supplier, supplierGroup: state.group,
                warehouse: warehouse,
                lines: zip(ordered, lines).map { $0.takenOn(worth: $1.value) },
                deliveryNote: deliveryNote),
            to: receiptID.text)
        let nothing = Money.zero(currency)
        try decision.emit(
            PurchaseOrderProgressed(
                changes: zip(ordered, lines).map {
                    PurchaseLineProgress(
                        line: $0.line, received: $0.ordered, invoiced: .zero,
                        receivedValue: $1.value, clearedValue: nothing, invoicedValue: nothing,
                        receipt: receiptID)
                }), to: orderID.text)
        try decision.emitPurchaseMilestones(of: orderID)
    }

    /// The order's line, at the price that makes exactly the value.
    private func ordered(
        _ line: UnbilledLine, _ number: Int64, _ supplier: SupplierState, _ decision: Decision
    ) throws(Rejection) -> PurchaseOrderLine {
        let product = try decision.stockedProduct(line.product)
        try decision.requireBaseCurrency(line.value.currency)
        let quantity = try product.inOwnUnit(line.quantity)
        let (price, worth) = try computing("the price of line \(number)") {
            () throws(ArithmeticFailure) in
            let price = try line.value.price(ofEach: quantity)
            return (price, try price.amount(of: quantity))
        }
        // Bills clear a line by its price: one that made another value would never clear it.
        guard worth == line.value else {
            throw Rejection(
                .invalidValue,
                "Expected a value that a price of six decimals makes of \(quantity) of \(line.product), found \(line.value), where \(price) makes \(worth); put the quantity on several lines.",
                [
                    JSONMember("line", .integer(Int(number))),
                    JSONMember("found", .string(line.value.description)),
                ])
        }
        return .new(
            line: number, product: line.product, productClass: product.productClass,
            warehouse: warehouse, price: price, taxCode: supplier.taxCode, ordered: quantity,
            overDelivery: .zero, expectedDate: nil)
    }
}

extension Money {
    /// The price of one unit of a quantity that is worth this, rounded half-up to six decimals.
    fileprivate func price(
        ofEach quantity: Quantity
    ) throws(ArithmeticFailure) -> UnitPrice {
        let scaled = Int128(minorUnits) * 1_000_000 * 1_000_000
        let minorUnitsInOne = (0..<currency.digits).reduce(Int128(1)) { power, _ in power * 10 }
        let price = Rounding.halfUp.quotient(
            scaled, by: Int128(quantity.millionths) * minorUnitsInOne)
        guard let millionths = Int64(exactly: price) else { throw .overflow }
        return UnitPrice(millionths: millionths, currency: currency)
    }
}

extension PurchaseOrderLine {
    /// The line of the receipt that is taken on: nothing of it was expected any more.
    fileprivate func takenOn(worth value: Money) -> ReceivedLine {
        ReceivedLine(
            orderLine: line, product: product, productClass: productClass, quantity: ordered,
            expected: .zero, value: value)
    }
}

/// An order to a supplier was taken on from the old books, of which nothing is to come any more.
///
/// It was ordered and approved there; here it only says what the supplier's bill is compared with.
package struct PurchaseOrderTakenOn: Event, Equatable {
    package let supplier: SupplierID
    package let currency: Currency
    package let lines: [PurchaseOrderLine]
    package let paymentTerms: String?
    package let external: ExternalReference?

    package static let schema = Schema<PurchaseOrderTakenOn>(
        "purchasing.order-taken-on", "An order to a supplier was taken on from the old books.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        Field(2, "currency", \.currency, "The currency of all prices."),
        Field(3, "lines", \.lines, "What was bought."),
        Field(4, "paymentTerms", \.paymentTerms, "The payment terms agreed."),
        Field(5, "external", \.external, "Where the document came from."),
        make: PurchaseOrderTakenOn.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state = .initial
        state.status = .confirmed
        state.supplier = supplier
        state.currency = currency
        state.lines = lines
        state.revision = 1
        state.sentRevision = 1
        state.paymentTerms = paymentTerms
        state.external = external
    }
}
