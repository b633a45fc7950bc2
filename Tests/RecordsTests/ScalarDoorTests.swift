import Records
import Testing

@Suite("Each kind of field takes its own JSON and nothing else")
struct ScalarDoorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let good: [String]
        let bad: [String]
        let read: @Sendable (JSONValue) throws -> JSONValue

        init<Value: FieldValue>(_ type: Value.Type, good: [String], bad: [String]) {
            name = Value.kind.name
            self.good = good
            self.bad = bad
            read = { json in
                let context = JSONContext(currency: Currency(code: "EUR"))
                return try Value.read(json, context).json(context)
            }
        }

        var testDescription: String { name }
    }

    // swift-format-ignore
    static let cases: [Case] = [
        Case(String.self,   good: [#""""#, #""箱""#], bad: ["1", "true", "[]", "{}", "null"]),
        Case(Bool.self,     good: ["true", "false"],  bad: ["0", "1", #""true""#, "null"]),
        Case(Int64.self,    good: ["0", "-1", "9223372036854775807", "-9223372036854775808"], bad: ["1.0", "1e2", #""1""#, "9223372036854775808", "null"]),
        Case(Money.self,    good: [#""14.00""#, #""-0.05""#, #""14 JPY""#, #""1.500 KWD""#], bad: ["14", #""14.001""#, #""14.5 JPY""#, #""EUR 14""#, #""14.00EUR""#, #""14.00 eur""#, #""14.00 EUR ""#, #""92233720368547758.08""#, "null"]),
        Case(Quantity.self, good: [#""12.5""#, #""-1 kg""#, #""3 箱""#, #""2 km/h""#], bad: ["12", #""1.0000001""#, #""1 k\u0000g""#, #""1 k\u0308g ""#, #""1 a\u0308""#, #""kg""#, "null"]),
        Case(UnitPrice.self, good: [#""14.00""#, #""0.000001 USD""#], bad: ["14", #""0.0000001""#, #""1 XXX""#, "null"]),
        Case(Rate.self,     good: [#""0.22""#, #""-1""#, #""0.000000000001""#], bad: ["0.22", #""0.22 EUR""#, #""22%""#, #""0.0000000000001""#, "null"]),
        Case(Currency.self, good: [#""EUR""#], bad: [#""eur""#, #""XXX""#, #""""#, "1", "null"]),
        Case(BusinessDate.self, good: [#""0001-01-01""#, #""2024-02-29""#, #""9999-12-31""#], bad: [#""2023-02-29""#, #""today""#, "20260930", "null"]),
        Case(Instant.self,  good: [#""2026-09-30T12:00:00Z""#, #""2026-09-30T12:00:00.000001Z""#], bad: [#""2026-09-30""#, #""2026-09-30T12:00:00+02:00""#, "0", "null"]),
        Case(Blob.self,     good: [#""""#, #""AAEC""#, #""/w==""#], bad: [#""A""#, #""***""#, "[0]", "null"]),
        Case(Identifier<Product>.self, good: [#""P-11""#, #""箱""#], bad: [#""""#, #""a b""#, #""a/b""#, "1", "null"]),
        Case(Colour.self,   good: [#""red""#, #""deep-blue""#], bad: [#""Red""#, #""deepBlue""#, #""""#, "0", "null"]),
        Case([Int64].self,  good: ["[]", "[1,2]"], bad: ["1", "{}", #"["1"]"#, "[null]", "[[1]]", "null"]),
        Case(Int64?.self,   good: ["null", "1"], bad: [#""1""#, "1.5"]),
        Case(JSONValue.self, good: ["null", "1e5", #"{"a":[1,{"b":null}]}"#], bad: []),
    ]

    @Test(arguments: cases)
    func takes(_ row: Case) throws {
        for text in row.good {
            #expect(try row.read(JSONValue.parse(text)).description == text)
        }
        for text in row.bad {
            let json = try JSONValue.parse(text)
            let failure = #expect(throws: InputFailure.self, "\(text)") { try row.read(json) }
            #expect(failure?.reason.contains("expected") == true, "\(text)")
        }
    }

    @Test("a stored truth value is 0 or 1")
    func storedBooleans() throws {
        func read(_ byte: UInt8) throws -> Bool {
            try ByteReader.decode([byte]) { (reader: inout ByteReader) throws(CodecFailure) in
                try Bool.decode(from: &reader, wire: .number)
            }
        }
        #expect(try read(0) == false)
        #expect(try read(1) == true)
        #expect(throws: CodecFailure.badValue(kind: "truth value")) { try read(2) }
    }
}
