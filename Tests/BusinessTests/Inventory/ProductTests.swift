import Business
import Records
import Testing

@Suite("Products and warehouses")
struct ProductTests {
    @Test("a product is registered with defaults, changed, and discontinued")
    func life() throws {
        let fixture = try StockFixture()
        try fixture.run(
            "inventory.register-product",
            """
            {"product": "P", "name": "Chai", "external": {"source": "northwind", "id": "1"},
             "replenishment": {"reorderPoint": "10 pcs", "target": "70"}}
            """)
        var product = fixture.books.state(ProductState.self, "P")
        #expect(product.kind == .stock)
        #expect(product.costing == .avco)
        #expect(product.unit == "pcs")
        #expect(product.replenishment?.reorderPoint == (try count("10")))
        #expect(product.replenishment?.multiple == (try count("1")))
        #expect(product.external?.id == "1")
        try fixture.run("inventory.change-product", #"{"product": "P", "name": "Tea"}"#)
        try fixture.run("inventory.set-replenishment", #"{"product": "P"}"#)
        try fixture.run("inventory.discontinue-product", #"{"product": "P", "reason": "old"}"#)
        product = fixture.books.state(ProductState.self, "P")
        #expect(product.name == "Tea")
        #expect(product.productClass == "goods")
        #expect(product.replenishment == nil)
        #expect(product.isDiscontinued)
    }

    @Test("a command that changes nothing writes nothing")
    func unchanged() throws {
        let fixture = try StockFixture()
        try fixture.run("inventory.discontinue-product", #"{"product": "A"}"#)
        let commands = [
            ("inventory.change-product", #"{"product": "A", "name": "N"}"#),
            ("inventory.set-replenishment", #"{"product": "A"}"#),
            ("inventory.discontinue-product", #"{"product": "A"}"#),
        ]
        for (name, json) in commands { #expect(try fixture.run(name, json).isEmpty) }
    }

    struct Refused: CustomTestStringConvertible {
        let name: String
        let json: String
        let code: RejectionCode
        var testDescription: String { "\(name): \(code)" }
    }

    @Test(
        "refusals",
        arguments: [
            Refused(
                name: "inventory.register-product", json: #"{"product": "A", "name": "N"}"#,
                code: .alreadyExists),
            Refused(
                name: "inventory.register-warehouse", json: #"{"warehouse": "W", "name": "N"}"#,
                code: .alreadyExists),
            Refused(
                name: "inventory.register-product",
                json: """
                    {"product": "Q", "name": "N", "kind": "charge",
                     "replenishment": {"reorderPoint": "1", "target": "2"}}
                    """, code: .notStocked),
            Refused(
                name: "inventory.register-product",
                json: """
                    {"product": "Q", "name": "N", "unit": "kg",
                     "replenishment": {"reorderPoint": "1 pcs", "target": "2"}}
                    """, code: .unitMismatch),
            Refused(
                name: "inventory.change-product", json: #"{"product": "Q", "name": "N"}"#,
                code: .unknownObject),
            Refused(
                name: "inventory.discontinue-product", json: #"{"product": "Q"}"#,
                code: .unknownObject),
            Refused(
                name: "inventory.set-replenishment",
                json: """
                    {"product": "S", "replenishment": {"reorderPoint": "1", "target": "2"}}
                    """, code: .notStocked),
            Refused(
                name: "inventory.set-replenishment",
                json: """
                    {"product": "F", "replenishment": {"reorderPoint": "1", "target": "2"}}
                    """, code: .productDiscontinued),
        ])
    func refusals(_ row: Refused) throws {
        let fixture = try StockFixture()
        try fixture.run("inventory.discontinue-product", #"{"product": "F"}"#)
        let rejection = try fixture.refusal(of: row.name, row.json)
        #expect(rejection.code == row.code)
        #expect(fixture.books.registry.commands[row.name]?.rejections.contains(row.code) == true)
    }

    @Test(
        "what the door refuses of a product",
        arguments: [
            #"{"product": "a/b", "name": "N"}"#, #"{"product": "P", "name": ""}"#,
            #"{"product": "P", "name": "N", "kind": "thing"}"#, #"{"product": "P"}"#,
            #"{"product": "P", "name": "N", "colour": "red"}"#,
            """
            {"product": "P", "name": "N",
             "replenishment": {"reorderPoint": "-1", "target": "2"}}
            """,
        ])
    func badInput(json: String) throws {
        let fixture = try StockFixture()
        #expect(throws: InputFailure.self) {
            try fixture.run("inventory.register-product", json)
        }
    }
}
