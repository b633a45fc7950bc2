import Records

extension Sales {
    /// What other departments' events mean for orders, accounts and deals.
    package static let consequences: [Consequence] =
        stockConsequences + shipmentConsequences + planConsequences + moneyConsequences
        + creditConsequences
        + leadConsequences

    private static let stockConsequences: [Consequence] = [
        .of(StockReserved.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order, [LineProgress(line: event.line, reserved: event.quantity)])
        },
        .of(ReservationReleased.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order,
                [LineProgress(line: event.line, reserved: Quantity.zero.less(event.quantity))])
        },
    ]

    private static let shipmentConsequences: [Consequence] = [
        .of(PickConfirmed.self) { (event, source, decision) throws(Rejection) in
            let isCounted = try decision.isPlanCounted(source.stream.id, of: event.order)
            try decision.progress(
                event.order,
                event.lines.map {
                    LineProgress(
                        line: $0.orderLine, reserved: Quantity.zero.less($0.quantity),
                        picked: $0.quantity,
                        planned: isCounted ? Quantity.zero.less($0.quantity) : .zero)
                })
        },
        .of(GoodsIssued.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order,
                event.lines.map {
                    LineProgress(
                        line: $0.orderLine, picked: Quantity.zero.less($0.quantity),
                        shipped: $0.quantity)
                })
        },
        .of(GoodsIssueReversed.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order,
                event.lines.map {
                    LineProgress(
                        line: $0.orderLine, picked: $0.quantity,
                        shipped: Quantity.zero.less($0.quantity))
                })
        },
        .of(ShipmentDelivered.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order,
                event.lines.map {
                    LineProgress(line: $0.orderLine, delivered: $0.quantity)
                })
        },
        .of(ShipmentCancelled.self) { (event, _, decision) throws(Rejection) in
            try decision.progress(
                event.order,
                event.putBack.map {
                    LineProgress(
                        line: $0.orderLine, reserved: $0.quantity,
                        picked: Quantity.zero.less($0.quantity))
                }
                    + event.unplanned.map {
                        LineProgress(
                            line: $0.orderLine, planned: Quantity.zero.less($0.quantity))
                    })
        },
    ]

    /// What is planned is counted, so that nobody plans or ships it a second time.
    private static let planConsequences: [Consequence] = [
        .of(ShipmentPlanned.self) { (event, source, decision) throws(Rejection) in
            let shipment: ShipmentID = try decision.id(of: source.stream.id)
            let state = try decision.state(of: ShipmentState.self, shipment.text)
            // What leaves in the same command waits for nobody.
            guard state.status == .planned else { return }
            try decision.progress(
                event.order,
                event.lines.map { LineProgress(line: $0.orderLine, planned: $0.quantity) },
                shipment: shipment)
        },
        .of(ShortPicked.self) { (event, source, decision) throws(Rejection) in
            guard try decision.isPlanCounted(source.stream.id, of: event.order) else { return }
            try decision.progress(
                event.order,
                [LineProgress(line: event.orderLine, planned: Quantity.zero.less(event.quantity))])
        },
        .of(ShipmentPacked.self) { (event, source, decision) throws(Rejection) in
            try decision.countRest(of: source.stream.id, event.order) { Quantity.zero.less($0) }
        },
        .of(ShipmentUnpacked.self) { (event, source, decision) throws(Rejection) in
            try decision.countRest(of: source.stream.id, event.order) { $0 }
        },
    ]

    private static let moneyConsequences: [Consequence] = [
        .of(InvoicePosted.self) { (event, _, decision) throws(Rejection) in
            guard let order = event.order else { return }
            try decision.progress(
                order,
                event.lines.map { LineProgress(line: $0.orderLine, invoiced: $0.quantity) },
                invoice: event.number)
        },
        .of(CreditNotePosted.self) { (event, _, decision) throws(Rejection) in
            guard let order = event.order else { return }
            try decision.progress(
                order, event.lines.map { LineProgress(line: $0.orderLine, credited: $0.quantity) })
        },
        .of(ItemCleared.self) { (event, _, decision) throws(Rejection) in
            guard let order = event.order else { return }
            try decision.tellPaid(order)
        },
        .of(ItemWrittenOff.self) { (event, _, decision) throws(Rejection) in
            let item = try decision.state(of: OpenItemState.self, event.item.text)
            guard let order = item.order else { return }
            try decision.tellPaid(order)
        },
        .of(ItemReopened.self) { (event, _, decision) throws(Rejection) in
            guard let order = event.order else { return }
            guard try decision.state(of: OrderState.self, order.text).isPaid else { return }
            try decision.emit(OrderUnpaid(order: order), to: order.text)
        },
    ]

    private static let creditConsequences: [Consequence] = [
        .of(PaymentBounced.self) { (event, _, decision) throws(Rejection) in
            guard let customer = event.customer else { return }
            try decision.stopOrders(
                of: customer, reason: "The bank took a payment back: \(event.reason)")
        }
    ]

    private static let leadConsequences: [Consequence] = [
        .of(LeadConverted.self) { (event, source, decision) throws(Rejection) in
            try decision.openFrom(event, lead: try decision.id(of: source.stream.id))
        }
    ]
}
