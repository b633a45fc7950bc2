import Processes
import Testing

@Suite("Multi-instance: what stays inside an iteration, and what is collected")
struct LoopTests {
    private static let marks = """
        inputCollection='=[1, 2]' inputElement='item' outputCollection='results'
        """

    private static func loop(
        _ tag: String, _ extensions: String, output: String, sequential: Bool = false,
        inner: String = ""
    ) -> String {
        """
        <startEvent id='s'/><endEvent id='e'/>
        <\(tag) id='a'><extensionElements>\(extensions)</extensionElements>\(inner)
        <multiInstanceLoopCharacteristics isSequential='\(sequential)'><extensionElements>
        <zeebe:loopCharacteristics \(marks) outputElement='\(Sketch.escape(output))'/>
        </extensionElements></multiInstanceLoopCharacteristics></\(tag)>
        """
    }

    private static let job = "<zeebe:taskDefinition type='work'/>"

    /// Completes the work of both items; each gives ten times its own.
    private static func completeBoth(
        _ rig: Rig, at element: String = "a",
        _ result: (Int64) -> [String: ProcessValue] = { ["answer": .integer($0 * 10)] }
    ) throws {
        for number in [1, 2] as [Int64] { try rig.complete(element, result(number)) }
    }

    private static let tens = ProcessValue.list([.integer(10), .integer(20)])

    private static func expectTens(_ rig: Rig, stays names: [String]) {
        #expect(rig.variable("results") == tens)
        for name in names { #expect(rig.variable(name) == nil, "\(name) stays inside") }
    }

    static let mapped: [Scenario] = [
        Scenario(
            "an output mapping sets the output element inside its iteration",
            loop(
                "serviceTask", job + Sketch.mapping(outputs: ["result": "=answer"]),
                output: "=result"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start())
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "one after another too",
            loop(
                "serviceTask", job + Sketch.mapping(outputs: ["result": "=answer"]),
                output: "=result", sequential: true),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start())
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "the output element may be a field of what the mapping sets",
            loop(
                "serviceTask", job + Sketch.mapping(outputs: ["result": "={total: answer}"]),
                output: "=result.total"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start())
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "it may be composed of the item and of what several mappings set",
            loop(
                "serviceTask",
                job + Sketch.mapping(outputs: ["sum": "=answer + item", "twice": "=sum * 2"]),
                output: "={item: item, twice: twice}"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start())
            #expect(
                rig.variable("results")?.json
                    == #"[{"item":1,"twice":22},{"item":2,"twice":44}]"#)
            #expect(rig.variable("twice") == nil)
        },
        Scenario(
            "a mapping under the name of what was given takes its place",
            loop(
                "serviceTask", job + Sketch.mapping(outputs: ["answer": "=answer.value"]),
                output: "=answer"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start()) {
                ["answer": .context([ProcessField("value", .integer($0 * 10))])]
            }
            expectTens(rig, stays: ["answer"])
        },
        Scenario(
            "a variable that stands outside is changed there",
            loop(
                "serviceTask", job + Sketch.mapping(outputs: ["all": "=append(all, answer)"]),
                output: "=item", sequential: true),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start(["all": .list([])]))
            #expect(rig.variable("all") == tens)
            #expect(rig.variable("results") == .list([.integer(1), .integer(2)]))
        },
        Scenario(
            "a listener at the end sees and changes what is collected",
            loop(
                "serviceTask",
                job
                    + "<zeebe:executionListeners><zeebe:executionListener eventType='end' type='l'/>"
                    + "</zeebe:executionListeners>"
                    + Sketch.mapping(outputs: ["result": "=answer"]), output: "=result"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try rig.start()
            for _ in 0..<2 { try rig.complete("a", ["answer": .integer(1)]) }
            try completeBoth(rig) { ["result": .integer($0 * 10)] }
            expectTens(rig, stays: ["result"])
        },
    ]

    static let kinds: [Scenario] = [
        Scenario(
            "user tasks",
            loop(
                "userTask", "<zeebe:userTask/>" + Sketch.mapping(outputs: ["result": "=answer"]),
                output: "=result"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try completeBoth(rig.start())
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "sub-processes",
            loop(
                "subProcess",
                Sketch.mapping(inputs: ["answer": "=null"], outputs: ["result": "=answer"]),
                output: "=result",
                inner: "<startEvent id='is'/>\(Sketch.task("w"))<endEvent id='ie'/>"
                    + Sketch.flows("is -> w -> ie")),
            flows: "s -> a -> e", path: "s is is w ie a w ie a a e main"
        ) { rig in
            try completeBoth(rig.start(), at: "w")
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "called processes",
            loop(
                "callActivity",
                "<zeebe:calledElement processId='child' propagateAllChildVariables='false'/>"
                    + Sketch.mapping(outputs: ["result": "=answer"]), output: "=result"),
            flows: "s -> a -> e",
            more: """
                <process id='child' isExecutable='true'><startEvent id='cs'/>\(Sketch.task("w"))
                <endEvent id='ce'/>\(Sketch.flows("cs -> w -> ce"))</process>
                """, path: "s cs cs w ce child a w ce child a a e main"
        ) { rig in
            try completeBoth(rig.start(), at: "w")
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "decisions",
            loop(
                "businessRuleTask",
                "<zeebe:calledDecision decisionId='rate' resultVariable='answer'/>"
                    + Sketch.mapping(outputs: ["result": "=answer * 10"]), output: "=result"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            rig.host.decisions["rate"] = { .result($0.value(of: "item") ?? .null, hash: "") }
            try rig.start()
            expectTens(rig, stays: ["result", "answer"])
        },
        Scenario(
            "scripts",
            loop(
                "scriptTask", "<zeebe:script expression='=item * 10' resultVariable='result'/>",
                output: "=result"),
            flows: "s -> a -> e", path: "s a a a e main"
        ) { rig in
            try rig.start()
            expectTens(rig, stays: ["result"])
        },
    ]

    @Test("output mappings and the output element", arguments: mapped)
    func maps(_ row: Scenario) throws { try row.run() }

    @Test("every kind of activity collects", arguments: kinds)
    func collects(_ row: Scenario) throws { try row.run() }

    @Test("each output mapping sees what those before it gave")
    func mappingsInOrder() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><endEvent id='e'/><serviceTask id='a'><extensionElements>
                \(Self.job)\(Sketch.mapping(outputs: ["a": "=n", "b": "=a + 1", "c.x": "=b", "c.y": "=1"]))
                </extensionElements></serviceTask>
                """, flows: "s -> a -> e"))
        try rig.start().complete("a", ["n": .integer(1)])
        #expect(rig.variable("b") == .integer(2))
        #expect(rig.variable("c")?.json == #"{"x":2,"y":1}"#)
    }
}
