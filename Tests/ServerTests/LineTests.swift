import Client
import Foundation
import Server
import Testing

@Suite("A line that is none is refused to its client, and nobody else notices", .serialized)
struct LineTests {
    /// A line and the code of its refusal.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: String

        init(_ name: String, _ text: String, _ code: String) {
            self.init(name, Array(text.utf8), code)
        }

        init(_ name: String, _ bytes: [UInt8], _ code: String) {
            self.name = name
            self.bytes = bytes
            self.code = code
        }

        var testDescription: String { "\(name): \(code)" }
    }

    static let rows: [Row] = [
        Row(
            "broken UTF-8", Array("sales.x {\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8),
            "bad-utf8"),
        Row("a byte that no text has", [0xFF], "bad-utf8"),
        Row("half a character", Array("sales.x {\"a\":\"".utf8) + [0xE7, 0xAE], "bad-utf8"),
        Row("an object that does not end", "sales.x {", "bad-json"),
        Row("a member without a value", "sales.x {\"a\":}", "bad-json"),
        Row("text behind the payload", "sales.x {} {}", "bad-json"),
        Row("a text that does not end", "sales.x {\"a\":\"b}", "bad-json"),
        Row("a control character", "sales.x {\"a\":\"b\u{1}\"}", "bad-json"),
        Row("half a surrogate", #"sales.x {"a":"\ud800"}"#, "bad-json"),
        Row("a number that is none", "sales.x {\"a\":1e}", "bad-json"),
        Row(
            "33 levels",
            "sales.x {\"a\":" + String(repeating: "[", count: 33)
                + String(repeating: "]", count: 33) + "}", "bad-json"),
        Row(
            "100,000 levels", "sales.x {\"a\":" + String(repeating: "[", count: 100_000), "bad-json"
        ),
        Row("a word that is no option", "sales.x what {}", "bad-request"),
        Row("an unknown option", "sales.x colour=red {}", "unknown-option"),
        Row("an option twice", "sales.x key=a key=b {}", "bad-option"),
        Row("a quote that does not end", "sales.x key=\"a", "bad-option"),
    ]

    @Test("a bad line has its code, and the next line is served", arguments: rows)
    func refused(_ row: Row) async throws {
        try await Rig().talk { talk in
            let client = try talk.connect()
            try client.send(row.bytes + [UInt8(ascii: "\n")])
            #expect(try client.code() == row.code)
            #expect(try client.ask("sales.next {}").isOK)
            #expect(talk.service.commands == 1)
        }
    }

    @Test("a line above the limit is refused, at its end or before, and the next one is served")
    func tooLong() async throws {
        var limits = ServerLimits()
        limits.lineBytesMax = 1_024
        try await Rig(limits: limits).talk { talk in
            let client = try talk.connect()
            let other = try talk.connect()
            try client.send(line: "sales.x {\"a\":\"\(String(repeating: "x", count: 2_000))\"}")
            #expect(try client.code() == "line-too-long")
            // Refused before its end comes, and what still comes of it is passed over.
            try client.send([UInt8](repeating: UInt8(ascii: "x"), count: 5_000))
            #expect(try client.code() == "line-too-long")
            try client.send([UInt8](repeating: UInt8(ascii: "x"), count: 5_000))
            try client.send(line: "")
            #expect(try client.ask("sales.next {}").isOK)
            #expect(try other.ask("sales.other {}").isOK)
        }
    }

    @Test("a line of exactly the limit is served")
    func longest() async throws {
        var limits = ServerLimits()
        limits.lineBytesMax = 1_024
        try await Rig(limits: limits).talk { talk in
            let client = try talk.connect()
            let start = "sales.x {\"a\":\""
            let filler = String(repeating: "x", count: 1_024 - start.utf8.count - 2)
            #expect(try client.ask(start + filler + "\"}").isOK)
        }
    }

    @Test("a client that never ends its line is told and closed")
    func neverEnds() async throws {
        var limits = ServerLimits()
        limits.lineSecondsMax = 1
        try await Rig(limits: limits).talk { talk in
            let client = try talk.connect()
            try client.send(Array("sales.x".utf8))
            #expect(try client.code() == "line-timeout")
            #expect(try client.line() == nil)
        }
    }

    @Test("empty lines and carriage returns are passed over")
    func empty() async throws {
        try await Rig().talk { talk in
            let client = try talk.connect()
            try client.send(Array("\n\r\n   \nsales.x {}\r\n".utf8))
            #expect(try client.line()?.contains("sales.x") == true)
        }
    }
}
