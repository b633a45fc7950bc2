package import Records

/// The life cycle of a sales order; how far it is reserved, shipped, billed and paid is derived
/// from the quantities of its lines.
package enum OrderStatus: String, Choice {
    /// Not placed yet.
    case none
    /// Placed, and stopped by at least one block.
    case pending
    /// Placed, and nothing stops it.
    case released
    /// Shipped and billed in full.
    case completed
    /// Ended before it was shipped in full.
    case closed
    /// Ended before anything was shipped.
    case cancelled
}

/// Why an order is stopped.
package enum BlockKind: String, Choice {
    /// The customer would owe more than the limit, or owes for too long.
    case credit
    /// Somebody has to approve the order.
    case approval
    /// A price is too far off the list, or a discount too large.
    case price
    /// The customer pays first.
    case prepayment
    /// Law or sanctions forbid it until checked.
    case compliance
    /// The address is not usable.
    case address
    /// A person stopped it.
    case manual
}

/// One reason for which an order is stopped.
package struct OrderBlock: Record, Hashable {
    /// The kind of block; an order has at most one of each kind.
    package let kind: BlockKind
    /// Why, in words.
    package let reason: String
    /// Who stopped it; for a block from the rules, who placed or changed the order.
    package let raisedBy: String

    /// The declaration of the fields.
    package static let schema = Schema<OrderBlock>(
        "sales.order-block", "One reason for which an order is stopped.",
        Field(1, "kind", \.kind, "The kind of block."),
        Field(2, "reason", \.reason, "Why, in words."),
        Field(3, "raisedBy", \.raisedBy, "Who stopped it."),
        make: OrderBlock.init)
}

/// When goods may leave.
package enum DeliveryRule: String, Choice {
    /// Ship what is there.
    case availability
    /// Ship a line only in full.
    case completeLine = "complete-line"
    /// Ship the order only in full.
    case completeOrder = "complete-order"
}

/// What may be billed, and when.
package enum InvoicingRule: String, Choice {
    /// What was shipped.
    case onDelivery = "on-delivery"
    /// What was ordered, at once.
    case onOrder = "on-order"
    /// What was ordered, when all of it was shipped.
    case onOrderComplete = "on-order-complete"
    /// What was ordered, when a person says so.
    case manual
}
