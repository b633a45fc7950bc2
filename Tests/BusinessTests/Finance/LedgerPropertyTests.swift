import Business
import Records
import Testing

@Suite("The books balance whatever is done")
struct LedgerPropertyTests {
    @Test("every voucher balances and every control account equals its items", arguments: 1...6)
    func randomBusiness(round: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ledger property: seed \(seed)")
        var numbers = SeededNumbers(seed: seed)
        let company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "5000", "value": "33333.33"}"#)
        var accepted = 0
        for step in 0..<120 {
            let (name, payload) = command(step, company, &numbers)
            do {
                try company.run(name, payload)
                accepted += 1
            } catch let rejection as Rejection {
                #expect(!rejection.message.isEmpty)
            }
        }
        #expect(accepted > 60, "seed \(seed): most commands are accepted")
        #expect(try company.findings() == [], "seed \(seed)")
        let exposures = company.fixture.all(CreditState.self)
        for (customer, state) in exposures {
            let items = try state.items.map(\.open).total(.euro)
            #expect(items == state.openItems ?? .zero(.euro), "seed \(seed), \(customer)")
        }
    }

    private func command(
        _ step: Int, _ company: TradingCompany, _ numbers: inout SeededNumbers
    ) -> (name: String, payload: String) {
        let customer = Bool.random(using: &numbers) ? "C1" : "C2"
        let cents = Int.random(in: 1...99_999, using: &numbers)
        let amount = Decimal(unscaled: Int128(cents), scale: 2).description
        let tax =
            ["standard", "reduced", "zero", "standard-inclusive"]
            .randomElement(using: &numbers) ?? "zero"
        let terms = ["net-30", "immediate", "half-and-half"].randomElement(using: &numbers) ?? ""
        let invoice =
            company.fixture.all(InvoiceState.self).randomElement(using: &numbers)?.id ?? "none"
        let payment =
            company.fixture.all(PaymentState.self).randomElement(using: &numbers)?.id ?? "none"
        let item =
            company.fixture.all(OpenItemState.self).randomElement(using: &numbers)?.id ?? "none"
        let order = "SO-\(step)"
        let earlier = "SO-\(Int.random(in: 0...step, using: &numbers))"
        switch Int.random(in: 0..<16, using: &numbers) {
        case 0, 1, 2:
            return (
                "finance.post-invoice",
                """
                {"customer": "\(customer)", "terms": "\(terms)", "lines": [
                 {"text": "a", "quantity": "\(step % 7 + 1)", "price": "\(amount)",
                  "taxCode": "\(tax)"},
                 {"text": "b", "quantity": "1.5", "price": "0.333333", "taxCode": "reduced"}]}
                """
            )
        case 3, 4:
            return (
                "sales.place-order",
                """
                {"order": "\(order)", "customer": "\(customer)", "warehouse": "W1", "lines": [
                 {"product": "P1", "quantity": "\(step % 9 + 1)", "price": "\(amount)"},
                 {"product": "SV", "quantity": "1", "price": "9.99"}]}
                """
            )
        case 5: return ("inventory.reserve", #"{"order": "\#(earlier)"}"#)
        case 6: return ("fulfillment.ship", #"{"order": "\#(earlier)"}"#)
        case 7: return ("finance.post-invoice", #"{"order": "\#(earlier)"}"#)
        case 8, 9:
            return (
                "finance.receive-payment", #"{"customer": "\#(customer)", "amount": "\#(amount)"}"#
            )
        case 10: return ("finance.allocate-payment", #"{"payment": "\#(payment)"}"#)
        case 11:
            return ("finance.reverse-allocation", #"{"payment": "\#(payment)", "reason": "x"}"#)
        case 12: return ("finance.bounce-payment", #"{"payment": "\#(payment)", "reason": "x"}"#)
        case 13:
            return ("finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "x"}"#)
        case 14:
            return (
                "finance.write-off-item",
                #"{"item": "\#(item)", "reason": "small-difference", "text": "x"}"#
            )
        default:
            return (
                "inventory.count-stock",
                """
                {"warehouse": "W1", "lines": [{"product": "P1", "counted": "\(5000 - step)"}]}
                """
            )
        }
    }
}
