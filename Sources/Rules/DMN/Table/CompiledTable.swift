internal import FEEL

/// A decision table ready to run.
final class CompiledTable: Sendable {
    struct Input: Sendable {
        let text: String
        let label: String
        let expression: any FEEL.Node
        let type: ValueType
        let allowed: (any Test)?
        let allowedText: String?
        let line: Int
        let column: Int
    }

    struct Output: Sendable {
        let name: String
        let label: String
        let type: ValueType
        let allowed: (any Test)?
        let allowedText: String?
        /// The output values in their order, highest priority first.
        let priorities: [any Test]
        let defaultValue: (any FEEL.Node)?
        let defaultText: String?
    }

    struct Rule: Sendable {
        let tests: [(any Test)?]
        let testTexts: [String]
        let outputs: [any FEEL.Node]
        let outputTexts: [String]
        let annotations: [String]
        let line: Int
        let column: Int
    }

    let id: String
    /// What problems and matches are reported for.
    let owner: String
    let hitPolicy: HitPolicy
    let inputs: [Input]
    let outputs: [Output]
    let rules: [Rule]
    let annotations: [String]
    /// The slot of `?` while tests run.
    let inputSlot: Int

    init(
        id: String, owner: String, hitPolicy: HitPolicy, inputs: [Input], outputs: [Output],
        rules: [Rule], annotations: [String], inputSlot: Int
    ) {
        self.id = id
        self.owner = owner
        self.hitPolicy = hitPolicy
        self.inputs = inputs
        self.outputs = outputs
        self.rules = rules
        self.annotations = annotations
        self.inputSlot = inputSlot
    }
}

/// Runs a decision table.
///
/// - Source: DMN 1.5, 8.2 and 10.3.2.10 (decision tables).
final class TableNode: FEEL.Node {
    private let table: CompiledTable

