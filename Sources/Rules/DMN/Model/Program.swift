internal import FEEL

/// The compiled elements of a model and of everything that it imports.
final class Program: Sendable {
    /// What fills one local variable of an element's logic.
    enum Local: Sendable {
        case element(Int)
        /// The elements of an imported model, by name.
        case imported([(name: String, element: Int)])
    }

    struct Input: Sendable {
        let name: String
        let type: ValueType
    }

    struct Decision: Sendable {
        let name: String
        let type: ValueType
        let locals: [Local]
        let logic: (any FEEL.Node)?
    }

    struct Function: Sendable {
        let name: String
        let locals: [Local]
        /// Yields the function itself.
        let definition: (any FEEL.Node)?
        let resultType: ValueType
        let parameters: [FunctionValue.Parameter]
    }

    struct Service: Sendable {
        let name: String
        /// Input data first, then input decisions.
        let parameters: [Int]
        let outputs: [Int]
        let resultType: ValueType
    }

    enum Element: Sendable {
        case input(Input)
        case decision(Decision)
        case function(Function)
        case service(Service)

        var name: String {
            switch self {
            case .input(let input): input.name
            case .decision(let decision): decision.name
            case .function(let function): function.name
            case .service(let service): service.name
            }
        }
    }

    struct Entry: Sendable {
        let id: String
        let namespace: String
        /// The name under which the main model sees the element: with the import's prefix.
        let qualifiedName: String
        let element: Element
        /// The names under which an input's value may be given, the most certain first.
        let inputNames: [String]

        init(
            id: String, namespace: String, qualifiedName: String, element: Element, isMain: Bool
        ) {
            self.id = id
            self.namespace = namespace
            self.qualifiedName = qualifiedName
            self.element = element
            let name = element.name
            let certain = "\(namespace)#\(name)"
            inputNames =
                isMain
                ? [name, certain]
                : qualifiedName == name
                    ? [certain, name] : [certain, qualifiedName, name]
        }
    }

    let entries: [Entry]

    init(entries: [Entry]) { self.entries = entries }
}

/// One evaluation of a program: what is known already.
struct ProgramRun {
    /// What evaluating a decision inside another counts as depth.
    private static let decisionDepth = 4

    let program: Program
    let inputs: [String: Value]
    private(set) var known: [Value?]

    init(_ program: Program, inputs: [String: Value]) {
        self.program = program
        self.inputs = inputs
        known = [Value?](repeating: nil, count: program.entries.count)
    }

    /// Sets an element's value, as a decision service does for its input decisions.
    mutating func set(_ index: Int, _ value: Value) { known[index] = value }

    mutating func value(of index: Int, _ machine: inout Machine) -> Value {
        if let value = known[index] { return value }
        guard machine.spend(1) else { return .null }
        let value: Value
        switch program.entries[index].element {
        case .input(let input): value = self.input(index, input, &machine)
        case .decision(let decision): value = evaluate(decision, &machine)
        case .function: value = .function(Self.function(program, index))
        case .service: value = .function(Self.service(program, index))
        }
        known[index] = value
        return value
    }

    private func given(_ index: Int) -> Value? {
        for name in program.entries[index].inputNames {
            if let value = inputs[name] { return value }
        }
        return nil
    }

    private func input(
        _ index: Int, _ input: Program.Input, _ machine: inout Machine
    ) -> Value {
        guard let raw = given(index) else { return .null }
        if let value = machine.converted(raw, to: input.type) { return value }
        machine.element = "input data '\(input.name)'"
        return machine.fail(
            "the input must be \(input.type), found \(raw.typeName) "
                + String(raw.literalText.prefix(80)))
    }

    private mutating func evaluate(
        _ decision: Program.Decision, _ machine: inout Machine
    ) -> Value {
        guard let logic = decision.logic, machine.descend(Self.decisionDepth) else { return .null }
        defer { machine.ascend(Self.decisionDepth) }
        var locals: [Value] = []
        locals.reserveCapacity(decision.locals.count + 4)
        for local in decision.locals { locals.append(value(of: local, &machine)) }
        let outer = machine.element
        machine.element = decision.name
        machine.position = SourcePosition(line: 1, column: 1)
        let raw = machine.inFrame(locals) { logic.evaluate(&$0) }
        defer { machine.element = outer }
        if case .any = decision.type { return raw }
        return machine.converted(raw, to: decision.type)
            ?? machine.fail(
                "the decision must be \(decision.type), found \(raw.typeName) "
                    + String(raw.literalText.prefix(80)))
    }

    private mutating func value(of local: Program.Local, _ machine: inout Machine) -> Value {
        switch local {
        case .element(let index): return value(of: index, &machine)
        case .imported(let elements):
            return .context(
                Context(elements.map { ($0.name, value(of: $0.element, &machine)) }))
        }
    }

    // MARK: Functions

    /// A business knowledge model as a function.
    static func function(_ program: Program, _ index: Int) -> FunctionValue {
        guard case .function(let function) = program.entries[index].element else {
            return FunctionValue(name: "", parameters: []) { _, _ in .null }
        }
        return FunctionValue(
            name: function.name, parameters: function.parameters, resultType: function.resultType
        ) { arguments, machine in
            // Knowledge needs other knowledge only, never the values of a run.
            var run = ProgramRun(program, inputs: [:])
            let locals = function.locals.map { run.value(of: $0, &machine) }
            let outer = machine.element
            machine.element = function.name
            defer { machine.element = outer }
            guard let definition = function.definition else { return .null }
            let callee = machine.inFrame(locals) { definition.evaluate(&$0) }
            guard case .function(let inner) = callee else { return .null }
            return machine.call(inner, arguments)
        }
    }

    /// A decision service as a function.
    static func service(_ program: Program, _ index: Int) -> FunctionValue {
        guard case .service(let service) = program.entries[index].element else {
            return FunctionValue(name: "", parameters: []) { _, _ in .null }
        }
        let parameters = service.parameters.map { place -> FunctionValue.Parameter in
            let element = program.entries[place].element
            return FunctionValue.Parameter(name: element.name, type: element.valueType)
        }
        return FunctionValue(
            name: service.name, parameters: parameters, resultType: service.resultType
        ) { arguments, machine in
            var run = ProgramRun(program, inputs: [:])
            for (place, argument) in zip(service.parameters, arguments) {
                run.set(place, argument)
            }
            return run.outputs(of: service, &machine)
        }
    }

    /// The one output decision's value, or a context of all of them.
    mutating func outputs(of service: Program.Service, _ machine: inout Machine) -> Value {
        if service.outputs.count == 1 { return value(of: service.outputs[0], &machine) }
        return .context(
            Context(
                service.outputs.map {
                    (program.entries[$0].element.name, value(of: $0, &machine))
                }))
    }
}

extension Program.Element {
    /// The type of an input or of a decision.
    var valueType: ValueType {
        switch self {
        case .input(let input): input.type
        case .decision(let decision): decision.type
        case .function, .service: .any
        }
    }
}
