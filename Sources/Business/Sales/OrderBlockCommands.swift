package import Records

/// Stop an order for one more reason.
package struct RaiseBlock: Command {
    package let order: OrderID
    package let kind: BlockKind
    package let reason: String

    package static let schema = Schema<RaiseBlock>(
        "sales.raise-block", "Stop an order for one more reason.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "kind", \.kind, "The kind of block."),
        Field(3, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: RaiseBlock.init)

    package static let access = CommandAccess.roles(
        "sales", "sales-manager", "credit-controller", "warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .blockExists,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        guard !known.isBlocked(by: kind) else {
            throw Rejection(
                .blockExists,
                "Expected no \(kind.rawValue) block on order \(order), found one; raise another kind, or leave it.",
                [JSONMember("kind", .string(kind.rawValue))])
        }
        try decision.emit(
            OrderBlockRaised(
                block: OrderBlock(kind: kind, reason: reason, raisedBy: decision.decider)),
            to: order.text)
    }
}

/// Take away one of the reasons that stop an order; with the last one it is released.
package struct ReleaseBlock: Command {
    package let order: OrderID
    package let kind: BlockKind
    package let reason: String

    package static let schema = Schema<ReleaseBlock>(
        "sales.release-block",
        "Take away one of the reasons that stop an order; with the last one it is released.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "kind", \.kind, "The kind of block."),
        Field(3, "reason", \.reason, "Why it no longer stops the order.", limits: .count(1...500)),
        make: ReleaseBlock.init)

    package static let access = CommandAccess.human(
        "sales-manager", "credit-controller", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .noSuchBlock, .notAllowed, .separatedDuties, .limitExceeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        guard let block = known.blocks.first(where: { $0.kind == kind }) else {
            let kinds = known.blocks.map(\.kind.rawValue).joined(separator: ", ")
            throw Rejection(
                .noSuchBlock,
                "Expected a \(kind.rawValue) block on order \(order), found \(kinds.isEmpty ? "none" : kinds); release a block that it has.",
                [JSONMember("kind", .string(kind.rawValue))])
        }
        try decision.requireRole(kind.releasers, to: "release a \(kind.rawValue) block")
        try decision.requireSeparated(
            from: [known.placedBy, block.raisedBy],
            duty: "Releasing the \(kind.rawValue) block of order \(order)")
        if let limit = kind.limit {
            let value = try computing("the order's value") { () throws(ArithmeticFailure) in
                try known.uninvoicedValue()
            }
            try decision.requireLimit(limit, for: value)
        }
        try decision.emit(
            OrderBlockReleased(kind: kind, reason: reason, releasedBy: decision.decider),
            to: order.text)
        if known.blocks.count == 1 { try decision.release(order) }
    }
}

extension BlockKind {
    /// The roles that may release a block of this kind.
    package var releasers: [String] {
        switch self {
        case .credit, .prepayment: ["credit-controller", "finance-manager"]
        case .compliance: ["finance-manager"]
        case .approval, .price, .address: ["sales-manager"]
        case .manual: ["sales-manager", "credit-controller", "finance-manager"]
        }
    }

    /// The limit within which a person may release it, by the order's value; nil where the role
    /// alone decides.
    package var limit: String? {
        switch self {
        case .credit, .prepayment: "credit"
        case .approval: "order-approval"
        case .price: "price"
        case .compliance, .address, .manual: nil
        }
    }
}

extension Decision {
    /// An order that is pending or released.
    func liveOrder(_ order: OrderID) throws(Rejection) -> OrderState {
        let known = try existing(OrderState.self, order.text)
        guard known.isLive else {
            throw Rejection.wrongState(
                "Order \(order)", is: known.status.rawValue, expected: "pending or released",
                remedy: "place a new order")
        }
        return known
    }
}
