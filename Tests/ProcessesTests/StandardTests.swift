import Processes
import Testing

@Suite("The rest of the standard")
struct StandardTests {
    private static let withTask =
        "<startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/><task id='x'/>"

    static let conditions: [Scenario] = [
        Scenario(
            "flows behind a task may have conditions and a default",
            """
            <startEvent id='s'/><serviceTask id='a' default='a-c'>\(Sketch.job("work"))</serviceTask>
            <task id='b'/><task id='c'/><task id='d'/>
            """, flows: "s -> a\na -> b ? =n > 1\na -> c\na -> d ? =n > 2", path: "s a b d main"
        ) { try $0.start().complete("a", ["n": .integer(3)]) },
        Scenario(
            "the default is taken when no condition is met",
            """
            <startEvent id='s'/><serviceTask id='a' default='a-c'>\(Sketch.job("work"))</serviceTask>
            <task id='b'/><task id='c'/>
            """, flows: "s -> a\na -> b ? =n > 1\na -> c", path: "s a c main"
        ) { try $0.start().complete("a", ["n": .integer(0)]) },
        Scenario(
            "a conditional boundary event fires when its condition becomes true, each time anew",
            withTask
                + Sketch.boundary(
                    "b", on: "a",
                    "<conditionalEventDefinition><condition>=n > 5</condition></conditionalEventDefinition>"
                        .replacing("> 5", with: "&gt; 5"), interrupting: false),
            flows: "s -> a -> e\nb -> x", path: "s b x b x a e main"
        ) { rig in
            try rig.start(["n": .integer(1)])
            for value in [3, 7, 8, 2, 9] as [Int64] {
                try rig.step(
                    .setVariable(scope: 1, name: "n", value: .integer(value), reason: "test"))
            }
            try rig.complete("a")
        },
        Scenario(
            "a conditional event sub-process interrupts its scope",
            withTask + """
                <subProcess id='p' triggeredByEvent='true'><startEvent id='ps'>
                <conditionalEventDefinition><condition>=stop</condition></conditionalEventDefinition>
                </startEvent><endEvent id='pe'/>\(Sketch.flows("ps -> pe"))</subProcess>
                """, flows: "s -> a -> e", path: "s x:a ps pe p main"
        ) { rig in
            try rig.start(["stop": .boolean(false)])
            try rig.step(
                .setVariable(scope: 1, name: "stop", value: .boolean(true), reason: "test"))
        },
    ]

