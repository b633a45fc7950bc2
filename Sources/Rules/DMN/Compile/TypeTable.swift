internal import FEEL

/// The named types of a model and of what it imports.
///
/// - Source: DMN 1.5, 7.3.2 (item definitions).
struct TypeTable {
    /// Named types inside each other.
    static let nestingMaximum = 64

    private(set) var types: [String: ValueType] = [:]
    private(set) var problems: [ModelProblem] = []
    /// Names of components: what paths may use.
    private(set) var propertyNames: Set<String> = []
    private let items: [String: ItemSource]
    private var open: Set<String> = []

    /// - Parameters:
    ///   - items: the model's own item definitions.
    ///   - imported: types of imported models, under their prefixed names.
    init(_ items: [ItemSource], imported: [String: ValueType]) {
        self.items = Dictionary(
            items.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        types = imported
        for item in items { _ = type(named: item.name, from: item.place) }
        for item in items { collectNames(item) }
    }

    private mutating func collectNames(_ item: ItemSource) {
        for component in item.components {
            propertyNames.insert(component.name)
            collectNames(component)
        }
    }

    private mutating func report(_ name: String, _ message: String, at place: Place) {
        problems.append(
            ModelProblem(
                severity: .error, element: "type '\(name)'", message: message, line: place.line,
                column: place.column))
    }

    /// The type of that name; `Any`, with a problem, when there is none.
    mutating func type(named name: String, from place: Place) -> ValueType {
        if let known = lookUp(name) { return known }
        guard let item = items[name] else {
            report(
                name, "there is no such type; define it as an item definition or correct the name",
                at: place)
            types[name] = .any
            return .any
        }
        guard open.insert(name).inserted, open.count <= Self.nestingMaximum else {
            report(name, "the type contains itself; break the circle", at: place)
            return .any
        }
        let result = build(item)
        open.remove(name)
        types[name] = result
        return result
    }

    /// A known or built-in type; a prefix bound to FEEL's own namespace is dropped.
    private func lookUp(_ name: String) -> ValueType? {
        if let known = types[name] { return known }
        if items[name] != nil { return nil }
        if let builtin = ValueType.builtin(name) { return builtin }
        // Number types of Camunda 7, which its modeler still writes.
        if ["integer", "long", "double"].contains(name) { return .number }
        guard let colon = name.firstIndex(of: ":") else { return nil }
        let local = String(name[name.index(after: colon)...])
        return types[local] ?? ValueType.builtin(local)
    }

    private mutating func build(_ item: ItemSource) -> ValueType {
        var base: ValueType
        if let function = item.function {
            var parameters: [ValueType] = []
            for parameter in function.parameters {
                parameters.append(resolve(parameter.typeName, at: item.place))
            }
            base = .function(
                parameters: parameters, result: resolve(function.result, at: item.place))
        } else if !item.components.isEmpty {
            var fields: [ValueType.Field] = []
            for component in item.components {
                fields.append(ValueType.Field(name: component.name, type: build(component)))
            }
            base = .context(fields)
        } else {
            base = resolve(item.typeName, at: item.place)
        }
        if let allowed = item.allowedValues, let tests = compile(allowed, of: item) {
            base = .constrained(.init(name: item.name, base: base, tests: tests))
        }
        if item.isCollection { base = .list(base) }
        if let constraint = item.constraint, let tests = compile(constraint, of: item) {
            base = .constrained(.init(name: item.name, base: base, tests: tests))
        }
        return base
    }

    private mutating func resolve(_ name: String?, at place: Place) -> ValueType {
        guard let name, !name.isEmpty else { return .any }
        return type(named: name, from: place)
    }

    private mutating func compile(_ text: String, of item: ItemSource) -> UnaryTests? {
        do {
            return try UnaryTests.compile(text)
        } catch {
            report(item.name, "the allowed values do not compile: \(error)", at: item.place)
            return nil
        }
    }
}
