internal import FEEL

/// A decision table as it was drawn: for showing it and for checking it.
package struct DecisionTable: Sendable {
    package struct Rule: Sendable, Hashable {
        /// The texts of the cells.
        package let tests: [String]
        package let outputs: [String]
        package let annotations: [String]
        package let line: Int
    }

    /// What it belongs to, such as `decision 'Discount'`.
    package let owner: String
    package let hitPolicy: HitPolicy
    package let inputs: [String]
    /// The expressions of the inputs as they stand in the file.
    package let inputExpressions: [String]
    /// The names of their types, `number`, `string`; `Any` where none is given.
    package let inputTypes: [String]
    package let outputs: [String]
    package let annotations: [String]
    package let rules: [Rule]
    let compiled: CompiledTable

    init(_ table: CompiledTable) {
        compiled = table
        owner = table.owner
        hitPolicy = table.hitPolicy
        inputs = table.inputs.map { $0.label.isEmpty ? $0.text : $0.label }
        inputExpressions = table.inputs.map(\.text)
        inputTypes = table.inputs.map { $0.type.description }
        outputs = table.outputs.map { output in
            !output.name.isEmpty ? output.name : output.label
        }
        annotations = table.annotations
        rules = table.rules.map {
            Rule(
                tests: $0.testTexts.map { $0.isEmpty ? "-" : $0 }, outputs: $0.outputTexts,
                annotations: $0.annotations, line: $0.line)
        }
    }
}
