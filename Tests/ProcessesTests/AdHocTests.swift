import Processes
import Testing

@Suite("Ad-hoc sub-processes: what they collect, and workers that decide")
struct AdHocTests {
    private static func adHoc(_ extensions: String, inner: String = "") -> String {
        """
        <startEvent id='s'/><endEvent id='e'/><task id='x'/>
        <adHocSubProcess id='p'><extensionElements>\(extensions)</extensionElements>
        \(Sketch.task("a"))\(Sketch.task("b"))\(Sketch.task("c"))\(inner)
        \(Sketch.flows("a -> c"))</adHocSubProcess>
        """
    }

    private static let collects = "outputCollection='results' outputElement='=result'"
    private static let worker = "<zeebe:taskDefinition type='decide'/>"

    private static func result(_ number: Int64) -> [String: ProcessValue] {
        ["result": .integer(number)]
    }

    private static func list(_ numbers: Int64...) -> ProcessValue {
        .list(numbers.map { .integer($0) })
    }

    static let outputs: [Scenario] = [
        Scenario(
            "what each entered element and what follows gives is collected when it is done",
            adHoc("<zeebe:adHoc \(collects)/>"), flows: "s -> p -> e",
            path: "s b p#innerInstance a c p#innerInstance p e main"
        ) { rig in
            try rig.start().complete("b", result(2)).complete("a", result(1))
            #expect(rig.variable("results") == nil, "not before the end")
            try rig.complete("c", result(3))
            #expect(rig.variable("results") == list(2, 3))
            #expect(rig.variable("result") == nil, "it stays inside")
        },
        Scenario(
            "only what was entered is collected",
            adHoc("<zeebe:adHoc activeElementsCollection='=[\"b\"]' \(collects)/>"),
            flows: "s -> p -> e", path: "s b p#innerInstance p e main"
        ) { rig in
            try rig.start().complete("b", result(2))
            #expect(rig.variable("results") == list(2))
        },
        Scenario(
            "output mappings of the sub-process see the collection",
            adHoc(
                "<zeebe:adHoc \(collects)/>"
                    + Sketch.mapping(outputs: ["total": "=sum(results)"])),
            flows: "s -> p -> e", path: "s b p#innerInstance a c p#innerInstance p e main"
        ) { rig in
            try rig.start().complete("b", result(2)).complete("a").complete("c", result(3))
            #expect(rig.variable("total") == .integer(5))
        },
        Scenario(
            "an expression can choose from what can be entered",
            adHoc(
                "<zeebe:adHoc activeElementsCollection='"
                    + "=for e in adHocSubProcessElements[elementId = \"b\"] return e.elementId'/>"),
            flows: "s -> p -> e", path: "s b p e main"
        ) { try $0.start().complete("b") },
    ]

