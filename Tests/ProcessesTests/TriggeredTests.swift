import Processes
import Testing

@Suite("What events and timers set off, and what they disarm")
struct TriggeredTests {
    private static let order: [String: ProcessValue] = ["order": .text("order/1")]

    private static func late(_ event: String, interrupting: Bool) -> String {
        """
        <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>
        <subProcess id='late' triggeredByEvent='true'>
        <startEvent id='ls' isInterrupting='\(interrupting)'>\(event)</startEvent>
        \(Sketch.task("tell"))<endEvent id='le'/>\(Sketch.flows("ls -> tell -> le"))
        </subProcess>
        """
    }

    static let subprocesses: [Scenario] = [
        Scenario(
            "a timer begins an interrupting event sub-process: what goes on in its scope ends",
            late(Sketch.after("PT1H"), interrupting: true), flows: "s -> a -> e",
            path: "s x:a ls", waits: "tell"
        ) { try $0.start().pass(seconds: 3_600) },
        Scenario(
            "and the process ends with the sub-process",
            late(Sketch.after("PT1H"), interrupting: true), flows: "s -> a -> e",
            path: "s x:a ls tell le late main"
        ) { try $0.start().pass(seconds: 3_600).complete("tell").pass(seconds: 3_600) },
        Scenario(
            "before its time nothing begins",
            late(Sketch.after("PT1H"), interrupting: true), flows: "s -> a -> e",
            path: "s", waits: "ls a"
        ) { try $0.start().pass(seconds: 3_599) },
        Scenario(
            "a scope that is done in time takes its timer along",
            late(Sketch.after("PT1H"), interrupting: true), flows: "s -> a -> e",
            path: "s a e main"
        ) { try $0.start().pass(seconds: 3_599).complete("a").pass(seconds: 3_600) },
        Scenario(
            "a non-interrupting one runs beside the work, once for a duration",
            late(Sketch.after("PT1H"), interrupting: false), flows: "s -> a -> e",
            path: "s ls", waits: "a tell"
        ) { try $0.start().pass(seconds: 86_400) },
        Scenario(
            "and the scope waits for both",
            late(Sketch.after("PT1H"), interrupting: false), flows: "s -> a -> e",
            path: "s ls a e tell le late main"
        ) { try $0.start().pass(seconds: 3_600).complete("a").complete("tell") },
        Scenario(
            "for a cycle as often as it says",
            late(Sketch.every("R2/PT1H"), interrupting: false), flows: "s -> a -> e",
            path: "s ls ls", waits: "a tell tell"
        ) { try $0.start().pass(seconds: 86_400) },
    ]

    private static let cancelled = """
        <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>\(Sketch.task("x"))
        \(Sketch.boundary("b", on: "a", Sketch.on(message: "M")))
        """

    static let boundaries: [Scenario] = [
        Scenario(
            "an interrupting message ends the task, and brings what it carries",
            cancelled, flows: "s -> a -> e\nb -> x",
            roots: Sketch.message("M", "sales.cancelled"), path: "s x:a b", waits: "x"
        ) { rig in
            try rig.start(order).event("sales.cancelled", "order/1", ["why": .text("too late")])
            #expect(rig.variable("why") == .text("too late"))
        },
        Scenario(
            "it is met once: the same event again finds nobody",
            cancelled, flows: "s -> a -> e\nb -> x",
            roots: Sketch.message("M", "sales.cancelled"), path: "s x:a b x main"
        ) { rig in
            try rig.start(order).event("sales.cancelled").event("sales.cancelled").complete("x")
        },
        Scenario(
            "an event about another object, or of another name, leaves the task alone",
            cancelled, flows: "s -> a -> e\nb -> x",
            roots: Sketch.message("M", "sales.cancelled"), path: "s", waits: "b a"
        ) { try $0.start(order).event("sales.cancelled", "order/2").event("sales.amended") },
        Scenario(
            "a task that is done before no longer listens",
            cancelled, flows: "s -> a -> e\nb -> x",
            roots: Sketch.message("M", "sales.cancelled"), path: "s a e main"
        ) { try $0.start(order).complete("a").event("sales.cancelled") },
    ]

    private static let gateway = """
        <startEvent id='s'/><eventBasedGateway id='g'/>
        <intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>
        <intermediateCatchEvent id='t'>\(Sketch.after("PT1H"))</intermediateCatchEvent>
        \(Sketch.task("paid"))\(Sketch.task("late"))
        """

