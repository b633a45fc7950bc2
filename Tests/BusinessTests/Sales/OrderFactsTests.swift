import Business
import Records
import Testing

/// What processes ask an order, so that they need not say its rules again.
struct OrderFactsTests {
    /// A line of four pumps and one of two hours of setting up, and how far they are.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var delivery = DeliveryRule.availability
        var invoicing = InvoicingRule.onDelivery
        var cancelled: Int32 = 0
        var reserved: Int32 = 0
        var picked: Int32 = 0
        var shipped: Int32 = 0
        var pumpsInvoiced: Int32 = 0
        var hoursInvoiced: Int32 = 0
        /// Shippable, goods to ship, billable, bills to write.
        let facts: [Bool]
    }

    static let rows = [
        Row(
            testDescription: "nothing is held: only the hours can be billed",
            facts: [false, true, true, true]),
        Row(testDescription: "a part is held", reserved: 1, facts: [true, true, true, true]),
        Row(
            testDescription: "a part is held, lines leave whole", delivery: .completeLine,
            reserved: 3, facts: [false, true, true, true]),
        Row(
            testDescription: "a part is held, the rest is picked, lines leave whole",
            delivery: .completeLine, reserved: 3, picked: 1, facts: [true, true, true, true]),
        Row(
            testDescription: "a part is held, the order leaves whole", delivery: .completeOrder,
            reserved: 3, facts: [false, true, true, true]),
        Row(
            testDescription: "the rest was cancelled, the order leaves whole",
            delivery: .completeOrder, cancelled: 1, reserved: 3, facts: [true, true, true, true]),
        Row(
            testDescription: "all is picked: nothing is left to plan", picked: 4,
            facts: [false, true, true, true]),
        Row(
            testDescription: "all has left and is billed, the hours too", shipped: 4,
            pumpsInvoiced: 4, hoursInvoiced: 2, facts: [false, false, false, false]),
        Row(
            testDescription: "what has left is to be billed", shipped: 1, hoursInvoiced: 2,
            facts: [false, true, true, true]),
        Row(
            testDescription: "what has left is billed", shipped: 1, pumpsInvoiced: 1,
            hoursInvoiced: 2, facts: [false, true, false, true]),
        Row(
            testDescription: "billed as ordered", invoicing: .onOrder, hoursInvoiced: 2,
            facts: [false, true, true, true]),
        Row(
            testDescription: "billed when all has left, which it has not",
            invoicing: .onOrderComplete, shipped: 3, facts: [false, true, false, true]),
        Row(
            testDescription: "billed when all has left, which it has",
            invoicing: .onOrderComplete, shipped: 4, facts: [false, false, true, true]),
        Row(
            testDescription: "billed when a person says so", invoicing: .manual, shipped: 4,
            facts: [false, false, false, true]),
    ]

    @Test(arguments: rows)
    func `an order says what may happen next`(_ row: Row) throws {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"pump","quantity":"4"},{"product":"setup","quantity":"2 h"}]}"#
        )
        var order = shop.order()
        order.deliveryRule = row.delivery
        order.invoicing = row.invoicing
        order.lines[0].cancelled = Quantity(row.cancelled)
        order.lines[0].reserved = Quantity(row.reserved)
        order.lines[0].picked = Quantity(row.picked)
        order.lines[0].shipped = Quantity(row.shipped)
        order.lines[0].invoiced = Quantity(row.pumpsInvoiced)
        order.lines[1].invoiced = Quantity(row.hoursInvoiced)
        let names = ["isShippable", "hasGoodsToShip", "isBillable", "hasBillsToWrite"]
        #expect(names.map { order.content(of: $0) } == row.facts.map { .boolean($0) })
    }
}
