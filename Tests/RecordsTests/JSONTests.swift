import Records
import Testing

@Suite("JSON is read as RFC 8259 says, within limits")
struct JSONTests {
    // swift-format-ignore
    static let valid: [Row<String>] = [
        Row("null", "null"), Row(" true ", "true"), Row("\t\r\n false", "false"),
        Row("0", "0"), Row("-0", "-0"), Row("1.50", "1.50"), Row("1E+2", "1E+2"), Row("-1.0e-10", "-1.0e-10"),
        Row("123456789012345678901234567890.123", "123456789012345678901234567890.123"),
        Row("\"\"", "\"\""), Row("[]", "[]"), Row("{}", "{}"), Row("[ ]", "[]"), Row("{ }", "{}"),
        Row("[1 , 2,[ ] ]", "[1,2,[]]"), Row("{ \"a\" : 1 , \"\" : { } }", "{\"a\":1,\"\":{}}"),
        Row(#""\"\\\/\b\f\n\r\t""#, #""\"\\/\u0008\u000c\n\r\t""#),
        Row(#""\u0041\u00e9\u7bB1""#, #""Aé箱""#), Row(#""\ud83d\uDE9a""#, #""🚚""#), Row(#""\u0000""#, #""\u0000""#),
        Row("\"é箱🚚\u{7F}\"", "\"é箱🚚\u{7F}\""), Row(#""\uFFFF\u200b""#, "\"\u{FFFF}\u{200B}\""),
        Row("{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}"),
    ]

    @Test("valid texts are read, and written without spaces", arguments: valid)
    func reads(_ row: Row<String>) throws {
        #expect(try JSONValue.parse(row.given).description == row.expected)
    }

    // The byte at which reading stopped.
    // swift-format-ignore
    static let invalid: [Row<Int>] = [
        Row("", 0), Row("  ", 2), Row("nul", 0), Row("nulL", 0), Row("True", 0), Row("undefined", 0), Row("'a'", 0),
        Row("1 2", 2), Row("null,", 4), Row("{}{}", 2), Row("\u{FEFF}1", 0),
        Row("01", 0), Row("-", 0), Row("+1", 0), Row(".5", 0), Row("1.", 2), Row("1.e1", 2), Row("1e", 2), Row("1e+", 3),
        Row("-01", 0), Row("0x1", 1), Row("1_0", 1), Row("NaN", 0), Row("-Infinity", 0), Row("١", 0),
        Row("[", 1), Row("[1", 2), Row("[1,", 3), Row("[1,]", 3), Row("[,1]", 1), Row("[1 2]", 3), Row("]", 0), Row("[1}", 2),
        Row("{", 1), Row("{\"a\"", 4), Row("{\"a\":", 5), Row("{\"a\" 1}", 5), Row("{\"a\":1,}", 7), Row("{a:1}", 1),
        Row("{1:1}", 1), Row("{\"a\":1 \"b\":2}", 7), Row("{\"a\":1]", 6), Row("{,}", 1), Row("// x\n1", 0),
        Row("\"", 1), Row("\"a", 2), Row("\"\\", 2), Row("\"\\x\"", 3), Row("\"\\u12\"", 3), Row("\"\\u12G4\"", 3),
        Row("\"a\nb\"", 2), Row("\"\t\"", 1), Row("\"\u{1F}\"", 1), Row("\"\\t\u{0}\"", 3),
        Row(#""\ud800""#, 7), Row(#""\ud800x""#, 7), Row(#""\udc00""#, 7), Row(#""\ud800\ud800""#, 13), Row(#""\ud800\n""#, 7),
        Row("{\"a\":1,\"a\":2}", 7), Row("{\"a\":1,\"\\u0061\":2}", 7),
    ]

    @Test("invalid texts are refused, and the refusal says at which byte", arguments: invalid)
    func refuses(_ row: Row<Int>) throws {
        let failure = try #require(throws: JSONFailure.self) { try JSONValue.parse(row.given) }
        #expect(failure.byteOffset == row.expected, "\(failure)")
        #expect(!failure.reason.isEmpty)
    }

    @Test(
        "broken UTF-8 is refused",
        arguments: [
            [0x80], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF0, 0x9F, 0x9A],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func brokenUTF8(_ bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        for before in [[], Array("plain text ".utf8), Array(#"\n"#.utf8)] {
            #expect(throws: JSONFailure.self) {
                try JSONValue.parse([quote] + before + bytes + [quote])
            }
            #expect(throws: JSONFailure.self) {
                try JSONValue.parse(Array("{\"".utf8) + before + bytes + Array("\":1}".utf8))
            }
        }
        #expect(throws: JSONFailure.self) { try JSONValue.parse(bytes) }
    }

    @Test("lists and objects nest 32 deep and no deeper")
    func depth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            #expect(throws: Never.self) { try JSONValue.parse(nested(32, open, close)) }
            let failure = try #require(throws: JSONFailure.self) {
                try JSONValue.parse(nested(33, open, close))
            }
            #expect(failure.byteOffset == 32 * open.utf8.count)
            #expect(throws: JSONFailure.self) {
                try JSONValue.parse(String(repeating: open, count: 1_000_000))
            }
        }
        let shallow = JSONLimits(depthMax: 1)
        #expect(throws: Never.self) {
            try JSONValue.parse(Array("[[]]".utf8), limits: JSONLimits(depthMax: 2))
        }
        #expect(throws: JSONFailure.self) {
            try JSONValue.parse(Array("[[]]".utf8), limits: shallow)
        }
    }

    @Test("a repeated name is found among few and among many", arguments: [1, 7, 8, 9, 10, 500])
    func repeatedNames(_ count: Int) throws {
        let members = (0..<count).map { "\"n\($0)\":\($0)" }
        let object = try JSONValue.parse("{\(members.joined(separator: ","))}")
        #expect(object.objectMembers?.count == count)
        #expect(object["n\(count - 1)"]?.integerValue == Int64(count - 1))
        for repeated in [0, count - 1] {
            let failure = try #require(throws: JSONFailure.self) {
                try JSONValue.parse("{\((members + [members[repeated]]).joined(separator: ","))}")
            }
            #expect(failure.reason == "the name \"n\(repeated)\" is repeated")
        }
    }

    @Test("any value reads back from what was written")
    func roundTrip() throws {
        var generator = seededGenerator()
        for _ in 0..<500 {
            let value = anyValue(depth: 4, &generator)
            #expect(try JSONValue.parse(value.encoded()) == value)
            #expect(try JSONValue.parse(value.description) == value)
        }
    }

    @Test("no text, however broken, is more than a refusal")
    func fuzz() {
        var generator = seededGenerator()
        let alphabet = Array("{}[]\",:\\u0dD8e-+.1 truefalsn\u{1}é".utf8)
        for _ in 0..<3_000 {
            var bytes = anyValue(depth: 3, &generator).encoded()
            for _ in 0..<3 {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = alphabet.randomElement(using: &generator) ?? 0
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            do throws(JSONFailure) {
                let value = try JSONValue.parse(bytes)
                #expect(throws: Never.self) { try JSONValue.parse(value.encoded()) }
            } catch {
                #expect((0...bytes.count).contains(error.byteOffset))
            }
        }
    }

    private func anyValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &generator) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &generator))
        case 2: .integer(generator.anyInt64())
        case 3: .string(generator.anyText())
        case 4: .array(generator.anyList { anyValue(depth: depth - 1, &$0) })
        default:
            .object(
                (0..<Int.random(in: 0...12, using: &generator)).map {
                    JSONMember(
                        "\($0)" + generator.anyText(), anyValue(depth: depth - 1, &generator))
                })
        }
    }
}
