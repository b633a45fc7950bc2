package import FEEL

/// A DMN file, compiled and ready to evaluate.
package struct DecisionModel: Sendable {
    /// What becomes of a file with errors.
    package enum Strictness: Sendable {
        /// Any error refuses the file.
        case strict
        /// Only a file that cannot be read is refused; parts with errors evaluate to null.
        case tolerant
    }

    /// A decision, an input or a service, for whoever lists them.
    package struct Item: Sendable, Hashable {
        package let id: String
        package let name: String
        /// The name of its type, `Any` when none is given.
        package let type: String
        /// The question that a decision answers, as its author put it.
        package let question: String
        /// Names of the input data that it needs, directly or through other decisions; of a service
        /// the input data and input decisions that it is called with, in that order.
        package let inputs: [String]
        /// Names of the decisions that it needs directly; of a service its output decisions.
        package let decisions: [String]
    }

    package let id: String
    package let name: String
    package let namespace: String
    /// The models that it imports directly.
    package let imports: [ModelFile.Import]
    package let inputs: [Item]
    package let decisions: [Item]
    package let services: [Item]
    /// Warnings, and in a tolerant load errors as well.
    package let problems: [ModelProblem]
    /// The decision tables, for drawing and analysis.
    package let tables: [DecisionTable]
    /// The tables of imported models.
    package let importedTables: [DecisionTable]

    private let program: Program
    private let places: [String: Int]
    private let declaredInputs: Set<String>

    /// Reads and compiles a file.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - imports: other files, among which imported models are found by their namespaces.
    ///   - strictness: whether errors refuse the file.
    /// - Returns: the compiled model.
    /// - Throws: ``ModelFailure`` with every error and its place.
    package static func load(
        _ bytes: [UInt8], imports: [[UInt8]] = [], strictness: Strictness = .strict
    ) throws(ModelFailure) -> DecisionModel {
        try load(
            ModelFile(bytes), among: imports.map { ModelFile($0) }, strictness: strictness)
    }

    /// Compiles a file that was read already.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - others: files among which imported models are found by their namespaces; of two with
    ///     one namespace the first counts.
    ///   - strictness: whether errors refuse the file.
    /// - Returns: the compiled model.
    /// - Throws: ``ModelFailure`` with every error and its place.
    package static func load(
        _ file: ModelFile, among others: [ModelFile], strictness: Strictness = .strict
    ) throws(ModelFailure) -> DecisionModel {
        var linker = ModelLinker()
        let linked = linker.link(file, among: others)
        let own = linker.tables.prefix(linker.ownTables)
        let problems = linker.problems + own.flatMap { TableChecks($0).problems }
        let errors = problems.filter { $0.severity == .error }
        guard let linked, strictness == .tolerant || errors.isEmpty else {
            throw ModelFailure(problems: errors)
        }
        return DecisionModel(
            linked, problems: problems, tables: linker.tables, own: linker.ownTables)
    }

    private init(
        _ linked: LinkedModel, problems: [ModelProblem], tables: [CompiledTable], own: Int
    ) {
        id = linked.source.id
        name = linked.source.name
        namespace = linked.source.namespace
        imports = linked.source.modelImports
        program = linked.program
        var inputs: [Item] = []
        var decisions: [Item] = []
        var services: [Item] = []
        var places: [String: Int] = [:]
        for (index, declared) in linked.kinds.enumerated() where declared.module == 0 {
            let item = Self.item(index, linked)
            switch declared.kind {
            case .input: inputs.append(item)
            case .decision: decisions.append(item)
            case .service: services.append(item)
            case .function: continue
            }
            if places[item.name] == nil { places[item.name] = index }
        }
        // An id names an element for certain, so it wins over another element's name.
        for (index, declared) in linked.kinds.enumerated() where declared.module == 0 {
            if case .function = declared.kind { continue }
            places[declared.id] = index
            let spoken: String
            switch declared.kind {
            case .decision(let decision): spoken = decision.name
            case .service(let service): spoken = service.name
            default: continue
            }
            if places[spoken] == nil { places[spoken] = index }
        }
        self.inputs = inputs
        self.decisions = decisions
        self.services = services
        self.places = places
        declaredInputs = Set(inputs.map(\.name))
        self.tables = tables.prefix(own).map(DecisionTable.init)
        importedTables = tables.dropFirst(own).map(DecisionTable.init)
        self.problems = problems
    }

    private static func item(_ index: Int, _ linked: LinkedModel) -> Item {
        let element = linked.program.entries[index].element
        if case .service(let service) = element {
            return Item(
                id: linked.kinds[index].id, name: linked.kinds[index].name,
                type: service.resultType.description, question: "",
                inputs: service.parameters.map { linked.program.entries[$0].qualifiedName },
                decisions: service.outputs.map { linked.program.entries[$0].qualifiedName })
        }
        var question = ""
        if case .decision(let source) = linked.kinds[index].kind { question = source.question }
        var needed: [String] = []
        var seen: Set<Int> = []
        var open = linked.requirements[index]
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            if case .input = linked.kinds[next].kind {
                needed.append(linked.program.entries[next].qualifiedName)
            }
            open += linked.requirements[next]
        }
        let decisions = linked.requirements[index].filter {
            if case .decision = linked.kinds[$0].kind { true } else { false }
        }
        return Item(
            id: linked.kinds[index].id, name: linked.kinds[index].name,
            type: element.valueType.description, question: question, inputs: needed.sorted(),
            decisions: decisions.map { linked.program.entries[$0].qualifiedName })
    }
}

