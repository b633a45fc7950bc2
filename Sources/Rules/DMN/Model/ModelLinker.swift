internal import FEEL

/// Reads a model and its imports, resolves references and compiles everything.
struct ModelLinker {
    /// Models that one model may import, directly or through others.
    static let importsMaximum = 64
    /// Decisions that may depend on each other in one chain.
    static let chainMaximum = 256
    /// Namespaces that a message names.
    private static let namespacesShown = 5

    private(set) var problems: [ModelProblem] = []
    /// The tables of the main model, then those of imported ones.
    private(set) var tables: [CompiledTable] = []
    /// How many tables are the main model's own.
    private(set) var ownTables = 0
    private var modules: [Module] = []
    private var available: [String: ModelFile] = [:]
    /// Places of elements by `namespace#id`.
    private var places: [String: Int] = [:]
    private(set) var declared: [Declared] = []

    struct Module {
        let source: DefinitionsSource
        /// The file's name, for messages.
        let file: String
        /// The main model's import that led to it; nil once it was blamed.
        var importedBy: ImportSource?
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

    mutating func link(_ file: ModelFile, among others: [ModelFile]) -> LinkedModel? {
        problems += file.problems
        guard let main = file.source else { return nil }
        for other in others where !other.namespace.isEmpty && available[other.namespace] == nil {
            available[other.namespace] = other
        }
        _ = addModule(main, named: file.name, path: [])
        for index in modules.indices { declare(index) }
        for (index, element) in declared.enumerated() {
            places[key(modules[element.module].source.namespace, element.id)] = index
        }
        checkNames()
        var entries: [Program.Entry] = []
        var requirements: [[Int]] = []
        for index in declared.indices {
            let told = problems.count
            let (element, required) = compile(index)
            if declared[index].module == 0 {
                ownTables = tables.count
            } else {
                passOn(from: told, of: declared[index].module)
            }
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

    /// What is wrong inside an imported file is told by that file; here its import is at fault,
    /// once.
    mutating func passOn(from first: Int, of module: Int) {
        let foreign = problems[first...]
        problems.removeSubrange(first...)
        guard let error = foreign.first(where: { $0.severity == .error }),
            let source = modules[module].importedBy
        else { return }
        modules[module].importedBy = nil
        let file = modules[module].file
        report(
            "import '\(source.name)'",
            "the imported model\(file.isEmpty ? "" : " \(file)") has errors, the first: \(error); mend that file",
            at: source.place)
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
    ///
    /// `path` has the namespaces of the models that led here, each with its file's name.
    private mutating func addModule(
        _ source: DefinitionsSource, named file: String, by importer: ImportSource? = nil,
        path: [(namespace: String, file: String)]
    ) -> Int {
        if let known = modules.firstIndex(where: { $0.source.namespace == source.namespace }) {
            return known
        }
        let index = modules.count
        modules.append(Module(source: source, file: file, importedBy: importer))
        let path = path + [(source.namespace, file)]
        var types: [String: ValueType] = [:]
        for item in source.imports {
            guard let imported = found(item, path: path), let other = imported.source else {
                continue
            }
            let told = problems.count
            let place = addModule(
                other, named: imported.name, by: index == 0 ? item : importer, path: path)
            if index == 0 { passOn(from: told, of: place) }
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

    /// The file that an import means; nil, and a problem, where there is none that it may mean.
    private mutating func found(
        _ item: ImportSource, path: [(namespace: String, file: String)]
    ) -> ModelFile? {
        let element = "import '\(item.name)'"
        guard item.isModel else {
            report(
                element, "imports of \(item.type) are not supported; import DMN models only",
                at: item.place)
            return nil
        }
        if let first = path.firstIndex(where: { $0.namespace == item.namespace }) {
            let names = (path[first...] + [path[first]]).map {
                $0.file.isEmpty ? $0.namespace : $0.file
            }
            report(
                element,
                "the import leads back to the model that it starts from (\(names.joined(separator: " imports "))); "
                    + "models cannot import each other in a circle, take one of the imports out",
                at: item.place)
            return nil
        }
        guard let imported = available[item.namespace], modules.count < Self.importsMaximum
        else {
            let location = item.location.isEmpty ? "" : " (\(item.location))"
            let near = available.values.map(\.namespace).sorted().prefix(Self.namespacesShown)
            let others =
                near.isEmpty
                ? "no other model is here" : "the models here have \(near.joined(separator: ", "))"
            report(
                element,
                "expected a model with namespace '\(item.namespace)'\(location), found none: \(others); "
                    + "give its file too, or correct the namespace",
                at: item.place)
            return nil
        }
        return imported
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
