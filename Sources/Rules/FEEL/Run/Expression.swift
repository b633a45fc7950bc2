/// The result of an evaluation and everything that went wrong on the way.
package struct Evaluation: Sendable {
    package let value: Value
    package let problems: [Problem]

    package init(value: Value, problems: [Problem]) {
        self.value = value
        self.problems = problems
    }
}

/// A FEEL expression, compiled once and evaluated as often as wanted.
package struct Expression: Sendable {
    /// What a text is to be read as.
    package enum Kind: Sendable {
        case expression
        /// Yields whether the variable `?` of the scope passes the tests.
        case unaryTests
    }

    /// A name that the text uses and nothing known defines.
    package struct FreeName: Sendable, Hashable {
        package let name: String
        package let line: Int
        package let column: Int
    }

    package let source: String
    /// Names that are looked up in the scope though they were not known when compiling.
    package let freeNames: [FreeName]
    private let root: any Node

    /// Compiles a text.
    ///
    /// - Throws: ``SyntaxFailure`` with line and column of what was not understood.
    package static func compile(
        _ source: String, names: KnownNames = .any, kind: Kind = .expression
    ) throws(SyntaxFailure) -> Expression {
        if kind == .unaryTests {
            let tests = try UnaryTests.compile(source, names: names)
            return Expression(
                source: source, freeNames: tests.freeNames, root: TestedInputNode(tests))
        }
        var parser = try Parser(source, known: names)
        let root = try parser.parseExpression()
        try parser.expectEnd()
        return Expression(source: source, freeNames: parser.free, root: root)
    }

    /// Compiles the text of a larger construct, such as a table's cell, to a node that finds the
    /// local names in the running frame; also says how deep it is nested.
    package static func compileNode(
        _ source: String, names: KnownNames, locals: LocalNames
    ) throws(SyntaxFailure) -> (node: any Node, freeNames: [FreeName], depth: Int) {
        var parser = try Parser(source, known: names, locals: locals)
        let root = try parser.parseExpression()
        try parser.expectEnd()
        return (root, parser.free, parser.deepest)
    }

    package func evaluate(in scope: Scope) -> Evaluation {
        var machine = Machine(scope: scope)
        let value = machine.checkedResult(root.evaluate(&machine))
        return Evaluation(value: value, problems: machine.problems)
    }
}

extension Expression {
    /// Whether the text is a range between two literals, the only one that `range()` reads.
    var isRangeOfLiterals: Bool {
        guard let constant = root as? ConstantNode, case .range = constant.value else {
            return false
        }
        return true
    }
}

/// The tests of a table's cell, compiled once.
package struct UnaryTests: Sendable {
    package let source: String
    package let root: any Test
    package let freeNames: [Expression.FreeName]
    /// How deep the tests are nested.
    package let depth: Int

    /// Compiles tests such as `< 5, [7..9]`, `not("a")` or `-`.
    package static func compile(
        _ source: String, names: KnownNames = .any
    ) throws(SyntaxFailure) -> UnaryTests {
        try compile(source, names: names, locals: LocalNames())
    }

    /// As ``compile(_:names:)``, with variables of the running frame; `?` follows after them.
    package static func compile(
        _ source: String, names: KnownNames, locals: LocalNames
    ) throws(SyntaxFailure) -> UnaryTests {
        var inner = locals
        let slot = inner.push("?")
        var parser = try Parser(source, known: names, locals: inner)
        parser.inputSlot = slot
        let root = try parser.parseUnaryTests()
        return UnaryTests(
            source: source, root: root, freeNames: parser.free, depth: parser.deepest)
    }

    /// Whether the input passes: true, false or, when that cannot be said, null.
    package func test(_ input: Value, in scope: Scope) -> Evaluation {
        var machine = Machine(scope: scope)
        let result = run(input, &machine)
        return Evaluation(
            value: result.map(Value.boolean) ?? .null, problems: machine.problems)
    }

    /// Runs tests that were compiled without locals, in a frame of their own.
    package func run(_ input: Value, _ machine: inout Machine) -> Bool? {
        machine.inFrame([input]) { root.test(input, &$0) }
    }
}

/// The tests of a text, for the scope's own `?`.
private final class TestedInputNode: Node {
    private let tests: UnaryTests

    init(_ tests: UnaryTests) { self.tests = tests }

    func evaluate(_ machine: inout Machine) -> Value {
        let input = machine.scope.value(named: "?") ?? .null
        return tests.run(input, &machine).map(Value.boolean) ?? .null
    }
}

extension Parser {
    var free: [Expression.FreeName] {
        freeNames.map {
            Expression.FreeName(
                name: $0.name, line: Int($0.position.line), column: Int($0.position.column))
        }
    }
}
