import Business
import Records
import Testing

@Suite("What a shipment refuses")
struct ShipmentRefusalTests {
    /// A shipment `SH` of 5 A in one of the states.
    private func fixture(_ status: ShipmentStatus) throws -> StockFixture {
        let fixture = try StockFixture()
        try fixture.receive("9")
        let order = try fixture.reservedOrder("5 A, 1 S")
        try fixture.plan(order)
        if status == .planned { return fixture }
        if status == .cancelled {
            try fixture.run("fulfillment.cancel-shipment", #"{"shipment": "SH", "reason": "r"}"#)
            return fixture
        }
        try fixture.startPick()
        if status == .picking { return fixture }
        try fixture.pick("SH", 1, "4")
        try fixture.pack()
        if status == .packed { return fixture }
        try fixture.issue()
        if status == .shipped { return fixture }
        try fixture.run("fulfillment.confirm-delivery", #"{"shipment": "SH"}"#)
        return fixture
    }

    struct Step: CustomTestStringConvertible, Sendable {
        let name: String
        let more: String
        let allowed: Set<ShipmentStatus>
        var testDescription: String { name }
    }

    static let steps = [
        Step(name: "start-pick", more: "", allowed: [.planned]),
        Step(name: "confirm-pick", more: "", allowed: [.picking]),
        Step(
            name: "short-pick", more: #", "line": 1, "quantity": "1", "reason": "r""#,
            allowed: [.picking]),
        Step(name: "pack", more: "", allowed: [.picking]),
        Step(name: "unpack", more: "", allowed: [.packed]),
        Step(name: "issue-goods", more: "", allowed: [.packed]),
        Step(name: "confirm-delivery", more: "", allowed: [.shipped]),
        Step(name: "reverse-issue", more: #", "reason": "r""#, allowed: [.shipped]),
        Step(
            name: "cancel-shipment", more: #", "reason": "r""#,
            allowed: [.planned, .picking, .packed]),
        Step(name: "ship", more: "", allowed: [.planned]),
    ]

    @Test(
        "a step that the state does not allow is a wrong state, whatever the state",
        arguments: steps, ShipmentStatus.allCases)
    func wrongState(step: Step, status: ShipmentStatus) throws {
        if step.allowed.contains(status) { return }
        let fixture = try fixture(status)
        let before = fixture.books.log.count
        let rejection = try fixture.refusal(
            of: "fulfillment.\(step.name)", #"{"shipment": "SH"\#(step.more)}"#)
        #expect(rejection.code == .wrongState)
        #expect(rejection.message.contains(status.rawValue))
        #expect(fixture.books.log.count == before)
    }

    @Test("a shipment that does not exist", arguments: steps)
    func unknown(step: Step) throws {
        let fixture = try StockFixture()
        let rejection = try fixture.refusal(
            of: "fulfillment.\(step.name)", #"{"shipment": "SH"\#(step.more)}"#)
        #expect(rejection.code == .unknownObject)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let name: String
        let json: String
        let status: ShipmentStatus
        let code: RejectionCode
        let found: String
        var testDescription: String { "\(name): \(code), \(found)" }
    }

    @Test(
        "quantities, lines and names",
        arguments: [
            Refused(
                name: "plan-shipment", json: #"{"order": "SO-9"}"#, status: .planned,
                code: .unknownObject, found: "SO-9"),
            Refused(
                name: "plan-shipment", json: #"{"order": "SO-1", "shipment": "SH"}"#,
                status: .packed, code: .alreadyExists, found: "SH"),
            Refused(
                name: "plan-shipment", json: #"{"order": "SO-1", "lines": [{"line": 7}]}"#,
                status: .planned, code: .unknownObject, found: "line 7"),
            Refused(
                name: "plan-shipment", json: #"{"order": "SO-1", "lines": [{"line": 2}]}"#,
                status: .planned, code: .notStocked, found: "a service"),
            Refused(
                name: "plan-shipment",
                json: #"{"order": "SO-1", "lines": [{"line": 1, "quantity": "6"}]}"#,
                status: .packed, code: .quantityExceeds, found: "at most 1"),
            Refused(
                name: "plan-shipment",
                json: #"{"order": "SO-1", "lines": [{"line": 1, "quantity": "1 kg"}]}"#,
                status: .planned, code: .unitMismatch, found: "1 kg"),
            Refused(
                name: "plan-shipment", json: #"{"order": "SO-1", "warehouse": "X"}"#,
                status: .planned, code: .nothingReserved, found: "in X"),
            Refused(
                name: "confirm-pick",
                json: #"{"shipment": "SH", "lines": [{"line": 1, "quantity": "6"}]}"#,
                status: .picking, code: .quantityExceeds, found: "at most 5"),
            Refused(
                name: "confirm-pick",
                json: #"{"shipment": "SH", "lines": [{"line": 3, "quantity": "1"}]}"#,
                status: .picking, code: .unknownObject, found: "found 3"),
            Refused(
                name: "confirm-pick",
                json: """
                    {"shipment": "SH", "lines": [{"line": 1, "quantity": "1"},
                     {"line": 1, "quantity": "1"}]}
                    """, status: .picking, code: .quantityExceeds, found: "line 1"),
            Refused(
                name: "short-pick",
                json: #"{"shipment": "SH", "line": 1, "quantity": "6", "reason": "r"}"#,
                status: .picking, code: .quantityExceeds, found: "found 6"),
            Refused(
                name: "pack", json: #"{"shipment": "SH"}"#, status: .picking,
                code: .nothingPicked, found: "found none"),
            Refused(
                name: "ship", json: "{}", status: .picking, code: .invalidValue,
                found: "an order"),
        ])
    func refusals(_ row: Refused) throws {
        let fixture = try fixture(row.status)
        let rejection = try fixture.refusal(of: "fulfillment.\(row.name)", row.json)
        #expect(rejection.code == row.code)
        #expect(rejection.message.contains(row.found))
        let command = fixture.books.registry.commands["fulfillment.\(row.name)"]
        #expect(command?.rejections.contains(row.code) == true)
    }

    @Test("nothing is left to pick")
    func nothingToPick() throws {
        let fixture = try fixture(.picking)
        try fixture.run("fulfillment.confirm-pick", #"{"shipment": "SH"}"#)
        let rejection = try fixture.refusal(
            of: "fulfillment.confirm-pick", #"{"shipment": "SH"}"#)
        #expect(rejection.code == .nothingPicked)
    }

    @Test("a reservation that was given up cannot be picked")
    func reservationGone() throws {
        let fixture = try fixture(.planned)
        try fixture.run("inventory.release-reservation", #"{"order": "SO-1"}"#)
        let rejection = try fixture.refusal(
            of: "fulfillment.start-pick", #"{"shipment": "SH"}"#)
        #expect(rejection.code == .nothingReserved)
    }

    @Test(
        "a stopped order is neither planned, picked nor issued",
        arguments: [
            ("plan-shipment", #"{"order": "SO-1"}"#, ShipmentStatus.planned),
            ("start-pick", #"{"shipment": "SH"}"#, .planned),
            ("issue-goods", #"{"shipment": "SH"}"#, .packed),
            ("ship", #"{"order": "SO-1"}"#, .planned),
        ])
    func stopped(name: String, json: String, status: ShipmentStatus) throws {
        let fixture = try fixture(status)
        try fixture.books.given(
            read(
                OrderBlockRaised.self,
                #"{"block": {"kind": "manual", "reason": "r", "raisedBy": "kim"}}"#), in: "SO-1")
        let rejection = try fixture.refusal(of: "fulfillment.\(name)", json)
        #expect(rejection.code == .orderBlocked)
        #expect(rejection.message.contains("manual"))
    }

    @Test("goods do not leave or come back in a closed month, except by a process")
    func closedMonth() throws {
        let packed = try fixture(.packed)
        let shipped = try fixture(.shipped)
        for fixture in [packed, shipped] {
            try fixture.books.given(
                read(PeriodClosed.self, #"{"closedBy": "kim"}"#), in: "main.2026-09")
        }
        #expect(
            try packed.refusal(of: "fulfillment.issue-goods", #"{"shipment": "SH"}"#).code
                == .periodLocked)
        let reverse = #"{"shipment": "SH", "reason": "r"}"#
        #expect(
            try shipped.refusal(of: "fulfillment.reverse-issue", reverse).code == .periodLocked)
        packed.books.actor = .process
        try packed.issue()
    }

    @Test("an issue is not reversed in another month, nor when it is billed")
    func reverseTooLate() throws {
        let later = try fixture(.shipped)
        later.books.date = try day("2026-10-01")
        let reverse = #"{"shipment": "SH", "reason": "r"}"#
        let month = try later.refusal(of: "fulfillment.reverse-issue", reverse)
        #expect(month.code == .otherPeriod)
        #expect(month.message.contains("2026-09-01"))

        let billed = try fixture(.shipped)
        try billed.books.given(
            read(
                OrderProgressed.self,
                #"{"order": "SO-1", "changes": [{"line": 1, "invoiced": "1"}]}"#), in: "SO-1")
        let invoiced = try billed.refusal(of: "fulfillment.reverse-issue", reverse)
        #expect(invoiced.code == .alreadyInvoiced)
    }
}
