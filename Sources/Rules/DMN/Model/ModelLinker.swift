internal import FEEL
internal import Markup

/// Reads a model and its imports, resolves references and compiles everything.
struct ModelLinker {
    /// Models that one model may import, directly or through others.
    static let importsMaximum = 64
    /// Decisions that may depend on each other in one chain.
    static let chainMaximum = 256

    private(set) var problems: [ModelProblem] = []
    private(set) var tables: [CompiledTable] = []
    private var modules: [Module] = []
    private var available: [String: DefinitionsSource] = [:]
    /// Places of elements by `namespace#id`.
    private var places: [String: Int] = [:]
    private(set) var declared: [Declared] = []

    struct Module {
        let source: DefinitionsSource
        /// Import prefix of a namespace; the empty prefix brings names in directly.
        var prefixes: [String: String] = [:]
        var types: [String: ValueType] = [:]
        var properties: Set<String> = []
    }

    /// An element that was found, before it is compiled.
    struct Declared {
        enum Kind {
            case input(InputSource)
            case decision(DecisionSource)
            case function(KnowledgeSource)
            case service(ServiceSource)
        }

        let kind: Kind
        let id: String
        let name: String
        let module: Int
        let place: Place

        var label: String {
            switch kind {
            case .input: "input data '\(name)'"
            case .decision: "decision '\(name)'"
            case .function: "business knowledge model '\(name)'"
            case .service: "decision service '\(name)'"
            }
        }
    }

    mutating func report(
        _ element: String, _ message: String, at place: Place,
        severity: ModelProblem.Severity = .error
    ) {
        problems.append(
            ModelProblem(
                severity: severity, element: element, message: message, line: place.line,
                column: place.column))
    }

    private mutating func read(_ bytes: [UInt8]) -> DefinitionsSource? {
        do {
            let root = try MarkupParser.parse(bytes)
            var reader = ModelReader()
            let source = reader.read(root)
            problems += reader.problems
            return source
        } catch {
            report(
                "the file", error.message, at: Place(line: error.line, column: error.column))
            return nil
        }
    }

    mutating func link(_ bytes: [UInt8], imports: [[UInt8]]) -> LinkedModel? {
        guard let main = read(bytes) else { return nil }
        for other in imports.prefix(Self.importsMaximum) {
            if let source = read(other), available[source.namespace] == nil {
                available[source.namespace] = source
            }
        }
        _ = addModule(main, depth: 0)
        for index in modules.indices { declare(index) }
        for (index, element) in declared.enumerated() {
            places[key(modules[element.module].source.namespace, element.id)] = index
        }
        checkNames()
        var entries: [Program.Entry] = []
        var requirements: [[Int]] = []
        for index in declared.indices {
            let (element, required) = compile(index)
            requirements.append(required)
            entries.append(
                Program.Entry(
                    id: declared[index].id,
                    namespace: modules[declared[index].module].source.namespace,
                    qualifiedName: qualifiedName(index), element: element,
                    isMain: declared[index].module == 0))
        }
        checkCircles(requirements)
        return LinkedModel(
            source: main, program: Program(entries: entries), requirements: requirements,
            mainCount: declared.filter { $0.module == 0 }.count, kinds: declared)
    }

    private func key(_ namespace: String, _ id: String) -> String { "\(namespace)#\(id)" }

    private func qualifiedName(_ index: Int) -> String {
        let element = declared[index]
        let namespace = modules[element.module].source.namespace
        guard element.module != 0, let prefix = modules[0].prefixes[namespace], !prefix.isEmpty
        else { return element.name }
        return "\(prefix).\(element.name)"
    }

    // MARK: Modules

    /// Adds a model and what it imports; its index.
    private mutating func addModule(_ source: DefinitionsSource, depth: Int) -> Int {
        if let known = modules.firstIndex(where: { $0.source.namespace == source.namespace }) {
            return known
        }
        let index = modules.count
        modules.append(Module(source: source))
        var types: [String: ValueType] = [:]
        for item in source.imports {
            guard ModelReader.namespaces.contains(item.type) || item.type.contains("/DMN/") else {
                report(
                    "import '\(item.name)'",
                    "imports of \(item.type) are not supported; import DMN models only",
                    at: item.place)
                continue
            }
            guard let imported = available[item.namespace], depth < Self.importsMaximum else {
                report(
                    "import '\(item.name)'",
                    "there is no model with namespace '\(item.namespace)'; give its file too",
                    at: item.place)
                continue
            }
            let place = addModule(imported, depth: depth + 1)
            modules[index].prefixes[item.namespace] = item.name
            modules[index].properties.formUnion(modules[place].properties)
            for (name, type) in modules[place].types {
                types[item.name.isEmpty ? name : "\(item.name).\(name)"] = type
            }
        }
        var table = TypeTable(source.items, imported: types)
        problems += table.problems
        for item in source.items {
            modules[index].types[item.name] = table.type(named: item.name, from: item.place)
        }
        modules[index].types.merge(types) { own, _ in own }
        modules[index].properties.formUnion(table.propertyNames)
        modules[index].properties.formUnion(NameCollector.names(in: source))
        return index
    }

    private mutating func declare(_ module: Int) {
        let source = modules[module].source
        for input in source.inputs {
            declared.append(
                Declared(
                    kind: .input(input), id: input.id, name: input.variable.name, module: module,
                    place: input.place))
        }
        for decision in source.decisions {
            declared.append(
                Declared(
                    kind: .decision(decision), id: decision.id, name: decision.variable.name,
                    module: module, place: decision.place))
        }
        for function in source.functions {
            declared.append(
                Declared(
                    kind: .function(function), id: function.id, name: function.variable.name,
                    module: module, place: function.place))
        }
        for service in source.services {
            declared.append(
                Declared(
                    kind: .service(service), id: service.id, name: service.variable.name,
                    module: module, place: service.place))
        }
    }

