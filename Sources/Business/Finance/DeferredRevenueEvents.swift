package import Records

/// An invoice billed goods of an order before they left.
///
/// It posts nothing itself: the invoice's own voucher has the amount.
package struct RevenueDeferred: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let lines: [DeferredPart]

    package static let schema = Schema<RevenueDeferred>(
        "finance.revenue-deferred", "An invoice billed goods of an order before they left.",
        Field(1, "order", \.order, "The order.", concerns: true),
        Field(2, "customer", \.customer, "Who owes it."),
        Field(3, "lines", \.lines, "What is not earned, by line."),
        make: RevenueDeferred.init)

    package func evolve(_ state: inout DeferredRevenueState) {
        state.customer = customer
        state.apply(lines, isMore: true)
    }
}

/// A credit note took back what was billed and not earned.
///
/// It posts nothing itself: the credit note's own voucher has the amount.
package struct DeferralCredited: Event, Equatable {
    package let order: OrderID
    package let creditNote: CreditNoteID
    package let lines: [DeferredPart]

    package static let schema = Schema<DeferralCredited>(
        "finance.deferral-credited", "A credit note took back what was billed and not earned.",
        Field(1, "order", \.order, "The order.", concerns: true),
        Field(2, "creditNote", \.creditNote, "The credit note."),
        Field(3, "lines", \.lines, "What is no longer deferred, by line."),
        make: DeferralCredited.init)

    package func evolve(_ state: inout DeferredRevenueState) {
        state.apply(lines, isMore: false)
    }
}

/// Goods left that were billed before: their revenue is earned now.
package struct RevenueRecognised: PostedEvent, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let shipment: ShipmentID
    package let lines: [DeferredPart]

    package static let schema = Schema<RevenueRecognised>(
        "finance.revenue-recognised",
        "Goods left that were billed before: their revenue is earned now.",
        Field(1, "order", \.order, "The order.", concerns: true),
        Field(2, "customer", \.customer, "Who was billed."),
        Field(3, "shipment", \.shipment, "The shipment with which they left.", concerns: true),
        Field(4, "lines", \.lines, "What is earned, by line."),
        make: RevenueRecognised.init)

    package func evolve(_ state: inout DeferredRevenueState) {
        state.apply(lines, isMore: false)
    }

    package func evolve(_ state: inout DeferredRevenueState, at version: UInt64) {
        evolve(&state)
        state.recognised.append(
            RecognisedShipment(shipment: shipment, version: Int64(clamping: version)))
    }

    package static let amountNames = ["net"]
    package static let journal = "sales"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map { $0.posted(order, customer) },
            text: "Revenue of order \(order) earned with shipment \(shipment)")
    }
}

/// Goods came back into the warehouse that were billed: their revenue is not earned.
package struct RecognitionReversed: PostedEvent, ReversingEvent, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let shipment: ShipmentID
    package let lines: [DeferredPart]
    package var reverses: [EventReference] = []

    package static let schema = Schema<RecognitionReversed>(
        "finance.recognition-reversed",
        "An issue of billed goods was taken back: their revenue is not earned.",
        Field(1, "order", \.order, "The order.", concerns: true),
        Field(2, "customer", \.customer, "Who was billed."),
        Field(
            3, "shipment", \.shipment, "The shipment whose issue was taken back.", concerns: true),
        Field(4, "lines", \.lines, "What is deferred again, by line."),
        Field(5, "reverses", \.reverses, "The events by which it was earned."),
        make: RecognitionReversed.init)

    package func evolve(_ state: inout DeferredRevenueState) {
        state.customer = customer
        state.restore(lines)
        state.recognised.removeAll { $0.shipment == shipment }
    }

    package static let amountNames = ["net"]
    package static let journal = "sales"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map { $0.posted(order, customer) },
            text: "Revenue of order \(order) deferred: shipment \(shipment) was taken back",
            reverses: reverses)
    }
}

extension DeferredPart {
    fileprivate func posted(_ order: OrderID, _ customer: AccountID) -> NamedAmount {
        NamedAmount(
            "net", amount, partner: "sales.account/\(customer)", partnerGroup: partnerGroup,
            openItem: DeferredRevenueState.item(order: order, line: orderLine),
            product: product?.text, productClass: productClass, taxCode: taxCode,
            order: order.text, quantity: quantity)
    }
}
