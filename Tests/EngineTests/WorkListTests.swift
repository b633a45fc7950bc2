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

    // MARK: Assigned

    @Test("an operator gives a task to a person, whoever had it, and nobody else does")
    func assign() async throws {
        let firm = try await Firm.trading(
            people: Firm.people + more + "\n  - {person: olga, roles: [operator]}")
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        let task = try #require(try await firm.tasks(of: instance).first).id
        let toOle = #"{"task": "\#(task)", "to": "ole"}"#
        #expect(try await firm.refusal("process.assign-task", toOle, as: "dora") == "not-allowed")
        try await firm.run("process.claim-task", #"{"task": "\#(task)"}"#, as: "dora")
        try await firm.run("process.assign-task", toOle, as: "olga")
        #expect(try await firm.tasks(of: instance).first?.task.assignee == "ole")
        #expect(
            try await firm.refusal("process.complete-task", #"{"task": "\#(task)"}"#, as: "dora")
                == "task-not-yours")
        // Who was given a task does what its command asks for with the roles that he has.
        try await firm.run(
            "process.assign-task", #"{"task": "\#(task)", "to": "anna"}"#, as: "olga")
        #expect(
            try await firm.refusal("process.complete-task", #"{"task": "\#(task)"}"#, as: "anna")
                == "not-allowed")
        try await firm.run("process.assign-task", toOle, as: "olga")
        try await firm.run("process.complete-task", #"{"task": "\#(task)"}"#, as: "ole")
        #expect(
            try await firm.refusal("process.assign-task", toOle, as: "olga") == "unknown-task")
        #expect(
            try await firm.refusal(
                "process.assign-task", #"{"task": "x", "to": "ole"}"#, as: "olga")
                == "unknown-task")
    }

    @Test("a delegation ends with its last day: then the task is the other's again")
    func delegationEnds() async throws {
        let (firm, instance, task) = try await picking()
        try await firm.run("process.claim-task", #"{"task": "\#(task)"}"#, as: "dora")
        #expect(
            try await firm.refusal(
                "process.delegate-task",
                #"{"task": "\#(task)", "to": "ole", "until": "2026-03-01"}"#, as: "dora")
                == "invalid-value")
        try await firm.run(
            "process.delegate-task",
            #"{"task": "\#(task)", "to": "ole", "until": "2026-03-05"}"#, as: "dora")
        let complete = #"{"task": "\#(task)"}"#
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "dora")
                == "task-not-yours")
        #expect(try Desk(firm).rows("process.tasks", #"{"person": "ole"}"#).count == 1)
        try await firm.advance(to: "2026-03-06T08:00:00Z")
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "ole")
                == "task-not-yours")
        let desk = try Desk(firm)
        #expect(try desk.rows("process.tasks", #"{"person": "ole"}"#) == [])
        let rows = try desk.rows("process.tasks", #"{"person": "dora"}"#)
        #expect(rows.compactMap { $0["assignee"]?.stringValue } == ["dora"])
        try await firm.run("process.complete-task", complete, as: "dora")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["pick"])
    }
}

@Suite("The work list tells each what to do")
struct WorkListQueryTests {
    /// A task for some people and roles.
    private static func task(_ id: String, _ assignment: String, due: String = "") -> String {
        let schedule = due.isEmpty ? "" : #"<zeebe:taskSchedule dueDate="\#(due)"/>"#
        return Diagrams.row(
            id,
            wait: """
                <bpmn:userTask id="wait"><bpmn:extensionElements><zeebe:userTask/>
                  <zeebe:assignmentDefinition \(assignment)/>\(schedule)
                </bpmn:extensionElements></bpmn:userTask>
                """)
    }

    private static let diagrams = [
        "role": task("role", #"candidateGroups="warehouse""#),
        "person": task("person", #"candidateUsers="ole,dora""#),
        "given": task("given", #"assignee="ole""#),
        "soon": task("soon", #"candidateGroups="sales""#, due: "2026-03-04T12:00:00Z"),
        "anybody": Diagrams.row("anybody", wait: "<bpmn:userTask id=\"wait\"/>"),
    ]

    /// A company with one task of each kind; the ids of the tasks by kind.
    private func firm() async throws -> (firm: Firm, tasks: [String: String]) {
        let firm = try await Firm.trading(
            stock: [:],
            replacing: Dictionary(
                uniqueKeysWithValues: Self.diagrams.map { ("processes/\($0.key).bpmn", $0.value) }),
            people: Firm.people
                + "\n  - {person: ole, roles: [employee]}\n  - {person: olga, roles: [operator]}")
        var tasks: [String: String] = [:]
        for kind in Self.diagrams.keys.sorted() {
            try await firm.run(
                "process.start", #"{"process": "\#(kind)", "variables": {}}"#, as: "olga")
            let instance = try #require(try firm.instances(of: kind).last)
            tasks[kind] = try #require(try await firm.tasks(of: instance).first).id
        }
        return (firm, tasks)
    }

    private func kinds(_ desk: Desk, _ parameters: String) throws -> Set<String> {
        Set(try desk.rows("process.tasks", parameters).compactMap { $0["process"]?.stringValue })
    }

    /// Who asks, and which tasks are on the list.
    static let rows: [(asks: String, finds: Set<String>)] = [
        (#"{"all": true}"#, ["role", "person", "given", "soon", "anybody"]),
        (#"{"person": "ole"}"#, ["person", "given", "anybody"]),
        (#"{"person": "ole", "roles": ["warehouse"]}"#, ["role", "person", "given", "anybody"]),
        (#"{"roles": ["sales"]}"#, ["soon", "anybody"]),
        (#"{"person": "anna", "roles": ["sales", "warehouse"]}"#, ["role", "soon", "anybody"]),
        (#"{"late": true}"#, []),
        (#"{"document": "sales.order/NONE"}"#, []),
    ]

    @Test("what one has or may take, what one's roles may take, what is late")
    func filters() async throws {
        let (firm, tasks) = try await firm()
        let desk = try Desk(firm)
        for row in Self.rows { #expect(try kinds(desk, row.asks) == row.finds, "\(row.asks)") }
        // What one has taken, nobody else is asked to do.
        let person = try #require(tasks["person"])
        try await firm.run("process.claim-task", #"{"task": "\#(person)"}"#, as: "dora")
        let then = try Desk(firm)
        #expect(try kinds(then, #"{"person": "dora"}"#) == ["person", "anybody"])
        #expect(try kinds(then, #"{"person": "ole"}"#) == ["given", "anybody"])
        try await firm.advance(to: "2026-03-05T00:00:00Z")
        let later = try Desk(firm)
        #expect(try kinds(later, #"{"late": true}"#) == ["soon"])
        #expect(try kinds(later, #"{"late": true, "roles": ["warehouse"]}"#) == [])
        let late = try #require(try later.rows("process.tasks", #"{"late": true}"#).first)
        #expect(late["due"]?.stringValue == "2026-03-04T12:00:00Z")
        #expect(late["groups"] == .array([.string("sales")]))
    }
}

@Suite("The definitions that are shipped")
struct ShippedProcessesTests {
    /// The late order is told to sales once, by a variable that no analysis of tokens sees; what a
    /// stopped order holds is given up in one step, which is done before another could begin.
    private static let accepted = ["tell-late", "told", "give-up-hold", "hold-given-up"]

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
