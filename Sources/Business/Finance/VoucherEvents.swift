package import Records

/// Debit or credit.
package enum PostingSide: String, Choice {
    /// The left side.
    case debit
    /// The right side.
    case credit

    /// The other side.
    package var other: PostingSide { self == .debit ? .credit : .debit }
}

/// One line of a voucher.
///
/// Amount, rate and base amount are stored from the first version on, also while they are equal.
package struct VoucherLine: Record {
    /// The account's number.
    package let account: String
    /// The role under which the posting rule named it.
    package let role: String
    /// Debit or credit.
    package let side: PostingSide
    /// The amount in the currency of the transaction; never negative.
    package let amount: Money
    /// What one unit of that currency is in the base currency.
    package let rate: Rate
    /// The amount in the base currency; never negative.
    package let base: Money
    /// The customer or supplier, `sales.account/ALFKI`.
    package let partner: String?
    /// The open item behind the amount.
    package let openItem: String?
    /// The product.
    package let product: String?
    /// How much of it.
    package let quantity: Quantity?
    /// The warehouse.
    package let warehouse: String?
    /// The sales order.
    package let order: String?
    /// The tax code.
    package let taxCode: String?

    package static let schema = Schema<VoucherLine>(
        "finance.voucher-line", "One line of a voucher.",
        Field(1, "account", \.account, "The account's number."),
        Field(2, "role", \.role, "The role under which the posting rule named it."),
        Field(3, "side", \.side, "Debit or credit."),
        Field(4, "amount", \.amount, "The amount in the currency of the transaction."),
        Field(5, "rate", \.rate, "What one unit of that currency is in the base currency."),
        Field(6, "base", \.base, "The amount in the base currency."),
        Field(7, "partner", \.partner, "The customer or supplier."),
        Field(8, "openItem", \.openItem, "The open item behind the amount."),
        Field(9, "product", \.product, "The product."),
        Field(10, "quantity", \.quantity, "How much of it."),
        Field(11, "warehouse", \.warehouse, "The warehouse."),
        Field(12, "order", \.order, "The sales order."),
        Field(13, "taxCode", \.taxCode, "The tax code."),
        make: VoucherLine.init)
}

/// A voucher: what one event means for the books.
///
/// Its number is its version in the stream of its journal and fiscal year, so that it is gapless.
package struct VoucherPosted: ReversingEvent, Equatable {
    package let number: Int64
    package let sourceType: String
    package let sourceStream: String
    package let sourceVersion: Int64
    package let text: String
    package let movedFrom: BusinessDate?
    package let rules: [Blob]
    package let lines: [VoucherLine]
    package var reverses: [EventReference] = []

    package static let schema = Schema<VoucherPosted>(
        "finance.voucher-posted", "A voucher: what one event means for the books.",
        Field(1, "number", \.number, "The number in its series: without gaps."),
        Field(2, "sourceType", \.sourceType, "The type of the event that it posts."),
        Field(3, "sourceStream", \.sourceStream, "The stream of that event."),
        Field(4, "sourceVersion", \.sourceVersion, "The version of that event in its stream."),
        Field(5, "text", \.text, "What it is for."),
        Field(
            6, "movedFrom", \.movedFrom,
            "The date that lay in a closed period; it posts on the first open day."),
        Field(7, "rules", \.rules, "SHA-256 of the posting table and of the account table."),
        Field(8, "lines", \.lines, "The lines; debits equal credits."),
        Field(
            9, "reverses", \.reverses,
            "The events that its source takes back, whole or in part: their vouchers have them as source."
        ),
        make: VoucherPosted.init)

    package func evolve(_ state: inout VoucherSeriesState) { state.last = number }
}

/// A series of vouchers: one journal of one company in one fiscal year.
package struct VoucherSeriesState: StreamState, Equatable {
    /// The number of the last voucher.
    package var last: Int64

    package static let streamType = "finance.voucher"
    package static let initial = VoucherSeriesState(last: 0)
    package static let schema = Schema<VoucherSeriesState>(
        "finance.voucher", "A series of vouchers: one journal of one fiscal year.",
        Field(1, "last", \.last, "The number of the last voucher."),
        make: VoucherSeriesState.init)

    /// The id of a series, `main.sales.2026`.
    package static func id(company: String, journal: String, fiscalYear: Int) -> String {
        "\(company).\(journal).\(fiscalYear)"
    }
}
