internal import Markup

/// Reads DMN 1.1 to 1.5 files.
///
/// - Source: DMN 1.5, chapters 6 to 8 and 10.2, and the XML schema DMN15.xsd.
struct ModelReader {
    /// Boxed expressions inside each other.
    static let nestingMaximum = 64

    private(set) var problems: [ModelProblem] = []
    private var nesting = 0

    /// The namespaces of the versions that are understood.
    static let namespaces: Set<String> = [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ]

    static func place(_ element: Element) -> Place {
        Place(line: element.line, column: element.column)
    }

    mutating func fail(_ element: String, _ message: String, at place: Place) {
        problems.append(
            ModelProblem(
                severity: .error, element: element, message: message, line: place.line,
                column: place.column))
    }

    mutating func read(_ root: Element) -> DefinitionsSource {
        var result = DefinitionsSource()
        guard root.name == "definitions", Self.namespaces.contains(root.namespace) else {
            fail(
                "<\(root.name)>",
                "expected <definitions> of DMN 1.1 to 1.5, found <\(root.name)> in namespace "
                    + "'\(root.namespace)'; save the file as DMN 1.5",
                at: Self.place(root))
            return result
        }
        result.id = root.attribute("id") ?? ""
        result.name = root.attribute("name") ?? ""
        result.namespace = root.attribute("namespace") ?? ""
        for element in root.elements where element.namespace == root.namespace {
            switch element.name {
            case "import": result.imports.append(readImport(element))
            case "itemDefinition": result.items.append(readItem(element, depth: 0))
            case "inputData": result.inputs.append(readInput(element))
            case "decision": result.decisions.append(readDecision(element))
            case "businessKnowledgeModel": result.functions.append(readKnowledge(element))
            case "decisionService": result.services.append(readService(element))
            default: continue
            }
        }
        return result
    }

    private func readImport(_ element: Element) -> ImportSource {
        ImportSource(
            name: element.attribute("name") ?? "", namespace: element.attribute("namespace") ?? "",
            location: element.attribute("locationURI") ?? "",
            type: element.attribute("importType") ?? "", place: Self.place(element))
    }

    private mutating func readItem(_ element: Element, depth: Int) -> ItemSource {
        let name = element.attribute("name") ?? ""
        var components: [ItemSource] = []
        if depth < Self.nestingMaximum {
            for child in element.children(named: "itemComponent") {
                components.append(readItem(child, depth: depth + 1))
            }
        } else {
            fail("type '\(name)'", "components are nested too deeply", at: Self.place(element))
        }
        let function = element.child(named: "functionItem").map { item in
            (
                parameters: item.children(named: "parameters").map {
                    VariableSource(
                        name: $0.attribute("name") ?? "", typeName: $0.attribute("typeRef"))
                },
                result: item.attribute("outputTypeRef")
            )
        }
        return ItemSource(
            name: name, typeName: element.child(named: "typeRef")?.trimmedText,
            isCollection: element.attribute("isCollection") == "true",
            allowedValues: unaryTests(element.child(named: "allowedValues")),
            constraint: unaryTests(element.child(named: "typeConstraint")),
            components: components, function: function, place: Self.place(element))
    }

    private func unaryTests(_ element: Element?) -> String? {
        guard let text = element?.child(named: "text")?.text, !text.isEmpty else { return nil }
        return text
    }

    func readVariable(_ element: Element?, named name: String) -> VariableSource {
        VariableSource(
            name: element?.attribute("name") ?? name, typeName: element?.attribute("typeRef"))
    }

    private func readInput(_ element: Element) -> InputSource {
        let name = element.attribute("name") ?? ""
        return InputSource(
            id: element.attribute("id") ?? name, name: name,
            variable: readVariable(element.child(named: "variable"), named: name),
            place: Self.place(element))
    }

    private static func references(_ element: Element, _ names: [String]) -> [String] {
        element.elements.filter { names.contains($0.name) }.compactMap { $0.attribute("href") }
    }

    private static func requirements(_ element: Element) -> [String] {
        element.elements.filter {
            $0.name == "informationRequirement" || $0.name == "knowledgeRequirement"
        }.flatMap {
            references($0, ["requiredDecision", "requiredInput", "requiredKnowledge"])
        }
    }

    private mutating func readDecision(_ element: Element) -> DecisionSource {
        let name = element.attribute("name") ?? ""
        return DecisionSource(
            id: element.attribute("id") ?? name, name: name,
            question: element.child(named: "question")?.trimmedText ?? "",
            variable: readVariable(element.child(named: "variable"), named: name),
            requirements: Self.requirements(element),
            logic: readFirstBoxed(in: element, owner: "decision '\(name)'"),
            place: Self.place(element))
    }

    private mutating func readKnowledge(_ element: Element) -> KnowledgeSource {
        let name = element.attribute("name") ?? ""
        let owner = "business knowledge model '\(name)'"
        var logic: Boxed?
        if let definition = element.child(named: "encapsulatedLogic") {
            logic = readFunction(definition, owner: owner)
        }
        return KnowledgeSource(
            id: element.attribute("id") ?? name, name: name,
            variable: readVariable(element.child(named: "variable"), named: name),
            requirements: Self.requirements(element), logic: logic, place: Self.place(element))
    }

