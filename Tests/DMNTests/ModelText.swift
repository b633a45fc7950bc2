import DMN
import FEEL

/// Writes small DMN files for tests.
enum ModelText {
    static func definitions(_ body: String, name: String = "test") -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="_d"
                name="\(name)" namespace="urn:\(name)">
            \(body)
            </definitions>
            """.utf8)
    }

    static func input(_ name: String, type: String = "Any") -> String {
        """
        <inputData id="_\(name)" name="\(name)"><variable name="\(name)" typeRef="\(type)"/></inputData>
        """
    }

    static func decision(
        _ name: String, type: String = "Any", needs: [String] = [], logic: String
    ) -> String {
        let requirements = needs.map {
            let kind = $0.hasPrefix("!") ? "requiredDecision" : "requiredInput"
            let id = $0.hasPrefix("!") ? String($0.dropFirst()) : $0
            return "<informationRequirement><\(kind) href=\"#_\(id)\"/></informationRequirement>"
        }.joined()
        return """
            <decision id="_\(name)" name="\(name)"><variable name="\(name)" typeRef="\(type)"/>
            \(requirements)\(logic)</decision>
            """
    }

    static func literal(_ text: String) -> String {
        "<literalExpression><text>\(escaped(text))</text></literalExpression>"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A column: an input's expression or an output's name, its type and its allowed values.
    struct Column {
        let text: String
        let type: String?
        let values: String?
        let defaultValue: String?

        init(_ text: String, _ type: String? = nil, values: String? = nil, otherwise: String? = nil)
        {
            self.text = text
            self.type = type
            self.values = values
            defaultValue = otherwise
        }

        var typeAttribute: String { type.map { " typeRef=\"\($0)\"" } ?? "" }
    }

    /// A decision table; a rule is its cells, inputs first.
    static func table(
        _ policy: String, inputs: [Column], outputs: [Column], rules: [[String]]
    ) -> String {
        func optional(_ name: String, _ text: String?) -> String {
            text.map { "<\(name)><text>\(escaped($0))</text></\(name)>" } ?? ""
        }
        let heads = inputs.map {
            "<input><inputExpression\($0.typeAttribute)><text>\(escaped($0.text))</text>"
                + "</inputExpression>\(optional("inputValues", $0.values))</input>"
        }
        let results = outputs.map {
            "<output name=\"\($0.text)\"\($0.typeAttribute)>\(optional("outputValues", $0.values))"
                + "\(optional("defaultOutputEntry", $0.defaultValue))</output>"
        }
        let rows = rules.map { cells in
            "<rule>"
                + cells.enumerated().map { index, cell in
                    let name = index < inputs.count ? "inputEntry" : "outputEntry"
                    return "<\(name)><text>\(escaped(cell))</text></\(name)>"
                }.joined() + "</rule>"
        }
        return "<decisionTable \(policy)>"
            + (heads + results + rows).joined(separator: "\n") + "</decisionTable>"
    }

    /// A model with inputs `a` and `b` and one decision `result` with a table over them.
    static func model(
        _ policy: String, inputs: [Column], outputs: [Column], rules: [[String]],
        strictness: DecisionModel.Strictness = .strict
    ) throws -> DecisionModel {
        try DecisionModel.load(
            definitions(
                input("a") + input("b")
                    + decision(
                        "result", needs: ["a", "b"],
                        logic: table(policy, inputs: inputs, outputs: outputs, rules: rules))),
            strictness: strictness)
    }
}
