import Client
import Engine
import Records
import Server
import TestSupport
import Testing

/// A line of the protocol becomes a request, or says what is wrong with it.
@Suite("Requests")
struct RequestTests {
    @Test("name, options and payload")
    func parts() throws {
        let request = try Request.parse(
            Array(#"sales.place-order key="po 1" expect=3 {"a":[1,2]}"#.utf8))
        #expect(request.verb == "sales.place-order")
        #expect(request.options == ["key": "po 1", "expect": "3"])
        #expect(request.payload == .object(["a": .array([.integer(1), .integer(2)])]))
    }

    @Test("a verb with a subject")
    func subject() throws {
        let request = try Request.parse(
            Array("query finance.trial-balance as-of=2026-09-30 {}\r".utf8))
        #expect(request.verb == "query")
        #expect(request.subject == "finance.trial-balance")
        #expect(request.options["as-of"] == "2026-09-30")
    }

    // swift-format-ignore
    static let mistakes: [(line: String, code: String)] = [
        ("a keyy=1 {}", "unknown-option"),
        ("a key=1 key=2 {}", "bad-option"),
        ("a key=\"open {}", "bad-option"),
        ("a word {}", "bad-request"),
        ("a {", "bad-json"),
        ("a {\"x\":1,\"x\":2}", "bad-json"),
        ("a {} more", "bad-json"),
        ("a " + String(repeating: "[", count: 40), "bad-request"),
        ("a {\"x\":" + String(repeating: "[", count: 40) + "}", "bad-json"),
    ]

    @Test("a line that is no request is refused by a code", arguments: mistakes.indices)
    func mistake(_ place: Int) {
        let (line, code) = Self.mistakes[place]
        #expect(throws: RequestFailure.self) { try Request.parse(Array(line.utf8)) }
        do {
            _ = try Request.parse(Array(line.utf8))
        } catch {
            #expect(error.code == code, "\(line)")
            #expect(!error.message.isEmpty)
        }
    }

    @Test("bytes that are no UTF-8")
    func brokenText() {
        do {
            _ = try Request.parse([UInt8(ascii: "a"), 0xFF, 0xFE])
            Issue.record("expected a refusal")
        } catch {
            #expect(error.code == "bad-utf8")
        }
    }
}

/// What a client sees on the socket.
@Suite("The protocol on a socket")
struct ProtocolTests {
    @Test("pipelined requests are answered in order, with their tags")
    func pipelining() async throws {
        let company = try await SocketCompany.start()
        let connection = try company.connect()
        let lines = (0..<50).map {
            $0 % 2 == 0 ? "help tag=t\($0)" : "nonsense.command tag=t\($0) {}"
        }
        try connection.send(Array((lines.joined(separator: "\n") + "\n").utf8))
        for number in 0..<50 {
            let line = try #require(try connection.receive(timeoutSeconds: 30))
            let answer = try #require(Answer(line: line))
            #expect(answer.body["tag"]?.stringValue == "t\(number)")
            #expect(answer.isOK == (number % 2 == 0))
        }
        await company.stop()
    }

    @Test("the same key gets the first reply, another command with it is refused")
    func keys() async throws {
        let company = try await SocketCompany.start()
        let line = #"sales.open-account key=k1 {"account":"A1","name":"One"}"#
        let first = try company.ask(line)
        #expect(first.isOK)
        #expect(try company.ask(line) == first)
        let other = try company.ask(#"sales.open-account key=k1 {"account":"A2","name":"Two"}"#)
        #expect(other.code == "key-reused")
        await company.stop()
    }

    // swift-format-ignore
    static let badInput: [(line: String, code: String)] = [
        (#"sales.open-account {"acount":"A1","name":"One"}"#, "unknown-field"),
        (#"sales.open-account {"account":"A1"}"#, "missing-field"),
        (#"sales.open-account {"account":"A1","name":7}"#, "wrong-type"),
        (#"sales.open-account {"account":"A 1","name":"One"}"#, "bad-value"),
        (#"sales.open-account date=2026-02-30 {"account":"A1","name":"One"}"#, "bad-option"),
        (#"sales.open-account as-of=2026-02-01 {"account":"A1","name":"One"}"#, "option-not-supported"),
        (#"inventory.take-on-stock {"product":"P","warehouse":"W","quantity":"1e9","value":"1.00 EUR"}"#, "bad-value"),
        (#"inventory.take-on-stock {"product":"P","warehouse":"W","quantity":"9999999999999","value":"1.00 EUR"}"#, "out-of-range"),
        (#"sales.open-account from=5 {"account":"A1","name":"One"}"#, "option-not-supported"),
        (#"query finance.trial-balance key=k {}"#, "option-not-supported"),
        (#"query finance.trial-balance expect=3 {}"#, "option-not-supported"),
        (#"query finance.trial-balance date=2026-09-30 {}"#, "option-not-supported"),
        (#"query finance.trial-balance from=3 {}"#, "option-not-supported"),
        (#"query finance.preview key=k {"command":"sales.place-order"}"#, "option-not-supported"),
        (#"subscribe at=5 {"types":["sales.*"]}"#, "option-not-supported"),
        (#"describe sales.place-order as-of=2026-09-30"#, "option-not-supported"),
        (#"help key=k"#, "option-not-supported"),
        (#"rebuild date=2026-09-30 {"views":["funnel"]}"#, "option-not-supported"),
        (#"backup key=k {"folder":"/nowhere/copy"}"#, "option-not-supported"),
        (#"query finance.trial-balans {}"#, "unknown-query"),
        (#"query funnel.stages at=5 {}"#, "option-not-supported"),
        (#"query finance.preview as-of=2026-09-30 {"command":"sales.place-order"}"#, "option-not-supported"),
        (#"query finance.preview at=5 {"command":"sales.place-order"}"#, "option-not-supported"),
        (#"query finance.preview {}"#, "missing-field"),
        (#"query engine.object as-of=2026-09-30 {"object":"sales.account/A1"}"#, "option-not-supported"),
        (#"query engine.object at=5 {"object":"sales.account/A1"}"#, "option-not-supported"),
        (#"query engine.object {"object":"A1"}"#, "bad-value"),
        (#"query engine.views as-of=2026-09-30"#, "option-not-supported"),
        (#"query engine.views at=5"#, "option-not-supported"),
        (#"query engine.views {"view":"funnel"}"#, "unknown-field"),
        (#"describe nothing.such"#, "unknown-name"),
        (#"subscribe from=1 {"types":["sales.order-plced"]}"#, "unknown-name"),
        (#"subscribe from=1 {"types":["sails.*"]}"#, "unknown-name"),
        (#"subscribe from=1 {"streams":["sales.ordr/*"]}"#, "unknown-name"),
        (#"subscribe from=1 {"streams":["SO-1"]}"#, "unknown-name"),
    ] + OperatingQuery.all.flatMap { query in
        ["as-of=2026-09-30", "at=5"].map { ("query \(query.name) \($0) {}", "option-not-supported") }
    }

    @Test("bad input is refused by a code, and the daemon goes on")
    func refusals() async throws {
        let company = try await SocketCompany.start()
        for (line, code) in Self.badInput {
            let answer = try company.ask(line)
            #expect(answer.code == code, "\(line): \(answer.code) \(answer.body)")
            #expect(!answer.message.isEmpty)
        }
        #expect(try company.ask("help").isOK)
        await company.stop()
    }

    @Test("every name that help lists can be described, questions with what can be given")
    func described() async throws {
        let company = try await SocketCompany.start()
        let help = try company.ask("help").body
        for kind in ["commands", "queries", "verbs"] {
            let entries = try #require(help[kind]?.arrayValue)
            #expect(!entries.isEmpty)
            for name in entries.compactMap({ $0["name"]?.stringValue }) {
                let answer = try company.ask("describe \(name)")
                #expect(answer.isOK, "\(name): \(answer.code) \(answer.body)")
                #expect(answer.body["name"]?.stringValue == name)
                #expect(kind == "verbs" || answer.body["schema"] != nil, "\(name)")
            }
        }
        await company.stop()
    }

    @Test("a line that is too long is refused once, and the next one is read")
    func longLine() async throws {
        var limits = ServerLimits()
        limits.lineBytesMax = 4_096
        let company = try await SocketCompany.start(limits: limits)
        let connection = try company.connect()
        let long = "x " + String(repeating: "y", count: 100_000) + "\n"
        try connection.send(Array(long.utf8))
        let first = try #require(try connection.receive(timeoutSeconds: 30))
        #expect(first.hasPrefix("error line-too-long"))
        let next = try connection.ask("help", timeoutSeconds: 30)
        #expect(next.isOK)
        await company.stop()
    }

    @Test("one client too many reads why, and the others are served")
    func tooMany() async throws {
        var limits = ServerLimits()
        limits.connectionsMax = 2
        let company = try await SocketCompany.start(limits: limits)
        let first = try company.connect()
        let second = try company.connect()
        #expect(try first.ask("help", timeoutSeconds: 30).isOK)
        #expect(try second.ask("help", timeoutSeconds: 30).isOK)
        let third = try company.connect()
        let line = try #require(try third.receive(timeoutSeconds: 30))
        #expect(line.hasPrefix("error too-many-connections"))
        #expect(try third.receive(timeoutSeconds: 30) == nil)
        #expect(try first.ask("help", timeoutSeconds: 30).isOK)
        await company.stop()
    }

    @Test("a last line without its newline is not obeyed, and its sender reads why")
    func unfinishedLine() async throws {
        let company = try await SocketCompany.start()
        let connection = try company.connect()
        try connection.send(
            Array("help\n\r\nsales.open-account {\"account\":\"A1\",\"name\":\"One\"}".utf8))
        connection.finishSending()
        let first = try #require(try connection.receive(timeoutSeconds: 30))
        #expect(first.hasPrefix("ok"))
        let last = try #require(try connection.receive(timeoutSeconds: 30))
        #expect(last.hasPrefix("error unfinished-line") && last.contains("48 bytes"), "\(last)")
        #expect(try connection.receive(timeoutSeconds: 30) == nil)
        // Nothing was opened: the name is free.
        let opened = try company.ask(#"sales.open-account {"account":"A1","name":"One"}"#)
        #expect(opened.isOK, "\(opened.code) \(opened.body)")
        await company.stop()
    }

    @Test("an answer beyond what all clients may leave unread is refused, a command's reply is not")
    func unreadAnswers() async throws {
        var limits = ServerLimits()
        limits.unreadBytesMax = 5_000
        let company = try await SocketCompany.start(limits: limits)
        let refused = try company.ask("help tag=t1")
        #expect(refused.code == "overloaded")
        let opened = try company.ask(#"sales.open-account {"account":"A1","name":"One"}"#)
        #expect(opened.isOK, "\(opened.code) \(opened.body)")
        // What was refused took no place.
        #expect(try company.ask("help").code == "overloaded")
        #expect(try company.ask("describe rebuild").isOK)
        await company.stop()
    }

    @Test("a preview of a command that makes no voucher says what it would do")
    func previewWithoutVoucher() async throws {
        let company = try await SocketCompany.start()
        let opening = #"{"command":"sales.open-account","payload":{"account":"A1","name":"One"}}"#
        let socket = company.socketPath
        let answer = try await onThread {
            try Connection(path: socket).ask("query finance.preview " + opening, timeoutSeconds: 60)
        }
        #expect(answer.isOK && answer.body["rows"] == .array([]))
        let note = try #require(answer.body["notes"]?.arrayValue?.first?.stringValue)
        #expect(note.contains("sales.account-opened (sales.account/A1)"), "\(note)")
        try company.run("sales.open-account", #"{"account":"A1","name":"One"}"#)
        await company.stop()
    }

    @Test("a subscription gives every event from its start on, and then what comes")
    func subscription() async throws {
        let company = try await SocketCompany.start()
        try company.run("sales.open-account", #"{"account":"A1","name":"One"}"#)
        let follower = try company.connect()
        try follower.send(line: #"subscribe from=1 {"types":["sales.*"]}"#)
        let started = try #require(try follower.receive(timeoutSeconds: 30))
        #expect(started.hasPrefix("ok"))
        let first = try #require(try follower.receive(timeoutSeconds: 30))
        #expect(first.hasPrefix("event ") && first.contains("sales.account/A1"))
        try company.run("sales.open-account", #"{"account":"A2","name":"Two"}"#)
        let second = try #require(try follower.receive(timeoutSeconds: 30))
        #expect(second.contains("sales.account/A2"))
        await company.stop()
    }
}
