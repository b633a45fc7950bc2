internal import FEEL

/// What loading a model says about its tables: the findings of the analysis and type errors.
struct TableChecks {
    private let table: CompiledTable
    private(set) var problems: [ModelProblem] = []

    init(_ table: CompiledTable) {
        self.table = table
        checkTypes()
        checkOutputs()
        report(DecisionTableAnalysis(table))
    }

    private mutating func add(
        _ severity: ModelProblem.Severity, _ message: String, rule: Int? = nil, part: String = ""
    ) {
        var element = table.owner
        if let rule { element += ", rule \(rule + 1)" }
        if !part.isEmpty { element += ", \(part)" }
        let line = rule.map { table.rules[$0].line } ?? table.inputs.first?.line ?? 0
        let column = rule.map { table.rules[$0].column } ?? table.inputs.first?.column ?? 0
        problems.append(
            ModelProblem(
                severity: severity, element: element, message: message, line: line,
                column: column))
    }

    // MARK: Types

    private mutating func checkTypes() {
        for (column, input) in table.inputs.enumerated() {
            guard let wanted = Self.kind(input.type) else { continue }
            for (rule, row) in table.rules.enumerated() {
                guard let test = row.tests[column] else { continue }
                var finder = ConstantFinder()
                finder.visit(CellShape(test))
                guard let wrong = finder.values.first(where: { !Self.fits($0, wanted) }) else {
                    continue
                }
                add(
                    .error,
                    "the input is \(input.type), but the test compares it with "
                        + "\(wrong.typeName) \(wrong.literalText.prefix(40)); correct the cell "
                        + "or the input's type",
                    rule: rule, part: "input \(column + 1)")
            }
        }
    }

    private mutating func checkOutputs() {
        for (column, output) in table.outputs.enumerated() {
            for (rule, row) in table.rules.enumerated() {
                guard let constant = row.outputs[column] as? ConstantNode, !constant.value.isNull
                else { continue }
                var machine = Machine(scope: .empty)
                let part = "output \(column + 1)"
                guard let value = machine.converted(constant.value, to: output.type) else {
                    add(
                        .error,
                        "the output is \(output.type), but the cell holds "
                            + "\(constant.value.typeName) \(constant.value.literalText.prefix(40));"
                            + " correct the cell or the output's type",
                        rule: rule, part: part)
                    continue
                }
                if let allowed = output.allowed.map({ CellShape($0) }),
                    (value.list ?? [value]).contains(where: { item in
                        Atom.point(item).passes(allowed) == false
                            && Atom.point(value).passes(allowed) == false
                    })
                {
                    add(
                        .error,
                        "the output \(value.literalText.prefix(40)) is not among the output "
                            + "values \(output.allowedText ?? ""); correct the cell or add it",
                        rule: rule, part: part)
                }
            }
        }
    }

    /// The scalar type that a column's values have; nil when anything may come.
    private static func kind(_ type: ValueType) -> ValueType? {
        switch type.plain {
        case .number, .text, .boolean, .date, .time, .dateAndTime, .daysAndTime, .yearsAndMonths:
            type.plain
        default: nil
        }
    }

    private static func fits(_ value: Value, _ type: ValueType) -> Bool {
        switch (type, value) {
        case (.number, .number), (.text, .text), (.boolean, .boolean), (.time, .time),
            (.daysAndTime, .daysAndTime), (.yearsAndMonths, .yearsAndMonths):
            true
        case (.date, .date), (.date, .dateAndTime), (.dateAndTime, .date),
            (.dateAndTime, .dateAndTime):
            true
        default: false
        }
    }

    // MARK: Findings

    private mutating func report(_ analysis: DecisionTableAnalysis) {
        for gap in analysis.gaps {
            add(
                .warning,
                "no rule matches \(gap); add a rule for it or a default output")
        }
        for overlap in analysis.overlaps {
            let names = overlap.rules.map { String($0 + 1) }.joined(separator: " and ")
            add(
                .warning,
                "rules \(names) both match \(overlap.region), which the hit policy "
                    + "\(table.hitPolicy.letters) does not allow; make them exclude each other",
                rule: overlap.rules.last)
        }
        for finding in analysis.unreachable {
            add(
                .warning,
                "the rule can never match: \(finding.reason); correct or remove it",
                rule: finding.rule)
        }
        if !analysis.isComplete {
            add(
                .warning,
                "the table is too large to be checked fully for gaps and overlaps; split it")
        }
    }
}
