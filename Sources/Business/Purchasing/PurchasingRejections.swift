extension RejectionCode {
    /// The supplier is blocked.
    package static let supplierBlocked = RejectionCode("supplier-blocked")
    /// The supplier has no valid terms for the product.
    package static let noValidTerms = RejectionCode("no-valid-terms")
    /// What is taken back would be asked for again at once.
    package static let stillNeeded = RejectionCode("still-needed")
    /// There is no open requisition to order.
    package static let nothingToOrder = RejectionCode("nothing-to-order")
    /// A line's price cannot change once goods came in or were billed.
    package static let priceFixed = RejectionCode("price-fixed")
    /// An order that the supplier has is cancelled only with its agreement.
    package static let acknowledgementMissing = RejectionCode("acknowledgement-missing")
    /// Goods came in or were billed already.
    package static let alreadyReceived = RejectionCode("already-received")
    /// More came than the order and its tolerance allow.
    package static let overDelivery = RejectionCode("over-delivery")
    /// The receipt is billed.
    package static let receiptBilled = RejectionCode("receipt-billed")
    /// The supplier's document number was captured before.
    package static let duplicateInvoice = RejectionCode("duplicate-invoice")
    /// The stated total is not the sum of its parts.
    package static let totalMismatch = RejectionCode("total-mismatch")
    /// The invoice differs from order or receipts, and nobody accepted that.
    package static let invoiceBlocked = RejectionCode("invoice-blocked")
    /// Approvals are missing.
    package static let approvalMissing = RejectionCode("approval-missing")
}
