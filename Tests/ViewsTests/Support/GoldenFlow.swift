import Business
import Records
import Testing

/// The golden ledger of semantics 3.12 as far as this scope goes: bought, sold, billed, paid.
extension Trade {
    /// 100 pieces at 10.00 come in on 2026-02-01.
    func receive() throws {
        try run(
            "purchasing.create-order",
            """
            {"order": "PO-1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "100"}]}
            """, on: "2026-02-01")
        for step in ["submit", "approve", "send", "confirm"] {
            try run("purchasing.\(step)-order", #"{"order": "PO-1"}"#)
        }
        try run("purchasing.receive-goods", #"{"order": "PO-1"}"#)
    }

    /// An order of 60 at 15.00 is placed, reserved and shipped on 2026-02-03.
    func ship() throws {
        try place("SO-1", quantity: 60, on: "2026-02-03")
        try run("inventory.reserve", #"{"order": "SO-1"}"#)
        try run("fulfillment.ship", #"{"order": "SO-1"}"#)
    }

    func place(
        _ order: String, quantity: Int, customer: String = "C1", more: String = "", on date: String
    ) throws {
        try run(
            "sales.place-order",
            """
            {"order": "\(order)", "customer": "\(customer)", "warehouse": "W1"\(more),
             "lines": [{"product": "P1", "quantity": "\(quantity)", "price": "15.00"}]}
            """, on: date)
    }

    /// The order is billed on 2026-02-05, due 30 days later.
    func invoice() throws {
        try run("finance.post-invoice", #"{"order": "SO-1"}"#, on: "2026-02-05")
    }

    /// The supplier bills 10.20 instead of 10.00 on 2026-02-10.
    func bill() throws {
        try run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI-1", "supplier": "S1", "theirNumber": "R-100",
             "documentDate": "2026-02-10", "lines": [{"order": "PO-1", "orderLine": 1,
             "quantity": "100", "price": "10.20", "taxCode": "standard"}]}
            """, on: "2026-02-10")
        try run("purchasing.match-invoice", #"{"invoice": "SI-1"}"#)
        if state(SupplierInvoiceState.self, "SI-1").status == .blocked {
            try run(
                "purchasing.release-invoice-block",
                #"{"invoice": "SI-1", "reason": "The price rose."}"#)
        }
        for _ in state(SupplierInvoiceState.self, "SI-1").levels {
            try run("purchasing.approve-invoice", #"{"invoice": "SI-1"}"#)
        }
        try run("purchasing.post-invoice", #"{"invoice": "SI-1"}"#)
    }

    /// The customer pays 1,000.00 of 1,080.00 on 2026-03-01, and we pay the supplier.
    func pay() throws {
        try run(
            "finance.receive-payment",
            #"{"customer": "C1", "amount": "1000.00", "reference": "part"}"#, on: "2026-03-01")
        try run("finance.make-payment", #"{"supplier": "S1", "amount": "1224.00"}"#)
    }

    /// All of it.
    static func golden() throws -> Trade {
        let trade = try Trade()
        try trade.receive()
        try trade.ship()
        try trade.invoice()
        try trade.bill()
        try trade.pay()
        return trade
    }
}
