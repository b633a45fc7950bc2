internal import Markup

// What a DMN file says, read but not yet compiled.

/// Where something stands in a file.
package struct Place: Sendable, Hashable {
    /// Counted from 1.
    package let line: Int
    /// Counted from 1.
    package let column: Int
}

/// The definitions of one file.
struct DefinitionsSource {
    var id = ""
    var name = ""
    var namespace = ""
    var imports: [ImportSource] = []
    var items: [ItemSource] = []
    var inputs: [InputSource] = []
    var decisions: [DecisionSource] = []
    var functions: [KnowledgeSource] = []
    var services: [ServiceSource] = []
}

struct ImportSource {
    let name: String
    let namespace: String
    let location: String
    let type: String
    let place: Place
}

/// An item definition: a named type.
final class ItemSource {
    let name: String
    let typeName: String?
    let isCollection: Bool
    let allowedValues: String?
    let constraint: String?
    let components: [ItemSource]
    let function: (parameters: [VariableSource], result: String?)?
    let place: Place

    init(
        name: String, typeName: String?, isCollection: Bool, allowedValues: String?,
        constraint: String?, components: [ItemSource],
        function: (parameters: [VariableSource], result: String?)?, place: Place
    ) {
        self.name = name
        self.typeName = typeName
        self.isCollection = isCollection
        self.allowedValues = allowedValues
        self.constraint = constraint
        self.components = components
        self.function = function
        self.place = place
    }
}

struct VariableSource {
    let name: String
    let typeName: String?
}

struct InputSource {
    let id: String
    let name: String
    let variable: VariableSource
    let place: Place
}

struct DecisionSource {
    let id: String
    let name: String
    let question: String
    let variable: VariableSource
    let requirements: [String]
    let logic: Boxed?
    let place: Place
}

struct KnowledgeSource {
    let id: String
    let name: String
    let variable: VariableSource
    let requirements: [String]
    let logic: Boxed?
    let place: Place
}

struct ServiceSource {
    let id: String
    let name: String
    let variable: VariableSource
    let outputDecisions: [String]
    let encapsulatedDecisions: [String]
    let inputDecisions: [String]
    let inputData: [String]
    let place: Place
}

/// A boxed expression.
final class Boxed {
    indirect enum Form {
        case literal(String)
        case table(TableSource)
        case context([(variable: VariableSource?, value: Boxed)])
        case list([Boxed])
        case relation(columns: [VariableSource], rows: [[Boxed]])
        case function(parameters: [VariableSource], kind: String, body: Boxed?)
        case invocation(callee: Boxed, bindings: [(name: String, value: Boxed?)])
        case conditional(Boxed, Boxed, Boxed)
        case filter(Boxed, Boxed)
        case iteration(variable: String, domain: Boxed, body: Boxed)
        case quantified(isUniversal: Bool, variable: String, domain: Boxed, condition: Boxed)
        /// Something that cannot run, with the reason.
        case unsupported(String)
    }

    let form: Form
    let id: String
    let typeName: String?
    let place: Place

    init(_ form: Form, id: String, typeName: String?, place: Place) {
        self.form = form
        self.id = id
        self.typeName = typeName
        self.place = place
    }
}

/// Which rules of a table count when several match.
///
/// - Source: DMN 1.5, 8.2.11.
package enum HitPolicy: Sendable, Hashable {
    case unique, any, priority, first, outputOrder, ruleOrder
    case collect(Aggregation?)

    package enum Aggregation: String, Sendable, Hashable {
        case sum = "SUM"
        case least = "MIN"
        case most = "MAX"
        case count = "COUNT"
    }

    /// The one or two letters that stand for it in a drawn table.
    package var letters: String {
        switch self {
        case .unique: "U"
        case .any: "A"
        case .priority: "P"
        case .first: "F"
        case .outputOrder: "O"
        case .ruleOrder: "R"
        case .collect(nil): "C"
        case .collect(.sum?): "C+"
        case .collect(.least?): "C<"
        case .collect(.most?): "C>"
        case .collect(.count?): "C#"
        }
    }
}

struct TableSource {
    struct Column {
        let id: String
        /// The input's expression, or the output's name.
        let text: String
        let label: String
        let typeName: String?
        let values: String?
        let defaultValue: String?
        let place: Place
    }

    struct Cell {
        let text: String
        let place: Place
    }

    struct Rule {
        let id: String
        let inputs: [Cell]
        let outputs: [Cell]
        let annotations: [String]
        let place: Place
    }

    let id: String
    let outputLabel: String
    let hitPolicy: HitPolicy
    let inputs: [Column]
    let outputs: [Column]
    let annotations: [String]
    let rules: [Rule]
}
