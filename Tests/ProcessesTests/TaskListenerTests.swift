import FEEL
import Processes
import Testing

@Suite("Task listeners: who is asked before a user task changes")
struct TaskListenerTests {
    private static func rig(
        _ events: [String], more: String = "", assignee: String = "", properties: String = ""
    ) throws -> Rig {
        let listeners = events.map {
            "<zeebe:taskListener eventType='\($0)' type='\($0)-\(more)'/>"
        }
        let assignment =
            assignee.isEmpty ? "" : "<zeebe:assignmentDefinition assignee='\(assignee)'/>"
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><endEvent id='e'/><userTask id='u'><extensionElements>
                <zeebe:userTask/>\(assignment)\(properties)
                <zeebe:taskListeners>\(listeners.joined())</zeebe:taskListeners>
                </extensionElements></userTask>
                """, flows: "s -> u -> e"))
        return try rig.start()
    }

    private func job(_ rig: Rig) throws -> (token: Int, job: JobWait) {
        for wait in rig.state.waits {
            if case .job(let job) = wait.kind { return (wait.token, job) }
        }
        throw Missing("no listener's job is open")
    }

    private func task(_ rig: Rig) throws -> (token: Int, task: UserTaskWait) {
        for wait in rig.state.waits {
            if case .userTask(let task) = wait.kind { return (wait.token, task) }
        }
        throw Missing("no task is open")
    }

    private struct Missing: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    private func hasTask(_ rig: Rig) -> Bool { (try? task(rig)) != nil }

    private func answer(
        _ rig: Rig, denied: String? = nil, _ corrections: [String: ProcessValue] = [:],
        variables: [ProcessField] = []
    ) throws {
        let fields = corrections.sorted { $0.key < $1.key }.map { ProcessField($0, $1) }
        let isSaid = denied != nil || !fields.isEmpty
        try #expect(
            rig.step(
                .jobCompleted(
                    token: job(rig).token, variables: variables,
                    answer: isSaid ? ListenerAnswer(denied: denied, corrections: fields) : nil)))
    }

    // MARK: Creating

    @Test("creating: the task is on the list when its listeners are done, as they corrected it")
    func creating() throws {
        let rig = try Self.rig(["creating"])
        #expect(!hasTask(rig))
        try answer(rig, ["assignee": .text("anna"), "priority": .integer(80)])
        #expect(try task(rig).task.assignee == "anna")
        #expect(try task(rig).task.priority == 80)
        try rig.complete("u")
        #expect(rig.isDone)
    }

    @Test("creating cannot be denied")
    func creatingDenied() throws {
        let rig = try Self.rig(["creating"])
        #expect(
            try !rig.step(
                .jobCompleted(
                    token: job(rig).token, variables: [], answer: ListenerAnswer(denied: "no"))))
    }

    @Test("an assignee that the diagram names is assigned after the task is created")
    func assignedByDiagram() throws {
        let rig = try Self.rig(["creating", "assigning"], assignee: "anna")
        try answer(rig)
        #expect(try task(rig).task.assignee == "")
        #expect(try job(rig).job.headers.value(of: "io.camunda.zeebe:assignee") == .text("anna"))
        try answer(rig)
        #expect(try task(rig).task.assignee == "anna")
    }

    // MARK: Assigning

    @Test("assigning: who claims has the task when the listeners agree")
    func assigning() throws {
        let rig = try Self.rig(["assigning"])
        try #expect(rig.step(.taskClaimed(token: task(rig).token, by: "anna")))
        #expect(try task(rig).task.assignee == "")
        let headers = try job(rig).job.headers
        #expect(headers.value(of: "io.camunda.zeebe:action") == .text("assigning"))
        #expect(headers.value(of: "io.camunda.zeebe:changedAttributes") == .text(#"["assignee"]"#))
        #expect(
            try !rig.step(.taskClaimed(token: task(rig).token, by: "berta")), "one at a time")
        try answer(rig)
        #expect(try task(rig).task.assignee == "anna")
    }

    @Test("a denial leaves the task as it was, and corrections before it count for nothing")
    func assigningDenied() throws {
        let rig = try Self.rig(["assigning", "assigning"], more: "x")
        try #expect(rig.step(.taskAssigned(token: task(rig).token, to: "anna")))
        try answer(rig, ["priority": .integer(1)])
        try answer(rig, denied: "she is away")
        #expect(try task(rig).task == UserTaskWait())
        #expect(
            rig.advances.last?.lines.contains {
                $0.hasPrefix("task-denied") && $0.contains("she is away")
            } == true)
        try #expect(rig.step(.taskAssigned(token: task(rig).token, to: "berta")), "asked again")
    }

    // MARK: Completing

    @Test("completing: the process goes on with the form's variables when the listeners agree")
    func completing() throws {
        let rig = try Self.rig(["completing"])
        try rig.complete("u", ["answer": .integer(1)])
        #expect(rig.waits == "u u")
        #expect(rig.variable("answer") == nil)
        try answer(rig)
        #expect(rig.isDone)
        #expect(rig.variable("answer") == .integer(1))
    }

    @Test("completing denied: the task is to be done again")
    func completingDenied() throws {
        let rig = try Self.rig(["completing"])
        try rig.complete("u", ["answer": .integer(1)])
        try answer(rig, denied: "the answer is wrong")
        #expect(rig.waits == "u")
        #expect(rig.variable("answer") == nil)
        try rig.complete("u", ["answer": .integer(2)])
        try answer(rig)
        #expect(rig.variable("answer") == .integer(2))
    }

    @Test("a task that gives a command is done with it; its listeners come after, and cannot deny")
    func bound() throws {
        let rig = try Self.rig(
            ["completing"],
            properties: "<zeebe:properties><zeebe:property name='command' value='sales.approve'/>"
                + "</zeebe:properties>")
        let outcome = CommandOutcome.accepted(
            position: 7, stream: "x/1", version: 1, events: .list([]))
        try #expect(
            rig.step(.taskCompleted(token: task(rig).token, variables: [], outcome: outcome)))
        #expect(
            try !rig.step(
                .jobCompleted(
                    token: job(rig).token, variables: [], answer: ListenerAnswer(denied: "no"))))
        try answer(rig)
        #expect(rig.isDone)
    }

    // MARK: Updating

    @Test("updating: a variable of the task is changed when the listeners agree")
    func updating() throws {
        let rig = try Self.rig(["updating"])
        let key = try #require(rig.state.elements.last?.key)
        for (isDenied, value) in [(true, nil), (false, ProcessValue.integer(1))] {
            try #expect(
                rig.step(.setVariable(scope: key, name: "n", value: .integer(1), reason: "why")))
            #expect(rig.state.variable("n", at: key) == nil)
            try answer(rig, denied: isDenied ? "no" : nil)
            #expect(rig.state.variable("n", at: key) == value)
        }
    }

    // MARK: Canceling

    private static let canceling = """
        <extensionElements><zeebe:userTask/><zeebe:taskListeners>
        <zeebe:taskListener eventType='canceling' type='tell'/></zeebe:taskListeners>
        </extensionElements>
        """

    /// A sub-process with a task that listens beside one that does not, under an event.
    private static func interrupted(_ event: String, more: String = "") throws -> Rig {
        try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><endEvent id='e'/><task id='x'/>
                <subProcess id='p'><startEvent id='is'/><parallelGateway id='g'/>
                <userTask id='u'>\(canceling)</userTask>\(Sketch.task("w"))
                \(Sketch.flows("is -> g -> u\ng -> w"))\(more)</subProcess>
                \(event)
                """, flows: event.isEmpty ? "s -> p -> e" : "s -> p -> e\nb -> x",
                roots: Sketch.message("M", "sales.cancelled"))
        ).start(["order": .text("order/1")])
    }

    @Test("canceling: an interrupting event goes on when the task's listeners have heard of it")
    func cancelingByBoundary() throws {
        let rig = try Self.interrupted(Sketch.boundary("b", on: "p", Sketch.on(message: "M")))
        #expect(rig.waits == "b u w")
        try rig.event("sales.cancelled", "order/1", ["why": .text("late")])
        #expect(rig.waits == "u", "the rest has ended, and nothing else is waited for")
        #expect(rig.path == "s is g x:w")
        #expect(try job(rig).job.type == "tell")
        #expect(try job(rig).job.headers.value(of: "io.camunda.zeebe:action") == .text("canceling"))
        #expect(
            try !rig.step(
                .jobCompleted(
                    token: job(rig).token, variables: [], answer: ListenerAnswer(denied: "no"))))
        try answer(rig)
        #expect(rig.path == "s is g x:w x:u x:p b x main")
        #expect(rig.variable("why") == .text("late"))
        #expect(rig.isDone)
    }

    @Test("canceling by an interrupting event sub-process; the border of the scope stays armed")
    func cancelingByEventSubprocess() throws {
        let rig = try Self.interrupted(
            Sketch.boundary("b", on: "p", Sketch.after("PT9H")),
            more: """
                <subProcess id='q' triggeredByEvent='true'><startEvent id='qs'>
                \(Sketch.after("PT1H"))</startEvent>\(Sketch.task("y"))\(Sketch.flows("qs -> y"))
                </subProcess>
                """)
        try rig.pass(seconds: 3_600)
        #expect(rig.waits == "b u")
        try rig.pass(seconds: 3_600)
        #expect(rig.waits == "b u", "the timer fired once")
        try answer(rig)
        #expect(rig.waits == "b y")
        try rig.complete("y")
        #expect(rig.isDone)
    }

    @Test("a second event while the listeners are asked takes over behind the first")
    func cancelingTwice() throws {
        let rig = try Self.interrupted(
            Sketch.boundary("b", on: "p", Sketch.after("PT9H")),
            more: """
                <subProcess id='q' triggeredByEvent='true'><startEvent id='qs'>
                \(Sketch.after("PT1H"))</startEvent>\(Sketch.task("y"))\(Sketch.flows("qs -> y"))
                </subProcess>
                """)
        try rig.pass(seconds: 36_000)
        #expect(rig.waits == "u")
        try answer(rig)
        #expect(rig.isDone)
        #expect(rig.path.hasSuffix("b x main"))
    }

    @Test(
        "a person who cancels the instance waits for the listeners too", arguments: [false, true])
    func cancelingInstance(compensating: Bool) throws {
        let rig = try Self.interrupted("")
        try #expect(rig.step(.cancel(compensate: compensating, reason: "no longer wanted")))
        #expect(rig.state.status == .active)
        #expect(rig.waits == "u")
        try answer(rig)
        #expect(rig.state.status == .terminated)
    }

    @Test("a task that is not created yet, or done, hears nothing")
    func nothingToCancel() throws {
        let rig = try Self.interrupted(Sketch.boundary("b", on: "p", Sketch.on(message: "M")))
        try rig.complete("u").event("sales.cancelled")
        #expect(rig.isDone)
    }

    // MARK: Trouble

    @Test("a listener whose attempts are used up is an incident; the change waits")
    func failed() throws {
        let rig = try Self.rig(["completing"])
        try rig.complete("u")
        try #expect(
            rig.step(
                .jobFailed(token: job(rig).token, retries: 0, notBefore: 0, message: "down")))
        #expect(rig.incidents == ["u: job-failed"])
        try #expect(
            rig.step(.retry(incident: #require(rig.state.incidents.first).id, reason: "up")))
        try answer(rig)
        #expect(rig.isDone)
    }

    @Test("a correction that makes no sense is an incident")
    func badCorrection() throws {
        let rig = try Self.rig(["creating"])
        try answer(rig, ["priority": .integer(101)])
        #expect(rig.incidents == ["u: correction-failed"])
    }

    @Test("a listener throws no error")
    func throwsNothing() throws {
        let rig = try Self.rig(["creating"])
        #expect(
            try !rig.step(
                .jobThrewError(token: job(rig).token, code: "x", message: "", variables: [])))
    }
}
