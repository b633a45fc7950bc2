import Processes
import Testing

/// One row: a diagram, what happens, the elements that are left then, and what waits.
struct Scenario: CustomTestStringConvertible, Sendable {
    let title: String
    let sketch: String
    let steps: @Sendable (Rig) throws -> Void
    let path: String
    let waits: String
    var testDescription: String { title }

    init(
        _ title: String, _ nodes: String, flows: String = "", roots: String = "",
        more: String = "", path: String, waits: String = "",
        _ steps: @escaping @Sendable (Rig) throws -> Void = { try $0.start() }
    ) {
        self.title = title
        sketch = Sketch.file(nodes, flows: flows, roots: roots, more: more)
        self.path = path
        self.waits = waits
        self.steps = steps
    }

    func run() throws {
        let rig = try Rig(sketch)
        try steps(rig)
        #expect(rig.path == path)
        #expect(rig.waits == waits)
        #expect(rig.incidents == [])
        #expect(rig.isDone == waits.isEmpty)
    }
}

@Suite("Elements")
struct MachineTests {
    static let sequence: [Scenario] = [
        Scenario(
            "a process runs from start to end",
            "<startEvent id='s'/><task id='a'/><manualTask id='b'/><endEvent id='e'/>",
            flows: "s -> a -> b -> e", path: "s a b e main"),
        Scenario(
            "a service task of another type waits for a worker",
            "<startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>",
            flows: "s -> a -> e", path: "s", waits: "a"),
        Scenario(
            "a completed job goes on",
            "<startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>",
            flows: "s -> a -> e", path: "s a e main"
        ) { try $0.start().complete("a") },
        Scenario(
            "several flows out of a task are taken at once; each end event ends its own token",
            "<startEvent id='s'/>\(Sketch.task("a"))\(Sketch.task("b"))<endEvent id='e'/>",
            flows: "s -> a -> e\ns -> b -> e", path: "s b e", waits: "a"
        ) { try $0.start().complete("b") },
        Scenario(
            "a user task waits for a person",
            "<startEvent id='s'/><userTask id='u'/><endEvent id='e'/>",
            flows: "s -> u -> e", path: "s u e main"
        ) { try $0.start().complete("u") },
        Scenario(
            "a script task sets its result",
            """
            <startEvent id='s'/><scriptTask id='t'><extensionElements>
            <zeebe:script expression='=1 + 1' resultVariable='two'/></extensionElements></scriptTask>
            <endEvent id='e'/>
            """, flows: "s -> t -> e", path: "s t e main"
        ) { rig in
            try rig.start()
            #expect(rig.variable("two") == .integer(2))
        },
    ]

    static let gateways: [Scenario] = [
        Scenario(
            "an exclusive gateway takes the first flow whose condition is met",
            """
            <startEvent id='s'/><exclusiveGateway id='g' default='g-c'/>
            <task id='a'/><task id='b'/><task id='c'/>
            """,
            flows: "s -> g\ng -> a ? =amount > 10\ng -> b ? =amount > 5\ng -> c",
            path: "s g b main"
        ) { try $0.start(["amount": .integer(7)]) },
        Scenario(
            "without one that is met it takes the default flow",
            """
            <startEvent id='s'/><exclusiveGateway id='g' default='g-c'/>
            <task id='a'/><task id='c'/>
            """,
            flows: "s -> g\ng -> a ? =amount > 10\ng -> c", path: "s g c main"
        ) { try $0.start(["amount": .integer(7)]) },
        Scenario(
            "a parallel gateway waits for all its flows",
            """
            <startEvent id='s'/><parallelGateway id='f'/>\(Sketch.task("a"))\(Sketch.task("b"))
            <parallelGateway id='j'/><endEvent id='e'/>
            """,
            flows: "s -> f -> a -> j -> e\nf -> b -> j", path: "s f a", waits: "b"
        ) { try $0.start().complete("a") },
        Scenario(
            "and goes on once",
            """
            <startEvent id='s'/><parallelGateway id='f'/>\(Sketch.task("a"))\(Sketch.task("b"))
            <parallelGateway id='j'/><endEvent id='e'/>
            """,
            flows: "s -> f -> a -> j -> e\nf -> b -> j", path: "s f b a j e main"
        ) { try $0.start().complete("b").complete("a") },
        Scenario(
            "an inclusive gateway takes every flow whose condition is met, and joins those",
            """
            <startEvent id='s'/><inclusiveGateway id='f' default='f-c'/>
            \(Sketch.task("a"))\(Sketch.task("b"))\(Sketch.task("c"))
            <inclusiveGateway id='j'/><endEvent id='e'/>
            """,
            flows: """
                s -> f
                f -> a ? =amount > 1
                f -> b ? =amount > 2
                f -> c
                a -> j
                b -> j
                c -> j -> e
                """, path: "s f a b j e main"
        ) { try $0.start(["amount": .integer(3)]).complete("a").complete("b") },
        Scenario(
            "an inclusive join does not wait for what cannot come",
            """
            <startEvent id='s'/><inclusiveGateway id='f' default='f-c'/>
            \(Sketch.task("a"))\(Sketch.task("b"))\(Sketch.task("c"))
            <inclusiveGateway id='j'/><endEvent id='e'/>
            """,
            flows: """
                s -> f
                f -> a ? =amount > 1
                f -> b ? =amount > 2
                f -> c
                a -> j
                b -> j
                c -> j -> e
                """, path: "s f c j e main"
        ) { try $0.start(["amount": .integer(0)]).complete("c") },
        Scenario(
            "an event-based gateway goes where the first event leads",
            """
            <startEvent id='s'/><eventBasedGateway id='g'/>
            <intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>
            <intermediateCatchEvent id='t'>\(Sketch.after("PT1H"))</intermediateCatchEvent>
            <endEvent id='paid'/><endEvent id='late'/>
            """,
            flows: "s -> g -> m -> paid\ng -> t -> late",
            roots: Sketch.message("M", "finance.paid"), path: "s g t late main"
        ) { try $0.start(["order": .text("order/1")]).pass(seconds: 3600) },
    ]

