extension Parser {
    mutating func parseConditional(at place: SourcePosition) throws(SyntaxFailure) -> any Node {
        let condition = try parseExpression()
        try expectWord("then")
        let first = try parseExpression()
        try expectWord("else")
        return ConditionalNode(condition, first, try parseExpression())
    }

    mutating func parseIteration(at place: SourcePosition) throws(SyntaxFailure) -> any Node {
        let mark = locals.mark
        // Results so far live in the first slot; they get their name only inside `return`.
        let partialSlot = locals.push("")
        var domains: [IterationDomain] = []
        repeat { domains.append(try parseDomain()) } while try accept(",")
        try expectWord("return")
        let outer = partialReferences
        partialSlots.insert(partialSlot)
        locals.name(partialSlot, "partial")
        let body = try parseExpression()
        partialSlots.remove(partialSlot)
        let usesPartial = partialReferences > outer
        locals.pop(to: mark)
        return IterationNode(
            domains, body, partialSlot: usesPartial ? partialSlot : nil,
            firstSlot: partialSlot, position: place)
    }

    private mutating func parseDomain() throws(SyntaxFailure) -> IterationDomain {
        let name = try readNewName(endingAt: { _ in false }, orWord: "in")
        let place = try here()
        try expectWord("in")
        let start = try parseExpression()
        let end = try accept("..") ? try parseExpression() : nil
        _ = locals.push(name)
        return IterationDomain(start: start, end: end, position: place)
    }

    mutating func parseQuantified(
        isUniversal: Bool, at place: SourcePosition
    ) throws(SyntaxFailure) -> any Node {
        let mark = locals.mark
        let first = locals.count
        var domains: [IterationDomain] = []
        repeat { domains.append(try parseDomain()) } while try accept(",")
        try expectWord("satisfies")
        let condition = try parseExpression()
        locals.pop(to: mark)
        return QuantifiedNode(
            domains, condition, isUniversal: isUniversal, firstSlot: first, position: place)
    }

    mutating func parseFunctionDefinition(
        at place: SourcePosition
    ) throws(SyntaxFailure) -> any Node {
        try expect("(")
        let mark = locals.mark
        var parameters: [FunctionValue.Parameter] = []
        if try !accept(")") {
            repeat {
                let name = try readNewName(endingAt: { $0 == ":" || $0 == "," || $0 == ")" })
                let type = try accept(":") ? try parseType() : .any
                parameters.append(FunctionValue.Parameter(name: name, type: type))
            } while try accept(",")
            try expect(")")
        }
        for parameter in parameters { _ = locals.push(parameter.name) }
        let isExternal = try acceptWord("external")
        let outer = deepest
        deepest = nesting
        let body = try parseExpression()
        let depth = deepest - nesting
        deepest = max(outer, deepest)
        locals.pop(to: mark)
        return FunctionNode(
            parameters, body, depth: depth, isExternal: isExternal, position: place)
    }

    // MARK: Tests

    /// What follows `in`: one test, or several in parentheses.
    mutating func parseMembership(
        of value: any Node, at place: SourcePosition
    ) throws(SyntaxFailure) -> any Node {
        let mark = locals.mark
        let outerSlot = inputSlot
        let outerReferences = inputReferences
        let slot = locals.push("?")
        inputSlot = slot
        defer {
            inputSlot = outerSlot
            inputReferences = outerReferences
            locals.pop(to: mark)
        }
        let tests: [any Test]
        if let several = try parseTestsInParentheses() {
            tests = several
        } else {
            tests = [try parseTest(operand: .sum)]
        }
        return MembershipNode(value, tests, inputSlot: slot, position: place)
    }

