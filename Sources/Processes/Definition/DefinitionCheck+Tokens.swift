/// Checks how tokens can move: what is never reached, where they get stuck, where they meet twice.
extension DefinitionCheck {
    // MARK: Reachability

    mutating func checkReachability() {
        for scope in definition.elements where scope.isScope {
            if case .adHocSubProcess = scope.kind { continue }
            var reached: Set<Int> = []
            var open = scope.children.filter { beginsByItself(definition.elements[$0]) }
            while let next = open.popLast() {
                guard reached.insert(next).inserted else { continue }
                open += successors(of: definition.elements[next])
            }
            for index in scope.children where !reached.contains(index) {
                note(
                    .warning, definition.elements[index], "no path leads here",
                    remedy: "connect it or take it away")
            }
            for index in scope.children where reached.contains(index) {
                checkDeadEnd(definition.elements[index])
            }
        }
    }

    private func beginsByItself(_ element: FlowElement) -> Bool {
        if element.isForCompensation { return true }
        switch element.kind {
        case .startEvent, .eventSubProcess: return true
        default: return false
        }
    }

    private func successors(of element: FlowElement) -> [Int] {
        var found = element.outgoing.map { definition.flows[$0].target } + element.boundaryEvents
        if case .throwEvent(.link(let name)) = element.kind {
            found += definition.elements[element.parent].children.filter {
                if case .catchEvent(.link(name)) = definition.elements[$0].kind {
                    true
                } else {
                    false
                }
            }
        }
        return found
    }

    private mutating func checkDeadEnd(_ element: FlowElement) {
        guard element.outgoing.isEmpty, !element.isForCompensation else { return }
        switch element.kind {
        case .endEvent, .eventSubProcess, .throwEvent(.link), .boundaryEvent(.compensation): return
        default:
            note(
                .warning, element, "the path ends here without an end event",
                remedy: "draw one, so that a reader sees the end")
        }
    }

    // MARK: Loops without a wait

    /// Loops in which nothing is waited for and no work is done outside never end by themselves.
    mutating func checkLoops() {
        let suspects = elementsOnCycles()
        for element in definition.elements
        where element.doesWorkAtOnce && suspects.contains(element.index) {
            var reached: Set<Int> = []
            var open = successors(of: element)
            while let next = open.popLast() {
                let candidate = definition.elements[next]
                guard suspects.contains(next), reached.insert(next).inserted else { continue }
                open += candidate.outgoing.map { definition.flows[$0].target }
            }
            guard reached.contains(element.index) else { continue }
            note(
                .error, element, "the element is part of a loop that waits for nothing",
                remedy: "put a task, a timer or a message into the loop")
            return
        }
    }

    /// Elements that a token passes at once and that lie on a cycle of such elements or between
    /// two: what is left when those that nothing leads to, or that lead nowhere, are taken away.
    private func elementsOnCycles() -> Set<Int> {
        var left = Set(definition.elements.filter(\.passesAtOnce).map(\.index))
        func neighbours(_ index: Int, forward: Bool) -> [Int] {
            let element = definition.elements[index]
            return forward
                ? element.outgoing.map { definition.flows[$0].target }
                : element.incoming.map { definition.flows[$0].source }
        }
        for forward in [true, false] {
            var counts: [Int: Int] = [:]
            for index in left {
                counts[index] = neighbours(index, forward: forward).filter(left.contains).count
            }
            var open = left.filter { counts[$0] == 0 }
            while let next = open.popFirst() {
                left.remove(next)
                for other in neighbours(next, forward: !forward) where left.contains(other) {
                    counts[other, default: 0] -= 1
                    if counts[other] == 0 { open.insert(other) }
                }
            }
        }
        return left
    }

    // MARK: Markings

    /// Follows all ways in which tokens can move, and reports gateways that wait for ever and
    /// elements that two tokens can reach at once.
    mutating func checkTokens() {
        for scope in definition.elements where scope.isScope {
            if case .adHocSubProcess = scope.kind { continue }
            for index in scope.children {
                guard case .startEvent = definition.elements[index].kind else { continue }
                report(TokenGame.play(definition, from: index), mainline: mainline(from: index))
            }
        }
    }

