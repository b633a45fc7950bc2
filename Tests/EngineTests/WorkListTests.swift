import Business
import Engine
import Processes
import Records
import Testing

@Suite("Tasks: claimed, given back, handed on, and done by those who may")
struct WorkListTests {
    private func picking() async throws -> (firm: Firm, instance: String, task: String) {
        let firm = try await Firm.trading(people: Firm.people + more)
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        return (firm, instance, try #require(try await firm.tasks(of: instance).first).id)
    }

    private var more: String {
        """

          - {person: ole, roles: [warehouse, employee]}
        """
    }

    @Test("who claims a task has it alone until he gives it back")
    func claim() async throws {
        let (firm, instance, task) = try await picking()
        let payload = #"{"task": "\#(task)"}"#
        try await firm.run("process.claim-task", payload, as: "dora")
        #expect(
            try await firm.refusal("process.claim-task", payload, as: "ole") == "task-not-yours")
        #expect(
            try await firm.refusal("process.complete-task", payload, as: "ole")
                == "task-not-yours")
        #expect(
            try await firm.refusal("process.release-task", payload, as: "ole")
                == "task-not-yours")
        try await firm.run("process.release-task", payload, as: "dora")
        try await firm.run("process.complete-task", payload, as: "ole")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["pick"])
    }

    @Test("a task is handed to another person for some days")
    func delegate() async throws {
        let (firm, instance, task) = try await picking()
        try await firm.run("process.claim-task", #"{"task": "\#(task)"}"#, as: "dora")
        try await firm.run(
            "process.delegate-task",
            #"{"task": "\#(task)", "to": "ole", "until": "2026-03-05"}"#, as: "dora")
        try await firm.run("process.complete-task", #"{"task": "\#(task)"}"#, as: "ole")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["pick"])
    }

    @Test("a command that is refused leaves the task open, and says why")
    func refused() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "100.00", "reason": "new"}"#, as: "carl")
        let instance = try await firm.order("SO-1", [("P1", 6_000)])
        let credit = try #require(
            try await firm.tasks(of: instance).first {
                $0.task.candidateGroups.contains("credit-controller")
            })
        let complete = #"{"task": "\#(credit.id)", "payload": {"reason": "a good customer"}}"#
        let before = firm.end
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "carl")
                == "limit-exceeded")
        #expect(firm.end == before)
        #expect(try await firm.tasks(of: instance).map(\.id).contains(credit.id))
        try await firm.run("process.complete-task", complete, as: "hugo")
        #expect(try await !firm.tasks(of: instance).map(\.id).contains(credit.id))
    }

    @Test("a task that is done is done: the second one who does it hears that")
    func twice() async throws {
        let (firm, _, task) = try await picking()
        try await firm.run("process.complete-task", #"{"task": "\#(task)"}"#, as: "dora")
        #expect(
            try await firm.refusal("process.complete-task", #"{"task": "\#(task)"}"#, as: "dora")
                == "unknown-task")
    }
}

@Suite("The definitions that are shipped")
struct ShippedProcessesTests {
    /// The late order is told to sales once, by a variable that no analysis of tokens sees.
    private static let accepted = ["tell-late", "told"]

    @Test("all of them are deployed, and the only warnings are those that are known")
    func noWarnings() async throws {
        let firm = try await Firm(deploys: false)
        let files = try Firm.shipped().sorted { $0.key < $1.key }.map { name, content in
            JSONValue.object(["name": .string(name), "content": .string(content)])
        }
        let reply = try await firm.ask(
            "definition.deploy",
            JSONValue.object(["files": .array(files), "dryRun": .boolean(true)]))
        guard case .result(let difference) = reply else {
            Issue.record("\(reply.line)")
            return
        }
        guard case .array(let warnings)? = difference["warnings"] else {
            Issue.record("no warnings in \(difference)")
            return
        }
        let unknown = warnings.compactMap(\.stringValue).filter { warning in
            !Self.accepted.contains { warning.contains("warning: \($0) ") }
        }
        #expect(unknown == [])
    }
}
