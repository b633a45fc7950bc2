import Business
import Foundation
import Import
import Records
import Testing

/// A supplier played by a process that the mapping brings, and people who approve.
@Suite("A played supplier")
struct PlayedSupplierTests {
    static let mapping = """
        import: played
        history: true
        values: {begin: = date("2024-01-01")}
        clock: {from: "{begin}", until: 2024-03-31}
        definitions:
          remove:
            - processes/order-to-cash.bpmn
            - processes/procure-to-pay.bpmn
            - processes/quote-validity.bpmn
            - processes/replenishment.bpmn
            - processes/supplier-invoice.bpmn
          deploy:
            - {file: northwind-supplier.bpmn, as: processes/northwind-supplier.bpmn}
            - {file: northwind-roles.yaml, as: processes/roles/roles.yaml}
            - {file: northwind-split-limit.dmn, as: processes/rules/split-order-limit.dmn}
        work:
          - {command: purchasing.approve-order, as: [sales-desk, purchasing-head, finance-head]}
        commands:
          - command: finance.found-company
            key: company
            date: "{begin}"
            rank: 1
            fields: {name: Played, country: US, baseCurrency: USD}
          - command: inventory.register-warehouse
            key: warehouse
            date: "{begin}"
            rank: 2
            fields: {warehouse: main, name: Main}
          - command: purchasing.register-supplier
            key: supplier
            date: "{begin}"
            rank: 3
            fields: {supplier: S1, name: Supplier, paymentTerms: net-30, taxCode: out-of-scope}
          - command: inventory.register-product
            key: product
            date: "{begin}"
            rank: 4
            fields: {product: P1, name: Product, taxCode: out-of-scope}
          - command: purchasing.set-terms
            key: terms
            date: "{begin}"
            rank: 5
            fields: {supplier: S1, terms: [{product: P1, price: "20.00", leadTimeDays: "1"}]}
          - command: sales.open-account
            key: customer
            date: "{begin}"
            rank: 6
            fields: {account: C1, name: Customer}
        files:
          - name: orders
            file: orders.csv
            columns: {ordered: date, quantity: number}
            commands:
              - command: sales.place-order
                key: "order-{id}"
                date: "{ordered}"
                rank: 10
                as: sales-desk
                fields:
                  order: "SO-{id}"
                  customer: C1
                  lines: [{product: P1, quantity: "{quantity}", price: "30.00"}]
              - command: inventory.reserve
                key: "reserve-{id}"
                date: "{ordered}"
                rank: 11
                as: sales-desk
                fields: {order: "SO-{id}"}
              - command: fulfillment.ship
                key: "ship-{id}"
                date: = ordered + duration("P1D")
                rank: 20
                as: shipping-desk
                fields: {order: "SO-{id}"}
        """

    @Test(
        "it delivers after a day, bills at the order's price and is paid after 30; duties stay apart"
    )
    func buys() async throws {
        let folder = try await ImportFolder.start()
        try folder.write("played.yaml", Self.mapping)
        // The second order shall show that an amount below the limit needs nobody.
        try folder.write("orders.csv", "id,ordered,quantity\n1,2024-02-01,100\n2,2024-02-05,10\n")
        for name in [
            "northwind-supplier.bpmn", "northwind-roles.yaml", "northwind-split-limit.dmn",
        ] {
            try folder.write(
                name, try String(contentsOfFile: ImportFolder.mapping(name), encoding: .utf8))
        }
        let report = try await folder.run("played.yaml")
        #expect(report.refused == [])
        #expect(report.tasksDone == 1)
        #expect(report.incidents == 0)
        let approved = try folder.facts(PurchaseOrderApproved.self)
        #expect(
            approved.map { "\($0.date) \($0.fact.approver ?? "nobody") \($0.fact.value)" } == [
                "2024-02-01 purchasing-head 2000.00 USD", "2024-02-05 nobody 200.00 USD",
            ])
        let received = try folder.facts(GoodsReceived.self)
        #expect(
            received.map { "\($0.date) \($0.fact.lines.map(\.quantity.description))" } == [
                "2024-02-02 [\"100\"]", "2024-02-06 [\"10\"]",
            ])
        let billed = try folder.facts(SupplierInvoicePosted.self)
        #expect(
            billed.map { "\($0.date) \($0.fact.gross)" } == [
                "2024-02-02 2000.00 USD", "2024-02-06 200.00 USD",
            ])
        let paid = try folder.facts(PaymentMade.self)
        #expect(
            paid.map { "\($0.date) \($0.fact.amount)" } == [
                "2024-03-03 2000.00 USD", "2024-03-07 200.00 USD",
            ])
        let shipped = try folder.facts(OrderShippedInFull.self).map(\.date.description)
        #expect(shipped == ["2024-02-02", "2024-02-06"])
        try await folder.stop()
    }
}
