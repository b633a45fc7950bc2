import Business
import Records
import Testing

@Suite("Valuation: value moves with quantity and never drifts (semantics 3.3, 3.11)")
struct ValuationTests {
    @Test("V1: 2 at 1.00 and 1 at 1.01 go out together and leave nothing")
    func lastOneTakesTheRest() throws {
        var book = StockBook(.avco)
        try book.receive("2", worth: "2.00")
        try book.receive("1", worth: "1.01")
        #expect(try book.issue("3") == "3.01")
        #expect(book.position == "0 / 0.00")
    }

    @Test("V2: 2 at 5.07 and 5 at 3.02 go out one by one and leave nothing")
    func oneByOne() throws {
        var book = StockBook(.avco)
        try book.receive("2", worth: "10.14")
        try book.receive("5", worth: "15.10")
        let costs = try (1...7).map { _ in try book.issue("1") }
        #expect(costs == ["3.61", "3.61", "3.60", "3.61", "3.60", "3.61", "3.60"])
        #expect(book.position == "0 / 0.00")
    }

    @Test("V3: 15.00 for 13 pieces, one by one: each 1.15 or 1.16, together 15.00")
    func thirteenPieces() throws {
        var book = StockBook(.avco)
        try book.receive("13", worth: "15.00")
        let costs = try (1...13).map { _ in try book.issue("1") }
        #expect(Set(costs) == ["1.15", "1.16"])
        #expect(try costs.map(euros).total(.euro) == euros("15.00"))
        #expect(book.position == "0 / 0.00")
    }

    @Test(
        "V4: in 8 at 10, in 4 at 16, out 10, in 2 at 6",
        arguments: [
            (CostingMethod.avco, "120.00", "2 / 24.00", "4 / 36.00"),
            (CostingMethod.fifo, "112.00", "2 / 32.00", "4 / 44.00"),
        ])
    func bothMethods(
        costing: CostingMethod, cost: String, after: String, atTheEnd: String
    ) throws {
        var book = StockBook(costing)
        try book.receive("8", worth: "80.00", receipt: "A")
        try book.receive("4", worth: "64.00", receipt: "B")
        #expect(try book.issue("10") == cost)
        #expect(book.position == after)
        try book.receive("2", worth: "12.00", receipt: "C")
        #expect(book.position == atTheEnd)
    }

    @Test("V5: a bill of 5 for goods taken in at 2000 leaves exactly 105 at 5")
    func survivalSplitsLateCost() throws {
        var book = StockBook(.avco)
        try book.receive("100", worth: "500.00", receipt: "A")
        try book.receive("15", worth: "30000.00", receipt: "B")
        #expect(try book.issue("10") == "2652.17")
        #expect(book.position == "105 / 27847.83")
        #expect(try book.bill("B", difference: "-29925.00") == "-27322.83 + -2602.17")
        #expect(book.position == "105 / 525.00")
    }

    @Test("the golden ledger's stock (3.12): receipt, issue, bill, freight, return, count")
    func goldenLedger() throws {
        var book = StockBook(.avco)
        try book.receive("100", worth: "1000.00", receipt: "GR")
        #expect(try book.issue("60") == "600.00")
        #expect(try book.bill("GR", difference: "20.00") == "8.00 + 12.00")
        #expect(book.position == "40 / 408.00")
        #expect(try book.bill("GR", difference: "50.00") == "20.00 + 30.00")
        try book.receive("5", worth: "50.00", receipt: "back")
        #expect(book.position == "45 / 478.00")
        #expect(try book.issue("1") == "10.62")
        #expect(book.position == "44 / 467.38")
    }

    @Test("FIFO splits late cost by what is left of the receipt's own layer")
    func layersSplitLateCost() throws {
        var book = StockBook(.fifo)
        try book.receive("10", worth: "100.00", receipt: "A")
        try book.receive("10", worth: "120.00", receipt: "B")
        try book.issue("14")
        #expect(try book.bill("A", difference: "10.00") == "0.00 + 10.00")
        #expect(try book.bill("B", difference: "10.00") == "6.00 + 4.00")
        #expect(try book.issue("6") == "78.00")
        #expect(book.position == "0 / 0.00")
    }

