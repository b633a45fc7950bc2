import Markup
import Processes
import Testing

@Suite("Damaged diagrams")
struct DamagedDiagramTests {
    /// Removes, doubles, renames or moves something somewhere in the tree.
    private func damage(_ root: Element, _ random: inout SeededGenerator) -> Element {
        var damaged = root
        guard !damaged.children.isEmpty else { return damaged }
        let place = damaged.children.indices.randomElement(using: &random) ?? 0
        if case .element(let inner) = damaged.children[place],
            Int.random(in: 0..<4, using: &random) > 0
        {
            damaged.children[place] = .element(damage(inner, &random))
            return damaged
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: damaged.children.remove(at: place)
        case 1: damaged.children.append(damaged.children[place])
        case 2: damaged.children.shuffle(using: &random)
        case 3:
            damaged.name =
                ["task", "subProcess", "startEvent", "parallelGateway", "endEvent"]
                .randomElement(using: &random) ?? "task"
        case 4:
            if let attribute = damaged.attributes.indices.randomElement(using: &random) {
                damaged.attributes[attribute].value =
                    ["", "a", "sub", "=1", "true", "R/PT0S", "M", "main"]
                    .randomElement(using: &random) ?? ""
            }
        default:
            if let attribute = damaged.attributes.indices.randomElement(using: &random) {
                damaged.attributes.remove(at: attribute)
            }
        }
        return damaged
    }

    @Test("are named or run, and never trap", arguments: 1...300)
    func survives(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var tree = try MarkupParser.parse(text: InterleavingTests.sketch)
        for _ in 0..<Int.random(in: 1...6, using: &random) { tree = damage(tree, &random) }
        let file = try ProcessFile.parse(
            MarkupWriter.write(tree), name: "damaged.bpmn", hash: "abc")
        for definition in file.processes {
            _ = DefinitionCheck.check(definition, environment: KnownNames())
            _ = ProcessDrawing.svg(file, processID: definition.processID)
            // Even what would be refused must not bring the engine down.
            run(definition, in: DefinitionSet(file.processes), &random)
        }
    }

    private func run(
        _ definition: ProcessDefinition, in set: DefinitionSet, _ random: inout SeededGenerator
    ) {
        var host = RecordingHost()
        var time = StepTime(microseconds: 1_000_000)
        var advances = [
            Machine.start(
                definition, trigger: .plain(variables: [ProcessField("order", .text("order/1"))]),
                definitions: set, at: time, host: &host)
        ]
        var state = InstanceState.folding(advances)
        for step in 0..<40 where state.status == .active {
            time.microseconds += 60_000_000
            let trigger: Trigger
            if state.owesContinuation {
                trigger = .proceed
            } else if let incident = state.incidents.randomElement(using: &random), step % 5 == 0 {
                trigger = .retry(incident: incident.id, reason: "test")
            } else if let wait = state.waits.randomElement(using: &random) {
                trigger = self.trigger(for: wait, step)
            } else {
                trigger = .cancel(compensate: true, reason: "test")
            }
            let advance = Machine.step(
                state, trigger, definitions: set, at: time, host: &host)
            advances.append(advance)
            state.apply(advance)
        }
        #expect(state.waits == InstanceState.folding(advances).waits)
    }

    private func trigger(for wait: Wait, _ step: Int) -> Trigger {
        switch wait.kind {
        case .job: .jobCompleted(token: wait.token, variables: [])
        case .userTask: .taskCompleted(token: wait.token, variables: [], outcome: nil)
        case .timer: .timer(token: wait.token)
        case .signal(let name): .signal(token: wait.token, name: name, variables: [])
        case .condition: .setVariable(scope: 1, name: "x", value: .integer(1), reason: "test")
        case .message(let message):
            .message(
                token: wait.token,
                MessageOccurrence(name: message.name, position: Int64(step)))
        }
    }
}