    static let events: [Scenario] = [
        Scenario(
            "a message catch event waits for the event that concerns its object",
            """
            <startEvent id='s'/>
            <intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>
            <endEvent id='e'/>
            """,
            flows: "s -> m -> e", roots: Sketch.message("M", "sales.shipped"),
            path: "s m e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.shipped", "order/2")
            #expect(rig.path == "s")
            try rig.event("sales.shipped", "order/1", ["weight": .integer(7)])
            #expect(rig.variable("weight") == .integer(7))
            #expect(rig.variable("event") == nil)
        },
        Scenario(
            "output mappings see the event and keep only what they name",
            """
            <startEvent id='s'/>
            <intermediateCatchEvent id='m'><extensionElements>
            \(Sketch.mapping(outputs: ["kilos": "=weight", "at": "=event.position"]))
            </extensionElements>\(Sketch.on(message: "M"))</intermediateCatchEvent><endEvent id='e'/>
            """,
            flows: "s -> m -> e", roots: Sketch.message("M", "sales.shipped"),
            path: "s m e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.shipped", "order/1", ["weight": .integer(7)])
            #expect(rig.variable("kilos") == .integer(7))
            #expect(rig.variable("at") == .integer(2))
            #expect(rig.variable("weight") == nil)
        },
        Scenario(
            "a timer catch event waits",
            """
            <startEvent id='s'/>
            <intermediateCatchEvent id='t'>\(Sketch.after("PT10S"))</intermediateCatchEvent>
            <endEvent id='e'/>
            """, flows: "s -> t -> e", path: "s", waits: "t"
        ) { try $0.start().pass(seconds: 9) },
        Scenario(
            "until it is due",
            """
            <startEvent id='s'/>
            <intermediateCatchEvent id='t'>\(Sketch.after("PT10S"))</intermediateCatchEvent>
            <endEvent id='e'/>
            """, flows: "s -> t -> e", path: "s t e main"
        ) { try $0.start().pass(seconds: 10) },
        Scenario(
            "a terminate end event ends what else goes on in its scope",
            """
            <startEvent id='s'/>\(Sketch.task("a"))\(Sketch.task("b"))
            <endEvent id='e'><terminateEventDefinition/></endEvent>
            """, flows: "s -> a -> e\ns -> b", path: "s a e x:b main"
        ) { try $0.start().complete("a") },
        Scenario(
            "a link leads from its throw to its catch event",
            """
            <startEvent id='s'/>
            <intermediateThrowEvent id='t'><linkEventDefinition name='L'/></intermediateThrowEvent>
            <intermediateCatchEvent id='c'><linkEventDefinition name='L'/></intermediateCatchEvent>
            <endEvent id='e'/>
            """, flows: "s -> t\nc -> e", path: "s t c e main"),
        Scenario(
            "a condition is met as soon as the variables allow",
            """
            <startEvent id='s'/>\(Sketch.task("a"))
            <intermediateCatchEvent id='c'><conditionalEventDefinition>
            <condition>=ready = true</condition></conditionalEventDefinition></intermediateCatchEvent>
            <endEvent id='e'/>
            """, flows: "s -> a\ns -> c -> e", path: "s a c e main"
        ) { rig in
            try rig.start(["ready": .boolean(false)])
            #expect(rig.waits == "a c")
            try rig.complete("a", ["ready": .boolean(true)])
        },
    ]

    @Test("in sequence", arguments: sequence)
    func runsSequences(_ row: Scenario) throws { try row.run() }

    @Test("gateways", arguments: gateways)
    func runsGateways(_ row: Scenario) throws { try row.run() }

    @Test("events", arguments: events)
    func runsEvents(_ row: Scenario) throws { try row.run() }
}
