internal import DMN
internal import FEEL
internal import Records
internal import Workload

/// A decision table and the record codec, in this process.
struct RulesBench {
    private static let runs = 5
    private static let rounds = 100_000
    private static let tableWanted = 5.0
    private static let codecWanted = 1.0

    func run(_ report: inout Report) throws {
        try runTable(&report)
        try runCodec(&report)
    }

    private func microseconds(_ body: (Int) throws -> Void) rethrows -> Double {
        var times: [Double] = []
        for _ in 0..<Self.runs {
            let start = Stopwatch.processorSeconds
            for round in 0..<Self.rounds { try body(round) }
            times.append((Stopwatch.processorSeconds - start) * 1e6 / Double(Self.rounds))
        }
        return times.median
    }

    // MARK: Decision table

    private func runTable(_ report: inout Report) throws {
        let model = try DecisionModel.load(Array(Self.table.utf8))
        var decided = 0
        let time = microseconds { round in
            let result = model.evaluate(
                decision: "discount",
                inputs: [
                    "amount": .integer(round % 1_000), "group": .text(round % 2 == 0 ? "a" : "b"),
                ])
            if result?.value.isNull == false { decided += 1 }
        }
        guard decided == Self.runs * Self.rounds else {
            throw WorkloadFailure("the table decided \(decided) of \(Self.runs * Self.rounds)")
        }
        report.add(
            Measurement(
                name: "decision table of ten rules", figures: [Figure("evaluation", time, "µs")],
                wanted: "≤ 5 µs", isMet: time <= Self.tableWanted))
    }

    /// Ten rules over a number and a text, of which one holds.
    private static var table: String {
        let rules = (0..<10).map { rule in
            """
            <rule id="r\(rule)">
              <inputEntry id="r\(rule)a"><text>[\(rule / 2 * 200)..\(rule / 2 * 200 + 200))</text></inputEntry>
              <inputEntry id="r\(rule)b"><text>"\(rule % 2 == 0 ? "a" : "b")"</text></inputEntry>
              <outputEntry id="r\(rule)c"><text>\(rule)</text></outputEntry>
            </rule>
            """
        }
        return """
            <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d"
             namespace="urn:daybook:bench">
              <inputData id="i1" name="amount"><variable id="v1" name="amount" typeRef="number"/></inputData>
              <inputData id="i2" name="group"><variable id="v2" name="group" typeRef="string"/></inputData>
              <decision id="discount" name="Discount">
                <variable id="v3" name="Discount" typeRef="number"/>
                <informationRequirement id="q1"><requiredInput href="#i1"/></informationRequirement>
                <informationRequirement id="q2"><requiredInput href="#i2"/></informationRequirement>
                <decisionTable id="t" hitPolicy="UNIQUE">
                  <input id="c1"><inputExpression id="e1" typeRef="number"><text>amount</text></inputExpression></input>
                  <input id="c2"><inputExpression id="e2" typeRef="string"><text>group</text></inputExpression></input>
                  <output id="o1" name="discount" typeRef="number"/>
                  \(rules.joined(separator: "\n"))
                </decisionTable>
              </decision>
            </definitions>
            """
    }

    // MARK: Codec

    private func runCodec(_ report: inout Report) throws {
        let json = try JSONValue.parse(
            """
            {"customer":"ALFKI","currency":"EUR","date":"2026-09-30","lines":[
             {"product":"P-11","quantity":"12","price":"14.00 EUR"},
             {"product":"P-42","quantity":"10","price":"9.80 EUR"},
             {"product":"P-72","quantity":"5","price":"34.80 EUR"}]}
            """)
        let order = try SampleOrder.read(json, JSONContext(currency: nil))
        let bytes = order.encoded()
        var total = 0
        let encoding = microseconds { _ in total &+= order.encoded().count }
        let decoding = try microseconds { _ in
            total &+= try SampleOrder.decoded(from: bytes).lines.count
        }
        guard total > 0 else { throw WorkloadFailure("nothing was encoded") }
        report.add(
            Measurement(
                name: "order event of three lines",
                figures: [
                    Figure("decoding", decoding, "µs"), Figure("encoding", encoding, "µs"),
                    Figure("record", Double(bytes.count), "bytes"),
                ], wanted: "≤ 1 µs each",
                isMet: max(decoding, encoding) <= Self.codecWanted))
    }
}

/// A typical order event.
private struct SampleOrder: Record {
    let customer: String
    let currency: Currency
    let date: BusinessDate
    let lines: [Line]

    struct Line: Record {
        let product: String
        let quantity: Quantity
        let price: UnitPrice?

        static let schema = Schema<Line>(
            "bench.order-line", "One line.",
            Field(1, "product", \.product, "What."),
            Field(2, "quantity", \.quantity, "How much.", limits: .positive),
            Field(3, "price", \.price, "The price of one.", limits: .notNegative),
            make: Line.init)
    }

    static let schema = Schema<SampleOrder>(
        "bench.order", "An order as events carry it.",
        Field(1, "customer", \.customer, "Who."),
        Field(2, "currency", \.currency, "The currency."),
        Field(3, "date", \.date, "When."),
        Field(4, "lines", \.lines, "What."),
        make: SampleOrder.init)
}
