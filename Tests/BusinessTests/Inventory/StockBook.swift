import Business
import Records
import Testing

/// An event or record from JSON, as the door would read it; amounts are euros where none is named.
func read<Read: Record>(_ type: Read.Type, _ json: String) throws -> Read {
    try Read.read(try JSONValue.parse(json), JSONContext(currency: .euro))
}

/// A count of a product's own unit from its digits.
func count(_ digits: String) throws -> Quantity { try Quantity(exact(digits)) }

/// One stock and its value, moved by events alone: for vectors that were computed by hand.
struct StockBook {
    var state = StockState.initial
    let costing: CostingMethod

    init(_ costing: CostingMethod) { self.costing = costing }

    /// Goods come in with a value.
    mutating func receive(_ quantity: String, worth value: String, receipt: String = "R") throws {
        let event = try read(
            StockReceived.self,
            """
            {"product": "P", "warehouse": "W", "quantity": "\(quantity)", "value": "\(value)",
             "reason": "purchase", "reference": "\(receipt)", "costing": "\(costing.rawValue)"}
            """)
        event.evolve(&state)
    }

    /// Goods go out at cost; the cost's digits.
    @discardableResult
    mutating func issue(_ quantity: String) throws -> String {
        let cost = try state.cost(ofIssuing: count(quantity))
        let event = try read(
            StockIssued.self,
            """
            {"product": "P", "warehouse": "W", "quantity": "\(quantity)", "cost": "\(cost.digits)",
             "reason": "sale", "reference": "S"}
            """)
        event.evolve(&state)
        return cost.digits
    }

    /// A bill differs from the receipt: what stock takes up, and what is variance.
    @discardableResult
    mutating func bill(_ receipt: String, difference: String) throws -> String {
        let split = try state.lateCost(receipt: receipt, difference: euros(difference))
        let event = try read(
            StockRevalued.self,
            """
            {"product": "P", "warehouse": "W", "receipt": "\(receipt)",
             "ontoStock": "\(split.ontoStock.digits)"}
            """)
        event.evolve(&state)
        return "\(split.ontoStock.digits) + \(split.toVariance.digits)"
    }

    /// On hand and value, `45 / 478.00`.
    var position: String { "\(state.onHand.digits) / \(state.value?.digits ?? "-")" }
}
