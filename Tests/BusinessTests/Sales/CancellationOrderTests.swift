import Business
import Records
import Testing

/// One cancellation: what is on hand, who ordered what, what is cancelled, what is written.
struct CancellationOrderRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How much of product A is on hand.
    let onHand: String
    /// The lines of the order of which something is cancelled; it reserves first.
    let order: String
    /// The lines of the order that reserves after it.
    var other: String?
    var rule = "availability"
    /// What is given of `sales.cancel-order-line`; absent: the whole order is cancelled.
    var line: String?
    /// What is written: every event, in this order.
    let events: [String]
    /// What each line of the order holds and waits for afterwards.
    let holds: [String]
    /// What the other order holds and waits for afterwards.
    var otherHolds: String?
}

/// Cancelling undoes the last first (semantics 1.4): the reservation is released, the next in the
/// queue gets it, then the order or its line ends.
@Suite("Cancelling gives stock back first, then the order ends")
struct CancellationOrderTests {
    private static let released = "inventory.reservation-released"
    private static let reserved = "inventory.stock-reserved"
    private static let lineCancelled = "sales.order-line-cancelled"
    private static let cancelled = "sales.order-cancelled"
    private static let progressed = "sales.order-progressed"
    private static let inFull = "sales.order-reserved-in-full"

    static let rows = [
        CancellationOrderRow(
            testDescription: "nothing is held, nothing is waited for", onHand: "5", order: "5 S",
            events: [cancelled], holds: ["0 + 0"]),
        CancellationOrderRow(
            testDescription: "nobody waits: it is free", onHand: "5", order: "5 A",
            events: [released, cancelled, progressed], holds: ["0 + 0"]),
        CancellationOrderRow(
            testDescription: "the order only waits: it waits no more", onHand: "0", order: "5 A",
            events: [released, cancelled], holds: ["0 + 0"]),
        CancellationOrderRow(
            testDescription: "the next back-order gets it", onHand: "5", order: "5 A",
            other: "3 A",
            events: [released, reserved, cancelled, progressed, progressed, inFull],
            holds: ["0 + 0"], otherHolds: "3 + 0"),
        CancellationOrderRow(
            testDescription: "the order's own other line waits for it: it gets nothing",
            onHand: "3", order: "3 A, 4 A", events: [released, released, cancelled, progressed],
            holds: ["0 + 0", "0 + 0"]),
        CancellationOrderRow(
            testDescription: "its own other line is before the next back-order: the next gets it",
            onHand: "3", order: "3 A, 4 A", other: "4 A",
            events: [released, released, reserved, cancelled, progressed, progressed],
            holds: ["0 + 0", "0 + 0"], otherHolds: "3 + 1"),
        CancellationOrderRow(
            testDescription: "what two lines free goes out in one piece", onHand: "6",
            order: "3 A, 3 A", other: "6 A", rule: "complete-line",
            events: [
                released, released, reserved, cancelled, progressed, progressed, progressed,
                inFull,
            ], holds: ["0 + 0", "0 + 0"], otherHolds: "6 + 0"),
        CancellationOrderRow(
            testDescription: "who takes all or nothing is passed over", onHand: "3", order: "3 A",
            other: "4 A", rule: "complete-line", events: [released, cancelled, progressed],
            holds: ["0 + 0"], otherHolds: "0 + 4"),
        CancellationOrderRow(
            testDescription: "one line of two", onHand: "5", order: "5 A, 1 F", other: "3 A",
            line: #""line": 1"#,
            events: [released, reserved, lineCancelled, progressed, progressed, inFull],
            holds: ["0 + 0", "0 + 0"], otherHolds: "3 + 0"),
        CancellationOrderRow(
            testDescription: "the last line", onHand: "5", order: "5 A", other: "3 A",
            line: #""line": 1"#,
            events: [released, reserved, lineCancelled, cancelled, progressed, progressed, inFull],
            holds: ["0 + 0"], otherHolds: "3 + 0"),
        CancellationOrderRow(
            testDescription: "a part of a line: what it waits for first, then what it holds",
            onHand: "10", order: "12 A", other: "4 A", line: #""line": 1, "quantity": "5""#,
            events: [released, reserved, lineCancelled, inFull, progressed, progressed],
            holds: ["7 + 0"], otherHolds: "3 + 1"),
        CancellationOrderRow(
            testDescription: "a part that only waits frees nothing", onHand: "10", order: "12 A",
            other: "4 A", line: #""line": 1, "quantity": "2""#,
            events: [released, lineCancelled, inFull], holds: ["10 + 0"], otherHolds: "0 + 4"),
        CancellationOrderRow(
            testDescription: "another line of the order that is still wanted keeps its place",
            onHand: "3", order: "3 A, 4 A", other: "4 A", line: #""line": 1"#,
            events: [released, reserved, lineCancelled, progressed, progressed],
            holds: ["0 + 0", "3 + 1"], otherHolds: "0 + 4"),
    ]

    @Test("what a cancellation writes, in this order", arguments: rows)
    func order(_ row: CancellationOrderRow) throws {
        let fixture = try StockFixture()
        if row.onHand != "0" { try fixture.receive(row.onHand) }
        let order = try fixture.reservedOrder(row.order)
        let other = try row.other.map { try fixture.reservedOrder($0, rule: row.rule) }
        let given = #""order": "\#(order)", "reason": "no longer wanted""#
        let written =
            if let line = row.line {
                try fixture.run("sales.cancel-order-line", "{\(given), \(line)}")
            } else {
                try fixture.run("sales.cancel-order", "{\(given)}")
            }
        let names = written.map { type(of: $0).typeName }
        #expect(names == row.events, "\(names)")
        for (index, hold) in row.holds.enumerated() {
            #expect(try fixture.hold(order, line: Int64(index + 1)) == hold)
        }
        if let other { #expect(try fixture.hold(other) == row.otherHolds) }
        let state = fixture.books.state(OrderState.self, order)
        #expect((state.status == .cancelled) == row.events.contains(Self.cancelled))
        for line in state.lines {
            #expect(line.brokenInvariant(under: state.invoicing) == nil)
        }
    }
}
