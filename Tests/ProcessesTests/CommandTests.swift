import FEEL
import Processes
import Testing

@Suite("Commands, decisions, jobs and incidents")
struct CommandTests {
    private static func commandTask(_ id: String, _ type: String, _ mapping: String = "") -> String
    {
        """
        <serviceTask id='\(id)'><extensionElements><zeebe:taskDefinition type='\(type)'/>
        \(mapping)</extensionElements></serviceTask>
        """
    }

    private static let one = Sketch.file(
        "<startEvent id='s'/>\(commandTask("c", "sales.release"))<endEvent id='e'/><task id='x'/>"
            + Sketch.boundary("b", on: "c", Sketch.on(error: "E")),
        flows: "s -> c -> e\nb -> x", roots: Sketch.error("E", "credit-exceeded"))

    @Test("a command runs inside the step; its payload are the variables named like its fields")
    func performs() throws {
        let rig = try Rig(Self.one)
        rig.host.accept("sales.release")
        try rig.start(["order": .text("SO-1"), "other": .integer(1)])
        #expect(rig.path == "s c e main")
        let call = try #require(rig.host.calls.first)
        #expect(call.payload == .context([ProcessField("order", .text("SO-1"))]))
        #expect(call.elementID == "c")
        #expect(call.processID == "main")
        #expect(rig.advances.count == 1)
        #expect(
            rig.advances[0].changes.contains {
                if case .commandIssued(let record) = $0 {
                    record.name == "sales.release" && record.position == 101
                        && record.rejection.isEmpty
                } else {
                    false
                }
            })
    }

    @Test("with input mappings the payload is what they name, and outputs see the result")
    func maps() throws {
        let mapping = Sketch.mapping(
            inputs: ["order": "=id", "lines.first": "=1"],
            outputs: ["released": "=position", "where": "=stream"])
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='s'/>\(Self.commandTask("c", "sales.release", mapping))"
                    + Sketch.task("wait"),
                flows: "s -> c -> wait"))
        rig.host.accept("sales.release")
        try rig.start(["id": .text("SO-1")])
        #expect(
            rig.host.calls.first?.payload
                == .context([
                    ProcessField("lines", .context([ProcessField("first", .integer(1))])),
                    ProcessField("order", .text("SO-1")),
                ]))
        #expect(rig.variable("released") == .integer(101))
        #expect(rig.variable("where") == .text("test/3"))
        #expect(rig.variable("version") == nil)
    }

    @Test("a rejection is thrown as an error with its code")
    func throwsRejection() throws {
        let rig = try Rig(Self.one)
        rig.host.reject("sales.release", code: "credit-exceeded")
        try rig.start()
        #expect(rig.path == "s x:c b x main")
    }

    @Test("one that nothing catches is an incident with the code as its reason, and is retried")
    func raisesRejection() throws {
        let rig = try Rig(Self.one)
        rig.host.reject("sales.release", code: "period-locked")
        try rig.start()
        #expect(rig.incidents == ["c: period-locked"])
        #expect(rig.state.incidents[0].message == "no: period-locked")
        rig.host.accept("sales.release")
        try rig.step(.retry(incident: rig.state.incidents[0].id, reason: "period is open again"))
        #expect(rig.isDone)
        #expect(rig.host.calls.map(\.elementKey) == [3, 3])
    }

    @Test("a command that the engine puts off is owed, and tried three times")
    func putsOff() throws {
        let rig = try Rig(Self.one)
        rig.host.commands["sales.release"] = { _ in .retryLater(code: "wrong-version") }
        try rig.start()
        #expect(rig.state.owesContinuation)
        #expect(rig.incidents == [])
        try rig.drain()
        #expect(rig.host.calls.count == 3)
        #expect(rig.incidents == ["c: wrong-version"])
        rig.host.accept("sales.release")
        try rig.step(.retry(incident: rig.state.incidents[0].id, reason: "again"))
        #expect(rig.isDone)
    }

    @Test("a decision's result becomes a variable and stands in the advance with its hash")
    func decides() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><businessRuleTask id='d'><extensionElements>
                <zeebe:calledDecision decisionId='limit' resultVariable='allowed'/>
                </extensionElements></businessRuleTask>\(Sketch.task("wait"))
                """, flows: "s -> d -> wait"))
        rig.host.decisions["limit"] = { variables in
            .result(variables.first?.value ?? .null, hash: "feed")
        }
        try rig.start(["amount": .integer(9)])
        #expect(rig.variable("allowed") == .integer(9))
        #expect(
            rig.advances[0].changes.contains(
                .decisionEvaluated(
                    DecisionRecord(key: 3, decision: "limit", hash: "feed", result: .integer(9)))))
    }

    @Test("a later command is told what decisions gave, so that one can approve it")
    func tellsDecisions() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><businessRuleTask id='d'><extensionElements>
                <zeebe:calledDecision decisionId='limit' resultVariable='allowed'/>
                </extensionElements></businessRuleTask>\(Self.commandTask("c", "sales.release"))
                """, flows: "s -> d -> c"))
        rig.host.accept("sales.release")
        rig.host.decisions["limit"] = { _ in .result(.boolean(true), hash: "feed") }
        try rig.start()
        #expect(
            rig.host.calls.first?.decisions == [
                DecisionRecord(key: 3, decision: "limit", hash: "feed", result: .boolean(true))
            ])
    }

    @Test("a message that is thrown is a command or a job, as its task definition says")
    func throwsMessages() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><intermediateThrowEvent id='t'>\(Sketch.job("sales.note"))
                \(Sketch.on(message: "M"))</intermediateThrowEvent>
                <sendTask id='u'>\(Sketch.job("mail"))</sendTask>
                <endEvent id='e'>\(Sketch.job("mail"))\(Sketch.on(message: "M"))</endEvent>
                """, flows: "s -> t -> u -> e", roots: "<message id='M' name='told'/>"))
        rig.host.accept("sales.note")
        try rig.start().complete("u")
        #expect(rig.host.calls.map(\.name) == ["sales.note"])
        #expect(rig.waits == "e")
        try rig.complete("e")
        #expect(rig.path == "s t u e main")
    }

    @Test("expressions may ask for an object's fields")
    func asksForObjects() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><exclusiveGateway id='g' default='g-b'/><task id='a'/><task id='b'/>
                """,
                flows: "s -> g\ng -> a ? =object(\"sales.order\", id).open > 0\ng -> b"))
        rig.host.objects["sales.order/SO-1"] = .context([ProcessField("open", .integer(2))])
        try rig.start(["id": .text("SO-1")])
        #expect(rig.path == "s g a main")
    }

    @Test("a job is activated, fails with a back-off, and is an incident without retries")
    func failsJobs() throws {
        let rig = try Rig(
            Sketch.file("<startEvent id='s'/>\(Sketch.task("a"))", flows: "s -> a"))
        try rig.start()
        let token = try rig.token("a")
        #expect(try rig.step(.jobActivated(token: token, worker: "w", until: rig.now + 5)))
        #expect(try !rig.step(.jobActivated(token: token, worker: "v", until: rig.now + 5)))
        try rig.step(
            .jobFailed(token: token, retries: 1, notBefore: rig.now + 10, message: "busy"))
        #expect(try !rig.step(.jobActivated(token: token, worker: "w", until: rig.now + 5)))
        rig.now += 10
        #expect(try rig.step(.jobActivated(token: token, worker: "w", until: rig.now + 5)))
        try rig.step(.jobFailed(token: token, retries: 0, notBefore: 0, message: "broken"))
        #expect(rig.incidents == ["a: job-failed"])
        #expect(try !rig.step(.jobActivated(token: token, worker: "w", until: rig.now + 5)))
        try rig.step(.retry(incident: rig.state.incidents[0].id, reason: "mended"))
        #expect(try rig.step(.jobActivated(token: token, worker: "w", until: rig.now + 5)))
        try rig.complete("a")
        #expect(rig.isDone)
    }

    @Test("a user task has its people, dates and command, and changes hands")
    func assignsTasks() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><userTask id='u'><extensionElements>
                <zeebe:userTask/><zeebe:formDefinition formId='approve'/>
                <zeebe:assignmentDefinition candidateGroups='buyers, heads' candidateUsers='=["ann"]'/>
                <zeebe:taskSchedule dueDate='=now() + duration("P1D")'/>
                <zeebe:priorityDefinition priority='80'/>
                <zeebe:properties><zeebe:property name='command' value='purchasing.approve'/>
                </zeebe:properties></extensionElements></userTask><endEvent id='e'/>
                """, flows: "s -> u -> e"))
        try rig.start()
        let token = try rig.token("u")
        guard case .userTask(let task)? = rig.state.wait(token)?.kind else {
            Issue.record("no user task")
            return
        }
        #expect(task.form == "approve")
        #expect(task.candidateGroups == ["buyers", "heads"])
        #expect(task.candidateUsers == ["ann"])
        #expect(task.due == rig.now + 86_400_000_000)
        #expect(task.priority == 80)
        #expect(task.command == "purchasing.approve")
        #expect(try rig.step(.taskClaimed(token: token, by: "ann")))
        #expect(try !rig.step(.taskClaimed(token: token, by: "bob")))
        #expect(
            try rig.step(.taskDelegated(token: token, to: "bob", by: "ann", until: "2026-02-01")))
        try rig.step(.taskReleased(token: token))
        guard case .userTask(let back)? = rig.state.wait(token)?.kind else { return }
        #expect(back.assignee == "ann")
        try rig.step(
            .taskCompleted(
                token: token, variables: [ProcessField("note", .text("fine"))],
                outcome: .accepted(
                    position: 7, stream: "purchasing.order/1", version: 2, events: .list([]))))
        #expect(rig.isDone)
        #expect(rig.variable("note") == nil)
    }

    @Test("what a person gave a task's command is kept only where an output mapping says so")
    func keepsWhatIsMapped() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><userTask id='u'><extensionElements><zeebe:userTask/>
                <zeebe:ioMapping><zeebe:output source='=reason' target='why'/></zeebe:ioMapping>
                <zeebe:properties><zeebe:property name='command' value='purchasing.approve'/>
                </zeebe:properties></extensionElements></userTask><endEvent id='e'/>
                """, flows: "s -> u -> e"))
        try rig.start()
        try rig.step(
            .taskCompleted(
                token: rig.token("u"), variables: [ProcessField("reason", .text("dear"))],
                outcome: .accepted(
                    position: 7, stream: "purchasing.order/1", version: 2, events: .list([]))))
        #expect(rig.isDone)
        #expect(rig.variable("why") == .text("dear"))
        #expect(rig.variable("reason") == nil)
    }

    @Test("a gateway without a flow to take is an incident; editing a variable and retrying helps")
    func mendsGateway() throws {
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='s'/><exclusiveGateway id='g'/><task id='a'/><task id='b'/>",
                flows: "s -> g\ng -> a ? =x > 10\ng -> b ? =x > 5"))
        try rig.start(["x": .integer(1)])
        #expect(rig.incidents == ["g: no-flow-taken"])
        try rig.step(.setVariable(scope: 1, name: "x", value: .integer(7), reason: "typo"))
        try rig.step(.retry(incident: rig.state.incidents[0].id, reason: "corrected"))
        #expect(rig.path == "s g b main")
    }

    @Test("a condition that is neither true nor false is an incident that says so")
    func explainsConditions() throws {
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='s'/><exclusiveGateway id='g' default='g-b'/><task id='a'/><task id='b'/>",
                flows: "s -> g\ng -> a ? =x > 10\ng -> b"))
        try rig.start()
        #expect(rig.incidents == ["g: expression-failed"])
        #expect(rig.state.incidents[0].message.contains("found null from =x > 10"))
    }

    @Test("an element can be skipped, and another entered instead")
    func intervenes() throws {
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='s'/>\(Sketch.task("a"))\(Sketch.task("b"))\(Sketch.task("c"))",
                flows: "s -> a -> b -> c"))
        try rig.start()
        let key = try #require(rig.state.elements.last?.key)
        try rig.step(.skip(key: key, variables: [], reason: "done on paper"))
        #expect(rig.waits == "b")
        let second = try #require(rig.state.elements.last?.key)
        try rig.step(.jump(key: second, toElement: "a", reason: "again"))
        #expect(rig.waits == "a")
        #expect(rig.path == "s a x:b")
        #expect(try !rig.step(.jump(key: second, toElement: "a", reason: "again")))
    }

    @Test("the variables of an instance have a limit")
    func limitsVariables() throws {
        let rig = try Rig(
            Sketch.file("<startEvent id='s'/>\(Sketch.task("a"))", flows: "s -> a"))
        try rig.start()
        try rig.complete("a", ["big": .text(String(repeating: "x", count: 65_536))])
        #expect(rig.incidents == ["a: variables-too-large"])
        #expect(rig.variable("big") == nil)
    }

    @Test("a hundred elements end an advance, and the rest is owed")
    func yields() throws {
        var nodes = "<startEvent id='s'/>"
        var flow = "s"
        for number in 1...250 {
            nodes += "<task id='t\(number)'/>"
            flow += " -> t\(number)"
        }
        let rig = try Rig(Sketch.file(nodes, flows: flow))
        try rig.start()
        #expect(rig.state.owesContinuation)
        try rig.drain()
        #expect(rig.isDone)
        #expect(rig.advances.count == 3)
    }

    @Test("a loop that waits for nothing becomes a runaway, which a person lets go on or cancels")
    func stopsRunaways() throws {
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='s'/><task id='a'/><task id='b'/>", flows: "s -> a -> b -> a"))
        try rig.start()
        try rig.drain()
        #expect(rig.incidents == ["main: runaway"])
        #expect(rig.advances.count == 101)
        #expect(!rig.state.owesContinuation)
        #expect(try !rig.step(.proceed))
        try rig.step(.retry(incident: rig.state.incidents[0].id, reason: "let it"))
        #expect(rig.state.owesContinuation)
        try rig.step(.cancel(compensate: false, reason: "enough"))
        #expect(rig.state.status == .terminated)
    }
}