    /// What tokens reach from a start without a boundary event that leaves its activity at work.
    ///
    /// Such an event begins a path of its own each time that it fires; that two of those run beside
    /// each other is what it is drawn for, as long as they do not come back to this line.
    private func mainline(from start: Int) -> Set<Int> {
        var reached: Set<Int> = [start]
        var open = [start]
        while let index = open.popLast() {
            let element = definition.elements[index]
            var next = element.outgoing.map { definition.flows[$0].target }
            next += element.boundaryEvents.filter { definition.elements[$0].isInterrupting }
            if case .throwEvent(.link(let name)) = element.kind {
                next += definition.elements[element.parent].children.filter {
                    if case .catchEvent(.link(name)) = definition.elements[$0].kind {
                        true
                    } else {
                        false
                    }
                }
            }
            open += next.filter { reached.insert($0).inserted }
        }
        return reached
    }

    private mutating func report(_ outcome: TokenGame.Outcome, mainline: Set<Int>) {
        for gateway in outcome.stuck.sorted() {
            let element = definition.elements[gateway]
            note(
                outcome.canEnd ? .warning : .error, element,
                "the gateway can wait for ever: not every path before it sends a token",
                remedy: "join with the same kind of gateway that split the paths")
        }
        for index in outcome.doubled.intersection(mainline).sorted() {
            note(
                .warning, definition.elements[index],
                "two tokens can come here at once, and what follows is done twice",
                remedy: "join the paths with a parallel or inclusive gateway before")
        }
    }
}

/// Plays all the ways in which tokens can move in one scope.
///
/// A marking says how many tokens lie on each flow, 2 standing for more. Sub-processes are played
/// as one element; their insides are played on their own.
struct TokenGame {
    struct Outcome: Equatable {
        /// Joining gateways at which tokens stay when nothing else can move.
        var stuck: Set<Int> = []
        /// Elements that two tokens can reach over the same flow or at the same time.
        var doubled: Set<Int> = []
        /// Whether some way of playing ends without tokens left.
        var canEnd = false
    }

    /// Flows out of an inclusive gateway that are combined with each other; more go together.
    private static let combinedFlowsMax = 4

    private let definition: ProcessDefinition
    /// Markings that are looked at.
    private let limit: Int
    private var outcome = Outcome()
    private var seen: Set<[UInt8]> = []
    private var open: [[UInt8]] = []

    static func play(_ definition: ProcessDefinition, from start: Int) -> Outcome {
        var game = TokenGame(definition: definition)
        let empty = [UInt8](repeating: 0, count: definition.flows.count)
        game.add(empty, definition.elements[start].outgoing)
        while let marking = game.open.popLast() { game.explore(marking) }
        return game.outcome
    }

    private init(definition: ProcessDefinition) {
        self.definition = definition
        limit = min(
            DefinitionLimits.markingsMax,
            DefinitionLimits.markedFlowsMax / max(1, definition.flows.count))
    }

    private mutating func add(_ marking: [UInt8], _ flows: [Int]) {
        // Beyond the limit only what was found so far is reported.
        guard seen.count < limit else { return }
        var next = marking
        for flow in flows {
            if next[flow] > 0 {
                outcome.doubled.insert(definition.flows[flow].target)
            } else {
                next[flow] += 1
            }
        }
        if seen.insert(next).inserted { open.append(next) }
    }

    private mutating func explore(_ marking: [UInt8]) {
        var canMove = false
        for flow in marking.indices where marking[flow] > 0 {
            let target = definition.elements[definition.flows[flow].target]
            if isJoin(target) {
                guard let taken = joined(target, marking) else { continue }
                canMove = true
                var rest = marking
                for flow in taken { rest[flow] -= 1 }
                pass(target, rest)
            } else {
                canMove = true
                var rest = marking
                rest[flow] -= 1
                pass(target, rest)
            }
        }
        guard !canMove else { return }
        let waiting = marking.indices.filter { marking[$0] > 0 }
        if waiting.isEmpty { outcome.canEnd = true }
        outcome.stuck.formUnion(waiting.map { definition.flows[$0].target })
    }

