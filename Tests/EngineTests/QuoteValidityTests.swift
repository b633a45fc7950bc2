import Business
import Processes
import Records
import Testing

/// A quote that nobody answers: until when it is valid, and when that day is over in its zone.
struct QuoteValidityRow: Sendable, CustomTestStringConvertible {
    let zone: String
    let validUntil: String
    /// The last second of that day, and the first after it.
    let last: String
    let over: String

    var testDescription: String { "\(zone), until \(validUntil)" }
}

/// How a quote ends before its validity does.
struct QuoteAnswerRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let command: String
    var more = ""
    let status: String
}

/// When the seller is to ask for an answer.
struct QuoteReminderRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let quantity: String
    let validUntil: String
    /// The minute before, and the moment; nil where nobody is asked.
    let asked: (before: String, at: String)?
}

@Suite("A quote is valid until the end of its last day")
struct QuoteValidityTests {
    static let rows = [
        QuoteValidityRow(
            zone: "UTC", validUntil: "2026-03-10", last: "2026-03-10T23:59:59Z",
            over: "2026-03-11T00:00:00Z"),
        QuoteValidityRow(
            zone: "Europe/Berlin", validUntil: "2026-03-28", last: "2026-03-28T22:59:59Z",
            over: "2026-03-28T23:00:00Z"),
        // The clocks are put forward on the last day: it has 23 hours.
        QuoteValidityRow(
            zone: "Europe/Berlin", validUntil: "2026-03-29", last: "2026-03-29T21:59:59Z",
            over: "2026-03-29T22:00:00Z"),
        // And put back: it has 25.
        QuoteValidityRow(
            zone: "Europe/Berlin", validUntil: "2026-10-25", last: "2026-10-25T22:59:59Z",
            over: "2026-10-25T23:00:00Z"),
        QuoteValidityRow(
            zone: "Asia/Shanghai", validUntil: "2026-03-10", last: "2026-03-10T15:59:59Z",
            over: "2026-03-10T16:00:00Z"),
    ]

