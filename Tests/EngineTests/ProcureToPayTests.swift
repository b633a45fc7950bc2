import Business
import Processes
import Records
import Testing

@Suite("Procure to pay, from the shortage to the payment of the bill")
struct ProcureToPayTests {
    @Test("a customer's shortage is ordered, received and shipped without anybody's help")
    func shortage() async throws {
        let firm = try await Firm.trading(stock: [:])
        let sale = try await firm.order("SO-1", [("P1", 5), ("P2", 7)])
        let needs = try firm.instances(of: "replenishment")
        #expect(needs.count == 2)
        for need in needs {
            try await firm.expectNoIncident(in: need)
            #expect(try await firm.state(need).status == .completed)
        }
        let purchases = try firm.instances(of: "procure-to-pay")
        #expect(purchases.count == 1, "the needs of one supplier go into one order")
        let purchase = try #require(purchases.first)
        try await firm.expectNoIncident(in: purchase)
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
        let order = try order(in: firm)
        try await firm.run("purchasing.confirm-order", #"{"order": "\#(order)"}"#, as: "emil")
        #expect(try await firm.waits(of: purchase).contains("wait-received"))
        let before = firm.end
        try await receive(order, [(1, 5), (2, 7)], in: firm)
        try await firm.expectNoIncident(in: sale)
        try await firm.expectNoIncident(in: purchase)
        let wanted = [
            "purchasing.goods-received", "inventory.stock-reserved", "inventory.stock-reserved",
            "sales.order-reserved-in-full", "fulfillment.goods-issued", "finance.invoice-posted",
        ]
        #expect(try firm.names(after: before).filter(wanted.contains) == wanted)
        #expect(try await firm.waits(of: sale).contains("wait-paid"))
        #expect(try await firm.waits(of: purchase).contains("wait-billed"))
    }

    @Test("an order over the limit is approved by another person with the role")
    func approval() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(200, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        let task = try #require(try await firm.tasks(of: purchase).first)
        #expect(task.element == "approve")
        #expect(task.task.candidateGroups == ["purchasing-manager"])
        #expect(
            try await firm.refusal(
                "process.complete-task", #"{"task": "\#(task.id)"}"#, as: "emil")
                == "task-not-yours")
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "fritz")
        try await firm.expectNoIncident(in: purchase)
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
    }

