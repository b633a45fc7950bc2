/// Moves a running instance to another version of one of its definitions.
///
/// Elements are matched by id unless the plan names another. What cannot be moved exactly is
/// refused, so that an instance is either wholly moved or not at all.
package struct Migration: Sendable {
    /// Ids that differ: old id to new id.
    package var renamed: [String: String]

    package init(renamed: [String: String] = [:]) {
        self.renamed = renamed
    }

    /// Why an instance cannot be moved: one line for each active element in the way.
    package func problems(
        moving state: InstanceState, from old: ProcessDefinition, to new: ProcessDefinition
    ) -> [String] {
        guard state.status == .active else { return ["the instance has ended"] }
        guard let number = state.definitions.firstIndex(of: old.reference) else {
            return [
                "the instance does not use \(old.processID) with the hash \(old.reference.hash)"
            ]
        }
        var problems: [String] = []
        if !state.pending.isEmpty { problems.append("work is left that must be done first") }
        var needed: [Int] = []
        for element in state.elements where element.definition == number {
            needed.append(element.element)
            needed += element.compensations.flatMap(Self.elements)
            if !element.arrivals.isEmpty {
                problems.append(
                    "tokens wait at a gateway in \(element.elementID); let them join first")
            }
        }
        let owners = Set(state.elements.filter { $0.definition == number }.map(\.key))
        needed += state.waits.filter { owners.contains($0.owner) }.map(\.element)
        for index in Set(needed).sorted() {
            if let problem = self.problem(old.elements[index], old, new) {
                problems.append(problem)
            }
        }
        return problems
    }

    /// The advance that moves an instance; nil when ``problems(moving:from:to:)`` finds any.
    package func advance(
        moving state: InstanceState, from old: ProcessDefinition, to new: ProcessDefinition,
        at time: StepTime, reason: String
    ) -> Advance? {
        guard problems(moving: state, from: old, to: new).isEmpty,
            let number = state.definitions.firstIndex(of: old.reference)
        else { return nil }
        var map: [MigratedElement] = []
        for element in old.elements {
            guard let target = target(of: element, new) else { continue }
            map.append(
                MigratedElement(from: element.index, to: target.index, toID: target.id))
        }
        return Advance(
            cause: "migrate", at: time.microseconds,
            changes: [
                .intervened(what: "migrate \(old.processID)", reason: reason),
                .migrated(definition: number, to: new.reference, map: map),
            ])
    }

    /// The migration that takes this one back.
    package var reversed: Migration {
        Migration(
            renamed: Dictionary(
                renamed.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first }))
    }

    private func target(of element: FlowElement, _ new: ProcessDefinition) -> FlowElement? {
        if element.index == 0 { return new.root }
        return new.element(id: renamed[element.id] ?? element.id)
    }

    private func problem(
        _ element: FlowElement, _ old: ProcessDefinition, _ new: ProcessDefinition
    ) -> String? {
        guard let target = target(of: element, new) else {
            return "\(element.id) is not in the new version; name its successor in the plan"
        }
        guard target.kind.name == element.kind.name else {
            return "\(element.id) is a \(element.kind.name) and \(target.id) a \(target.kind.name);"
                + " name another successor"
        }
        guard (target.multiInstance == nil) == (element.multiInstance == nil) else {
            return "\(target.id) is multi-instance in one version only"
        }
        guard element.index == 0 || matches(element.parent, target.parent, old, new) else {
            return "\(target.id) lies in another sub-process than \(element.id)"
        }
        return nil
    }

    private func matches(
        _ oldScope: Int, _ newScope: Int, _ old: ProcessDefinition, _ new: ProcessDefinition
    ) -> Bool {
        target(of: old.elements[oldScope], new)?.index == newScope
    }

    private static func elements(of record: CompensationRecord) -> [Int] {
        [record.element] + (record.handler.map { [$0] } ?? [])
            + record.inner.flatMap { elements(of: $0) }
    }
}

extension ElementKind {
    /// The kind in words, without what it does in detail.
    package var name: String {
        switch self {
        case .process: "process"
        case .subProcess: "sub-process"
        case .eventSubProcess: "event sub-process"
        case .transaction: "transaction"
        case .adHocSubProcess: "ad-hoc sub-process"
        case .callActivity: "call activity"
        case .serviceTask: "service task"
        case .userTask: "user task"
        case .businessRuleTask: "business rule task"
        case .scriptTask: "script task"
        case .receiveTask: "receive task"
        case .plainTask: "task"
        case .startEvent: "start event"
        case .endEvent: "end event"
        case .catchEvent: "catch event"
        case .throwEvent: "throw event"
        case .boundaryEvent: "boundary event"
        case .exclusiveGateway: "exclusive gateway"
        case .parallelGateway: "parallel gateway"
        case .inclusiveGateway: "inclusive gateway"
        case .eventBasedGateway: "event-based gateway"
        }
    }
}
