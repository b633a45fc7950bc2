import Business
import Engine
import EventLog
import Foundation
import Processes
import Records
import Synchronization
import Testing

@Suite(
    "What the writer takes at once is bounded, and shared between processes and clients")
struct WriterLimitTests {
    /// A reply that may be there already.
    private final class Reply: Sendable {
        private let reply = Mutex<CommandReply?>(nil)

        var now: CommandReply? { reply.withLock { $0 } }

        func put(_ reply: CommandReply) { self.reply.withLock { $0 = reply } }
    }

    private static func limits(_ change: (inout EngineLimits) -> Void) -> EngineLimits {
        var limits = EngineLimits()
        change(&limits)
        return limits
    }

    private static func code(_ reply: CommandReply) -> String {
        switch reply {
        case .rejected(let rejection): rejection.code.name
        case .failed(let code, _): code
        default: "ok"
        }
    }

    private static func open(_ account: String, name: String = "Account") -> Submission {
        Submission(
            name: "sales.open-account",
            payload: .object(["account": .string(account), "name": .string(name)]), key: account,
            peer: .actor("owner"))
    }

    /// A company whose next commit waits, with a command in it.
    private func held(
        _ limits: EngineLimits, replacing: [String: String] = [:]
    ) async throws -> (firm: Firm, log: GatedLog, replies: Replies) {
        let log = GatedLog()
        let firm = try await Firm(log: log, replacing: replacing, limits: limits)
        try await firm.found(stock: [:])
        return (firm, log, Replies())
    }

    @Test("commands that wait: one too many is overloaded, those before it are done")
    func overloaded() async throws {
        let limits = Self.limits { $0.waitingCommandsMax = 16 }
        let (firm, log, replies) = try await held(limits)
        log.hold()
        firm.engine.submit(Self.open("A-0")) { replies.put($0, at: 0) }
        await log.waitUntilHeld()
        for number in 1...20 {
            firm.engine.submit(Self.open("A-\(number)")) { replies.put($0, at: number) }
        }
        log.letGo()
        let codes = await replies.all(21).map(Self.code)
        #expect(codes[..<17].allSatisfy { $0 == "ok" }, "\(codes)")
        #expect(codes[17...].allSatisfy { $0 == "overloaded" }, "\(codes)")
        // What was refused has used no key.
        #expect(Self.code(await firm.engine.submit(Self.open("A-20"))) == "ok")
    }

    @Test("commands of one commit")
    func batchCommands() async throws {
        let limits = Self.limits { $0.batchCommandsMax = 4 }
        let (firm, log, replies) = try await held(limits)
        log.hold()
        firm.engine.submit(Self.open("A-0")) { replies.put($0, at: 0) }
        await log.waitUntilHeld()
        log.forgetAppends()
        for number in 1...10 {
            firm.engine.submit(Self.open("A-\(number)")) { replies.put($0, at: number) }
        }
        log.letGo()
        #expect(await replies.all(11).allSatisfy { Self.code($0) == "ok" })
        let opened = log.appends.map { $0.filter { $0 == "sales.account-opened" }.count }
        #expect(opened.filter { $0 > 0 } == [1, 4, 4, 2])
    }

    @Test("bytes of one commit")
    func batchBytes() async throws {
        let limits = Self.limits { $0.batchBytesMax = 1_500 }
        let (firm, log, replies) = try await held(limits)
        let long = String(repeating: "n", count: 150)
        log.hold()
        firm.engine.submit(Self.open("A-0", name: long)) { replies.put($0, at: 0) }
        await log.waitUntilHeld()
        log.forgetAppends()
        for number in 1...20 {
            firm.engine.submit(Self.open("A-\(number)", name: long)) { replies.put($0, at: number) }
        }
        log.letGo()
        #expect(await replies.all(21).allSatisfy { Self.code($0) == "ok" })
        // Each takes some 400 bytes with its envelope: the one that reaches the limit is the last.
        let opened = log.appends.map { $0.filter { $0 == "sales.account-opened" }.count }
        #expect(opened.reduce(0, +) == 21)
        #expect(opened.allSatisfy { $0 <= 8 }, "\(opened)")
        #expect(opened.filter { $0 > 0 }.count >= 4, "\(opened)")
    }