    @Test("orders split below the limit are judged together, and the task says which counted")
    func split() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(60, in: firm)
        let first = try #require(try firm.instances(of: "procure-to-pay").last)
        #expect(try await firm.waits(of: first).contains("wait-confirmed"))
        try await draft(50, as: "PO-2", in: firm)
        let second = try #require(try firm.instances(of: "procure-to-pay").last)
        let task = try #require(try await firm.tasks(of: second).first)
        #expect(task.element == "approve")
        let row = try #require(
            try Desk(firm).rows("process.tasks").first {
                $0["document"]?.stringValue == "purchasing.order/PO-2"
            })
        let variables = try #require(row["variables"])
        #expect(variables["judgedAmount"]?.stringValue == "1100")
        #expect(variables["countedOrders"]?.stringValue == "PO-1 of 2026-03-02: 600")
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "fritz")
        try await firm.expectNoIncident(in: second)
        #expect(try await firm.waits(of: second).contains("wait-confirmed"))
    }

    @Test("what replenishment orders by itself counts with what it ordered for the same person")
    func splitByItself() async throws {
        let firm = try await Firm.trading(stock: [:])
        for order in ["SO-1", "SO-2"] { try await firm.order(order, [("P1", 60)]) }
        let purchases = try firm.instances(of: "procure-to-pay")
        #expect(purchases.count == 2)
        #expect(try await firm.waits(of: purchases[0]).contains("wait-confirmed"))
        #expect(try await firm.tasks(of: purchases[1]).map(\.element) == ["approve"])
    }

    @Test("a rejected order goes back to the buyer, who submits it again")
    func rejection() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(200, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        try await firm.run(
            "purchasing.reject-order", #"{"order": "PO-1", "reason": "too many"}"#, as: "fritz")
        #expect(try await firm.tasks(of: purchase).map(\.element) == ["rework"])
        try await firm.run("purchasing.submit-order", #"{"order": "PO-1"}"#, as: "emil")
        #expect(try await firm.tasks(of: purchase).map(\.element) == ["approve"])
        try await firm.run("purchasing.approve-order", #"{"order": "PO-1"}"#, as: "fritz")
        try await firm.expectNoIncident(in: purchase)
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
    }

    @Test("a large order needs two approvals, by two people")
    func twoLevels() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(3_000, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        var groups: [[String]] = []
        for person in ["fritz", "hugo"] {
            let task = try #require(try await firm.tasks(of: purchase).first)
            groups.append(task.task.candidateGroups)
            try await firm.run(
                "process.complete-task", #"{"task": "\#(task.id)"}"#, as: person)
        }
        #expect(groups == [["purchasing-manager"], ["finance-manager"]])
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
    }

    @Test("a confirmation within tolerance needs nobody, and the order is not sent again")
    func confirmedNearly() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(50, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        let before = firm.end
        try await confirm(#""quantity": "49", "price": "10.05", "date": "2026-03-04""#, in: firm)
        try await firm.expectNoIncident(in: purchase)
        #expect(try await firm.tasks(of: purchase).isEmpty)
        #expect(try await firm.waits(of: purchase).contains("wait-received"))
        #expect(!(try firm.names(after: before).contains("purchasing.order-sent")))
        try await receive("PO-1", [(1, 49)], in: firm)
        #expect(try await firm.waits(of: purchase).contains("wait-billed"))
    }

    @Test(
        "a deviation is answered: accepted, by an amendment, or by another confirmation",
        arguments: [
            ("process.complete-task", ""),
            ("purchasing.accept-confirmation", #"{"order": "PO-1"}"#),
            (
                "purchasing.amend-order",
                #"{"order": "PO-1", "lines": [{"line": 1, "quantity": "40"}]}"#
            ),
            ("purchasing.confirm-order", #"{"order": "PO-1"}"#),
        ])
    func deviation(_ command: String, _ payload: String) async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(50, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        try await confirm(#""quantity": "40", "date": "2026-03-20""#, in: firm)
        let task = try #require(try await firm.tasks(of: purchase).first)
        #expect(task.element == "answer-deviation")
        let row = try Desk(firm).rows("process.tasks").first {
            $0["element"]?.stringValue == "answer-deviation"
        }
        #expect(
            row?["variables"]?["difference"]?.stringValue
                == "line 1 quantity: expected 50, found 40; line 1 date: expected 2026-03-02, found 2026-03-20"
        )
        try await firm.run(
            command, payload.isEmpty ? #"{"task": "\#(task.id)"}"# : payload, as: "emil")
        try await firm.expectNoIncident(in: purchase)
        #expect(try await firm.tasks(of: purchase).isEmpty)
        let waits = try await firm.waits(of: purchase)
        let isConfirmed = command != "purchasing.amend-order"
        #expect(waits.contains(isConfirmed ? "wait-received" : "wait-confirmed"), "\(waits)")
    }

    @Test("accepting more than was approved needs approval again, and then goes out again")
    func deviationApproved() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(99, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        try await confirm(#""price": "11.00""#, in: firm)
        try await firm.run("purchasing.accept-confirmation", #"{"order": "PO-1"}"#, as: "emil")
        let task = try #require(try await firm.tasks(of: purchase).first)
        #expect(task.element == "approve-amendment")
        let before = firm.end
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "fritz")
        try await firm.expectNoIncident(in: purchase)
        #expect(try firm.names(after: before).contains("purchasing.order-sent"))
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
    }

    @Test("an amendment that is rejected is reworked, judged again, and then goes out again")
    func amendmentRejected() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(99, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        try await confirm(#""price": "11.00""#, in: firm)
        try await firm.run("purchasing.accept-confirmation", #"{"order": "PO-1"}"#, as: "emil")
        try await firm.run(
            "purchasing.reject-order", #"{"order": "PO-1", "reason": "too dear"}"#, as: "fritz")
        let rework = try await firm.tasks(of: purchase)
        #expect(rework.map(\.element) == ["rework-amendment"], "nothing is left to approve")
        try await firm.run(
            "process.complete-task", #"{"task": "\#(try #require(rework.first).id)"}"#, as: "emil")
        let approve = try await firm.tasks(of: purchase)
        #expect(approve.map(\.element) == ["approve-amendment"])
        let before = firm.end
        try await firm.run(
            "process.complete-task", #"{"task": "\#(try #require(approve.first).id)"}"#, as: "fritz"
        )
        try await firm.expectNoIncident(in: purchase)
        #expect(try firm.names(after: before).contains("purchasing.order-sent"))
        #expect(try await firm.tasks(of: purchase).isEmpty)
        #expect(try await firm.waits(of: purchase).contains("wait-confirmed"))
    }

    /// What makes an open question of the buyer pointless.
    enum Answer: CaseIterable { case confirmation, someGoods, allGoods }

    @Test("a question that was answered meanwhile leaves the list", arguments: Answer.allCases)
    func answeredMeanwhile(answer: Answer) async throws {
        let firm = try await Firm.trading(stock: [:])
        for (order, element) in [("PO-1", "chase"), ("PO-2", "answer-deviation")] {
            try await draft(10, as: order, in: firm)
            let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
            if element == "chase" {
                try await firm.advance(to: "2026-03-06T09:00:00Z")
            } else {
                try await firm.run(
                    "purchasing.confirm-order",
                    #"{"order": "\#(order)", "lines": [{"line": 1, "quantity": "7"}]}"#,
                    as: "emil")
            }
            #expect(try await firm.tasks(of: purchase).map(\.element) == [element])
            switch answer {
            case .confirmation:
                try await firm.run(
                    "purchasing.confirm-order", #"{"order": "\#(order)"}"#, as: "emil")
            case .someGoods, .allGoods:
                try await firm.run(
                    "purchasing.receive-goods",
                    """
                    {"order": "\(order)", "lines": [
                     {"line": 1, "quantity": "\(answer == .someGoods ? 4 : 10)"}]}
                    """, as: "dora")
            }
            #expect(try await firm.tasks(of: purchase).isEmpty, "\(element), \(answer)")
            try await firm.expectNoIncident(in: purchase)
        }
    }

    @Test("who was to ask where the goods are need not, when they have come or are not wanted")
    func lateGoodsCame() async throws {
        for isClosed in [false, true] {
            let firm = try await Firm.trading(stock: [:])
            try await draft(10, in: firm)
            let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
            try await firm.run("purchasing.confirm-order", #"{"order": "PO-1"}"#, as: "emil")
            try await firm.advance(to: "2026-05-06T09:00:00Z")
            #expect(try await firm.tasks(of: purchase).map(\.element) == ["ask-late"])
            try await firm.run(
                "purchasing.receive-goods",
                #"{"order": "PO-1", "lines": [{"line": 1, "quantity": "4"}]}"#, as: "dora")
            #expect(try await firm.tasks(of: purchase).map(\.element) == ["ask-late"])
            if isClosed {
                try await firm.run(
                    "purchasing.close-order", #"{"order": "PO-1", "reason": "enough"}"#, as: "emil")
            } else {
                try await firm.run(
                    "purchasing.receive-goods",
                    #"{"order": "PO-1", "lines": [{"line": 1, "quantity": "6"}]}"#, as: "dora")
            }
            #expect(try await firm.tasks(of: purchase).isEmpty)
            try await firm.expectNoIncident(in: purchase)
        }
    }

    @Test("no answer, late goods and a missing bill are chased")
    func timers() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(5, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        try await firm.advance(to: "2026-03-05T09:00:00Z")
        #expect(try await firm.tasks(of: purchase).map(\.element) == ["chase"])
        try await firm.run("purchasing.confirm-order", #"{"order": "PO-1"}"#, as: "emil")
        try await firm.advance(to: "2026-03-30T09:00:00Z")
        #expect(try await firm.tasks(of: purchase).map(\.element).contains("ask-late"))
        try await receive("PO-1", [(1, 5)], in: firm)
        try await firm.advance(to: "2026-05-02T09:00:00Z")
        #expect(try await firm.tasks(of: purchase).map(\.element).contains("ask-bill"))
        try await firm.expectNoIncident(in: purchase)
        try await bill(5, "10.00", in: firm)
        #expect(try await firm.state(purchase).status == .completed)
        #expect(try await firm.tasks(of: purchase).isEmpty)
    }

    @Test(
        "one chase at a time: the next comes after the last was done, while nobody answers",
        arguments: [true, false])
    func chases(isConfirmed: Bool) async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(5, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        for (number, day) in ["2026-03-20T09:00:00Z", "2026-03-23T09:00:00Z"].enumerated() {
            try await firm.advance(to: day)
            let tasks = try await firm.tasks(of: purchase)
            #expect(tasks.map(\.element) == ["chase"], "\(day)")
            let task = try #require(tasks.first)
            #expect(
                task.task.candidateGroups
                    == (number == 0 ? ["buyer"] : ["buyer", "purchasing-manager"]))
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "emil")
        }
        // Goods that come without an answer are one, too.
        if isConfirmed {
            try await firm.run("purchasing.confirm-order", #"{"order": "PO-1"}"#, as: "emil")
        } else {
            try await receive("PO-1", [(1, 5)], in: firm)
        }
        try await firm.advance(to: "2026-04-10T09:00:00Z")
        #expect(
            try await firm.tasks(of: purchase).map(\.element)
                == (isConfirmed ? ["ask-late"] : []))
        // Goods that nobody bills: one task from the 30th day on.
        if isConfirmed { try await receive("PO-1", [(1, 5)], in: firm) }
        try await firm.advance(to: "2026-09-01T09:00:00Z")
        let asked = try await firm.tasks(of: purchase).filter { $0.element == "ask-bill" }
        #expect(asked.count == 1)
        try await firm.expectNoIncident(in: purchase)
        try await bill(5, "10.00", in: firm)
        #expect(try await firm.tasks(of: purchase).isEmpty)
    }

    @Test("a cancelled order ends its instance")
    func cancelled() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(5, in: firm)
        let purchase = try #require(try firm.instances(of: "procure-to-pay").last)
        #expect(
            try await firm.refusal(
                "purchasing.cancel-order", #"{"order": "PO-1", "reason": "no longer"}"#,
                as: "emil") == "acknowledgement-missing")
        try await firm.run(
            "purchasing.cancel-order",
            #"{"order": "PO-1", "reason": "no longer", "acknowledgement": "by phone"}"#,
            as: "emil")
        #expect(try await firm.state(purchase).status == .completed)
    }

    @Test("a product without terms waits on the buyer's list until there are terms")
    func noTerms() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.order("SO-1", [("P3", 5)])
        let need = try #require(try firm.instances(of: "replenishment").last)
        #expect(try await firm.tasks(of: need).map(\.element) == ["find-supplier"])
        try await firm.run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [{"product": "P3", "price": "8.00", "rank": 1}]}
            """, as: "emil")
        if try await firm.state(need).status != .completed {
            try await firm.run(
                "purchasing.assign-supplier",
                #"{"requisition": "main:P3", "supplier": "S1"}"#, as: "emil")
        }
        try await firm.expectNoIncident(in: need)
        #expect(try await firm.state(need).status == .completed)
        #expect(try firm.names().contains("purchasing.order-drafted"))
    }

    @Test("needs that nobody waits for are gathered until the next morning")
    func gathered() async throws {
        let firm = try await Firm.trading(stock: [:])
        for product in ["P1", "P2"] {
            try await firm.run(
                "purchasing.raise-requisition",
                #"{"product": "\#(product)", "warehouse": "main", "quantity": "5"}"#, as: "dora")
        }
        #expect(try firm.instances(of: "procure-to-pay").isEmpty)
        try await firm.advance(to: "2026-03-03T07:00:00Z")
        #expect(try firm.instances(of: "procure-to-pay").count == 1)
        for need in try firm.instances(of: "replenishment") {
            try await firm.expectNoIncident(in: need)
            #expect(try await firm.state(need).status == .completed)
        }
    }

    // MARK: Bills

    @Test("a bill that matches is posted, paid and done")
    func billPaid() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await received(10, in: firm)
        try await bill(10, "10.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.advance(to: "2026-03-31T09:00:00Z")
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "pay")
        let before = firm.end
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "gina")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .completed)
        #expect(
            try firm.vouchers(after: before) == [
                "finance.payment-made": ["AP D 120.00", "BANK C 120.00"]
            ])
    }

    @Test("what was paid already is not paid again, and the rest of a part payment has its task")
    func billPaidInParts() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await received(10, in: firm)
        try await bill(10, "10.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        try await firm.run(
            "finance.make-payment",
            #"{"supplierInvoice": "B-1", "amount": "50.00"}"#, as: "gina")
        try await firm.advance(to: "2026-03-31T09:00:00Z")
        let first = try #require(try await firm.tasks(of: instance).first)
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(first.id)", "payload": {"amount": "30.00"}}"#, as: "gina")
        let second = try #require(try await firm.tasks(of: instance).first)
        #expect(second.element == "pay" && second.id != first.id)
        let before = firm.end
        try await firm.run("process.complete-task", #"{"task": "\#(second.id)"}"#, as: "gina")
        #expect(try await firm.state(instance).status == .completed)
        let posted = try firm.vouchers(after: before)
        #expect(
            posted == [
                "finance.payment-made": ["AP D 40.00", "BANK C 40.00"]
            ])
    }

    @Test("a bill that comes before its goods waits for them and is then posted by itself")
    func billFirst() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await draft(10, in: firm)
        try await bill(10, "10.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        #expect(try await firm.tasks(of: instance).map(\.element) == ["settle"])
        try await receive("PO-1", [(1, 10)], in: firm)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("a price that is not the order's is settled by another person than who captured the bill")
    func priceDifference() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await received(10, in: firm)
        try await bill(10, "15.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "settle")
        let complete = #"{"task": "\#(task.id)", "payload": {"reason": "steel got dear"}}"#
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "gina")
                == "task-not-yours")
        try await firm.run("process.complete-task", complete, as: "fritz")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("who settles the second difference of a bill gives a reason of his own")
    func twoDifferences() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await received(10, in: firm)
        try await bill(12, "15.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        let tasks = try await firm.tasks(of: instance)
        #expect(tasks.map(\.element) == ["settle", "settle"])
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(tasks[0].id)", "payload": {"reason": "two more came later"}}"#,
            as: "fritz")
        #expect(
            try await firm.refusal(
                "process.complete-task", #"{"task": "\#(tasks[1].id)"}"#, as: "fritz")
                == "missing-field")
    }

    @Test("a bill without an order is approved by amount")
    func expense() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run(
            "purchasing.capture-invoice",
            """
            {"supplier": "S1", "invoice": "B-9", "theirNumber": "R-9",
             "documentDate": "2026-03-02", "lines": [
             {"account": "6200", "amount": "400.00", "taxCode": "standard", "text": "freight"}]}
            """, as: "gina")
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        try await firm.expectNoIncident(in: instance)
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "approve")
        #expect(task.task.candidateGroups == ["purchasing-manager"])
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "fritz")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("a rejected bill ends its instance")
    func rejectedBill() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await received(10, in: firm)
        try await bill(10, "15.00", in: firm)
        let instance = try #require(try firm.instances(of: "supplier-invoice").last)
        try await firm.run(
            "purchasing.reject-invoice", #"{"invoice": "B-1", "reason": "wrong price"}"#,
            as: "gina")
        #expect(try await firm.state(instance).status == .completed)
        try await firm.expectNoIncident(in: instance)
    }

    // MARK: Steps

    private func draft(_ quantity: Int, as id: String = "PO-1", in firm: Firm) async throws {
        try await firm.run(
            "purchasing.create-order",
            """
            {"supplier": "S1", "order": "\(id)", "lines": [
             {"product": "P1", "warehouse": "main", "quantity": "\(quantity)"}]}
            """, as: "emil")
    }

    private func confirm(_ line: String, in firm: Firm) async throws {
        try await firm.run(
            "purchasing.confirm-order", #"{"order": "PO-1", "lines": [{"line": 1, \#(line)}]}"#,
            as: "emil")
    }

    private func received(_ quantity: Int, in firm: Firm) async throws {
        try await draft(quantity, in: firm)
        try await receive("PO-1", [(1, quantity)], in: firm)
    }

    private func receive(_ order: String, _ lines: [(Int, Int)], in firm: Firm) async throws {
        let arrived = lines.map { #"{"line": \#($0.0), "quantity": "\#($0.1)"}"# }
        try await firm.run(
            "purchasing.receive-goods",
            #"{"order": "\#(order)", "lines": [\#(arrived.joined(separator: ","))]}"#,
            as: "dora")
    }

    private func bill(_ quantity: Int, _ price: String, in firm: Firm) async throws {
        try await firm.run(
            "purchasing.capture-invoice",
            """
            {"supplier": "S1", "invoice": "B-1", "theirNumber": "R-1",
             "documentDate": "2026-03-02", "lines": [
             {"order": "PO-1", "orderLine": 1, "quantity": "\(quantity)", "price": "\(price)",
              "taxCode": "standard"}]}
            """, as: "gina")
    }

    private func order(in firm: Firm) throws -> String {
        try #require(try firm.events().last { $0.type == "purchasing.order-drafted" }).stream.id
    }
}
