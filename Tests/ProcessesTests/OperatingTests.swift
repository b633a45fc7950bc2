import Processes
import Testing

@Suite("Operating: starts, reading, migrating")
struct OperatingTests {
    @Test("start events with a trigger are listed for the engine to watch")
    func listsStarts() throws {
        let definition = try #require(
            try Sketch.definitions(
                Sketch.file(
                    """
                    <startEvent id='p'/>
                    <startEvent id='m'><extensionElements><zeebe:properties>
                    <zeebe:property name='single' value='true'/></zeebe:properties>
                    </extensionElements>\(Sketch.on(message: "M"))</startEvent>
                    <startEvent id='t'>\(Sketch.every("R/PT1H"))</startEvent>
                    <startEvent id='g'><signalEventDefinition signalRef='S'/></startEvent>
                    <endEvent id='e'/>
                    """, flows: "p -> e\nm -> e\nt -> e\ng -> e",
                    roots: "<message id='M' name='sales.placed'/><signal id='S' name='alarm'/>")
            ).first)
        let starts = definition.starts(at: StepTime(microseconds: 0))
        #expect(
            starts == [
                .init(
                    elementID: "m", kind: .message(name: "sales.placed", qualifier: ""),
                    isSingle: true),
                .init(
                    elementID: "t",
                    kind: .timer(
                        TimerWait(due: 3_600_000_000, repetitions: nil, interval: "PT1H")),
                    isSingle: false),
                .init(elementID: "g", kind: .signal("alarm"), isSingle: false),
            ])
        guard case .timer(let timer) = starts[1].kind else { return }
        #expect(
            ProcessDefinition.nextStart(after: timer, at: StepTime(microseconds: 0))?.due
                == 7_200_000_000)
    }

    @Test("a message starts an instance once, at its start event, with the event's fields")
    func startsByMessage() throws {
        let rig = try Rig(
            Sketch.file(
                "<startEvent id='m'>\(Sketch.on(message: "M"))</startEvent>\(Sketch.task("a"))",
                flows: "m -> a", roots: "<message id='M' name='sales.placed'/>"))
        let occurrence = MessageOccurrence(
            name: "sales.placed", position: 9, objects: ["sales.order/1"],
            payload: .context([ProcessField("order", .text("1"))]))
        try rig.start(.message(startEvent: "m", occurrence))
        #expect(rig.path == "m")
        #expect(rig.variable("order") == .text("1"))
        #expect(!rig.state.canConsume("sales.placed", position: 9, token: 99))
        #expect(rig.advances[0].causePosition == 9)
    }

    @Test("an advance reads as lines and as JSON")
    func reads() throws {
        let rig = try Rig(
            Sketch.file("<startEvent id='s'/>\(Sketch.task("a"))", flows: "s -> a"))
        try rig.start(["n": .integer(1)])
        #expect(
            rig.advances[0].lines == [
                "began process=main hash=abc", "entered element=main key=1 scope=0",
                "variable scope=1 name=n value=1", "entered element=s key=2 scope=1",
                "completed key=2", "flow-taken flow=0 scope=1",
                "entered element=a key=3 scope=1",
                "wait-opened element=a token=4 job=work retries=3",
            ])
        #expect(
            rig.advances[0].json.hasPrefix(
                #"{"cause":"start","at":"1970-01-01T00:16:40Z","changes":[{"change":"began","#))
    }

    // swift-format-ignore
    static let sentences: [(WaitKind, String)] = [
        (.message(MessageWait(name: "sales.shipped", correlation: "sales.order/1", qualifier: "parent")), "waits for sales.shipped about sales.order/1 as parent"),
        (.timer(TimerWait(due: 0)), "waits until 1970-01-01T00:00:00Z"),
        (.timer(TimerWait(due: 0, repetitions: 2, interval: "PT1H")), "waits until 1970-01-01T00:00:00Z, then again by PT1H"),
        (.job(JobWait(type: "mail", retries: 2)), "waits for a worker to take job mail"),
        (.job(JobWait(type: "mail", retries: 2, worker: "w", until: 1_000_000)), "waits for worker w, which has job mail until 1970-01-01T00:00:01Z"),
        (.job(JobWait(type: "mail", retries: 0)), "waits for a person: job mail failed and has no retries left"),
        (.userTask(UserTaskWait(candidateGroups: ["buyer"], due: 0)), "waits for role buyer, due 1970-01-01T00:00:00Z"),
        (.userTask(UserTaskWait(assignee: "ann", delegatedBy: "bob")), "waits for ann (for bob)"),
        (.signal("alarm"), "waits for the signal alarm"),
        (.condition(wasTrue: false), "waits until its condition is true"),
    ]

    @Test("a wait says what would end it")
    func explains() {
        for (kind, sentence) in Self.sentences {
            let wait = Wait(token: 1, owner: 1, element: 1, elementID: "x", since: 0, kind: kind)
            #expect(wait.sentence == sentence)
        }
    }

    @Test("an event that almost matched says why it did not")
    func explainsMismatch() throws {
        let wait = MessageWait(name: "a.b", correlation: "o/1", qualifier: "main")
        var state = InstanceState()
        state.apply(
            Advance(cause: "", at: 0, changes: [.consumed(name: "a.b", position: 9)]))
        func mismatch(
            _ name: String, _ position: Int64, _ objects: [String], _ qualifier: String
        ) -> String? {
            wait.mismatch(
                with: MessageOccurrence(name: name, position: position, objects: objects),
                qualifiers: ["o/1": [qualifier]], after: 5, usedBy: state, token: 3)
        }
        #expect(mismatch("a.c", 7, ["o/1"], "main") == "it is a.c, not a.b")
        #expect(mismatch("a.b", 7, ["o/2"], "main") == "it is about o/2, not o/1")
        #expect(mismatch("a.b", 7, ["o/1"], "other") == "it names o/1 under other, not main")
        #expect(mismatch("a.b", 4, ["o/1"], "main") == "it came before the instance began")
        #expect(mismatch("a.b", 9, ["o/1"], "main") == "the instance has used it already")
        #expect(mismatch("a.b", 7, ["o/1"], "main") == nil)
    }

    private static let old = Sketch.file(
        "<startEvent id='s'/>\(CompensationTests.task("a"))\(Sketch.task("b"))<endEvent id='e'/>",
        flows: "s -> a -> b -> e")
    private static let new = Sketch.file(
        """
        <startEvent id='s'/><task id='extra'/>\(CompensationTests.task("a"))\(Sketch.task("bb"))
        <endEvent id='e'><compensateEventDefinition/></endEvent>
        """, flows: "s -> extra -> a -> bb -> e")

    private func versions() throws -> (ProcessDefinition, ProcessDefinition) {
        func read(_ text: String, _ hash: String) throws -> ProcessDefinition {
            let file = try ProcessFile.parse(Array(text.utf8), name: "x", hash: hash)
            return try #require(file.processes.first)
        }
        return (try read(Self.old, "abc"), try read(Self.new, "def"))
    }

    @Test("an instance moves to another version, goes on there, and can be moved back")
    func migrates() throws {
        let (old, new) = try versions()
        let rig = try Rig(Self.old)
        try rig.start().complete("a")
        let plan = Migration(renamed: ["b": "bb"])
        #expect(plan.problems(moving: rig.state, from: old, to: new) == [])
        let advance = try #require(
            plan.advance(
                moving: rig.state, from: old, to: new, at: StepTime(microseconds: rig.now),
                reason: "new law"))
        #expect(try Advance.decode(advance.encode()) == advance)
        var state = rig.state
        state.apply(advance)
        #expect(state.definitions == [new.reference])
        #expect(state.waits.map(\.elementID) == ["bb"])
        let back = try #require(
            plan.reversed.advance(
                moving: state, from: new, to: old, at: StepTime(microseconds: rig.now),
                reason: "not yet"))
        var undone = state
        undone.apply(back)
        #expect(undone == rig.state)
        var host = RecordingHost()
        let step = Machine.step(
            state, .jobCompleted(token: state.waits[0].token, variables: []),
            definitions: DefinitionSet([new]), at: StepTime(microseconds: rig.now), host: &host)
        state.apply(step)
        #expect(state.waits.map(\.elementID) == ["undoa"])
    }

    @Test("an instance does not go on with another definition than its own")
    func refusesOtherDefinition() throws {
        let (_, new) = try versions()
        let rig = try Rig(Self.old)
        try rig.start()
        var host = RecordingHost()
        let step = Machine.step(
            rig.state, .jobCompleted(token: rig.state.waits[0].token, variables: []),
            definitions: DefinitionSet([new]), at: StepTime(microseconds: rig.now), host: &host)
        var state = rig.state
        state.apply(step)
        #expect(state.incidents.map(\.reason) == ["definition-missing"])
        #expect(state.waits == rig.state.waits)
    }

    @Test("what cannot be moved is named, and nothing moves")
    func refusesMigration() throws {
        let (old, new) = try versions()
        let rig = try Rig(Self.old)
        try rig.start().complete("a")
        #expect(
            Migration().problems(moving: rig.state, from: old, to: new)
                == ["b is not in the new version; name its successor in the plan"])
        #expect(
            Migration(renamed: ["b": "extra"]).problems(moving: rig.state, from: old, to: new)
                == ["b is a service task and extra a task; name another successor"])
        #expect(
            Migration().advance(
                moving: rig.state, from: old, to: new, at: StepTime(microseconds: 0),
                reason: "") == nil)
    }
}

@Suite("What a reader of changes sees")
struct ChangeReaderTests {
    @Test("every wait and incident that was opened is closed by a change of its own, or the end")
    func closesExplicitly() throws {
        for seed in 1...20 {
            var random = SeededGenerator(seed: UInt64(seed))
            let rig = try Rig(InterleavingTests.sketch)
            try rig.start(["order": .text("order/1")])
            for step in 0..<60 {
                guard let wait = rig.state.waits.randomElement(using: &random) else { break }
                switch wait.kind {
                case .job, .userTask: try rig.complete(wait.elementID)
                case .message where step > 20: try rig.event("sales.cancelled")
                default: try rig.pass(seconds: 20)
                }
                guard rig.state.status == .active else { break }
                var open: Set<Int> = []
                for change in rig.advances.flatMap(\.changes) {
                    switch change {
                    case .waitOpened(let wait): open.insert(wait.token)
                    case .waitClosed(let token): open.remove(token)
                    case .incidentRaised(let incident): open.insert(incident.id)
                    case .incidentResolved(let id): open.remove(id)
                    default: continue
                    }
                }
                let known = rig.state.waits.map(\.token) + rig.state.incidents.map(\.id)
                #expect(open == Set(known), "seed \(seed)")
            }
        }
    }
}