    // MARK: References

    private mutating func resolve(_ reference: String, from index: Int) -> Int? {
        let element = declared[index]
        let own = modules[element.module].source.namespace
        let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
        let namespace = parts.count > 1 && !parts[0].isEmpty ? String(parts[0]) : own
        let id = String(parts.last ?? "")
        if let place = places[key(namespace, id)] { return place }
        report(
            element.label,
            "there is no element '\(reference)'; correct the reference or remove it",
            at: element.place)
        return nil
    }

    /// The local variables of an element's logic, and which elements it needs.
    private mutating func locals(
        _ references: [String], of index: Int
    ) -> (names: LocalNames, locals: [Program.Local], required: [Int]) {
        var names = LocalNames()
        var locals: [Program.Local] = []
        var required: [Int] = []
        var imported: [(prefix: String, elements: [(name: String, element: Int)])] = []
        for reference in references {
            guard let place = resolve(reference, from: index) else { continue }
            required.append(place)
            let module = declared[place].module
            let namespace = modules[module].source.namespace
            let prefix = modules[declared[index].module].prefixes[namespace] ?? ""
            if module == declared[index].module || prefix.isEmpty {
                _ = names.push(declared[place].name)
                locals.append(.element(place))
            } else if let group = imported.firstIndex(where: { $0.prefix == prefix }) {
                imported[group].elements.append((declared[place].name, place))
            } else {
                imported.append((prefix, [(declared[place].name, place)]))
            }
        }
        for group in imported {
            _ = names.push(group.prefix)
            locals.append(.imported(group.elements))
        }
        return (names, locals, required)
    }

    // MARK: Elements

    private func compiler(_ index: Int) -> BoxedCompiler {
        let module = modules[declared[index].module]
        let known = KnownNames(
            [String](), properties: module.properties, types: module.types)
        return BoxedCompiler(
            known: known, types: TypeTable([], imported: module.types),
            owner: declared[index].label)
    }

    private mutating func collect(_ compiler: BoxedCompiler) {
        problems += compiler.problems
        tables += compiler.tables
    }

    private mutating func compile(_ index: Int) -> (Program.Element, [Int]) {
        var compiler = compiler(index)
        let place = declared[index].place
        // A decision that declares nothing takes what its tables are asked with.
        var declares = true
        defer {
            collect(compiler)
            reportMissingRequirements(compiler.freeNames, of: index)
            reportUnknownNames(compiler.unknownNames, of: index, declares: declares)
        }
        switch declared[index].kind {
        case .input(let input):
            let type = compiler.type(input.variable.typeName, at: place)
            return (.input(.init(name: input.variable.name, type: type)), [])
        case .decision(let decision):
            let (names, locals, required) = locals(decision.requirements, of: index)
            declares = names.count > 0
            let logic = decision.logic.map { compiler.compile($0, names) }
            return (
                .decision(
                    .init(
                        name: decision.variable.name,
                        type: compiler.type(decision.variable.typeName, at: place),
                        locals: locals, logic: logic)), required
            )
        case .function(let function):
            return compileFunction(function, index, &compiler)
        case .service(let service):
            return compileService(service, index, &compiler)
        }
    }

    private mutating func compileFunction(
        _ function: KnowledgeSource, _ index: Int, _ compiler: inout BoxedCompiler
    ) -> (Program.Element, [Int]) {
        let (names, locals, required) = locals(function.requirements, of: index)
        var parameters: [FunctionValue.Parameter] = []
        var resultType = ValueType.any
        if let logic = function.logic, case .function(let sources, _, _) = logic.form {
            parameters = sources.map {
                FunctionValue.Parameter(
                    name: $0.name, type: compiler.type($0.typeName, at: logic.place))
            }
            resultType = result(compiler.type(logic.typeName, at: logic.place))
        }
        if case .any = resultType {
            resultType = result(
                compiler.type(function.variable.typeName, at: declared[index].place))
        }
        return (
            .function(
                .init(
                    name: function.variable.name, locals: locals,
                    definition: function.logic.map { compiler.compile($0, names) },
                    resultType: resultType, parameters: parameters)), required
        )
    }

    /// What a call yields when the type given is that of the function or of its result.
    private func result(_ type: ValueType) -> ValueType {
        if case .function(_, let result) = type { return result }
        return type
    }

    private mutating func compileService(
        _ service: ServiceSource, _ index: Int, _ compiler: inout BoxedCompiler
    ) -> (Program.Element, [Int]) {
        let inputs = service.inputData.compactMap { resolve($0, from: index) }
        let decisions = service.inputDecisions.compactMap { resolve($0, from: index) }
        let outputs = service.outputDecisions.compactMap { resolve($0, from: index) }
        if outputs.isEmpty {
            report(
                declared[index].label, "the service has no output decision; add one",
                at: declared[index].place)
        }
        let type = compiler.type(service.variable.typeName, at: declared[index].place)
        return (
            .service(
                .init(
                    name: service.variable.name, parameters: inputs + decisions,
                    outputs: outputs, resultType: result(type))), outputs
        )
    }

}

/// What linking a file yields.
struct LinkedModel {
    let source: DefinitionsSource
    let program: Program
    let requirements: [[Int]]
    let mainCount: Int
    let kinds: [ModelLinker.Declared]
}
