import Records

/// What is planned of an order, and by which shipments.
extension Decision {
    /// Whether the order's lines count what this shipment has planned.
    ///
    /// A shipment that left in the command that planned it was never counted; nor was one of a log
    /// that is older than the count.
    func isPlanCounted(_ shipment: String, of order: OrderID) throws(Rejection) -> Bool {
        try state(of: OrderState.self, order.text).shipments.contains { $0.text == shipment }
    }

    /// Counts what of a shipment is planned and was not picked, when it is packed without it or
    /// opened again for it.
    func countRest(
        of shipment: String, _ order: OrderID, _ sign: (Quantity) -> Quantity
    ) throws(Rejection) {
        guard try isPlanCounted(shipment, of: order) else { return }
        let rest = try state(of: ShipmentState.self, shipment).lines.filter(\.toPick.isPositive)
        try progress(
            order, rest.map { LineProgress(line: $0.orderLine, planned: sign($0.toPick)) })
    }

    /// The shipments of an order that have not left and were not given up.
    func openShipments(
        of order: OrderState
    ) throws(Rejection) -> [(id: ShipmentID, state: ShipmentState)] {
        var open: [(id: ShipmentID, state: ShipmentState)] = []
        for id in order.shipments {
            let shipment = try existing(ShipmentState.self, id.text)
            if [.planned, .picking, .packed].contains(shipment.status) {
                open.append((id, shipment))
            }
        }
        return open
    }
}