    static let signals: [Scenario] = [
        Scenario(
            "a signal is broadcast, and caught by whoever waits",
            """
            <startEvent id='s'/><intermediateCatchEvent id='c'>
            <signalEventDefinition signalRef='S'/></intermediateCatchEvent><endEvent id='e'>
            <signalEventDefinition signalRef='S'/></endEvent>
            """, flows: "s -> c -> e", roots: "<signal id='S' name='alarm'/>", path: "s c e main"
        ) { rig in
            try rig.start()
            try rig.step(
                .signal(
                    token: try rig.token("c"), name: "alarm",
                    variables: [ProcessField("level", .integer(2))]))
            #expect(rig.variable("level") == .integer(2))
            #expect(
                rig.advances.last?.changes.contains(
                    .signalBroadcast(name: "alarm", variables: [])) == true)
        },
        Scenario(
            "an instance can begin at a signal",
            """
            <startEvent id='n'/><startEvent id='s'><signalEventDefinition signalRef='S'/></startEvent>
            \(Sketch.task("a"))
            """, flows: "s -> a\nn -> a", roots: "<signal id='S' name='alarm'/>",
            path: "s", waits: "a"
        ) { try $0.start(.signal(startEvent: "s", variables: [])) },
        Scenario(
            "one of several start events begins the instance",
            "<startEvent id='n'/><startEvent id='t'>\(Sketch.every("R/PT1H"))</startEvent>\(Sketch.task("a"))",
            flows: "n -> a\nt -> a", path: "t", waits: "a"
        ) { try $0.start(.timer(startEvent: "t")) },
    ]

    private static func adHoc(_ inner: String, _ attributes: String = "") -> String {
        """
        <startEvent id='s'/><endEvent id='e'/>
        <adHocSubProcess id='p' \(attributes)>\(inner)\(Sketch.task("a"))\(Sketch.task("b"))
        \(Sketch.task("c"))\(Sketch.flows("a -> c"))</adHocSubProcess>
        """
    }

    static let adHocs: [Scenario] = [
        Scenario(
            "an ad-hoc sub-process enters what nothing leads to, and ends when all is done",
            adHoc(""), flows: "s -> p -> e", path: "s b a c p e main"
        ) { try $0.start().complete("b").complete("a").complete("c") },
        Scenario(
            "or what a collection names",
            adHoc(
                "<extensionElements><zeebe:adHoc activeElementsCollection='=[\"c\"]'/></extensionElements>"
            ),
            flows: "s -> p -> e", path: "s c p e main"
        ) { try $0.start().complete("c") },
        Scenario(
            "its completion condition ends the rest",
            adHoc("<completionCondition>=enough</completionCondition>"),
            flows: "s -> p -> e", path: "s b x:a p e main"
        ) { try $0.start(["enough": .boolean(false)]).complete("b", ["enough": .boolean(true)]) },
        Scenario(
            "or lets what goes on be finished",
            adHoc(
                "<completionCondition>=enough</completionCondition>",
                "cancelRemainingInstances='false'"),
            flows: "s -> p -> e", path: "s b a c p e main"
        ) { rig in
            try rig.start(["enough": .boolean(false)])
            try rig.complete("b", ["enough": .boolean(true)])
            #expect(rig.waits == "a")
            try rig.complete("a").complete("c")
        },
    ]

    private static let listeners = """
        <extensionElements><zeebe:executionListeners>
        <zeebe:executionListener eventType='start' type='before'/>
        <zeebe:executionListener eventType='start' type='sales.note'/>
        <zeebe:executionListener eventType='end' type='after'/></zeebe:executionListeners>
        """

    private static let start = """
        <extensionElements><zeebe:executionListeners>
        <zeebe:executionListener eventType='start' type='before'/></zeebe:executionListeners>
        </extensionElements>
        """

    static let listening: [Scenario] = [
        Scenario(
            "listeners run before an element begins and before it is left",
            """
            <startEvent id='s'/><serviceTask id='a'>\(listeners)<zeebe:taskDefinition type='work'/>
            </extensionElements></serviceTask><endEvent id='e'/>
            """, flows: "s -> a -> e", path: "s a e main"
        ) { rig in
            rig.host.accept("sales.note")
            try rig.start(["order": .text("1")])
            for type in ["before", "work", "after"] {
                guard case .job(let job)? = rig.state.waits.first?.kind else { return }
                #expect(job.type == type)
                try rig.complete("a", type == "before" ? ["own": .integer(1)] : [:])
            }
            #expect(rig.host.calls.map(\.name) == ["sales.note"])
        },
        Scenario(
            "what a listener at the end gives goes where output mappings go",
            """
            <startEvent id='s'/><serviceTask id='a'>\(listeners)<zeebe:taskDefinition type='work'/>
            </extensionElements></serviceTask><endEvent id='e'/>
            """, flows: "s -> a -> e", path: "s a e main"
        ) { rig in
            rig.host.accept("sales.note")
            try rig.start().complete("a").complete("a").complete("a", ["found": .integer(7)])
            #expect(rig.variable("found") == .integer(7))
        },
        Scenario(
            "listeners of a process run before its start event and before its end",
            listeners.replacing("sales.note", with: "second") + "</extensionElements>"
                + "<startEvent id='s'/><task id='a'/><endEvent id='e'/>",
            flows: "s -> a -> e", path: "s a e main"
        ) { rig in
            try rig.start(["order": .text("1")])
            #expect(rig.path == "")
            try rig.complete("main").complete("main", ["more": .integer(2)])
            #expect(rig.path == "s a e")
            #expect(rig.variable("order") == .text("1"))
            #expect(rig.variable("more") == .integer(2))
            try rig.complete("main")
        },
        Scenario(
            "what an event brings is kept while listeners run before a process begins",
            listeners.replacing("sales.note", with: "second") + "</extensionElements>"
                + "<startEvent id='s'>\(Sketch.on(message: "M"))</startEvent>"
                + "<task id='a'/><endEvent id='e'/>",
            flows: "s -> a -> e", roots: Sketch.message("M", "sales.placed"),
            path: "s a e main"
        ) { rig in
            try rig.start(
                .message(
                    startEvent: "s",
                    MessageOccurrence(
                        name: "sales.placed", position: 3,
                        payload: .context([ProcessField("amount", .integer(9))]))))
            try rig.complete("main").complete("main")
            #expect(rig.variable("amount") == .integer(9))
            #expect(rig.variable("event") == nil)
            try rig.complete("main")
        },
        Scenario(
            "listeners of a called process and of an event sub-process run too",
            """
            <startEvent id='s'/><callActivity id='c'><extensionElements>
            <zeebe:calledElement processId='child'/></extensionElements></callActivity>
            <endEvent id='e'/>
            <subProcess id='p' triggeredByEvent='true'>\(start)
            <startEvent id='ps' isInterrupting='true'>\(Sketch.on(message: "M"))</startEvent>
            <endEvent id='pe'/>\(Sketch.flows("ps -> pe"))</subProcess>
            """, flows: "s -> c -> e", roots: Sketch.message("M", "sales.cancelled"),
            more: "<process id='child' isExecutable='true'>\(start)<startEvent id='cs'/>"
                + Sketch.task("w") + Sketch.flows("cs -> w") + "</process>",
            path: "s cs x:w x:child x:c ps pe p main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            #expect(rig.path == "s")
            try rig.complete("child").event("sales.cancelled", "order/1", ["why": .text("late")])
            #expect(rig.waits == "p")
            try rig.complete("p")
            #expect(rig.variable("why") == .text("late"))
        },
        Scenario(
            "a listener at an event behind an event-based gateway runs when the event has come",
            """
            <startEvent id='s'/><eventBasedGateway id='g'/><endEvent id='e'/>
            <intermediateCatchEvent id='m'>\(start)\(Sketch.on(message: "M"))
            </intermediateCatchEvent>
            <intermediateCatchEvent id='t'>\(Sketch.after("PT1H"))</intermediateCatchEvent>
            """, flows: "s -> g -> m -> e\ng -> t -> e",
            roots: Sketch.message("M", "sales.paid"), path: "s g m e main"
        ) { rig in
            try rig.start(["order": .text("order/1")])
            try rig.event("sales.paid", "order/1", ["amount": .integer(9)])
            #expect(rig.waits == "m")
            try rig.complete("m")
            #expect(rig.variable("amount") == .integer(9))
        },
    ]

    static let escalations: [Scenario] = [
        Scenario(
            "an interrupting boundary event ends the scope that escalates",
            """
            <startEvent id='s'/><endEvent id='e'/><task id='x'/>
            <subProcess id='sub'><startEvent id='is'/>\(Sketch.task("a"))<endEvent id='up'>
            <escalationEventDefinition escalationRef='U'/></endEvent>
            \(Sketch.flows("is -> a\nis -> up"))</subProcess>
            \(Sketch.boundary("b", on: "sub", "<escalationEventDefinition escalationRef='U'/>"))
            """, flows: "s -> sub -> e\nb -> x",
            roots: "<escalation id='U' escalationCode='late'/>",
            path: "s is x:up x:a x:sub b x main"),
        Scenario(
            "an escalation that nobody catches is let go",
            "<startEvent id='s'/><endEvent id='e'><escalationEventDefinition escalationRef='U'/></endEvent>",
            flows: "s -> e", roots: "<escalation id='U' escalationCode='late'/>",
            path: "s e main"),
        Scenario(
            "an event sub-process catches it beside the work",
            """
            <startEvent id='s'/><intermediateThrowEvent id='up'>
            <escalationEventDefinition escalationRef='U'/></intermediateThrowEvent>
            <subProcess id='p' triggeredByEvent='true'><startEvent id='ps' isInterrupting='false'>
            <escalationEventDefinition/></startEvent>\(Sketch.task("look"))
            \(Sketch.flows("ps -> look"))</subProcess>
            """, flows: "s -> up", roots: "<escalation id='U' escalationCode='late'/>",
            path: "s ps up look p main"
        ) { try $0.start().complete("look") },
    ]

    @Test("conditions", arguments: conditions)
    func runsConditions(_ row: Scenario) throws { try row.run() }

    @Test("signals and several starts", arguments: signals)
    func runsSignals(_ row: Scenario) throws { try row.run() }

    @Test("ad-hoc sub-processes", arguments: adHocs)
    func runsAdHoc(_ row: Scenario) throws { try row.run() }

    @Test("listeners", arguments: listening)
    func runsListeners(_ row: Scenario) throws { try row.run() }

    @Test("escalations", arguments: escalations)
    func runsEscalations(_ row: Scenario) throws { try row.run() }
}
