/// A function definition: `function(a, b) body`.
package final class FunctionNode: Node {
    let parameters: [FunctionValue.Parameter]
    let body: any Node
    /// How deep the body's expression is nested: what a call of it costs.
    let depth: Int
    private let isExternal: Bool
    private let position: SourcePosition

    package init(
        _ parameters: [FunctionValue.Parameter], _ body: any Node, depth: Int, isExternal: Bool,
        position: SourcePosition
    ) {
        self.parameters = parameters
        self.body = body
        self.depth = depth
        self.isExternal = isExternal
        self.position = position
    }

    package func evaluate(_ machine: inout Machine) -> Value {
        guard !isExternal else {
            return machine.fail(
                "external functions are not supported; write the body in FEEL", at: position)
        }
        return .function(
            FunctionValue(
                name: "function", parameters: parameters,
                kind: .closure(self, captured: machine.capturedLocals())))
    }
}

/// A call of a built-in that was found when compiling.
final class BuiltinCallNode: Node {
    private let builtin: Builtin
    private let arguments: [any Node]
    /// Names that fit no signature.
    private let names: [String]?
    /// The parameters' names in order, when the call has names.
    private let parameters: [String?]
    private let position: SourcePosition

    init(
        _ builtin: Builtin, _ arguments: [any Node], names: [String]?, position: SourcePosition
    ) {
        self.builtin = builtin
        self.position = position
        // Named arguments are put in order here, once.
        if let names, let order = builtin.order(of: names) {
            self.arguments = order.map { $0.map { arguments[$0] } ?? ConstantNode(.null) }
            parameters = order.map { $0.map { names[$0] } }
            self.names = nil
        } else {
            self.arguments = arguments
            parameters = []
            self.names = names
        }
    }

    /// The constant that a date, time or duration written as a function of literals stands for.
    var foldedLiteral: ConstantNode? {
        guard ["date", "time", "date and time", "duration"].contains(builtin.name),
            arguments.allSatisfy({ $0 is ConstantNode })
        else { return nil }
        var machine = Machine(scope: .empty)
        let value = evaluate(&machine)
        return machine.problems.isEmpty && !value.isNull ? ConstantNode(value) : nil
    }

    func evaluate(_ machine: inout Machine) -> Value {
        if let names {
            return machine.fail(
                "\(builtin.name) has no parameters " + names.joined(separator: ", ")
                    + "; it takes \(builtin.signatureText)", at: position)
        }
        let known = machine.problemMark
        let values = arguments.map { $0.evaluate(&machine) }
        // What a function that asks for missing values is given may well be missing.
        if builtin.expectsMissing { machine.forgetProblems(after: known) }
        machine.position = position
        for (value, name) in zip(values, parameters) {
            if let name, !builtin.accepts(value, named: name) {
                return machine.fail(
                    "\(builtin.name) cannot take \(value.typeName) as '\(name)'; it takes "
                        + builtin.signatureText)
            }
        }
        return builtin.call(values, &machine)
    }
}

/// A call of whatever function a value is.
final class CallNode: Node {
    private let function: any Node
    private let arguments: [any Node]
    private let names: [String]?
    private let position: SourcePosition

    init(
        _ function: any Node, _ arguments: [any Node], names: [String]?, position: SourcePosition
    ) {
        self.function = function
        self.arguments = arguments
        self.names = names
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let callee = function.evaluate(&machine)
        guard case .function(let target) = callee else {
            if callee.isNull { return .null }
            return machine.fail(
                "expected a function to call, found \(callee.typeName)", at: position)
        }
        let values = arguments.map { $0.evaluate(&machine) }
        machine.position = position
        guard let names else { return machine.call(target, values) }
        return machine.call(target, named: zip(names, values).map { ($0, $1) })
    }
}

extension Machine {
    /// Calls a function with its arguments in order, converted to the parameters' types.
    package mutating func call(_ function: FunctionValue, _ arguments: [Value]) -> Value {
        let place = position
        if case .builtin(let builtin) = function.kind { return builtin.call(arguments, &self) }
        guard arguments.count == function.parameters.count else {
            return fail(
                "\(function.name) takes \(function.parameters.count) arguments, found "
                    + "\(arguments.count)")
        }
        var values = arguments
        for (index, parameter) in function.parameters.enumerated() {
            if case .any = parameter.type { continue }
            guard let value = converted(arguments[index], to: parameter.type) else {
                return fail(
                    "the argument \(parameter.name) must be \(parameter.type), found "
                        + arguments[index].typeName)
            }
            values[index] = value
        }
        guard spend(1) else { return .null }
        let result: Value
        switch function.kind {
        case .builtin: return .null
        case .closure(let node, let captured):
            guard descend(node.depth + 3) else { return .null }
            result = inFrame(captured + values) { node.body.evaluate(&$0) }
            ascend(node.depth + 3)
        case .host(let body):
            guard descend(4) else { return .null }
            result = body(values, &self)
            ascend(4)
        }
        position = place
        if case .any = function.resultType { return result }
        guard let converted = converted(result, to: function.resultType) else {
            return fail(
                "the result of \(function.name) must be \(function.resultType), found "
                    + result.typeName)
        }
        return converted
    }

    /// Calls a function with named arguments; missing ones are refused.
    package mutating func call(
        _ function: FunctionValue, named arguments: [(String, Value)]
    ) -> Value {
        if case .builtin(let builtin) = function.kind {
            guard let order = builtin.order(of: arguments.map(\.0)) else {
                return fail(
                    "\(builtin.name) has no such parameters; it takes \(builtin.signatureText)")
            }
            return builtin.call(order.map { $0.map { arguments[$0].1 } ?? .null }, &self)
        }
        var values: [Value] = []
        for parameter in function.parameters {
            let name = NameRules.normalized(parameter.name)
            guard let argument = arguments.first(where: { $0.0 == name }) else {
                return fail("\(function.name) needs the argument \(parameter.name)")
            }
            values.append(argument.1)
        }
        guard arguments.count == values.count else {
            return fail(
                "\(function.name) takes "
                    + function.parameters.map(\.name).joined(separator: ", ") + ", found "
                    + arguments.map(\.0).joined(separator: ", "))
        }
        return call(function, values)
    }
}

extension Machine {
    /// Calls a function of the standard library by its name.
    package mutating func callBuiltin(_ name: String, _ arguments: [Value]) -> Value {
        Builtins.named(name)?.call(arguments, &self)
            ?? fail("there is no built-in function '\(name)'")
    }
}
