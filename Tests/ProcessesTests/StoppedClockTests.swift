import Processes
import Testing

@Suite("Timers whose clock stops while the customer is asked")
struct StoppedClockTests {
    private static func marked(_ id: String, _ value: String) -> String {
        "<userTask id='\(id)'>\(Sketch.extensions(clock(value)))</userTask>"
    }

    private static func clock(_ value: String, calendar: String = "") -> String {
        let named =
            calendar.isEmpty ? "" : "<zeebe:property name='calendar' value='\(calendar)'/>"
        return "<zeebe:properties><zeebe:property name='clock' value='\(value)'/>\(named)"
            + "</zeebe:properties>"
    }

    /// A case of three steps, the second with the customer, and a timer on its border.
    private static func service(_ duration: String, calendar: String = "") -> String {
        """
        <startEvent id='s'/><endEvent id='e'/><task id='x'/>
        <subProcess id='case'><startEvent id='is'/>\(Sketch.task("look"))
        \(marked("ask", "stopped"))\(Sketch.task("answer"))
        \(Sketch.flows("is -> look -> ask -> answer"))</subProcess>
        <boundaryEvent id='late' attachedToRef='case'>
        \(Sketch.extensions(clock("stops", calendar: calendar)))\(Sketch.after(duration))
        </boundaryEvent>
        """
    }

    private static let flows = "s -> case -> e\nlate -> x"

    static let rows: [Scenario] = [
        Scenario(
            "without a stop the timer fires when it is due", service("PT2H"), flows: flows,
            path: "s is x:look x:case late x main"
        ) { try $0.start().pass(seconds: 7_200) },
        Scenario(
            "while the customer is asked it does not fire, however long it takes",
            service("PT2H"), flows: flows, path: "s is look", waits: "late ask"
        ) { try $0.start().pass(seconds: 3_600).complete("look").pass(seconds: 864_000) },
        Scenario(
            "behind that it is due after what was left", service("PT2H"), flows: flows,
            path: "s is look ask", waits: "late answer"
        ) { rig in
            try rig.start().pass(seconds: 3_600).complete("look").pass(seconds: 864_000)
            try rig.complete("ask").pass(seconds: 3_599)
        },
        Scenario(
            "and fires then", service("PT2H"), flows: flows,
            path: "s is look ask x:answer x:case late x main"
        ) { rig in
            try rig.start().pass(seconds: 3_600).complete("look").pass(seconds: 864_000)
            try rig.complete("ask").pass(seconds: 3_600)
        },
        Scenario(
            "a timer of an event sub-process stops for what its scope is in",
            """
            <startEvent id='s'/><endEvent id='e'/>\(marked("ask", "stopped"))\(Sketch.task("a"))
            <subProcess id='p' triggeredByEvent='true'><startEvent id='ps' isInterrupting='false'>
            \(Sketch.extensions(clock("stops")))\(Sketch.after("PT1H"))</startEvent>
            \(Sketch.task("tell"))\(Sketch.flows("ps -> tell"))</subProcess>
            """, flows: "s -> ask -> a -> e", path: "s ask ps", waits: "a tell"
        ) { rig in
            try rig.start().pass(seconds: 86_400)
            #expect(rig.waits == "ps ask")
            try rig.complete("ask").pass(seconds: 3_600)
        },
        Scenario(
            "an element outside stops nothing",
            """
            <startEvent id='s'/><endEvent id='e'/><parallelGateway id='g'/>
            \(marked("ask", "stopped"))\(Sketch.task("a"))<task id='x'/>
            <boundaryEvent id='late' attachedToRef='a'>
            \(Sketch.extensions(clock("stops")))\(Sketch.after("PT1H"))</boundaryEvent>
            """, flows: "s -> g -> ask -> e\ng -> a\nlate -> x", path: "s g x:a late x",
            waits: "ask"
        ) { try $0.start().pass(seconds: 3_600) },
    ]

    @Test("clocks", arguments: rows)
    func stops(_ row: Scenario) throws { try row.run() }

    @Test("with a calendar what was left is working time")
    func workingTime() throws {
        let rig = try Rig(
            Sketch.file(Self.service("PT4H", calendar: "office"), flows: Self.flows))
        rig.host.calendars["office"] = try BusinessCalendar(
            """
            calendar office
            mon-fri 09:00-17:00
            """)
        // Monday, 2 February 2026, three in the afternoon.
        rig.now = try #require(InstantText.instant("2026-02-02T15:00:00Z"))
        try rig.start()
        rig.now = try #require(InstantText.instant("2026-02-02T16:00:00Z"))
        try rig.complete("look")
        let wait = try #require(rig.state.waits.first { $0.elementID == "late" })
        #expect(wait.sentence.contains("stands since 2026-02-02T16:00:00Z"))
        // Thursday: three working hours are left.
        rig.now = try #require(InstantText.instant("2026-02-05T16:00:00Z"))
        try rig.complete("ask")
        guard case .timer(let timer)? = rig.state.wait(wait.token)?.kind else { return }
        #expect(InstantText.text(timer.due) == "2026-02-06T11:00:00Z")
    }
}
