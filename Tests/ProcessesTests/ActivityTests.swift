import Processes
import Testing

@Suite("Activities with boundaries, scopes, loops and calls")
struct ActivityTests {
    private static let withBoundary = """
        <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/><task id='x'/>
        """

    static let boundaries: [Scenario] = [
        Scenario(
            "an interrupting timer ends the task and goes its own way",
            withBoundary + Sketch.boundary("b", on: "a", Sketch.after("PT5M")),
            flows: "s -> a -> e\nb -> x", path: "s x:a b x main"
        ) { try $0.start().pass(seconds: 300) },
        Scenario(
            "a task that is done in time disarms it",
            withBoundary + Sketch.boundary("b", on: "a", Sketch.after("PT5M")),
            flows: "s -> a -> e\nb -> x", path: "s a e main"
        ) { try $0.start().pass(seconds: 200).complete("a").pass(seconds: 200) },
        Scenario(
            "a non-interrupting timer leaves the task alone",
            withBoundary
                + Sketch.boundary("b", on: "a", Sketch.after("PT5M"), interrupting: false),
            flows: "s -> a -> e\nb -> x", path: "s b x", waits: "a"
        ) { try $0.start().pass(seconds: 900) },
        Scenario(
            "a cycle fires as often as it says",
            withBoundary
                + Sketch.boundary("b", on: "a", Sketch.every("R3/PT5M"), interrupting: false),
            flows: "s -> a -> e\nb -> x", path: "s b x b x b x", waits: "a"
        ) { try $0.start().pass(seconds: 86_400) },
        Scenario(
            "an error is caught by the event with its code",
            withBoundary + "<task id='y'/>"
                + Sketch.boundary("b", on: "a", Sketch.on(error: "E"))
                + Sketch.boundary("c", on: "a", Sketch.on(error: nil)),
            flows: "s -> a -> e\nb -> x\nc -> y", roots: Sketch.error("E", "short"),
            path: "s x:a b x main"
        ) { try $0.start().fails("a", code: "short") },
        Scenario(
            "and any other by the event for all",
            withBoundary + "<task id='y'/>"
                + Sketch.boundary("b", on: "a", Sketch.on(error: "E"))
                + Sketch.boundary("c", on: "a", Sketch.on(error: nil)),
            flows: "s -> a -> e\nb -> x\nc -> y", roots: Sketch.error("E", "short"),
            path: "s x:a c y main"
        ) { try $0.start().fails("a", code: "other") },
        Scenario(
            "a non-interrupting message is caught once for each event",
            withBoundary
                + Sketch.boundary("b", on: "a", Sketch.on(message: "M"), interrupting: false),
            flows: "s -> a -> e\nb -> x", roots: Sketch.message("M", "sales.amended"),
            path: "s b x b x a e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.amended").event("sales.amended").complete("a")
        },
    ]

    private static let subprocess = """
        <startEvent id='s'/><endEvent id='e'/><task id='x'/>
        <subProcess id='sub'><startEvent id='is'/>\(Sketch.task("a"))\(Sketch.task("b"))
        <endEvent id='ie'/>\(Sketch.flows("is -> a -> ie\nis -> b -> ie"))
        """

    static let scopes: [Scenario] = [
        Scenario(
            "a sub-process is done when nothing goes on in it",
            subprocess + "</subProcess>", flows: "s -> sub -> e",
            path: "s is a ie b ie sub e main"
        ) { try $0.start().complete("a").complete("b") },
        Scenario(
            "a boundary event of a sub-process ends all of it",
            subprocess + "</subProcess>" + Sketch.boundary("t", on: "sub", Sketch.after("PT1H")),
            flows: "s -> sub -> e\nt -> x", path: "s is x:b x:a x:sub t x main"
        ) { try $0.start().pass(seconds: 3600) },
        Scenario(
            "an error end event is caught around its sub-process",
            """
            <startEvent id='s'/><endEvent id='e'/><task id='x'/>
            <subProcess id='sub'><startEvent id='is'/>
            <endEvent id='ie'><errorEventDefinition errorRef='E'/></endEvent>
            \(Sketch.flows("is -> ie"))</subProcess>
            \(Sketch.boundary("b", on: "sub", Sketch.on(error: "E")))
            """, flows: "s -> sub -> e\nb -> x", roots: Sketch.error("E", "stop"),
            path: "s is x:ie x:sub b x main"),
        Scenario(
            "an interrupting event sub-process ends the work of its scope",
            """
            <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>
            <subProcess id='cancel' triggeredByEvent='true'>
            <startEvent id='c' isInterrupting='true'>\(Sketch.on(message: "M"))</startEvent>
            \(Sketch.task("clean"))<endEvent id='ce'/>\(Sketch.flows("c -> clean -> ce"))
            </subProcess>
            """, flows: "s -> a -> e", roots: Sketch.message("M", "sales.cancelled"),
            path: "s x:a c clean ce cancel main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.cancelled").complete("clean")
        },
        Scenario(
            "a non-interrupting one runs beside it, as often as its event comes",
            """
            <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>
            <subProcess id='note' triggeredByEvent='true'>
            <startEvent id='n' isInterrupting='false'>\(Sketch.on(message: "M"))</startEvent>
            \(Sketch.task("tell"))\(Sketch.flows("n -> tell"))
            </subProcess>
            """, flows: "s -> a -> e", roots: Sketch.message("M", "sales.noted"),
            path: "s n n a e tell note tell note main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.noted").event("sales.noted")
            try rig.complete("a").complete("tell").complete("tell")
        },
        Scenario(
            "an error event sub-process catches what is thrown in its scope",
            """
            <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>
            <subProcess id='repair' triggeredByEvent='true'>
            <startEvent id='r'>\(Sketch.on(error: nil))</startEvent>
            <endEvent id='re'/>\(Sketch.flows("r -> re"))</subProcess>
            """, flows: "s -> a -> e", path: "s x:a r re repair main"
        ) { try $0.start().fails("a", code: "any") },
        Scenario(
            "an escalation is caught and, when it does not interrupt, the thrower goes on",
            """
            <startEvent id='s'/><endEvent id='e'/><task id='x'/>
            <subProcess id='sub'><startEvent id='is'/>
            <intermediateThrowEvent id='up'><escalationEventDefinition escalationRef='U'/>
            </intermediateThrowEvent>\(Sketch.task("a"))\(Sketch.flows("is -> up -> a"))</subProcess>
            \(Sketch.boundary("b", on: "sub", "<escalationEventDefinition/>", interrupting: false))
            """, flows: "s -> sub -> e\nb -> x",
            roots: "<escalation id='U' escalationCode='late'/>",
            path: "s is b up x a sub e main"
        ) { try $0.start().complete("a") },
    ]

    private static func loop(_ body: String, sequential: Bool) -> String {
        """
        <startEvent id='s'/><endEvent id='e'/>
        <serviceTask id='a'><extensionElements><zeebe:taskDefinition type='work'/>
        </extensionElements><multiInstanceLoopCharacteristics isSequential='\(sequential)'>
        <extensionElements><zeebe:loopCharacteristics inputCollection='=items' inputElement='item'
        outputCollection='results' outputElement='=result'/></extensionElements>\(body)
        </multiInstanceLoopCharacteristics></serviceTask>
        """
    }
    private static let three: [String: ProcessValue] = [
        "items": .list([.integer(1), .integer(2), .integer(3)])
    ]

    static let loops: [Scenario] = [
        Scenario(
            "a parallel loop begins all iterations at once and collects in their order",
            loop("", sequential: false), flows: "s -> a -> e", path: "s a a a a e main"
        ) { rig in
            try rig.start(three)
            #expect(rig.waits == "a a a")
            let tokens = rig.state.waits.map(\.token)
            for (token, result) in [(tokens[2], "c"), (tokens[0], "a"), (tokens[1], "b")] {
                try rig.step(
                    .jobCompleted(
                        token: token, variables: [ProcessField("result", .text(result))]))
            }
            #expect(rig.variable("results") == .list([.text("a"), .text("b"), .text("c")]))
            #expect(rig.variable("result") == nil)
        },
        Scenario(
            "a sequential loop begins one after another",
            loop("", sequential: true), flows: "s -> a -> e", path: "s a a", waits: "a"
        ) { try $0.start(three).complete("a").complete("a") },
        Scenario(
            "a completion condition ends the others",
            loop(
                "<completionCondition>=numberOfCompletedInstances = 2</completionCondition>",
                sequential: false),
            flows: "s -> a -> e", path: "s a a x:a a e main"
        ) { try $0.start(three).complete("a").complete("a") },
        Scenario(
            "an empty list is done at once",
            loop("", sequential: false), flows: "s -> a -> e", path: "s a e main"
        ) { rig in
            try rig.start(["items": .list([])])
            #expect(rig.variable("results") == .list([]))
        },
        Scenario(
            "a boundary event belongs to the whole loop",
            loop("", sequential: false) + "<task id='x'/>"
                + Sketch.boundary("b", on: "a", Sketch.after("PT1M")),
            flows: "s -> a -> e\nb -> x", path: "s x:a x:a x:a x:a b x main"
        ) { try $0.start(three).pass(seconds: 60) },
    ]

    private static let called = """
        <process id='child' isExecutable='true'><startEvent id='cs'/>\(Sketch.task("work"))
        <endEvent id='ce'/>\(Sketch.flows("cs -> work -> ce"))</process>
        """
    private static func call(_ attributes: String, mapping: String = "") -> String {
        """
        <startEvent id='s'/><endEvent id='e'/><task id='x'/>
        <callActivity id='call'><extensionElements>
        <zeebe:calledElement processId='child' \(attributes)/>\(mapping)</extensionElements>
        </callActivity>
        """
    }

    static let calls: [Scenario] = [
        Scenario(
            "a called process runs inside, sees the caller's variables and gives its own back",
            call(""), flows: "s -> call -> e", more: called,
            path: "s cs work ce child call e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            let key = try #require(rig.state.elements.last?.key)
            #expect(rig.state.variable("order", at: key) == .text("order/1"))
            try rig.complete("work", ["answer": .integer(42)])
            #expect(rig.variable("answer") == .integer(42))
        },
        Scenario(
            "with mappings only what they name passes",
            call(
                "propagateAllChildVariables='false' propagateAllParentVariables='false'",
                mapping: Sketch.mapping(inputs: ["it": "=order"], outputs: ["got": "=answer"])),
            flows: "s -> call -> e", more: called, path: "s cs work ce child call e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            let key = try #require(rig.state.elements.last?.key)
            #expect(rig.state.variable("order", at: key) == nil)
            #expect(rig.state.variable("it", at: key) == .text("order/1"))
            try rig.complete("work", ["answer": .integer(42)])
            #expect(rig.variable("got") == .integer(42))
            #expect(rig.variable("answer") == nil)
        },
        Scenario(
            "an input that is left empty is null, whatever its name is around the call",
            call("", mapping: "<zeebe:ioMapping><zeebe:input target='order'/></zeebe:ioMapping>"),
            flows: "s -> call -> e", more: called, path: "s cs work ce child call e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            let key = try #require(rig.state.elements.last?.key)
            #expect(rig.state.variable("order", at: key) == .null)
            try rig.complete("work")
        },
        Scenario(
            "an error that the called process does not catch reaches the call's boundary",
            call("") + Sketch.boundary("b", on: "call", Sketch.on(error: nil)),
            flows: "s -> call -> e\nb -> x", more: called,
            path: "s cs x:work x:child x:call b x main"
        ) { try $0.start().fails("work", code: "no") },
    ]

    @Test("boundary events", arguments: boundaries)
    func runsBoundaries(_ row: Scenario) throws { try row.run() }

    @Test("scopes", arguments: scopes)
    func runsScopes(_ row: Scenario) throws { try row.run() }

    @Test("multi-instance", arguments: loops)
    func runsLoops(_ row: Scenario) throws { try row.run() }

    @Test("call activities", arguments: calls)
    func runsCalls(_ row: Scenario) throws { try row.run() }
}