    @Test("a pool that was empty gives earlier receipts no share of what came later")
    func emptyPoolForgets() throws {
        var book = StockBook(.avco)
        try book.receive("5", worth: "50.00", receipt: "A")
        try book.issue("5")
        try book.receive("5", worth: "60.00", receipt: "B")
        #expect(try book.bill("A", difference: "9.00") == "0.00 + 9.00")
        #expect(try book.bill("B", difference: "9.00") == "9.00 + 0.00")
    }

    @Test("the survival product keeps its digits over ten thousand issues")
    func survivalKeepsDigits() throws {
        var book = StockBook(.avco)
        try book.receive("1000", worth: "10000.00", receipt: "first")
        for round in 1...10_000 {
            try book.issue("10")
            try book.receive("10", worth: "100.00", receipt: "R\(round)")
        }
        try book.receive("1000", worth: "10000.00", receipt: "half")
        try book.issue("1000")
        #expect(try book.bill("half", difference: "1000.00") == "500.00 + 500.00")
        #expect(try book.bill("first", difference: "1000.00") == "0.00 + 1000.00")
        #expect(book.state.pool.receipts.count <= CostPool.receiptsRememberedMax)
    }

    @Test("a lower bill never makes stock worth less than nothing")
    func neverBelowZero() throws {
        var book = StockBook(.avco)
        try book.receive("3", worth: "0.01", receipt: "A")
        try book.issue("2")
        #expect(book.position == "1 / 0.00")
        #expect(try book.bill("A", difference: "-0.01") == "0.00 + -0.01")
    }

    @Test("two lines of one receipt are one for late cost", arguments: CostingMethod.allCases)
    func linesOfOneReceipt(costing: CostingMethod) throws {
        var book = StockBook(costing)
        try book.receive("4", worth: "40.00", receipt: "A")
        try book.receive("6", worth: "66.00", receipt: "A")
        try book.issue("5")
        #expect(try book.bill("A", difference: "10.00") == "5.00 + 5.00")
    }

    @Test("negative stock is refused, with what there is", arguments: CostingMethod.allCases)
    func negativeStock(costing: CostingMethod) throws {
        var book = StockBook(costing)
        try book.receive("3", worth: "30.00")
        let rejection = #expect(throws: Rejection.self) {
            try book.state.cost(ofIssuing: count("3.000001"))
        }
        #expect(rejection?.code == .insufficientStock)
        #expect(rejection?.message.contains("at most 3 of P") == true)
    }

    @Test("what is left of a receipt can be taken back at its value, no more")
    func takingBack() throws {
        var book = StockBook(.fifo)
        try book.receive("10", worth: "100.00", receipt: "A")
        try book.receive("10", worth: "120.00", receipt: "B")
        try book.issue("5")
        let ten = try count("10")
        #expect(throws: Never.self) {
            try book.state.requireReversible(receipt: "B", quantity: ten, value: euros("120.00"))
        }
        let rejection = #expect(throws: Rejection.self) {
            try book.state.requireReversible(receipt: "A", quantity: ten, value: euros("100.00"))
        }
        #expect(rejection?.code == .stockConsumed)
        try book.bill("B", difference: "5.00")
        let revalued = #expect(throws: Rejection.self) {
            try book.state.requireReversible(receipt: "B", quantity: ten, value: euros("125.01"))
        }
        #expect(revalued?.code == .stockConsumed)
    }

    @Test("the last goods cannot be taken back at less than what they are worth")
    func takingBackTheLast() throws {
        var book = StockBook(.avco)
        try book.receive("10", worth: "100.00", receipt: "A")
        try book.bill("A", difference: "5.00")
        let rejection = #expect(throws: Rejection.self) {
            try book.state.requireReversible(
                receipt: "A", quantity: count("10"), value: euros("100.00"))
        }
        #expect(rejection?.code == .stockConsumed)
    }

    @Test("a stock reads back from its stored form and from JSON as it was")
    func storedForm() throws {
        var book = StockBook(.fifo)
        try book.receive("8", worth: "80.00", receipt: "A")
        try book.issue("3")
        #expect(try StockState.decoded(from: book.state.encoded()) == book.state)
        let context = JSONContext(currency: .euro)
        #expect(try StockState.read(book.state.json(context), context) == book.state)
        #expect(book.state.content(of: "onHand") == .number(try exact("5.000000")))
    }
}
