internal import Markup

extension ModelReader {
    mutating func readTable(_ element: Element, owner: String) -> TableSource {
        let inputs = element.children(named: "input").map { input in
            let expression = input.child(named: "inputExpression")
            return TableSource.Column(
                id: input.attribute("id") ?? "",
                text: expression?.child(named: "text")?.text ?? "",
                label: input.attribute("label") ?? "",
                typeName: expression?.attribute("typeRef"),
                values: text(in: input.child(named: "inputValues")), defaultValue: nil,
                place: Self.place(expression?.child(named: "text") ?? expression ?? input))
        }
        let outputs = element.children(named: "output").map { output in
            TableSource.Column(
                id: output.attribute("id") ?? "", text: output.attribute("name") ?? "",
                label: output.attribute("label") ?? "", typeName: output.attribute("typeRef"),
                values: text(in: output.child(named: "outputValues")),
                defaultValue: text(in: output.child(named: "defaultOutputEntry")),
                place: Self.place(output))
        }
        var rules: [TableSource.Rule] = []
        for (index, rule) in element.children(named: "rule").enumerated() {
            let read = readRule(rule)
            if read.inputs.count != inputs.count || read.outputs.count != outputs.count {
                fail(
                    "\(owner), rule \(index + 1)",
                    "expected \(inputs.count) input and \(outputs.count) output entries, found "
                        + "\(read.inputs.count) and \(read.outputs.count)",
                    at: read.place)
            }
            rules.append(read)
        }
        return TableSource(
            id: element.attribute("id") ?? "",
            outputLabel: element.attribute("outputLabel") ?? "",
            hitPolicy: readHitPolicy(element, owner: owner), inputs: inputs, outputs: outputs,
            annotations: element.children(named: "annotation").map {
                $0.attribute("name") ?? ""
            }, rules: rules)
    }

    private func text(in element: Element?) -> String? {
        guard let text = element?.child(named: "text")?.text,
            text.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
        else { return nil }
        return text
    }

    private func readRule(_ element: Element) -> TableSource.Rule {
        func cells(_ name: String) -> [TableSource.Cell] {
            element.children(named: name).map { entry in
                let text = entry.child(named: "text")
                return TableSource.Cell(
                    text: text?.text ?? "", place: Self.place(text ?? entry))
            }
        }
        let annotations = element.children(named: "annotationEntry").map {
            $0.child(named: "text")?.trimmedText ?? ""
        }
        let description = element.child(named: "description")?.trimmedText ?? ""
        return TableSource.Rule(
            id: element.attribute("id") ?? "", inputs: cells("inputEntry"),
            outputs: cells("outputEntry"),
            annotations: annotations.isEmpty && !description.isEmpty
                ? [description] : annotations, place: Self.place(element))
    }

    private mutating func readHitPolicy(_ element: Element, owner: String) -> HitPolicy {
        let aggregation = element.attribute("aggregation").flatMap(
            HitPolicy.Aggregation.init(rawValue:))
        switch element.attribute("hitPolicy") ?? "UNIQUE" {
        case "UNIQUE": return .unique
        case "ANY": return .any
        case "PRIORITY": return .priority
        case "FIRST": return .first
        case "OUTPUT ORDER": return .outputOrder
        case "RULE ORDER": return .ruleOrder
        case "COLLECT": return .collect(aggregation)
        case let other:
            fail(
                owner,
                "expected a hit policy of DMN, found '\(other)'; use UNIQUE, ANY, PRIORITY, "
                    + "FIRST, OUTPUT ORDER, RULE ORDER or COLLECT",
                at: Self.place(element))
            return .unique
        }
    }
}