    static let gateways: [Scenario] = [
        Scenario(
            "an event-based gateway waits for all its events",
            gateway, flows: "s -> g -> m -> paid\ng -> t -> late",
            roots: Sketch.message("M", "finance.paid"), path: "s", waits: "m t"
        ) { try $0.start(order) },
        Scenario(
            "the message takes its branch and disarms the timer",
            gateway, flows: "s -> g -> m -> paid\ng -> t -> late",
            roots: Sketch.message("M", "finance.paid"), path: "s g m", waits: "paid"
        ) { rig in
            try rig.start(order)
            let timer = try rig.token("t")
            try rig.event("finance.paid", "order/1", ["amount": .integer(7)])
            #expect(rig.variable("amount") == .integer(7))
            try rig.pass(seconds: 7_200)
            #expect(try !rig.step(.timer(token: timer)), "it fires for nobody")
        },
        Scenario(
            "the timer takes its branch, and the message comes too late",
            gateway, flows: "s -> g -> m -> paid\ng -> t -> late",
            roots: Sketch.message("M", "finance.paid"), path: "s g t", waits: "late"
        ) { try $0.start(order).pass(seconds: 3_600).event("finance.paid") },
        Scenario(
            "a receive task may stand behind it too",
            """
            <startEvent id='s'/><eventBasedGateway id='g'/><receiveTask id='m' messageRef='M'/>
            <intermediateCatchEvent id='t'>\(Sketch.after("PT1H"))</intermediateCatchEvent>
            <endEvent id='e'/>
            """, flows: "s -> g -> m -> e\ng -> t -> e",
            roots: Sketch.message("M", "finance.paid"), path: "s g m e main"
        ) { try $0.start(order).event("finance.paid").pass(seconds: 7_200) },
    ]

    private static let receiving = """
        <startEvent id='s'/><receiveTask id='r' messageRef='M'><extensionElements>
        \(Sketch.mapping(outputs: ["kilos": "=weight"]))</extensionElements></receiveTask>
        <endEvent id='e'/><task id='x'/>
        """

    static let receiveTasks: [Scenario] = [
        Scenario(
            "a receive task waits for the message about its object",
            receiving, flows: "s -> r -> e", roots: Sketch.message("M", "sales.shipped"),
            path: "s", waits: "r"
        ) { try $0.start(order).event("sales.shipped", "order/2") },
        Scenario(
            "and is done with it; its output mapping keeps what it names",
            receiving, flows: "s -> r -> e", roots: Sketch.message("M", "sales.shipped"),
            path: "s r e main"
        ) { rig in
            try rig.start(order).event("sales.shipped", "order/1", ["weight": .integer(7)])
            #expect(rig.variable("kilos") == .integer(7))
            #expect(rig.variable("weight") == nil)
        },
        Scenario(
            "it is an activity: a boundary event ends it",
            receiving + Sketch.boundary("b", on: "r", Sketch.after("PT1H")),
            flows: "s -> r -> e\nb -> x", roots: Sketch.message("M", "sales.shipped"),
            path: "s x:r b x main"
        ) { try $0.start(order).pass(seconds: 3_600).event("sales.shipped") },
    ]

    @Test("event sub-processes begun by a timer", arguments: subprocesses)
    func runsSubprocesses(_ row: Scenario) throws { try row.run() }

    @Test("message boundary events", arguments: boundaries)
    func runsBoundaries(_ row: Scenario) throws { try row.run() }

    @Test("event-based gateways", arguments: gateways)
    func runsGateways(_ row: Scenario) throws { try row.run() }

    @Test("receive tasks", arguments: receiveTasks)
    func runsReceiveTasks(_ row: Scenario) throws { try row.run() }

    @Test("a sequential loop does one item after another and collects in their order")
    func sequentialLoop() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><endEvent id='e'/>
                <serviceTask id='a'><extensionElements>\(Self.work)</extensionElements>
                <multiInstanceLoopCharacteristics isSequential='true'><extensionElements>
                <zeebe:loopCharacteristics inputCollection='=items' inputElement='item'
                outputCollection='results' outputElement='=result'/></extensionElements>
                </multiInstanceLoopCharacteristics></serviceTask>
                """, flows: "s -> a -> e"))
        let items = ["one", "two", "three"]
        try rig.start(["items": .list(items.map { .text($0) })])
        for (index, item) in items.enumerated() {
            #expect(rig.waits == "a", "one at a time")
            let owner = try #require(rig.state.waits.first).owner
            #expect(rig.state.variable("item", at: owner) == .text(item))
            #expect(rig.state.variable("loopCounter", at: owner) == .integer(Int64(index + 1)))
            #expect(rig.variable("results") == nil, "given when all are done")
            try rig.complete("a", ["result": .text("did \(item)")])
        }
        #expect(rig.path == "s a a a a e main")
        #expect(rig.isDone)
        #expect(rig.incidents == [])
        #expect(rig.variable("results") == .list(items.map { .text("did \($0)") }))
        #expect(rig.variable("result") == nil)
        #expect(rig.variable("item") == nil)
    }

    private static let work = "<zeebe:taskDefinition type='work'/>"
}