    /// `(1, 2, > 5)` after `in`; nil when the parenthesis is part of an ordinary expression.
    private mutating func parseTestsInParentheses() throws(SyntaxFailure) -> [any Test]? {
        try source.skipSpace()
        guard source.current == "(" else { return nil }
        let start = source.index
        source.index += 1
        var tests: [any Test] = []
        repeat { tests.append(try parseTest(operand: .expression)) } while try accept(",")
        guard try accept(")") else {
            try retry(from: start)
            return nil
        }
        try source.skipSpace()
        let continues = source.current.map { [".", "[", "+", "-", "*", "/"].contains($0) } ?? false
        if continues && tests.count == 1 {
            try retry(from: start)
            return nil
        }
        return tests
    }

    enum TestOperand { case expression, sum }

    mutating func parseTest(operand: TestOperand) throws(SyntaxFailure) -> any Test {
        let place = try here()
        let before = inputReferences
        if let comparison = try acceptComparison() {
            let node = operand == .sum ? try parseOperand() : try parseExpression()
            return ComparisonTest(comparison, node, position: place)
        }
        let node = operand == .sum ? try parseOperand() : try parseExpression()
        if inputReferences > before { return ConditionTest(node, position: place) }
        return ValueTest.make(node, position: place)
    }

    /// The tests of one cell: `-`, `not(...)` or a list of tests.
    mutating func parseUnaryTests() throws(SyntaxFailure) -> any Test {
        try source.skipSpace()
        let start = source.index
        if source.current == "-" {
            source.index += 1
            try source.skipSpace()
            if source.isAtEnd { return AnyTest() }
            source.index = start
        }
        if source.startsWithWord("not"), let negated = try parseNegatedTests() { return negated }
        source.index = start
        let tests = try parseTestList()
        try expectEnd()
        return tests.count == 1 ? tests[0] : AlternativeTest(tests)
    }

    private mutating func parseTestList() throws(SyntaxFailure) -> [any Test] {
        var tests: [any Test] = []
        repeat { tests.append(try parseTest(operand: .expression)) } while try accept(",")
        return tests
    }

    private mutating func parseNegatedTests() throws(SyntaxFailure) -> (any Test)? {
        source.index += 3
        guard try accept("(") else { return nil }
        do throws(SyntaxFailure) {
            let tests = try parseTestList()
            guard try accept(")") else { return nil }
            try source.skipSpace()
            guard source.isAtEnd else { return nil }
            return NegatedTest(tests.count == 1 ? tests[0] : AlternativeTest(tests))
        } catch {
            // Then it is a call of the function `not`, whose own error will be reported.
            return nil
        }
    }

    // MARK: Types

    mutating func parseType() throws(SyntaxFailure) -> ValueType {
        let level = nesting
        defer { leave(to: level) }
        try enter()
        try source.skipSpace()
        let place = source.index
        let types = known.types
        guard
            let match = matchName(
                isKnown: { types[$0] != nil || ValueType.builtin($0) != nil },
                lengthMaximum: max(known.lengthMaximum, 64))
        else { throw source.failure("expected a type, found \(source.found)") }
        source.index = match.end
        if let type = types[match.name] { return type }
        switch match.name {
        case "list" where try accept("<"):
            let item = try parseType()
            try expect(">")
            return .list(item)
        case "range" where try accept("<"):
            let item = try parseType()
            try expect(">")
            return .range(item)
        case "context" where try accept("<"): return try parseContextType()
        case "function" where try accept("<"): return try parseFunctionType()
        default:
            guard let type = ValueType.builtin(match.name) else {
                throw source.failure("there is no type '\(match.name)'", at: place)
            }
            return type
        }
    }

    private mutating func parseContextType() throws(SyntaxFailure) -> ValueType {
        var fields: [ValueType.Field] = []
        repeat {
            let name = try readNewName(endingAt: { $0 == ":" })
            try expect(":")
            fields.append(ValueType.Field(name: name, type: try parseType()))
        } while try accept(",")
        try expect(">")
        return .context(fields)
    }

    private mutating func parseFunctionType() throws(SyntaxFailure) -> ValueType {
        var parameters: [ValueType] = []
        if try !accept(">") {
            repeat { parameters.append(try parseType()) } while try accept(",")
            try expect(">")
        }
        try expect("->")
        return .function(parameters: parameters, result: try parseType())
    }
}
