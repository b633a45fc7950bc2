import Records

/// What a line of a quote or an order asks for.
struct LineRequest {
    var product: ProductID
    var quantity: Quantity
    var price: UnitPrice?
    var discount: Rate
}

/// A line with its price settled.
struct LinePrice {
    let price: UnitPrice
    /// The price of the list; nil where it has none.
    let listPrice: UnitPrice?
    let discount: Rate
    /// The net amount, rounded once.
    let net: Money
}

extension LinePrice {
    /// How far the price is off the list, as a part of the list price with six decimals.
    ///
    /// Nil where the list has none; only judged, never booked.
    var deviation: Decimal? {
        guard let listPrice, listPrice.millionths != 0, listPrice.currency == price.currency
        else { return nil }
        let difference = Int128(listPrice.millionths) - Int128(price.millionths)
        let size = Int128(difference.magnitude) * 1_000_000
        return Decimal(
            unscaled: Rounding.halfUp.quotient(size, by: Int128(listPrice.millionths)), scale: 6)
    }
}

extension Decision {
    /// Settles the price of a line: the one that was given, else the list's.
    ///
    /// - Throws: ``RejectionCode/invalidValue`` for quantities and discounts that mean nothing,
    ///   ``RejectionCode/priceMissing``, ``RejectionCode/currencyNotSupported``.
    func price(
        _ line: LineRequest, number: Int64, for account: AccountState
    ) throws(Rejection) -> LinePrice {
        guard line.quantity.isPositive else {
            throw Rejection(
                .invalidValue,
                "Line \(number): expected a quantity above zero, found \(line.quantity).")
        }
        guard line.discount >= .zero, line.discount <= .one else {
            throw Rejection(
                .invalidValue,
                "Line \(number): expected a discount from 0 to 1, found \(line.discount); 10 % is 0.1."
            )
        }
        let listPrice = try listPrice(
            of: line.product, for: account, quantity: line.quantity, on: facts.effectiveDate)
        guard let price = line.price ?? listPrice else {
            throw Rejection(
                .priceMissing,
                "Line \(number): expected a price, found none given and none on the list for \(line.product) on \(facts.effectiveDate); give a price or set one with sales.set-price.",
                [JSONMember("product", .string(line.product.text))])
        }
        guard !price.isNegative else {
            throw Rejection(
                .invalidValue, "Line \(number): expected a price of zero or more, found \(price).")
        }
        try requireBaseCurrency(price.currency)
        let net = try computing("the net amount of line \(number)") {
            () throws(ArithmeticFailure) in
            try price.amount(of: line.quantity, discount: line.discount)
        }
        return LinePrice(price: price, listPrice: listPrice, discount: line.discount, net: net)
    }
}