    init(_ table: CompiledTable) { self.table = table }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(table.rules.count) else { return .null }
        var values: [Value] = []
        values.reserveCapacity(table.inputs.count)
        for input in table.inputs {
            guard let value = read(input, &machine) else { return .null }
            values.append(value)
        }
        let matched = matches(values, &machine)
        machine.matches.append(TableMatch(table: table.owner, rules: matched))
        if matched.isEmpty { return fallback(&machine) }
        return result(matched, &machine)
    }

    /// The value of an input; nil, with a problem, when it is not among the allowed ones.
    private func read(_ input: CompiledTable.Input, _ machine: inout Machine) -> Value? {
        let raw = input.expression.evaluate(&machine)
        let value = machine.converted(raw, to: input.type) ?? raw
        guard let allowed = input.allowed else { return value }
        machine.push(value)
        defer { machine.pop(to: table.inputSlot) }
        if allowed.test(value, &machine) == true { return value }
        machine.report(
            "the input \(input.text) must be one of \(input.allowedText ?? ""), found "
                + String(value.literalText.prefix(80)))
        return nil
    }

    private func matches(_ values: [Value], _ machine: inout Machine) -> [Int] {
        var matched: [Int] = []
        let stopsAtFirst = table.hitPolicy == .first
        machine.push(.null)
        defer { machine.pop(to: table.inputSlot) }
        rules: for (index, rule) in table.rules.enumerated() {
            for (place, test) in rule.tests.enumerated() {
                guard let test else { continue }
                let value = values[place]
                machine.setLocal(table.inputSlot, value)
                guard test.test(value, &machine) == true else { continue rules }
            }
            matched.append(index)
            if stopsAtFirst { break }
        }
        return matched
    }

    private func fallback(_ machine: inout Machine) -> Value {
        guard table.outputs.contains(where: { $0.defaultValue != nil }) else {
            switch table.hitPolicy {
            case .collect(.count?): return .integer(0)
            case .collect(nil), .ruleOrder, .outputOrder: return .list([])
            default: return .null
            }
        }
        let values = table.outputs.map { $0.defaultValue?.evaluate(&machine) ?? .null }
        return compound(values)
    }

    private func compound(_ values: [Value]) -> Value {
        if values.count == 1 { return values[0] }
        return .context(Context(zip(table.outputs.map(\.name), values).map { ($0, $1) }))
    }

    /// The outputs of a rule, each of its type and among its allowed values.
    private func outputs(of rule: Int, _ machine: inout Machine) -> [Value] {
        zip(table.outputs, table.rules[rule].outputs).map { output, node in
            let raw = node.evaluate(&machine)
            guard let value = machine.converted(raw, to: output.type) else {
                return machine.fail(
                    "rule \(rule + 1): the output \(output.name) must be \(output.type), found "
                        + String(raw.literalText.prefix(80)))
            }
            guard let allowed = output.allowed, !value.isNull else { return value }
            machine.push(value)
            defer { machine.pop(to: table.inputSlot) }
            if allowed.test(value, &machine) == true { return value }
            return machine.fail(
                "rule \(rule + 1): the output \(output.name) must be one of "
                    + "\(output.allowedText ?? ""), found "
                    + String(value.literalText.prefix(80)))
        }
    }

    private func result(_ matched: [Int], _ machine: inout Machine) -> Value {
        switch table.hitPolicy {
        case .first: return compound(outputs(of: matched[0], &machine))
        case .unique:
            guard matched.count == 1 else {
                return machine.fail(
                    "rules \(list(matched)) match, but the hit policy is unique; make them "
                        + "exclude each other or choose another hit policy")
            }
            return compound(outputs(of: matched[0], &machine))
        case .any:
            let results = matched.map { compound(outputs(of: $0, &machine)) }
            for other in results.dropFirst() where machine.equal(results[0], other) != true {
                return machine.fail(
                    "rules \(list(matched)) match with different outputs, but the hit policy is "
                        + "any; make their outputs equal or choose another hit policy")
            }
            return results[0]
        case .priority:
            let rows = matched.map { outputs(of: $0, &machine) }
            return ordered(rows, &machine).first.map(compound) ?? .null
        case .outputOrder:
            let rows = matched.map { outputs(of: $0, &machine) }
            return .list(ordered(rows, &machine).map(compound))
        case .ruleOrder, .collect(nil):
            return .list(matched.map { compound(outputs(of: $0, &machine)) })
        case .collect(let aggregation?):
            let rows = matched.map { outputs(of: $0, &machine) }
            return aggregate(rows, aggregation, &machine)
        }
    }

    private func list(_ rules: [Int]) -> String {
        rules.map { String($0 + 1) }.joined(separator: ", ")
    }

    /// Rows by the priority of their outputs, the first column first; ties keep the rule order.
    private func ordered(_ rows: [[Value]], _ machine: inout Machine) -> [[Value]] {
        let ranks = rows.map { row in
            zip(table.outputs, row).map { rank(of: $1, in: $0, &machine) }
        }
        return rows.indices.sorted { left, right in
            for (first, second) in zip(ranks[left], ranks[right]) where first != second {
                return first < second
            }
            return left < right
        }.map { rows[$0] }
    }

    private func rank(
        of value: Value, in output: CompiledTable.Output, _ machine: inout Machine
    ) -> Int {
        machine.push(value)
        defer { machine.pop(to: table.inputSlot) }
        for (rank, test) in output.priorities.enumerated()
        where test.test(value, &machine) == true {
            return rank
        }
        return output.priorities.count
    }

    private func aggregate(
        _ rows: [[Value]], _ aggregation: HitPolicy.Aggregation, _ machine: inout Machine
    ) -> Value {
        let columns = table.outputs.indices.map { column in rows.map { $0[column] } }
        let values = columns.map { column -> Value in
            switch aggregation {
            case .sum: return machine.callBuiltin("sum", [.list(column)])
            case .least: return machine.callBuiltin("min", [.list(column)])
            case .most: return machine.callBuiltin("max", [.list(column)])
            case .count: return .integer(column.count)
            }
        }
        if aggregation == .count { return values.first ?? .integer(rows.count) }
        return compound(values)
    }
}