    @Test("bytes of one event: the command is refused, and those beside it are not")
    func eventBytes() async throws {
        let limits = Self.limits { $0.eventBytesMax = 20_000 }
        let firm = try await Firm(deploys: false, limits: limits)
        let long = JSONValue.object([
            "name": .string("seen"), "correlationKey": .string("sales.order/SO-1"),
            "variables": .object(["text": .string(String(repeating: "x", count: 30_000))]),
        ])
        guard case .rejected(let rejection) = try await firm.ask("process.publish-message", long)
        else {
            Issue.record("it was written")
            return
        }
        #expect(rejection.code.name == "event-too-large")
        #expect(rejection.message.contains("at most 20000"))
        try await firm.run(
            "process.publish-message", #"{"name": "seen", "correlationKey": "sales.order/SO-1"}"#)
    }

    @Test("steps that are owed leave a quarter of each commit to clients who wait")
    func shares() async throws {
        let limits = Self.limits { $0.batchCommandsMax = 8 }
        let waiting = Diagrams.row(
            "waiting", wait: #"<bpmn:receiveTask id="wait" messageRef="message-opened"/>"#,
            shared: """
                <bpmn:message id="message-opened" name="sales.account-opened">
                  <bpmn:extensionElements>
                    <zeebe:subscription correlationKey='="sales.account/" + key'/>
                  </bpmn:extensionElements></bpmn:message>
                """)
        let (firm, log, replies) = try await held(
            limits, replacing: ["processes/waiting.bpmn": waiting])
        let instances = 32
        for _ in 0..<instances {
            try await firm.run(
                "process.start", #"{"process": "waiting", "variables": {"key": "GO"}}"#)
        }
        log.hold()
        firm.engine.submit(Self.open("FIRST")) { replies.put($0, at: 0) }
        await log.waitUntilHeld()
        log.forgetAppends()
        firm.engine.submit(Self.open("GO")) { replies.put($0, at: 1) }
        for number in 2...13 {
            firm.engine.submit(Self.open("B-\(number)")) { replies.put($0, at: number) }
        }
        log.letGo()
        #expect(await replies.all(14).allSatisfy { Self.code($0) == "ok" })
        try await firm.settle()
        let commits = log.appends.map { types in
            (
                steps: types.filter { $0 == "process.instance-advanced" }.count,
                commands: types.filter { $0 == "sales.account-opened" }.count
            )
        }
        #expect(commits.map(\.steps).reduce(0, +) == instances)
        let last = try #require(commits.lastIndex { $0.commands > 0 })
        // The first commit woke the instances: from the next on they share with those who wait.
        let shared = commits[...last].filter { $0.steps > 0 }
        #expect(shared.count >= 3, "\(commits)")
        #expect(shared.allSatisfy { $0.steps <= 6 && $0.commands >= 1 }, "\(commits)")
    }

    @Test("an engine that stops answers what it took, and takes nothing more")
    func stopping() async throws {
        let (firm, log, replies) = try await held(EngineLimits())
        log.hold()
        firm.engine.submit(Self.open("A-0")) { replies.put($0, at: 0) }
        await log.waitUntilHeld()
        firm.engine.submit(Self.open("A-1")) { replies.put($0, at: 1) }
        let engine = firm.engine
        Thread { engine.close() }.start()
        // It takes nothing more before the writer has let go of the commit.
        var late: CommandReply?
        for _ in 0..<2_000 where late == nil {
            let reply = Reply()
            engine.submit(Self.open("LATE")) { reply.put($0) }
            late = reply.now
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(late.map(Self.code) == "stopping")
        log.letGo()
        #expect(await replies.all(2).map(Self.code) == ["ok", "ok"])
    }

    @Test("the field list of every event type stands in the log before its first event")
    func fieldLists() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        for task in try await firm.tasks(of: instance) {
            _ = try await firm.ask("process.complete-task", #"{"task": "\#(task.id)"}"#)
        }
        var known: Set<String> = []
        // The first event founds the folder: its field list is part of the format.
        for event in try firm.events().dropFirst() {
            if let recorded = event.event as? SchemaRecorded {
                known.insert("\(recorded.type) \(recorded.version)")
                #expect(recorded.fields.arrayValue?.isEmpty == false, "\(recorded.type)")
            }
            let version = type(of: event.event).version
            #expect(
                known.contains("\(event.type) \(version)"),
                "\(event.type) at \(event.position) came before its field list")
        }
        #expect(known.count > 10)
    }
}