    private static func decide(
        _ rig: Rig, _ ids: [String] = [], variables: [ProcessField] = [], fulfilled: Bool = false,
        cancels: Bool = false
    ) throws {
        let token = try rig.token("p")
        try #expect(
            rig.step(
                .adHocDecided(
                    token: token, variables: [],
                    decision: AdHocDecision(
                        entries: ids.map {
                            AdHocDecision.Entry(elementID: $0, variables: variables)
                        }, isFulfilled: fulfilled, cancelsRemaining: cancels))))
    }

    static let workers: [Scenario] = [
        Scenario(
            "a worker enters one after another, is asked after each, and ends it",
            adHoc(worker + "<zeebe:adHoc \(collects)/>"), flows: "s -> p -> e",
            path: "s b p#innerInstance a c p#innerInstance p e main"
        ) { rig in
            try rig.start()
            #expect(rig.waits == "p")
            try decide(rig, ["b"])
            #expect(rig.waits == "b")
            try rig.complete("b", result(1))
            try decide(rig, ["a"])
            try rig.complete("a").complete("c", result(2))
            #expect(rig.waits == "p")
            try decide(rig, fulfilled: true)
            #expect(rig.variable("results") == list(1, 2))
        },
        Scenario(
            "it is told what can be entered, and what it gives an element stays with that",
            adHoc(worker), flows: "s -> p -> e", path: "s b p#innerInstance", waits: "p"
        ) { rig in
            try rig.start()
            let key = try #require(rig.state.elements.last?.key)
            #expect(
                rig.state.variable("adHocSubProcessElements", at: key)?.json
                    == #"[{"elementId":"a","elementName":""},{"elementId":"b","elementName":""}]"#)
            try decide(rig, ["b"], variables: [ProcessField("tool", .text("saw"))])
            let inner = try #require(rig.state.elements.last?.key)
            #expect(rig.state.variable("tool", at: inner) == .text("saw"))
            #expect(rig.variable("tool") == nil)
            try rig.complete("b")
        },
        Scenario(
            "one that is asked anew while it thinks has another job",
            adHoc(worker), flows: "s -> p -> e", path: "s b p#innerInstance", waits: "a p"
        ) { rig in
            try rig.start()
            try decide(rig, ["a", "b"])
            #expect(rig.waits == "a b")
            try rig.complete("b")
        },
        Scenario(
            "what still goes on may be done first",
            adHoc(worker), flows: "s -> p -> e",
            path: "s b p#innerInstance a c p#innerInstance p e main"
        ) { rig in
            try rig.start()
            try decide(rig, ["a", "b"])
            try rig.complete("b")
            try decide(rig, fulfilled: true)
            #expect(rig.waits == "a")
            try rig.complete("a").complete("c")
        },
        Scenario(
            "or be ended",
            adHoc(worker), flows: "s -> p -> e",
            path: "s b p#innerInstance x:a x:p#innerInstance p e main"
        ) { rig in
            try rig.start()
            try decide(rig, ["a", "b"])
            try rig.complete("b")
            try decide(rig, fulfilled: true, cancels: true)
        },
        Scenario(
            "an interrupting event sub-process ends it without asking",
            adHoc(
                worker,
                inner: """
                    <subProcess id='late' triggeredByEvent='true'><startEvent id='ls'>
                    \(Sketch.after("PT1H"))</startEvent><endEvent id='le'/>
                    \(Sketch.flows("ls -> le"))</subProcess>
                    """), flows: "s -> p -> e", path: "s x:a x:p#innerInstance ls le late p e main"
        ) { rig in
            try rig.start()
            try decide(rig, ["a"])
            try rig.pass(seconds: 3_600)
        },
        Scenario(
            "an error that the worker throws is caught at its border",
            adHoc(worker) + Sketch.boundary("b1", on: "p", Sketch.on(error: nil)),
            flows: "s -> p -> e\nb1 -> x", path: "s x:p b1 x main"
        ) { try $0.start().fails("p", code: "lost") },
    ]

    @Test("collecting", arguments: outputs)
    func collects(_ row: Scenario) throws { try row.run() }

    @Test("workers", arguments: workers)
    func works(_ row: Scenario) throws { try row.run() }

    @Test("a worker that decides nothing is an incident, and a retry asks it again")
    func idle() throws {
        let rig = try Rig(Sketch.file(Self.adHoc(Self.worker), flows: "s -> p -> e")).start()
        try rig.complete("p")
        #expect(rig.incidents == ["p: ad-hoc-idle"])
        let incident = try #require(rig.state.incidents.first)
        try #expect(rig.step(.retry(incident: incident.id, reason: "it has thought")))
        try Self.decide(rig, fulfilled: true)
        #expect(rig.isDone)
    }

    @Test("what cannot be entered is not taken", arguments: ["c", "e", "nothing"])
    func unknown(_ id: String) throws {
        let rig = try Rig(Sketch.file(Self.adHoc(Self.worker), flows: "s -> p -> e")).start()
        let token = try rig.token("p")
        let decision = AdHocDecision(entries: [AdHocDecision.Entry(elementID: id)])
        #expect(
            try !rig.step(.adHocDecided(token: token, variables: [], decision: decision)))
    }
}