/// What a decision yielded and how.
package struct DecisionResult: Sendable {
    package let value: Value
    /// For each table that ran, in order: which rules matched, counted from 0.
    package let matches: [TableMatch]
    package let problems: [Problem]
}

extension DecisionModel {
    /// Whether the model has a decision or decision service of that name or id.
    package func canEvaluate(_ nameOrID: String) -> Bool {
        guard let place = places[nameOrID] else { return false }
        if case .input = program.entries[place].element { return false }
        return true
    }

    /// Evaluates a decision or a decision service.
    ///
    /// - Parameters:
    ///   - nameOrID: the decision's name or id.
    ///   - inputs: values of input data by name; an imported model's by `Import.name` or
    ///     `namespace#name`. Names that the model does not declare as input data are visible to
    ///     its expressions as they are. For a service also its input decisions.
    ///   - scope: the step's time, host functions and limits; its variables are visible too.
    /// - Returns: the value, the rules that matched, and what went wrong; nil when the model has
    ///   no such decision.
    package func evaluate(
        decision nameOrID: String, inputs: [String: Value], in scope: Scope = .empty
    ) -> DecisionResult? {
        guard let place = places[nameOrID] else { return nil }
        var machine = Machine(scope: visible(inputs, scope))
        var run = ProgramRun(program, inputs: inputs)
        let raw: Value
        switch program.entries[place].element {
        case .input, .function: return nil
        case .decision: raw = run.value(of: place, &machine)
        case .service(let service):
            for parameter in service.parameters {
                let entry = program.entries[parameter]
                let given = entry.inputNames.lazy.compactMap { inputs[$0] }.first ?? .null
                run.set(parameter, convert(given, for: entry.element, &machine))
            }
            raw = run.outputs(of: service, &machine)
        }
        let value = machine.checkedResult(raw)
        return DecisionResult(value: value, matches: machine.matches, problems: machine.problems)
    }

    private func convert(
        _ value: Value, for element: Program.Element, _ machine: inout Machine
    ) -> Value {
        machine.converted(value, to: element.valueType)
            ?? machine.fail("the input '\(element.name)' must be \(element.valueType)")
    }

    /// The scope with the inputs that no input data declares.
    private func visible(_ inputs: [String: Value], _ scope: Scope) -> Scope {
        var result = scope
        if inputs.keys.allSatisfy(declaredInputs.contains) { return result }
        let declared = declaredInputs
        let outer = scope.lookUp
        result.lookUp = { name in
            if !declared.contains(name), let value = inputs[name] { return value }
            return outer(name)
        }
        return result
    }
}
