import Records

extension RejectionCode {
    /// The customer's account is closed.
    package static let customerInactive = RejectionCode("customer-inactive")
    /// Nothing says by which code a line is taxed.
    package static let taxNotDeterminable = RejectionCode("tax-not-determinable")
    /// No price was given, and no list has one.
    package static let priceMissing = RejectionCode("price-missing")
    /// A discount is more than the sender may give.
    package static let discountExceeds = RejectionCode("discount-exceeds")
    /// The order is stopped by a block of this kind already.
    package static let blockExists = RejectionCode("block-exists")
    /// No block of this kind stops the order.
    package static let noSuchBlock = RejectionCode("no-such-block")
    /// The document has no line with this number.
    package static let unknownLine = RejectionCode("unknown-line")
    /// Another revision of the quote is the latest.
    package static let quoteSuperseded = RejectionCode("quote-superseded")
    /// The quote's validity is over.
    package static let quoteExpired = RejectionCode("quote-expired")
    /// The quote is valid still.
    package static let quoteStillValid = RejectionCode("quote-still-valid")
    /// A win names its order, or says `none` and why.
    package static let orderNeeded = RejectionCode("order-needed")
    /// The order belongs to another customer or deal.
    package static let orderMismatch = RejectionCode("order-mismatch")
    /// A deal cannot be won without an account.
    package static let accountNeeded = RejectionCode("account-needed")
    /// Goods have left; what is left can be closed short.
    package static let alreadyShipped = RejectionCode("already-shipped")
    /// Goods are picked; the shipment is cancelled first.
    package static let goodsPicked = RejectionCode("goods-picked")
    /// Nothing has left; the order is cancelled instead.
    package static let nothingShipped = RejectionCode("nothing-shipped")
    /// The customer owes too much, or for too long, for goods to leave.
    package static let creditExceeded = RejectionCode("credit-exceeded")
    /// No rule knows the stage, and no probability was given.
    package static let unknownStage = RejectionCode("unknown-stage")
}

extension Rejection {
    /// The refusal of something that the thing's state does not allow; the remedy is without a stop.
    static func wrongState(
        _ thing: String, is state: String, expected: String, remedy: String
    ) -> Rejection {
        Rejection(
            .wrongState, "\(thing) is \(state); this needs it to be \(expected): \(remedy).",
            [JSONMember("state", .string(state))])
    }
}
