import Business
import Client
import Engine
import Foundation
import Import
import Records
import Testing

/// A small import of everything a mapping can do, over a socket.
@Suite("A small import", .serialized)
struct SampleImportTests {
    static let mapping = """
        import: sample
        history: true
        values: {begin: 2024-01-01}
        clock: {from: "{begin}", until: 2024-03-31}
        commands:
          - command: finance.found-company
            key: company
            date: "{begin}"
            rank: 1
            fields: {name: Sample, country: US, baseCurrency: USD}
          - command: inventory.register-warehouse
            key: warehouse
            date: "{begin}"
            rank: 1
            creates: warehouse
            fields: {warehouse: main, name: Main}
        files:
          - name: products
            file: products.csv
            key: name
            columns: {price: number, stock: number}
            commands:
              - command: inventory.register-product
                key: "product-{id}"
                date: "{begin}"
                rank: 2
                creates: product
                fields:
                  product: "P{id}"
                  name: "{name}"
                  taxCode: out-of-scope
                  external: {source: shop, id: "{id}"}
              - command: inventory.take-on-stock
                when: = stock > 0
                key: "stock-{id}"
                date: "{begin}"
                posting-date: 2023-12-31
                rank: 3
                fields:
                  product: "ext:shop/{id}"
                  warehouse: main
                  quantity: "{stock}"
                  value: = round half up(price / 2, 2) * stock
          - name: customers
            file: customers.csv
            key: id
            commands:
              - command: sales.open-account
                key: "customer-{id}"
                date: "{begin}"
                rank: 4
                creates: account
                fields: {account: "{id}", name: "{name}", external: {source: shop, id: "{id}"}}
          - name: lines
            file: lines.csv
            columns: {quantity: number, discount: number}
            mend:
              - column: product
                values: {Lampp: Lamp}
            lookups:
              item: {file: products, by: "{product}"}
          - name: orders
            file: orders.csv
            columns: {date: date}
            assume:
              - column: date
                value: 2024-02-01
                reason: an order without a date
            lookups:
              who: {file: customers, by: "{customer}"}
            group:
              lines: {file: lines, key: order, by: "{id}"}
            commands:
              - command: sales.place-order
                key: "order-{id}"
                date: "{date}"
                rank: 10
                creates: order
                fields:
                  order: "SO-{id}"
                  customer: "ext:shop/{customer}"
                  reference: "{who.name}, {id}"
                  lines:
                    each: lines
                    fields:
                      product: "ext:shop/{item.id}"
                      quantity: "{quantity}"
                      discount: = if discount = null then 0 else discount / 100
                      price: "{item.price}"
        """

    static let files: [(name: String, text: String)] = [
        ("sample.yaml", mapping),
        ("products.csv", "id,name,price,stock\n1,Lamp,19.99,10\n2,\"Desk, oak\",250,0\n"),
        ("customers.csv", "id,name\n1,First\n2,Second\n"),
        ("orders.csv", "id,customer,date\n7,1,2024-02-10\n8,2,2024-01-15\n9,1,\n"),
        (
            "lines.csv",
            "order,product,quantity,discount\n7,Lamp,2,\n7,\"Desk, oak\",1,15\n8,Lampp,3,5\n9,Lamp,1,\n"
        ),
    ]

    private func folder(_ changes: [String: String] = [:]) async throws -> ImportFolder {
        let folder = try await ImportFolder.start()
        for (name, text) in Self.files { try folder.write(name, changes[name] ?? text) }
        return folder
    }

