import Processes
import Testing

/// A small generator that repeats itself for a seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite("Random runs")
struct InterleavingTests {
    /// Two loops, two scopes, boundaries, messages, compensation and a call, all at once.
    static let sketch = Sketch.file(
        """
        <startEvent id='s'/><parallelGateway id='f'/><parallelGateway id='j'/><endEvent id='e'/>
        \(CompensationTests.task("a"))
        <subProcess id='sub'><startEvent id='is'/>\(Sketch.task("b"))\(CompensationTests.task("c"))
        <endEvent id='ie'/>\(Sketch.flows("is -> b -> ie\nis -> c -> ie"))</subProcess>
        \(Sketch.boundary("late", on: "sub", Sketch.every("R2/PT1M"), interrupting: false))
        <userTask id='u'/><endEvent id='told'/>
        <serviceTask id='each'><extensionElements><zeebe:taskDefinition type='work'/>
        </extensionElements><multiInstanceLoopCharacteristics isSequential='false'>
        <extensionElements><zeebe:loopCharacteristics inputCollection='=[1, 2, 3]'
        inputElement='item' outputCollection='all' outputElement='=item * 2'/></extensionElements>
        </multiInstanceLoopCharacteristics></serviceTask>
        <callActivity id='call'><extensionElements><zeebe:calledElement processId='child'/>
        </extensionElements></callActivity>
        <eventBasedGateway id='g'/>
        <intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>
        <intermediateCatchEvent id='t'>\(Sketch.after("PT5M"))</intermediateCatchEvent>
        <intermediateThrowEvent id='undo'><compensateEventDefinition/></intermediateThrowEvent>
        <subProcess id='cancel' triggeredByEvent='true'>
        <startEvent id='cm'>\(Sketch.on(message: "C"))</startEvent>
        <intermediateThrowEvent id='cu'><compensateEventDefinition/></intermediateThrowEvent>
        <endEvent id='ce'/>\(Sketch.flows("cm -> cu -> ce"))</subProcess>
        """,
        flows: """
            s -> f
            f -> a -> j
            f -> sub -> j
            f -> each -> j
            f -> call -> j
            late -> u -> told
            j -> g
            g -> m -> e
            g -> t -> undo -> e
            """,
        roots: Sketch.message("M", "sales.shipped") + Sketch.message("C", "sales.cancelled"),
        more: """
            <process id='child' isExecutable='true'><startEvent id='cs'/>\(Sketch.task("w"))
            \(Sketch.task("v"))<inclusiveGateway id='ci'/><endEvent id='cend'/>
            \(Sketch.flows("cs -> w -> ci -> cend\ncs -> v -> ci"))</process>
            """)

    @Test("end in a final state, whatever the order; folding gives the same", arguments: 1...60)
    func ends(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let rig = try Rig(Self.sketch)
        rig.limits.elementsPerAdvanceMax = Int.random(in: 1...8, using: &random)
        try rig.start(["order": .text("order/1")])
        let willCancel = Bool.random(using: &random)
        var steps = 0
        while rig.state.status == .active, steps < 500 {
            steps += 1
            if rig.state.owesContinuation, Bool.random(using: &random) {
                try rig.step(.proceed)
                continue
            }
            guard let wait = rig.state.waits.randomElement(using: &random) else {
                try rig.drain()
                continue
            }
            switch wait.kind {
            case .job, .userTask: try rig.complete(wait.elementID)
            case .timer: try rig.pass(seconds: Int64.random(in: 1...90, using: &random))
            case .message(let message) where message.name == "sales.shipped":
                try rig.event("sales.shipped")
            case .message:
                if willCancel, steps > 6 { try rig.event("sales.cancelled") }
            default: break
            }
        }
        #expect(rig.isDone, "seed \(seed): \(rig.waits), \(rig.incidents), \(rig.path)")
        #expect(rig.incidents == [], "seed \(seed)")
        #expect(rig.state.variableBytes == 0, "seed \(seed)")
    }

    @Test("variable bytes are counted exactly as they come and go", arguments: 1...10)
    func countsBytes(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let rig = try Rig(Self.sketch)
        try rig.start(["order": .text("order/1")])
        for step in 0..<40 {
            guard let wait = rig.state.waits.randomElement(using: &random) else { break }
            switch wait.kind {
            case .message where step > 25: try rig.event("sales.cancelled")
            case .job, .userTask:
                try rig.complete(
                    wait.elementID, ["v\(Int.random(in: 1...3, using: &random))": .integer(5)])
            default: try rig.pass(seconds: 30)
            }
            var expected = 0
            for element in rig.state.elements {
                expected += bytes(element.variables)
                expected += (element.loop?.items ?? []).reduce(0) { $0 + $1.encodedByteCount }
                expected += (element.loop?.outputs ?? []).reduce(0) { $0 + $1.encodedByteCount }
                expected += element.compensations.reduce(0) { $0 + bytes($1) }
            }
            #expect(rig.state.variableBytes == expected, "seed \(seed)")
        }
    }

    private func bytes(_ variables: [ProcessField]) -> Int {
        variables.reduce(0) { $0 + $1.name.utf8.count + 1 + $1.value.encodedByteCount }
    }

    private func bytes(_ record: CompensationRecord) -> Int {
        bytes(record.variables) + record.inner.reduce(0) { $0 + bytes($1) }
    }
}
