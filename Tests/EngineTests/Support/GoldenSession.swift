import Business
import EventLog
import Records

@testable import Engine

/// Some weeks of a trading company, every department at work, as the kept log was played.
enum GoldenSession {
    struct Step {
        let day: String
        let name: String
        let payload: String
    }

    /// A log with a known identity on the manual clock, played through.
    static func played() async throws -> MemoryEventLog {
        let log = MemoryEventLog()
        let started = ClockStarted(
            logIdentity: Blob((1...16).map { $0 }), kind: .manual,
            time: Instant(microsecondsSinceEpoch: 0))
        let envelope = Envelope(
            stream: "\(ClockState.streamType)/\(ClockState.id)", version: 1,
            type: ClockStarted.typeName, company: "main", recordedAtMicroseconds: 0,
            effectiveDay: 0, actor: "engine")
        _ = try log.append(
            [DraftEvent(envelope: envelope, payload: started.encoded())], expecting: .first)
        let firm = try await Firm(log: log)
        try await firm.found(singlePerson: true, stock: ["P1": 100, "P2": 100, "P3": 5])
        var day = ""
        var refused: [String] = []
        for (number, step) in steps.enumerated() {
            if step.day != day {
                day = step.day
                try await firm.advance(to: "\(day)T09:00:00Z")
            }
            let reply = try await firm.ask(
                step.name, JSONValue.parse(step.payload), key: "golden-\(number)")
            guard case .accepted = reply else {
                refused.append("\(step.name): \(reply.line)")
                continue
            }
        }
        for process in ["order-to-cash", "procure-to-pay", "supplier-invoice", "replenishment"] {
            for instance in try firm.instances(of: process) {
                let incidents = try await firm.incidents(of: instance)
                refused += incidents.map { "\(instance): \($0)" }
            }
        }
        if !refused.isEmpty { throw FirmFailure(refused.joined(separator: "\n")) }
        return log
    }

    private static func day(_ day: String, _ steps: (String, String)...) -> [Step] {
        steps.map { Step(day: day, name: $0.0, payload: $0.1) }
    }

    static let steps: [Step] =
        market + sell + buy + returns + books

    private static let market = day(
        "2026-03-03",
        (
            "marketing.capture-lead",
            #"{"lead":"LD-1","company":"Nova","name":"Ada Byron","email":"ada@nova.example","source":"fair"}"#
        ),
        ("marketing.assign-lead", #"{"lead":"LD-1","owner":"anna"}"#),
        ("marketing.qualify-lead", #"{"lead":"LD-1","reason":"has budget","score":80}"#),
        (
            "marketing.convert-lead",
            #"{"lead":"LD-1","opportunityName":"Parts","amount":"500.00","account":"NOVA","opportunity":"OP-1"}"#
        ),
        ("sales.change-opportunity-stage", #"{"opportunity":"OP-1","stage":"Proposal"}"#),
        ("sales.open-price-list", #"{"list":"standard","name":"Standard"}"#),
        ("sales.set-price", #"{"list":"standard","product":"P1","price":"15.00"}"#),
        ("sales.set-price", #"{"list":"standard","product":"P2","price":"20.00"}"#),
        (
            "sales.draft-quote",
            #"{"quote":"QU-1","customer":"NOVA","lines":[{"product":"P1","quantity":"4","price":"14.00"}],"terms":{"opportunity":"OP-1","paymentTerms":"net-14"}}"#
        ),
        ("sales.send-quote", #"{"quote":"QU-1","validUntil":"2026-04-30"}"#),
        ("sales.accept-quote", #"{"quote":"QU-1","order":"SO-0"}"#),
        (
            "sales.open-opportunity",
            #"{"opportunity":"OP-2","name":"More","stage":"Proposal","account":"C1","source":"web","owner":"anna","amount":"90.00"}"#
        ),
        ("sales.lose-opportunity", #"{"opportunity":"OP-2","reason":"price"}"#))

    private static let sell =
        day(
            "2026-03-04",
            (
                "finance.set-credit-limit",
                #"{"customer":"C1","limit":"5000.00","reason":"regular"}"#
            ),
            (
                "sales.place-order",
                #"{"order":"SO-1","customer":"C1","channel":"web","lines":[{"product":"P1","quantity":"2","price":"15.00"},{"product":"P2","quantity":"3","price":"20.00"}]}"#
            ),
            (
                "sales.place-order",
                #"{"order":"SO-2","customer":"C1","channel":"phone","lines":[{"product":"P1","quantity":"5","price":"15.00"}]}"#
            ),
            ("fulfillment.start-pick", #"{"shipment":"SH-2026-000003"}"#),
            ("fulfillment.confirm-pick", #"{"shipment":"SH-2026-000003"}"#),
            ("fulfillment.pack", #"{"shipment":"SH-2026-000003"}"#),
            ("fulfillment.issue-goods", #"{"shipment":"SH-2026-000003"}"#),
            ("fulfillment.confirm-delivery", #"{"shipment":"SH-2026-000003"}"#))
        + day(
            "2026-03-06",
            ("finance.receive-payment", #"{"customer":"C1","order":"SO-1","amount":"108.00"}"#))

    private static let buy =
        day(
            "2026-03-09",
            (
                "purchasing.raise-requisition",
                #"{"product":"P3","warehouse":"main","quantity":"40"}"#
            ),
            (
                "purchasing.create-order",
                #"{"order":"PO-1","supplier":"S1","lines":[{"product":"P1","warehouse":"main","quantity":"10"}]}"#
            ),
            ("purchasing.confirm-order", #"{"order":"PO-1"}"#),
            ("purchasing.receive-goods", #"{"order":"PO-1"}"#),
            (
                "purchasing.capture-invoice",
                #"{"invoice":"SI-1","supplier":"S1","theirNumber":"R-100","documentDate":"2026-03-09","lines":[{"order":"PO-1","orderLine":1,"quantity":"10","price":"10.20","taxCode":"standard"}]}"#
            ))
        + day(
            "2026-03-12",
            ("finance.make-payment", #"{"supplier":"S1","amount":"50.00"}"#))

    private static let returns = day(
        "2026-03-13",
        (
            "sales.place-order",
            #"{"order":"SO-3","customer":"C1","channel":"phone","lines":[{"product":"P2","quantity":"4","price":"20.00"}]}"#
        ),
        ("sales.raise-block", #"{"order":"SO-3","kind":"manual","reason":"wait"}"#),
        ("sales.cancel-order", #"{"order":"SO-3","reason":"changed his mind"}"#),
        (
            "finance.post-credit-note",
            #"{"invoice":"INV-2026-000002","reason":"complaint","lines":[{"line":1,"quantity":"1"}]}"#
        ))

    private static let books =
        day(
            "2026-03-31",
            (
                "inventory.count-stock",
                #"{"warehouse":"main","lines":[{"product":"P1","counted":"90"}]}"#
            ),
            ("inventory.register-warehouse", #"{"warehouse":"shop","name":"Shop"}"#),
            (
                "inventory.transfer-stock",
                #"{"from":"main","to":"shop","lines":[{"product":"P1","quantity":"3"}]}"#
            ),
            (
                "finance.draft-journal-entry",
                #"{"entry":"J-1","text":"Rent","lines":[{"account":"6100","debit":"100.00"},{"account":"1000","credit":"100.00"}]}"#
            ),
            ("finance.receive-payment", #"{"customer":"NOVA","amount":"66.00"}"#))
        + day("2026-04-02", ("finance.close-period", #"{"period":"2026-03"}"#))
}
