import Records

extension RejectionCode {
    /// The order is shipped in full or not at all, or a line is, and something is missing.
    package static let incompleteDelivery = RejectionCode("incomplete-delivery")
    /// The order is reserved in several warehouses and none was named.
    package static let warehouseNeeded = RejectionCode("warehouse-needed")
    /// The goods are in a shipment already, which has not left.
    package static let alreadyPlanned = RejectionCode("already-planned")
    /// Nothing was picked.
    package static let nothingPicked = RejectionCode("nothing-picked")
    /// Goods that are to be taken back were billed.
    package static let alreadyInvoiced = RejectionCode("already-invoiced")
    /// A reversal belongs into the month of what it reverses.
    package static let otherPeriod = RejectionCode("other-period")
}

extension ShipmentState {
    /// Refuses what cannot be done in the state in which the shipment is.
    func require(_ allowed: ShipmentStatus..., of id: ShipmentID) throws(Rejection) {
        guard !allowed.contains(status) else { return }
        let names = allowed.map(\.rawValue).joined(separator: " or ")
        throw Rejection(
            .wrongState,
            "Expected a shipment that is \(names), found \(id), which is \(status.rawValue).",
            [JSONMember("status", .string(status.rawValue))])
    }

    /// The line of the order, which must be on the shipment.
    func existing(_ orderLine: Int64, of id: ShipmentID) throws(Rejection) -> ShipmentLine {
        guard let line = line(orderLine) else {
            let numbers = lines.map { String($0.orderLine) }.joined(separator: ", ")
            throw Rejection(
                .unknownObject,
                "Expected a line of shipment \(id), which has \(numbers), found \(orderLine).",
                [JSONMember("line", .integer(orderLine))])
        }
        return line
    }
}
