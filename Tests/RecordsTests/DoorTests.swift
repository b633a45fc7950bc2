import Records
import Testing

private struct Counts: Record {
    let numbers: [Int64]
    let texts: [String]

    static let schema = Schema<Counts>(
        "sample.counts", "", Field(1, "numbers", \.numbers, limits: .positive),
        Field(2, "texts", \.texts), make: Counts.init)
}

@Suite("What comes in as JSON is checked field by field, and a refusal says where and why")
struct DoorTests {
    private func read(_ text: String, currency code: String? = "EUR") throws -> Order {
        try Order.read(
            try JSONValue.parse(text),
            JSONContext(currency: try code.map { try currency($0) }))
    }

    @Test("an order is read, with or without currency and unit")
    func reads() throws {
        let order = try read(
            """
            {"date": "2026-09-30", "customer": "ALFKI", "lines": [
              {"product": "P-11", "quantity": "12", "price": "14.00"},
              {"price": "3 USD", "quantity": "1.5 kg", "product": "箱-1", "note": "rush"}]}
            """)
        #expect(order.customer.text == "ALFKI")
        #expect(order.date.description == "2026-09-30")
        #expect(order.lines.map(\.price.description) == ["14.00 EUR", "3.00 USD"])
        #expect(order.lines.map(\.quantity.description) == ["12", "1.5 kg"])
        #expect(order.lines.map(\.note) == [nil, "rush"])
        let json = order.json(JSONContext(currency: try currency("EUR"))).description
        #expect(
            json
                == """
                {"customer":"ALFKI","lines":[\
                {"product":"P-11","quantity":"12","price":"14.00"},\
                {"product":"箱-1","quantity":"1.5 kg","price":"3.00 USD","note":"rush"}],\
                "date":"2026-09-30"}
                """)
    }

    @Test("a refusal names all fields that are missing, an absent list among them")
    func allMissing() throws {
        let all = #expect(throws: InputFailure.self) { try read("{}") }
        #expect(all?.path == "customer")
        #expect(all?.reason.hasSuffix(#"missing too: "lines""#) == true, "\(all?.reason ?? "")")
        let lines = #expect(throws: InputFailure.self) { try read(#"{"customer": "A"}"#) }
        #expect(lines?.code == .missingField)
        let inner = #expect(throws: InputFailure.self) {
            try read(#"{"customer": "A", "lines": [{"note": "x"}]}"#)
        }
        #expect(inner?.path == "lines[0].product")
        #expect(inner?.reason.hasSuffix(#"missing too: "quantity", "price""#) == true)
    }

    @Test("a number outside its limits is told the range")
    func range() throws {
        #expect(
            Int64(13).violation(of: Limits(sign: .positive, magnitudeMax: 12))
                == "expected a number from 1 to 12, found 13")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let json: String
        let code: InputFailure.Code
        let path: String

        init(_ json: String, _ code: InputFailure.Code, at path: String) {
            self.json = json
            self.code = code
            self.path = path
        }

        var testDescription: String { "\(json) -> \(code) at \(path)" }
    }

    static func line(_ members: String) -> String {
        #"{"customer":"A","lines":[{\#(members)}]}"#
    }

    // swift-format-ignore
    static let refusals: [Refusal] = [
        Refusal("[]", .wrongType, at: ""),
        Refusal("{}", .missingField, at: "customer"),
        Refusal(#"{"customer":null}"#, .missingField, at: "customer"),
        Refusal(#"{"customer":7,"lines":[]}"#, .wrongType, at: "customer"),
        Refusal(#"{"customer":"a b","lines":[]}"#, .badValue, at: "customer"),
        Refusal(#"{"customer":"A"}"#, .missingField, at: "lines"),
        Refusal(#"{"customer":"A","lines":[]}"#, .outOfRange, at: "lines"),
        Refusal(#"{"customer":"A","lines":{}}"#, .wrongType, at: "lines"),
        Refusal(#"{"customer":"A","lines":[1]}"#, .wrongType, at: "lines[0]"),
        Refusal(#"{"customer":"A","custmer":"B"}"#, .unknownField, at: "custmer"),
        Refusal(#"{"customer":"A","lines":[{"product":"P","quantity":"1","price":"1"}],"date":"2026-02-30"}"#, .badValue, at: "date"),
        Refusal(line(#""product":"P""#), .missingField, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":1,"price":"1""#), .wrongType, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":" 1","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1 ","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1  kg","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1 kg net","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1 \#(String(repeating: "k", count: 33))","price":"1""#), .badValue, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"0","price":"1""#), .outOfRange, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"-1","price":"1""#), .outOfRange, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"0.0000001","price":"1""#), .outOfRange, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1000000000.000001","price":"1""#), .outOfRange, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"99999999999999999999999","price":"1""#), .outOfRange, at: "lines[0].quantity"),
        Refusal(line(#""product":"P","quantity":"1","price":"-0.01""#), .outOfRange, at: "lines[0].price"),
        Refusal(line(#""product":"P","quantity":"1","price":"1 XXX""#), .badValue, at: "lines[0].price"),
        Refusal(line(#""product":"P","quantity":"1","price":"1e3""#), .badValue, at: "lines[0].price"),
        Refusal(line(#""product":"P","quantity":"1","price":"1","note":"\#(String(repeating: "x", count: 21))""#), .outOfRange, at: "lines[0].note"),
        Refusal(line(#""product":"P","quantity":"1","price":"1","note":"\u0000""#), .outOfRange, at: "lines[0].note"),
        Refusal(line(#""product":"P","quantity":"1","price":"1","nite":"x""#), .unknownField, at: "lines[0].nite"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Refusal) throws {
        let failure = try #require(throws: InputFailure.self) { try read(row.json) }
        #expect(failure.code == row.code)
        #expect(failure.path == row.path)
        #expect(!failure.reason.isEmpty)
    }

    @Test("a misspelt name is answered with the nearest one and with all there are")
    func nearestName() throws {
        let failure = try #require(throws: InputFailure.self) {
            try read(#"{"custmer":"A"}"#)
        }
        #expect(
            failure.reason
                == #"sample.order has no field "custmer"; did you mean "customer"? "#
                + "It has: customer, lines, date")
        #expect(nearest(to: "quantiy", among: ["price", "quantity"]) == "quantity")
        #expect(nearest(to: "zzz", among: ["price", "quantity"]) == nil)
        #expect(nearest(to: "", among: ["price"]) == nil)
        #expect(nearest(to: String(repeating: "x", count: 100_000), among: ["price"]) == nil)
    }

    @Test("a message shows only the beginning of what came from outside")
    func longInput() throws {
        let long = String(repeating: "x", count: 100_000)
        for text in [
            #"{"\#(long)":1}"#, #"{"customer":"A","date":"\#(long)","lines":[]}"#,
            Self.line(#""product":"P","quantity":"\#(long)""#),
            Self.line(#""product":"P","quantity":"1","price":"1 \#(long)""#),
            #"{"customer":\#(String(repeating: "1", count: 100_000))}"#,
        ] {
            let failure = try #require(throws: InputFailure.self) { try read(text) }
            #expect(failure.description.utf8.count < 400)
        }
    }

    @Test("an amount without a currency needs a company that has one")
    func noCompany() throws {
        let text = Self.line(#""product":"P","quantity":"1","price":"1""#)
        let failure = try #require(throws: InputFailure.self) {
            try read(text, currency: nil)
        }
        #expect(failure.code == .badValue && failure.path == "lines[0].price")
    }

    @Test("limits of a list's numbers and texts hold for each entry")
    func entries() throws {
        let context = JSONContext(currency: nil)
        func refusal(_ text: String) throws -> InputFailure {
            let failure = try #require(throws: InputFailure.self) {
                try Counts.read(try JSONValue.parse(text), context)
            }
            return failure
        }
        #expect(try refusal(#"{"numbers":[1,0]}"#).path == "numbers")
        #expect(try refusal(#"{"numbers":[1.5]}"#).path == "numbers[0]")
        #expect(try refusal(#"{"numbers":[1e2]}"#).code == .wrongType)
        #expect(try refusal(#"{"numbers":[9223372036854775808]}"#).code == .wrongType)
        #expect(try refusal(#"{"texts":["\u0000"]}"#).code == .outOfRange)
        #expect(
            try refusal(#"{"texts":["\#(String(repeating: "x", count: 1_001))"]}"#).code
                == .outOfRange)
    }

    @Test("a text may be as long in one script as in another", arguments: ["x", "é", "汉", "𝛑"])
    func characters(_ character: String) throws {
        func violation(_ count: Int) -> String? {
            String(repeating: character, count: count).violation(of: .count(2...20))
        }
        #expect(violation(20) == nil)
        #expect(violation(21) == "expected at most 20 characters, found 21")
        #expect(violation(1) == "expected at least 2 characters, found 1")
        #expect("".violation(of: .notEmpty) == "expected at least 1 character, found 0")
    }

    @Test("words come from a closed list")
    func words() throws {
        let context = JSONContext(currency: nil)
        #expect(try Colour.read(.string("deep-blue"), context) == .deepBlue)
        let failure = try #require(throws: InputFailure.self) {
            try Colour.read(.string("blue"), context)
        }
        #expect(failure.reason == #"expected one of "red", "green", "deep-blue", found "blue""#)
    }
}

@Suite("A declaration describes itself to rules, programs and people")
struct DescriptionTests {
    @Test("a record's fields in the eyes of rules")
    func content() throws {
        let order = try CodecTests.goldenRecord()
        #expect(order.content(of: "customer") == .text("ALFKI"))
        #expect(order.content(of: "date") == .date(order.date))
        #expect(order.content(of: "nothing") == nil)
        #expect(
            order.content(of: "lines")
                == .list([
                    .record(
                        RecordContent([
                            NamedContent("product", .text("P-11")),
                            NamedContent("quantity", .number(try quantity("12").decimal)),
                            NamedContent("price", .number(try price("14").decimal)),
                            NamedContent("note", .null),
                        ]))
                ]))
    }

    @Test("what follows from the fields is there for rules, and for nobody else")
    func derived() throws {
        let heavy = Parcel(weight: 31)
        #expect(heavy.content(of: "isHeavy") == .boolean(true))
        #expect(Parcel(weight: 30).content(of: "isHeavy") == .boolean(false))
        #expect(
            heavy.content
                == .record(
                    RecordContent([
                        NamedContent("weight", .number(Decimal(unscaled: 31, scale: 0))),
                        NamedContent("isHeavy", .boolean(true)),
                    ])))
        #expect(heavy.encoded() == Parcel(weight: 31).encoded())
        #expect(try Parcel.decoded(from: heavy.encoded()).weight == 31)
        #expect(Parcel.schema.description.fields.map(\.name) == ["weight"])
        let context = JSONContext(currency: nil)
        #expect(heavy.json(context).description == #"{"weight":31}"#)
        let failure = try #require(throws: InputFailure.self) {
            try Parcel.read(try JSONValue.parse(#"{"weight":31,"isHeavy":true}"#), context)
        }
        #expect(failure.code == .unknownField)
    }

    @Test("the things that an event concerns, those in its lines included, once each")
    func references() throws {
        let order = try CodecTests.goldenRecord()
        let twice = Order(
            customer: order.customer, lines: order.lines + order.lines, date: order.date)
        #expect(
            twice.references == [
                ObjectReference(type: "sales.customer", id: "ALFKI", qualifier: "customer"),
                ObjectReference(type: "inventory.product", id: "P-11", qualifier: "product"),
            ])
        #expect(twice.references.map(\.text) == ["sales.customer/ALFKI", "inventory.product/P-11"])
    }

    @Test("a line as JSON Schema")
    func jsonSchema() {
        #expect(
            Line.schema.description.jsonSchema.description
                == """
                {"type":"object","title":"sample.line","description":"One line.","properties":{\
                "product":{"type":"string","maxLength":64,"x-identifier-of":"inventory.product",\
                "description":"What is sold."},\
                "quantity":{"type":"string","pattern":"^-?[0-9]+(\\\\.[0-9]+)?( \\\\S+)?$",\
                "examples":["12.5"],"x-kind":"quantity","description":"How much of it."},\
                "price":{"type":"string","pattern":"^-?[0-9]+(\\\\.[0-9]+)?( [A-Z]{3})?$",\
                "examples":["14.00"],"x-kind":"unit-price","description":"What one unit costs."},\
                "note":{"type":"string","maxLength":20,\
                "description":"What else there is to say."}},\
                "required":["product","quantity","price"],"additionalProperties":false}
                """)
    }

    @Test("a list that must not be empty is required, a field with a default is not")
    func required() {
        let fields = Order.schema.description.fields
        #expect(fields.map(\.isRequired) == [true, true, false])
        #expect(fields.map(\.number) == [1, 2, 3])
        #expect(
            fields.map(\.kind.name) == [
                "id of sales.customer", "list of record sample.line", "date",
            ])
        #expect(fields.map(\.concerns) == [true, false, false])
    }

    @Test("every kind of field has a name and a JSON Schema")
    func everyKind() throws {
        let schema = Everything.schema.description.jsonSchema
        let properties = try #require(schema["properties"]?.objectMembers)
        #expect(properties.count == 19)
        #expect(try JSONValue.parse(schema.encoded()) == schema)
        #expect(
            Contact.schema.description.jsonSchema["properties"]?["name"]?["x-personal"]
                == .boolean(true))
    }
}
