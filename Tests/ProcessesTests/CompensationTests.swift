import Processes
import Testing

@Suite("Compensation")
struct CompensationTests {
    /// Three tasks with handlers, then a wait, in the process itself.
    private static let work = """
        <startEvent id='s'/>\(task("a"))\(task("b"))\(Sketch.task("c"))
        """

    static func task(_ id: String) -> String {
        Sketch.task(id)
            + "<boundaryEvent id='\(id)C' attachedToRef='\(id)'><compensateEventDefinition/>"
            + "</boundaryEvent><serviceTask id='undo\(id)' isForCompensation='true'>"
            + Sketch.job("undo") + "</serviceTask>"
            + "<association id='\(id)A' sourceRef='\(id)C' targetRef='undo\(id)'/>"
    }

    private static let throwEnd =
        "<endEvent id='e'><compensateEventDefinition/></endEvent>"

    static let rows: [Scenario] = [
        Scenario(
            "handlers run one after another, last completed first",
            work + throwEnd, flows: "s -> a -> b -> c -> e", path: "s a b c undob undoa e main"
        ) { rig in
            try rig.start().complete("a").complete("b").complete("c")
            #expect(rig.waits == "undob")
            try rig.complete("undob").complete("undoa")
        },
        Scenario(
            "what was not completed is not compensated",
            work + Sketch.boundary("t", on: "b", Sketch.after("PT1H")) + throwEnd,
            flows: "s -> a -> b -> c\nt -> e", path: "s a x:b t undoa e main"
        ) { try $0.start().complete("a").pass(seconds: 3600).complete("undoa") },
        Scenario(
            "only the named activity",
            work + "<endEvent id='e'><compensateEventDefinition activityRef='a'/></endEvent>",
            flows: "s -> a -> b -> e\nc -> e", path: "s a b undoa e main"
        ) { try $0.start().complete("a").complete("b").complete("undoa") },
        Scenario(
            "cancellation in an event sub-process compensates the scope that holds the work",
            work + """
                <subProcess id='cancel' triggeredByEvent='true'>
                <startEvent id='m'>\(Sketch.on(message: "M"))</startEvent>
                <intermediateThrowEvent id='undo'><compensateEventDefinition/></intermediateThrowEvent>
                \(Sketch.task("tell"))\(Sketch.flows("m -> undo -> tell"))</subProcess>
                """, flows: "s -> a -> b -> c",
            roots: Sketch.message("M", "sales.cancelled"),
            path: "s a b x:c m undob undoa undo tell cancel main"
        ) { rig in
            try rig.start(["order": .text("order/1")]).complete("a").complete("b")
            try rig.event("sales.cancelled")
            try rig.complete("undob").complete("undoa").complete("tell")
        },
        Scenario(
            "a completed sub-process is compensated from inside",
            """
            <startEvent id='s'/>\(task("first"))
            <subProcess id='sub'><startEvent id='is'/>\(task("a"))\(task("b"))
            \(Sketch.flows("is -> a -> b"))</subProcess>
            """ + throwEnd,
            flows: "s -> first -> sub -> e",
            path: "s first is a b sub undob undoa revived undofirst e main"
        ) { rig in
            try rig.start().complete("first").complete("a").complete("b")
            try rig.complete("undob").complete("undoa").complete("undofirst")
        },
        Scenario(
            "each iteration of a loop is compensated, the last one first, with its own data",
            """
            <startEvent id='s'/>
            <serviceTask id='a'><extensionElements><zeebe:taskDefinition type='work'/>
            </extensionElements><multiInstanceLoopCharacteristics isSequential='true'>
            <extensionElements><zeebe:loopCharacteristics inputCollection='=[10, 20]'
            inputElement='item'/></extensionElements></multiInstanceLoopCharacteristics></serviceTask>
            <boundaryEvent id='aC' attachedToRef='a'><compensateEventDefinition/></boundaryEvent>
            <serviceTask id='undo' isForCompensation='true'>\(Sketch.job("undo"))</serviceTask>
            <association id='aA' sourceRef='aC' targetRef='undo'/>
            """ + throwEnd,
            flows: "s -> a -> e", path: "s a a a undo undo revived e main"
        ) { rig in
            try rig.start().complete("a").complete("a")
            var seen: [ProcessValue?] = []
            for _ in 1...2 {
                seen.append(rig.state.variable("item", at: rig.state.waits[0].owner))
                try rig.complete("undo")
            }
            #expect(seen == [.integer(20), .integer(10)])
        },
        Scenario(
            "a cancelled transaction is compensated and left by its cancel event",
            """
            <startEvent id='s'/><endEvent id='e'/><task id='x'/>
            <transaction id='tx'><startEvent id='is'/>\(task("a"))
            <endEvent id='no'><cancelEventDefinition/></endEvent>
            \(Sketch.flows("is -> a -> no"))</transaction>
            <boundaryEvent id='b' attachedToRef='tx'><cancelEventDefinition/></boundaryEvent>
            """, flows: "s -> tx -> e\nb -> x",
            path: "s is a x:no undoa x:tx b x main"
        ) { try $0.start().complete("a").complete("undoa") },
        Scenario(
            "a sub-process's own compensation event sub-process runs in place of what is inside",
            """
            <startEvent id='s'/>\(task("first"))
            <subProcess id='sub'><startEvent id='is'/>\(task("a"))\(task("b"))
            \(Sketch.flows("is -> a -> b"))
            <subProcess id='own' triggeredByEvent='true'><startEvent id='os'>
            <compensateEventDefinition/></startEvent>\(Sketch.task("tell"))
            <endEvent id='oe'><compensateEventDefinition activityRef='a'/></endEvent>
            \(Sketch.flows("os -> tell -> oe"))</subProcess></subProcess>
            """ + throwEnd,
            flows: "s -> first -> sub -> e",
            path: "s first is a b sub os tell undoa oe own revived undofirst e main"
        ) { rig in
            try rig.start().complete("first").complete("a").complete("b")
            try rig.complete("tell").complete("undoa").complete("undofirst")
        },
        Scenario(
            "without anything to compensate the event goes on",
            "<startEvent id='s'/>" + throwEnd, flows: "s -> e", path: "s e main"),
    ]

    @Test("by the standard's order and data", arguments: rows)
    func compensates(_ row: Scenario) throws { try row.run() }

    @Test("cancelling an instance with compensation undoes its work and ends it as terminated")
    func cancelsInstance() throws {
        let rig = try Rig(Sketch.file(Self.work, flows: "s -> a -> b -> c"))
        try rig.start().complete("a").complete("b")
        try rig.step(.cancel(compensate: true, reason: "customer left"))
        #expect(rig.waits == "undob")
        try rig.complete("undob").complete("undoa")
        #expect(rig.state.status == .terminated)
        #expect(rig.path == "s a b x:c undob undoa x:main")
    }
}