    private func isJoin(_ element: FlowElement) -> Bool {
        guard element.incoming.count > 1 else { return false }
        switch element.kind {
        case .parallelGateway, .inclusiveGateway: return true
        default: return false
        }
    }

    /// The flows from which a joining gateway takes tokens; nil while it waits.
    private func joined(_ gateway: FlowElement, _ marking: [UInt8]) -> [Int]? {
        let filled = gateway.incoming.filter { marking[$0] > 0 }
        if case .parallelGateway = gateway.kind {
            return filled.count == gateway.incoming.count ? filled : nil
        }
        guard let reach = definition.reach[gateway.index] else { return filled }
        let empty = gateway.incoming.filter { marking[$0] == 0 }
        for flow in marking.indices where marking[flow] > 0 && !filled.contains(flow) {
            let token = definition.flows[flow].target
            let isHeld =
                empty.contains { reach[$0]?.contains(token) ?? false }
                && !filled.contains { reach[$0]?.contains(token) ?? false }
            if isHeld { return nil }
        }
        return filled
    }

    /// All that can happen when a token passes an element.
    private mutating func pass(_ element: FlowElement, _ rest: [UInt8]) {
        switch element.kind {
        case .endEvent(.terminate):
            add(rest.map { _ in 0 }, [])
        case .exclusiveGateway, .eventBasedGateway:
            for flow in element.outgoing { add(rest, [flow]) }
            if element.outgoing.isEmpty { add(rest, []) }
        case .inclusiveGateway where element.outgoing.count > 1:
            for chosen in Self.combinations(of: element.outgoing) { add(rest, chosen) }
        case .throwEvent(.link(let name)):
            let targets = definition.elements[element.parent].children.filter {
                if case .catchEvent(.link(name)) = definition.elements[$0].kind {
                    true
                } else {
                    false
                }
            }
            add(rest, targets.flatMap { definition.elements[$0].outgoing })
        default:
            passActivity(element, rest)
        }
    }

    private mutating func passActivity(_ element: FlowElement, _ rest: [UInt8]) {
        let conditional = element.outgoing.filter {
            definition.flows[$0].condition != nil || $0 == element.defaultFlow
        }
        if conditional.isEmpty {
            add(rest, element.outgoing)
        } else {
            let always = element.outgoing.filter { !conditional.contains($0) }
            for chosen in Self.combinations(of: conditional) { add(rest, always + chosen) }
        }
        for index in element.boundaryEvents {
            let boundary = definition.elements[index]
            if case .boundaryEvent(.compensation) = boundary.kind { continue }
            add(rest, boundary.outgoing + (boundary.isInterrupting ? [] : element.outgoing))
        }
    }

    private static func combinations(of flows: [Int]) -> [[Int]] {
        guard flows.count <= combinedFlowsMax else { return flows.map { [$0] } + [flows] }
        return (1..<(1 << flows.count)).map { mask in
            flows.indices.filter { mask & (1 << $0) != 0 }.map { flows[$0] }
        }
    }
}

extension FlowElement {
    /// Whether a token passes without waiting for anything outside.
    fileprivate var passesAtOnce: Bool {
        switch kind {
        case .exclusiveGateway, .parallelGateway, .inclusiveGateway: true
        default: doesWorkAtOnce
        }
    }

    /// Whether the element does something itself, at once.
    fileprivate var doesWorkAtOnce: Bool {
        switch kind {
        case .plainTask, .scriptTask, .businessRuleTask: true
        case .throwEvent(let event):
            switch event {
            case .message, .compensation: false
            default: true
            }
        default: false
        }
    }
}
