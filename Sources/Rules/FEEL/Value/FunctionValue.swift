/// Something that can be called: a built-in, a FEEL function definition or a host's function.
package final class FunctionValue: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        package let type: ValueType

        package init(name: String, type: ValueType = .any) {
            self.name = name
            self.type = type
        }
    }

    /// The arguments, one for each parameter and already of its type, and the running machine.
    package typealias Body = @Sendable (_ arguments: [Value], _ machine: inout Machine) -> Value

    enum Kind: Sendable {
        case builtin(Builtin)
        case closure(FunctionNode, captured: [Value])
        case host(Body)
    }

    package let name: String
    package let parameters: [Parameter]
    package let resultType: ValueType
    let kind: Kind

    init(name: String, parameters: [Parameter], resultType: ValueType = .any, kind: Kind) {
        self.name = name
        self.parameters = parameters
        self.resultType = resultType
        self.kind = kind
    }

    /// A function that the host provides.
    package convenience init(
        name: String, parameters: [Parameter], resultType: ValueType = .any, body: @escaping Body
    ) {
        self.init(name: name, parameters: parameters, resultType: resultType, kind: .host(body))
    }
}