    @Test("rows become commands on one time line; what was mended and assumed is told")
    func imports() async throws {
        let folder = try await folder()
        let report = try await folder.run("sample.yaml")
        #expect(report.refused == [])
        #expect(report.rows == 11)
        #expect(report.commands == 10)
        #expect(report.accepted == 10)
        #expect(
            report.notes.map { "\($0.kind) \($0.what) \($0.rows)" } == [
                "mended product \"Lampp\" means \"Lamp\" 1",
                "assumed date: an order without a date 1",
            ])
        let orders = try folder.facts(OrderPlaced.self)
        #expect(orders.map(\.date.description) == ["2024-01-15", "2024-02-01", "2024-02-10"])
        #expect(orders.map(\.fact.customer.text) == ["2", "1", "1"])
        #expect(orders.map(\.fact.net.description) == ["56.97 USD", "19.99 USD", "252.48 USD"])
        #expect(orders.last?.fact.reference == "First, 7")
        #expect(orders.last?.fact.lines.map(\.product.text) == ["P1", "P2"])
        let stock = try folder.facts(StockTakenOn.self)
        #expect(stock.map { "\($0.date) \($0.fact.value)" } == ["2023-12-31 100.00 USD"])
        #expect(
            try await folder.ask("query engine.object {\"object\":\"clock.clock/main\"}").body[
                "time"]
                == .string("2024-03-31T00:00:00Z"))
        try await folder.stop()
    }

    @Test("running it again changes nothing")
    func resumes() async throws {
        let folder = try await folder()
        _ = try await folder.run("sample.yaml")
        let end = folder.end
        let again = try await folder.run("sample.yaml")
        #expect(again.refused == [])
        #expect(again.accepted == 0)
        #expect(again.unchanged == 10)
        #expect(folder.end == end)
        try await folder.stop()
    }

    @Test("an import that was cut short goes on, and ends as one that was not")
    func continues() async throws {
        let folder = try await folder([
            "orders.csv": "id,customer,date\n8,2,2024-01-15\n",
            "lines.csv": "order,product,quantity,discount\n8,Lampp,3,5\n",
        ])
        _ = try await folder.run("sample.yaml")
        for (name, text) in Self.files { try folder.write(name, text) }
        let report = try await folder.run("sample.yaml")
        #expect(report.refused == [])
        #expect(report.accepted == 2)
        #expect(report.unchanged == 8)
        #expect(
            try folder.facts(OrderPlaced.self).map(\.date.description)
                == ["2024-01-15", "2024-02-01", "2024-02-10"])
        try await folder.stop()
    }

    @Test("a condition that is neither true nor false refuses its rows, and each as a whole")
    func conditionOfNoKind() async throws {
        let mapping = Self.mapping.replacing("when: = stock > 0", with: "when: = stock")
        #expect(mapping != Self.mapping)
        let folder = try await folder(["sample.yaml": mapping])
        let report = try await folder.run("sample.yaml")
        let told = report.refused.filter { $0.message.contains("when: expected true or false") }
        #expect(!told.isEmpty && told.allSatisfy { $0.source.file == "products.csv" })
        // The command before it in the same row is not given either.
        #expect(try folder.facts(ProductRegistered.self).isEmpty)
        try await folder.stop()
    }

    @Test("a dry run checks everything and writes nothing")
    func dryRun() async throws {
        let folder = try await folder()
        let end = folder.end
        let report = try await folder.run("sample.yaml", isDryRun: true)
        #expect(report.isDryRun)
        #expect(report.refused == [])
        #expect(report.commands == 10)
        #expect(folder.end == end)
        try await folder.stop()
    }

    @Test("a dry run finds what neither an earlier command makes nor the folder has")
    func references() async throws {
        let mapping = Self.mapping.replacing(
            "customer: \"ext:shop/{customer}\"", with: "customer: \"X{customer}\"")
        let folder = try await folder(["sample.yaml": mapping])
        let report = try await folder.run("sample.yaml", isDryRun: true)
        #expect(
            report.refused.map { "\($0.source.file):\($0.source.line)" } == [
                "orders.csv:3", "orders.csv:4", "orders.csv:2",
            ])
        #expect(report.refused.first?.message.contains("sales.account \"X2\"") == true)
        try await folder.stop()
    }

    @Test("a dry run finds names of another system that nothing came by")
    func externalReferences() async throws {
        let mapping = Self.mapping.replacing(
            "external: {source: shop, id: \"{id}\"}}",
            with: "external: {source: store, id: \"{id}\"}}")
        #expect(mapping != Self.mapping)
        let folder = try await folder(["sample.yaml": mapping])
        let report = try await folder.run("sample.yaml", isDryRun: true)
        #expect(report.refused.map(\.source.line) == [3, 4, 2])
        #expect(report.refused.first?.message.contains("ext:shop/2") == true)
        // The folder has them once they were imported.
        try folder.write("sample.yaml", Self.mapping)
        _ = try await folder.run("sample.yaml")
        try folder.write("sample.yaml", mapping)
        #expect(try await folder.run("sample.yaml", isDryRun: true).refused == [])
        try await folder.stop()
    }

    struct Refusal: CustomTestStringConvertible {
        let name: String
        let file: String
        let text: String
        /// `file:line` and words of the reason.
        let refused: [(place: String, words: String)]
        var testDescription: String { name }
    }

    // swift-format-ignore
    static let refusals: [Refusal] = [
        Refusal(name: "a number that is none", file: "products.csv", text: "id,name,price,stock\n1,Lamp,cheap,10\n2,\"Desk, oak\",250,0\n",
            refused: [("products.csv:2", "price: expected a decimal number"), ("orders.csv:2", "\"Lamp\""), ("orders.csv:3", "\"Lamp\""), ("orders.csv:4", "\"Lamp\"")]),
        Refusal(name: "a date that does not exist", file: "orders.csv", text: "id,customer,date\n7,1,2024-02-30\n8,2,2024-01-15\n9,1,\n",
            refused: [("orders.csv:2", "date: expected a date that exists"), ("lines.csv:2", "found none"), ("lines.csv:3", "found none")]),
        Refusal(name: "a date before the clock begins", file: "orders.csv", text: "id,customer,date\n7,1,2023-02-10\n8,2,2024-01-15\n9,1,\n",
            refused: [("orders.csv:2", "where the clock begins")]),
        Refusal(name: "a missing column", file: "orders.csv", text: "id,customer,date\n7,1\n8,2,2024-01-15\n9,1,\n",
            refused: [("orders.csv:2", "expected 3 columns"), ("lines.csv:2", "found none"), ("lines.csv:3", "found none")]),
        Refusal(name: "a child without a parent", file: "lines.csv", text: "order,product,quantity,discount\n7,Lamp,2,\n8,Lamp,3,5\n9,Lamp,1,\n10,Lamp,1,\n",
            refused: [("lines.csv:5", "expected \"10\" in orders.csv")]),
        Refusal(name: "a value that cannot be looked up", file: "lines.csv", text: "order,product,quantity,discount\n7,Chair,2,\n8,Lamp,3,5\n9,Lamp,1,\n",
            refused: [("orders.csv:2", "lines.csv:2: item: expected \"Chair\" in products.csv")]),
        Refusal(name: "a key that stands twice", file: "orders.csv", text: "id,customer,date\n7,1,2024-02-10\n8,2,2024-01-15\n9,1,\n9,2,\n",
            refused: [("orders.csv:5", "key")]),
        Refusal(name: "what the daemon refuses", file: "lines.csv", text: "order,product,quantity,discount\n7,Lamp,-2,\n8,Lamp,3,5\n9,Lamp,1,\n",
            refused: [("orders.csv:2", "quantity")]),
    ]

    @Test(
        "a row that is wrong is told with file, line and reason; the others are imported",
        arguments: refusals)
    func refuses(_ row: Refusal) async throws {
        let folder = try await folder([row.file: row.text])
        let report = try await folder.run("sample.yaml")
        let found = report.refused.map { "\($0.source.file):\($0.source.line)" }
        #expect(found.sorted() == row.refused.map(\.place).sorted(), "\(report.refused)")
        for expected in row.refused {
            let isTold = report.refused.contains {
                "\($0.source.file):\($0.source.line)" == expected.place
                    && $0.message.contains(expected.words)
            }
            #expect(isTold, "\(expected): \(report.refused)")
        }
        try await folder.stop()
    }

    struct Fault: CustomTestStringConvertible {
        let name: String
        let change: (from: String, to: String)
        let words: String
        var testDescription: String { name }
    }

    // swift-format-ignore
    static let faults: [Fault] = [
        Fault(name: "a command that is not there", change: ("sales.place-order", "sales.place-orders"), words: "sample.yaml:74"),
        Fault(name: "a field that the command has not", change: ("reference: \"{who", "referenc: \"{who"), words: "did you mean \"reference\""),
        Fault(name: "a required field that is not mapped", change: ("customer: \"ext:shop/{customer}\"", "channel: import"), words: "needs the field \"customer\""),
        Fault(name: "a column that the file has not", change: ("date: \"{date}\"\n", "date: \"{day}\"\n"), words: "no column, lookup, group or value \"day\""),
        Fault(name: "a column that a looked-up file has not", change: ("{who.name}", "{who.nam}"), words: "did you mean \"name\""),
        Fault(name: "a name in an expression that is unknown", change: ("discount / 100", "rebate / 100"), words: "\"rebate\""),
        Fault(name: "an expression that is no FEEL", change: ("discount / 100", "discount / / 100"), words: "no FEEL"),
        Fault(name: "a group that is not there", change: ("each: lines", "each: rows"), words: "no group \"rows\""),
        Fault(name: "a list where a text is expected", change: ("reference: \"{who.name}, {id}\"", "reference: [a, b]"), words: "expected string, found a list"),
        Fault(name: "a brace that is not closed", change: ("\"SO-{id}\"", "\"SO-{id\""), words: "closing brace"),
        Fault(name: "a column that the types name", change: ("columns: {date: date}", "columns: {day: date}"), words: "orders.csv has no column \"day\""),
        Fault(name: "a group by a column that is not there", change: ("key: order, by", "key: orders, by"), words: "lines.csv has no column \"orders\""),
        Fault(name: "a command of history without a date", change: ("        date: \"{date}\"\n", ""), words: "expected a `date`"),
        Fault(name: "a literal that the schema refuses", change: ("country: US", "country: U.S.A."), words: "at most 2 characters"),
        Fault(name: "a clock that ends before it begins", change: ("until: 2024-03-31", "until: 2023-03-31"), words: "until on or after"),
        Fault(name: "a definition file that is not there", change: ("commands:\n  - command: finance", "definitions: {deploy: [{file: a.bpmn, as: processes/a.bpmn}]}\ncommands:\n  - command: finance"), words: "a.bpmn beside the mapping"),
    ]

    @Test(
        "a mapping that does not fit files or commands is told, and nothing is written",
        arguments: faults)
    func fits(_ fault: Fault) async throws {
        let changed = Self.mapping.replacing(fault.change.from, with: fault.change.to)
        #expect(changed != Self.mapping)
        let folder = try await folder(["sample.yaml": changed])
        let end = folder.end
        do {
            _ = try await folder.run("sample.yaml")
            Issue.record("expected a failure")
        } catch {
            #expect("\(error)".contains("sample.yaml:"), "\(error)")
            #expect("\(error)".contains(fault.words), "\(error)")
        }
        #expect(folder.end == end)
        try await folder.stop()
    }

    @Test("history is refused on a real clock")
    func clock() async throws {
        let folder = try await ImportFolder.start(clock: .real)
        for (name, text) in Self.files { try folder.write(name, text) }
        let end = folder.end
        for isDryRun in [true, false] {
            do {
                _ = try await folder.run("sample.yaml", isDryRun: isDryRun)
                Issue.record("expected a failure")
            } catch let failure as ImportFailure {
                #expect(failure.description.hasPrefix("clock-not-manual:"))
            }
        }
        #expect(folder.end == end)
        try await folder.stop()
    }

    @Test("a file that is not there, and a daemon that does not answer, are told")
    func missing() async throws {
        let folder = try await folder()
        try FileManager.default.removeItem(atPath: "\(folder.path)/files/lines.csv")
        await #expect(throws: ImportFailure.self) { try await folder.run("sample.yaml") }
        try await folder.stop()
        await #expect(throws: ImportFailure.self) { try await folder.run("sample.yaml") }
    }
}