    private func readService(_ element: Element) -> ServiceSource {
        let name = element.attribute("name") ?? ""
        return ServiceSource(
            id: element.attribute("id") ?? name, name: name,
            variable: readVariable(element.child(named: "variable"), named: name),
            outputDecisions: Self.references(element, ["outputDecision"]),
            encapsulatedDecisions: Self.references(element, ["encapsulatedDecision"]),
            inputDecisions: Self.references(element, ["inputDecision"]),
            inputData: Self.references(element, ["inputData"]), place: Self.place(element))
    }

    // MARK: Boxed expressions

    static let boxedNames: Set<String> = [
        "literalExpression", "decisionTable", "context", "list", "relation", "functionDefinition",
        "invocation", "conditional", "filter", "for", "some", "every",
    ]

    /// The boxed expression among an element's children.
    mutating func readFirstBoxed(in element: Element, owner: String) -> Boxed? {
        guard let child = element.elements.first(where: { Self.boxedNames.contains($0.name) })
        else { return nil }
        return readBoxed(child, owner: owner)
    }

    private mutating func readRequired(
        in element: Element?, of parent: Element, owner: String, what: String
    ) -> Boxed {
        if let element, let boxed = readFirstBoxed(in: element, owner: owner) { return boxed }
        let place = Self.place(element ?? parent)
        return Boxed(
            .unsupported("<\(parent.name)> has no \(what)"), id: "", typeName: nil, place: place)
    }

    mutating func readBoxed(_ element: Element, owner: String) -> Boxed {
        nesting += 1
        defer { nesting -= 1 }
        let place = Self.place(element)
        guard nesting <= Self.nestingMaximum else {
            fail(
                owner, "boxed expressions are nested deeper than \(Self.nestingMaximum)", at: place)
            return Boxed(.unsupported("nested too deeply"), id: "", typeName: nil, place: place)
        }
        return Boxed(
            readForm(element, owner: owner), id: element.attribute("id") ?? "",
            typeName: element.attribute("typeRef"), place: place)
    }

    private mutating func readForm(_ element: Element, owner: String) -> Boxed.Form {
        switch element.name {
        case "literalExpression": return readLiteral(element)
        case "decisionTable": return .table(readTable(element, owner: owner))
        case "context":
            return .context(
                element.children(named: "contextEntry").map { entry in
                    (
                        variable: entry.child(named: "variable").map {
                            readVariable($0, named: "")
                        },
                        value: readRequired(
                            in: entry, of: entry, owner: owner, what: "expression")
                    )
                })
        case "list":
            return .list(
                element.elements.filter { Self.boxedNames.contains($0.name) }.map {
                    readBoxed($0, owner: owner)
                })
        case "relation":
            return .relation(
                columns: element.children(named: "column").map { readVariable($0, named: "") },
                rows: element.children(named: "row").map { row in
                    row.elements.filter { Self.boxedNames.contains($0.name) }.map {
                        readBoxed($0, owner: owner)
                    }
                })
        case "functionDefinition": return readFunction(element, owner: owner).form
        case "invocation": return readInvocation(element, owner: owner)
        case "conditional":
            return .conditional(
                readPart("if", of: element, owner), readPart("then", of: element, owner),
                readPart("else", of: element, owner))
        case "filter":
            return .filter(
                readPart("in", of: element, owner), readPart("match", of: element, owner))
        case "for":
            return .iteration(
                variable: element.attribute("iteratorVariable") ?? "",
                domain: readPart("in", of: element, owner),
                body: readPart("return", of: element, owner))
        default:
            return .quantified(
                isUniversal: element.name == "every",
                variable: element.attribute("iteratorVariable") ?? "",
                domain: readPart("in", of: element, owner),
                condition: readPart("satisfies", of: element, owner))
        }
    }

    private mutating func readPart(_ name: String, of element: Element, _ owner: String) -> Boxed {
        readRequired(
            in: element.child(named: name), of: element, owner: owner, what: "<\(name)>")
    }

    private func readLiteral(_ element: Element) -> Boxed.Form {
        if let language = element.attribute("expressionLanguage"), !language.isEmpty,
            !language.lowercased().contains("feel")
        {
            return .unsupported("the expression language '\(language)' is not FEEL; use FEEL")
        }
        if element.child(named: "importedValues") != nil {
            return .unsupported("imported values are not supported; write the value as FEEL")
        }
        return .literal(element.child(named: "text")?.text ?? "")
    }

    private mutating func readFunction(_ element: Element, owner: String) -> Boxed {
        Boxed(
            .function(
                parameters: element.children(named: "formalParameter").map {
                    readVariable($0, named: "")
                }, kind: element.attribute("kind") ?? "FEEL",
                body: readFirstBoxed(in: element, owner: owner)),
            id: element.attribute("id") ?? "", typeName: element.attribute("typeRef"),
            place: Self.place(element))
    }

    private mutating func readInvocation(_ element: Element, owner: String) -> Boxed.Form {
        var bindings: [(name: String, value: Boxed?)] = []
        for binding in element.children(named: "binding") {
            bindings.append(
                (
                    name: binding.child(named: "parameter")?.attribute("name") ?? "",
                    value: readFirstBoxed(in: binding, owner: owner)
                ))
        }
        let callee = readRequired(in: element, of: element, owner: owner, what: "function")
        return .invocation(callee: callee, bindings: bindings)
    }
}
