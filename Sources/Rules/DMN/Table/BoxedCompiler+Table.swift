internal import FEEL

extension BoxedCompiler {
    mutating func compileTable(_ source: TableSource, _ locals: LocalNames) -> any FEEL.Node {
        if source.outputs.isEmpty {
            report(
                "the table has no output column; add one",
                at: source.rules.first?.place ?? Place(line: 0, column: 0))
        }
        let inputs = source.inputs.enumerated().map { compileInput($1, number: $0 + 1, locals) }
        let outputs = source.outputs.enumerated().map {
            compileOutput($1, number: $0 + 1, locals, isOnly: source.outputs.count == 1)
        }
        var rules: [CompiledTable.Rule] = []
        for (index, rule) in source.rules.enumerated()
        where rule.inputs.count == inputs.count && rule.outputs.count == outputs.count {
            rules.append(compileRule(rule, number: index + 1, locals))
        }
        checkHitPolicy(source, outputs)
        let table = CompiledTable(
            id: source.id, owner: owner, hitPolicy: source.hitPolicy, inputs: inputs,
            outputs: outputs, rules: rules, annotations: source.annotations,
            inputSlot: locals.count)
        add(table)
        return TableNode(table)
    }

    private mutating func compileInput(
        _ column: TableSource.Column, number: Int, _ locals: LocalNames
    ) -> CompiledTable.Input {
        let part = "input \(number)"
        let allowed = column.values.flatMap { tests($0, locals, in: part, at: column.place) }
        return CompiledTable.Input(
            text: trimmed(column.text), label: column.label,
            expression: expression(column.text, locals, in: part, at: column.place),
            type: type(column.typeName, at: column.place), allowed: allowed,
            allowedText: column.values, line: column.place.line, column: column.place.column)
    }

    private mutating func compileOutput(
        _ column: TableSource.Column, number: Int, _ locals: LocalNames, isOnly: Bool
    ) -> CompiledTable.Output {
        let part = "output \(number)"
        let allowed = column.values.flatMap { tests($0, locals, in: part, at: column.place) }
        let priorities: [any Test]
        switch allowed {
        case let several as AlternativeTest: priorities = several.tests
        case let only?: priorities = [only]
        case nil: priorities = []
        }
        if !isOnly && column.text.isEmpty {
            report(
                "an output of several needs a name; give it one", in: part, at: column.place)
        }
        return CompiledTable.Output(
            name: column.text, label: column.label,
            type: type(column.typeName, at: column.place), allowed: allowed,
            allowedText: column.values, priorities: priorities,
            defaultValue: column.defaultValue.map {
                expression($0, locals, in: part, at: column.place)
            },
            defaultText: column.defaultValue.map(trimmed))
    }

    private mutating func compileRule(
        _ rule: TableSource.Rule, number: Int, _ locals: LocalNames
    ) -> CompiledTable.Rule {
        let part = "rule \(number)"
        var cells: [(any Test)?] = []
        for (index, cell) in rule.inputs.enumerated() {
            let text = trimmed(cell.text)
            if text.isEmpty || text == "-" {
                cells.append(nil)
            } else {
                let compiled = tests(
                    cell.text, locals, in: "\(part), input \(index + 1)", at: cell.place)
                cells.append(compiled ?? NeverTest())
            }
        }
        var outputs: [any FEEL.Node] = []
        for (index, cell) in rule.outputs.enumerated() {
            if trimmed(cell.text).isEmpty {
                outputs.append(ConstantNode(.null))
            } else {
                outputs.append(
                    expression(
                        cell.text, locals, in: "\(part), output \(index + 1)", at: cell.place))
            }
        }
        return CompiledTable.Rule(
            tests: cells, testTexts: rule.inputs.map { trimmed($0.text) }, outputs: outputs,
            outputTexts: rule.outputs.map { trimmed($0.text) }, annotations: rule.annotations,
            line: rule.place.line, column: rule.place.column)
    }

    private mutating func checkHitPolicy(_ source: TableSource, _ outputs: [CompiledTable.Output]) {
        let place = source.outputs.first?.place ?? Place(line: 0, column: 0)
        switch source.hitPolicy {
        case .priority, .outputOrder:
            if outputs.allSatisfy({ $0.priorities.isEmpty }) {
                report(
                    "the hit policy orders by output values, but no output lists them; add "
                        + "output values in order of priority",
                    at: place)
            }
        case .collect(let aggregation?) where aggregation != .count && outputs.count > 1:
            report(
                "a \(aggregation.rawValue) over several outputs is not defined; use one output",
                at: place, severity: .warning)
        default: break
        }
    }

    private func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}

/// Stands for a test that does not compile: it never passes.
final class NeverTest: Test {
    func test(_ input: Value, _ machine: inout Machine) -> Bool? { false }
}