    static let answers = [
        QuoteAnswerRow(
            testDescription: "accepted", command: "sales.accept-quote",
            more: #", "order": "SO-1""#, status: "accepted"),
        QuoteAnswerRow(
            testDescription: "accepted in part", command: "sales.accept-quote",
            more: #", "order": "SO-1", "lines": [{"line": 1, "quantity": "2"}]"#,
            status: "accepted"),
        QuoteAnswerRow(
            testDescription: "declined", command: "sales.decline-quote",
            more: #", "reason": "price""#, status: "declined"),
        QuoteAnswerRow(
            testDescription: "withdrawn", command: "sales.withdraw-quote",
            more: #", "reason": "sold out""#, status: "withdrawn"),
    ]

    static let reminders = [
        QuoteReminderRow(
            testDescription: "three days before", quantity: "5", validUntil: "2026-04-01",
            asked: ("2026-03-29T07:59:59Z", "2026-03-29T08:00:00Z")),
        QuoteReminderRow(
            testDescription: "a large one a week before", quantity: "500",
            validUntil: "2026-04-01", asked: ("2026-03-25T07:59:59Z", "2026-03-25T08:00:00Z")),
        QuoteReminderRow(
            testDescription: "one of a few days not at all", quantity: "5",
            validUntil: "2026-03-08", asked: nil),
    ]

    /// Sends a quote; its instance comes back.
    private func send(
        _ firm: Firm, quantity: String = "5", until validUntil: String, owner: String? = nil
    ) async throws -> String {
        let terms = owner.map { #", "terms": {"owner": "\#($0)"}"# } ?? ""
        try await firm.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1"\(terms),
             "lines": [{"product": "P1", "quantity": "\(quantity)", "price": "20.00"}]}
            """, as: "anna")
        return try await sendAgain(firm, until: validUntil)
    }

    private func sendAgain(_ firm: Firm, until validUntil: String) async throws -> String {
        try await firm.run(
            "sales.send-quote", #"{"quote": "QU-1", "validUntil": "\#(validUntil)"}"#, as: "anna")
        return try #require(try firm.instances(of: "quote-validity").last)
    }

    private func status(_ firm: Firm) async throws -> String? {
        try await firm.field("status", of: "sales.quote", "QU-1")
    }

    @Test("nobody answers: it expires when the day is over", arguments: rows)
    func expires(_ row: QuoteValidityRow) async throws {
        let firm = try await Firm.trading(stock: [:], zone: row.zone)
        let instance = try await send(firm, until: row.validUntil)
        try await firm.advance(to: row.last)
        #expect(try await status(firm) == "sent")
        let before = firm.end
        try await firm.advance(to: row.over)
        #expect(try await status(firm) == "expired")
        #expect(
            try firm.names(after: before).filter { $0.hasPrefix("sales.") } == [
                "sales.quote-expired"
            ])
        #expect(try await firm.state(instance).status == .completed)
        #expect(try await firm.tasks(of: instance).isEmpty, "nobody is asked any more")
        try await firm.expectNoIncident(in: instance)
    }

    @Test("an answer on the last day counts, and nothing expires", arguments: answers)
    func answered(_ row: QuoteAnswerRow) async throws {
        let firm = try await Firm.trading(stock: [:], zone: "Europe/Berlin")
        let instance = try await send(firm, until: "2026-03-29")
        try await firm.advance(to: "2026-03-29T21:59:59Z")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["ask-answer"])
        try await firm.run(row.command, #"{"quote": "QU-1"\#(row.more)}"#, as: "anna")
        #expect(try await firm.state(instance).status == .completed)
        #expect(try await firm.tasks(of: instance).isEmpty)
        try await firm.advance(to: "2026-03-31T12:00:00Z")
        #expect(try await status(firm) == row.status)
        try await firm.expectNoIncident(in: instance)
    }

    @Test("a revised quote has the validity with which it is sent again")
    func revised() async throws {
        let firm = try await Firm.trading(stock: [:])
        let first = try await send(firm, until: "2026-03-10")
        try await firm.advance(to: "2026-03-09T09:00:00Z")
        try await firm.run(
            "sales.revise-quote",
            """
            {"quote": "QU-1",
             "lines": [{"product": "P1", "quantity": "4", "price": "20.00"}]}
            """, as: "anna")
        #expect(try await firm.state(first).status == .completed)
        try await firm.advance(to: "2026-03-12T09:00:00Z")
        #expect(try await status(firm) == "draft")
        let second = try await sendAgain(firm, until: "2026-03-20")
        #expect(first != second)
        try await firm.advance(to: "2026-03-20T23:59:59Z")
        #expect(try await status(firm) == "sent")
        try await firm.advance(to: "2026-03-21T00:00:00Z")
        #expect(try await status(firm) == "expired")
        try await firm.expectNoIncident(in: second)
    }

    @Test("the seller is asked to ask for an answer", arguments: reminders)
    func reminds(_ row: QuoteReminderRow) async throws {
        let firm = try await Firm.trading(stock: [:])
        let instance = try await send(
            firm, quantity: row.quantity, until: row.validUntil, owner: "berta")
        guard let asked = row.asked else {
            try await firm.advance(to: "\(row.validUntil)T23:59:59Z")
            #expect(try await firm.tasks(of: instance).isEmpty)
            return
        }
        try await firm.advance(to: asked.before)
        #expect(try await firm.tasks(of: instance).isEmpty)
        try await firm.advance(to: asked.at)
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "ask-answer")
        #expect(task.task.candidateUsers == ["berta"])
        try await firm.run(
            "process.complete-task", #"{"task": "\#(task.id)", "payload": {"note": "thinks"}}"#,
            as: "berta")
        #expect(try await firm.state(instance).status == .active)
        try await firm.advance(to: "2026-04-02T00:00:00Z")
        #expect(try await status(firm) == "expired")
    }

    @Test("expired by hand first: the process has nothing to do")
    func byHand() async throws {
        let firm = try await Firm.trading(stock: [:])
        let instance = try await send(firm, until: "2026-03-10")
        firm.date = "2026-03-11"
        try await firm.run("sales.expire-quote", #"{"quote": "QU-1"}"#, as: "anna")
        firm.date = nil
        try await firm.advance(to: "2026-03-12T00:00:00Z")
        #expect(try await firm.state(instance).status == .completed)
        try await firm.expectNoIncident(in: instance)
    }
}
