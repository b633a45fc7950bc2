import Business
import Engine
import Foundation
import Records
import Testing

@Suite("Workers that wait for jobs")
struct JobWaitingTests {
    private static let diagrams = [
        "processes/label.bpmn": Diagrams.task("label", type: "print-label"),
        "processes/parcel.bpmn": Diagrams.task("parcel", type: "pack-parcel"),
    ]

    private func firm() async throws -> Firm {
        try await Firm.trading(stock: [:], replacing: Self.diagrams)
    }

    private func begin(_ firm: Firm, _ process: String = "label") async throws -> String {
        try await firm.run("process.start", #"{"process": "\#(process)"}"#)
        return try #require(try firm.instances(of: process).last)
    }

    /// Asks for jobs and hands back the answer when it comes; the request is with the writer when
    /// this returns.
    private func asked(
        _ firm: Firm, by worker: String = "w", for type: String = "print-label", count: Int = 1,
        waiting milliseconds: Int = 60_000, presence: ClientPresence? = nil
    ) async throws -> Task<CommandReply, Never> {
        let payload = try JSONValue.parse(
            #"{"type": "\#(type)", "worker": "\#(worker)", "count": \#(count), "waitMilliseconds": \#(milliseconds)}"#
        )
        let submission = Submission(
            name: "process.activate-jobs", payload: payload, peer: .actor("ida"))
        let (replies, sink) = AsyncStream.makeStream(of: CommandReply.self)
        firm.engine.submit(submission, presence: presence) { reply in
            sink.yield(reply)
            sink.finish()
        }
        try await firm.settle()
        return Task {
            for await reply in replies { return reply }
            return .failed(code: "cancelled", message: "The test gave up.")
        }
    }

    private func instances(_ reply: CommandReply) throws -> [String] {
        guard case .result(let body) = reply, let jobs = body["jobs"]?.arrayValue else {
            throw FirmFailure("no jobs: \(reply.line)")
        }
        return jobs.compactMap { $0["job"]?.stringValue }.map {
            String($0.prefix { $0 != ":" })
        }
    }

    @Test("a worker that waits gets the job as soon as there is one")
    func served() async throws {
        let firm = try await firm()
        let answer = try await asked(firm)
        let instance = try await begin(firm)
        #expect(try instances(await answer.value) == [instance])
    }

    @Test("a job that is free is handed out at once, however long the worker would wait")
    func atOnce() async throws {
        let firm = try await firm()
        let instance = try await begin(firm)
        #expect(try instances(await asked(firm).value) == [instance])
    }

    @Test("without a job the answer is an empty list when the time is over, and not before")
    func expired() async throws {
        let firm = try await firm()
        let begun = ContinuousClock.now
        let answer = try await asked(firm, waiting: 300)
        #expect(try instances(await answer.value).isEmpty)
        #expect(ContinuousClock.now - begun >= .milliseconds(300))
    }

    @Test("longer than the limit nobody may wait")
    func limit() async throws {
        let code = try await firm().refusal(
            "process.activate-jobs",
            #"{"type": "x", "worker": "w", "waitMilliseconds": 60001}"#, as: "ida")
        #expect(code == "out-of-range")
    }

    @Test("a worker waits for the jobs of its type only")
    func types() async throws {
        let firm = try await firm()
        let labels = try await asked(firm)
        let parcels = try await asked(firm, for: "pack-parcel")
        let parcel = try await begin(firm, "parcel")
        #expect(try instances(await parcels.value) == [parcel])
        let label = try await begin(firm)
        #expect(try instances(await labels.value) == [label])
    }

    @Test("who waits longest is served first, with the oldest job")
    func inOrder() async throws {
        let firm = try await firm()
        let first = try await asked(firm, by: "a")
        let second = try await asked(firm, by: "b")
        let old = try await begin(firm)
        let young = try await begin(firm)
        #expect(try instances(await first.value) == [old])
        #expect(try instances(await second.value) == [young])
    }

    @Test("a worker with many requests takes turns with one that has a single one")
    func turns() async throws {
        let firm = try await firm()
        let greedy = [
            try await asked(firm, by: "greedy"), try await asked(firm, by: "greedy"),
            try await asked(firm, by: "greedy"),
        ]
        let modest = try await asked(firm, by: "modest")
        let made = [try await begin(firm), try await begin(firm), try await begin(firm)]
        #expect(try instances(await greedy[0].value) == [made[0]])
        #expect(try instances(await modest.value) == [made[1]])
        #expect(try instances(await greedy[1].value) == [made[2]])
        firm.engine.close()
        #expect(await greedy[2].value.line.hasPrefix("error stopping"))
    }

    @Test("one answer has as many jobs as were asked for, when they come at once")
    func several() async throws {
        let firm = try await firm()
        let made = [try await begin(firm), try await begin(firm), try await begin(firm)]
        #expect(try instances(await asked(firm, count: 2).value) == [made[0], made[1]])
        #expect(try instances(await asked(firm, count: 2).value) == [made[2]])
    }

    @Test("a job whose worker lets its time go by comes to the one that waits")
    func timedOut() async throws {
        let firm = try await firm()
        let instance = try await begin(firm)
        #expect(try instances(await asked(firm, by: "slow").value) == [instance])
        let answer = try await asked(firm, by: "quick")
        try await firm.advance(to: "2026-03-02T08:10:00Z")
        #expect(try instances(await answer.value) == [instance])
    }

    @Test("a job that failed comes to the one that waits when its back-off is over")
    func backOff() async throws {
        let firm = try await firm()
        let instance = try await begin(firm)
        guard case .result(let body) = try await asked(firm).value,
            let job = body["jobs"]?.arrayValue?.first?["job"]?.stringValue
        else { throw FirmFailure("no job") }
        let answer = try await asked(firm)
        try await firm.run(
            "process.fail-job",
            #"{"job": "\#(job)", "retries": 1, "backOffSeconds": 60, "message": "no paper"}"#,
            as: "ida")
        try await firm.advance(to: "2026-03-02T08:10:00Z")
        #expect(try instances(await answer.value) == [instance])
    }

    @Test("a client that is gone takes no job from those who are there")
    func gone() async throws {
        let firm = try await firm()
        let presence = ClientPresence()
        let left = try await asked(firm, by: "a", presence: presence)
        let stays = try await asked(firm, by: "b")
        presence.end()
        #expect(try instances(await left.value).isEmpty)
        let instance = try await begin(firm)
        #expect(try instances(await stays.value) == [instance])
    }

    @Test("a client whose presence has ended does not begin to wait")
    func ended() async throws {
        let firm = try await firm()
        let presence = ClientPresence()
        presence.end()
        #expect(try instances(await asked(firm, presence: presence).value).isEmpty)
    }

    @Test("an engine that is closed answers everybody who waits")
    func closed() async throws {
        let firm = try await firm()
        let answers = [try await asked(firm, by: "a"), try await asked(firm, by: "b")]
        firm.engine.close()
        for answer in answers { #expect(await answer.value.line.hasPrefix("error stopping")) }
    }

    @Test("while workers wait, other commands are decided")
    func notBlocked() async throws {
        let firm = try await firm()
        let answer = try await asked(firm)
        try await firm.order("SO-1", [("P1", 1)], channel: "import")
        let instance = try await begin(firm)
        #expect(try instances(await answer.value) == [instance])
    }
}
