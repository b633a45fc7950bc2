/// Turns the text of an expression into nodes ready to run.
///
/// There is no separate list of tokens: where a name ends depends on the names in scope.
///
/// - Source: DMN 1.5, 10.3.1.2.
struct Parser {
    /// How deep expressions may be nested; operators in one row count as well.
    static let nestingMaximum = 400

    /// How often a text may be read again in another way; keeps reading linear.
    static let attemptsMaximum = 64

    struct FreeName {
        let name: String
        let position: SourcePosition
    }

    var source: Source
    var known: KnownNames
    var locals = LocalNames()
    /// Keys of contexts written in this text: names that a path may use.
    var seenKeys: Set<String> = []
    var seenKeyLength = 0
    /// The slot of `?` where there is one.
    var inputSlot: Int?
    var inputReferences = 0
    var partialSlots: Set<Int> = []
    var partialReferences = 0
    var freeNames: [FreeName] = []
    private(set) var nesting = 0
    /// The deepest nesting met so far: what evaluating the text may need.
    var deepest = 0
    /// How often something was read one way and then had to be read another way.
    private(set) var attempts = 0
    /// Whether `[` may close a range here instead of opening a filter.
    var endsRange = false

    init(
        _ text: String, known: KnownNames, locals: LocalNames = LocalNames()
    ) throws(SyntaxFailure) {
        source = Source(text)
        self.known = known
        self.locals = locals
        guard source.scalars.count <= Source.scalarsMaximum else {
            throw source.failure(
                "the text has more than \(Source.scalarsMaximum) characters; split it")
        }
    }

    mutating func noteKey(_ name: String) {
        let normal = NameRules.normalized(name)
        seenKeys.insert(normal)
        seenKeyLength = max(seenKeyLength, normal.unicodeScalars.count)
    }

    /// One level deeper until the returned depth is given back to `leave`.
    mutating func enter() throws(SyntaxFailure) {
        nesting += 1
        deepest = max(deepest, nesting)
        guard nesting <= Self.nestingMaximum else {
            throw source.failure(
                "the expression is nested deeper than \(Self.nestingMaximum) levels; "
                    + "split it into named parts")
        }
    }

    /// Goes back to read the text from there in another way.
    mutating func retry(from index: Int) throws(SyntaxFailure) {
        attempts += 1
        guard attempts <= Self.attemptsMaximum else {
            throw source.failure(
                "the expression has too many parentheses that can be read in two ways; split it")
        }
        source.index = index
    }

    mutating func leave(to level: Int) { nesting = level }

    // MARK: Small steps

    /// Takes the symbol when it comes next.
    mutating func accept(_ symbol: StaticString) throws(SyntaxFailure) -> Bool {
        try source.skipSpace()
        guard source.startsWith(symbol) else { return false }
        source.index += symbol.utf8CodeUnitCount
        return true
    }

    mutating func acceptWord(_ word: StaticString) throws(SyntaxFailure) -> Bool {
        try source.skipSpace()
        guard source.startsWithWord(word) else { return false }
        source.index += word.utf8CodeUnitCount
        return true
    }

    mutating func expect(_ symbol: StaticString) throws(SyntaxFailure) {
        guard try accept(symbol) else {
            throw source.failure("expected '\(symbol)', found \(source.found)")
        }
    }

    mutating func expectWord(_ word: StaticString) throws(SyntaxFailure) {
        guard try acceptWord(word) else {
            throw source.failure("expected '\(word)', found \(source.found)")
        }
    }

    mutating func here() throws(SyntaxFailure) -> SourcePosition {
        try source.skipSpace()
        return source.position(at: source.index)
    }

    mutating func expectEnd() throws(SyntaxFailure) {
        try source.skipSpace()
        guard source.isAtEnd else {
            throw source.failure("expected an operator or the end, found \(source.found)")
        }
    }

    // MARK: Operators

    mutating func parseExpression() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        try enter()
        return try parseDisjunction()
    }

    private mutating func parseDisjunction() throws(SyntaxFailure) -> any Node {
        let place = try here()
        let first = try parseConjunction()
        guard try acceptWord("or") else { return first }
        var parts = [first]
        repeat { parts.append(try parseConjunction()) } while try acceptWord("or")
        return DisjunctionNode(parts, position: place)
    }

    private mutating func parseConjunction() throws(SyntaxFailure) -> any Node {
        let place = try here()
        let first = try parseComparison()
        guard try acceptWord("and") else { return first }
        var parts = [first]
        repeat { parts.append(try parseComparison()) } while try acceptWord("and")
        return ConjunctionNode(parts, position: place)
    }

    mutating func acceptComparison() throws(SyntaxFailure) -> Comparison? {
        if try accept("<=") { return .lessOrEqual }
        if try accept(">=") { return .greaterOrEqual }
        if try accept("!=") { return .notEqual }
        if try accept("<") { return .less }
        if try accept(">") { return .greater }
        if try accept("=") { return .equal }
        return nil
    }

    mutating func parseComparison() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        var left = try parseSum()
        while true {
            let place = try here()
            if let comparison = try acceptComparison() {
                left = ComparisonNode(comparison, left, try parseSum(), position: place)
            } else if try acceptWord("between") {
                let low = try parseSum()
                try expectWord("and")
                left = BetweenNode(left, low, try parseSum(), position: place)
            } else if try acceptWord("in") {
                left = try parseMembership(of: left, at: place)
            } else {
                return left
            }
            try enter()
        }
    }

    /// What may stand on either side of a comparison.
    mutating func parseOperand() throws(SyntaxFailure) -> any Node { try parseSum() }

    private mutating func parseSum() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        var left = try parseProduct()
        while true {
            let place = try here()
            if try accept("+") {
                left = ArithmeticNode(.add, left, try parseProduct(), position: place)
            } else if try accept("-") {
                left = ArithmeticNode(.subtract, left, try parseProduct(), position: place)
            } else {
                return left
            }
            try enter()
        }
    }

    private mutating func parseProduct() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        var left = try parsePower()
        while true {
            let place = try here()
            if source.startsWith("**") { return left }
            if try accept("*") {
                left = ArithmeticNode(.multiply, left, try parsePower(), position: place)
            } else if try accept("/") {
                left = ArithmeticNode(.divide, left, try parsePower(), position: place)
            } else {
                return left
            }
            try enter()
        }
    }

    private mutating func parsePower() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        var left = try parseNegation()
        while true {
            let place = try here()
            guard try accept("**") else { return left }
            left = ArithmeticNode(.raise, left, try parseNegation(), position: place)
            try enter()
        }
    }

    private mutating func parseNegation() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        let place = try here()
        guard try accept("-") else { return try parseInstanceOf() }
        try enter()
        let operand = try parseNegation()
        if let constant = operand as? ConstantNode, case .number(let number) = constant.value {
            return ConstantNode(.number(-number))
        }
        return NegationNode(operand, position: place)
    }

    private mutating func parseInstanceOf() throws(SyntaxFailure) -> any Node {
        let operand = try parsePostfix()
        let before = source.index
        guard try acceptWord("instance"), try acceptWord("of") else {
            source.index = before
            return operand
        }
        return InstanceOfNode(operand, type: try parseType())
    }

    // MARK: Paths, filters and calls

    private mutating func parsePostfix() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        var node = try parsePrimary()
        while true {
            let place = try here()
            if source.current == ".", source.peek(1) != "." {
                source.index += 1
                node = PathNode(node, name: try readPropertyName(), position: place)
            } else if source.current == "[" {
                if endsRange, !isFilterBeforeRangeEnd() { return node }
                source.index += 1
                node = try parseFilter(of: node, at: place)
            } else if source.current == "(" {
                source.index += 1
                node = try parseCall(of: node, at: place)
            } else {
                return node
            }
            try enter()
        }
    }

    /// Whether the bracket here is a filter that is followed by the end of the range.
    private mutating func isFilterBeforeRangeEnd() -> Bool {
        attempts += 1
        guard attempts <= Self.attemptsMaximum else { return false }
        var attempt = self
        defer { attempts = attempt.attempts }
        attempt.source.index += 1
        do throws(SyntaxFailure) {
            _ = try attempt.parseFilter(of: ConstantNode(.null), at: source.position(at: 0))
            try attempt.source.skipSpace()
        } catch {
            return false
        }
        return attempt.source.current.map { "])[".unicodeScalars.contains($0) } ?? false
    }

    private mutating func parseFilter(
        of list: any Node, at place: SourcePosition
    ) throws(SyntaxFailure) -> any Node {
        let outer = endsRange
        endsRange = false
        defer { endsRange = outer }
        let mark = locals.mark
        let slot = locals.pushItem()
        let condition = try parseExpression()
        locals.pop(to: mark)
        try expect("]")
        return FilterNode(list, condition, itemSlot: slot, position: place)
    }

    private mutating func parseCall(
        of function: any Node, at place: SourcePosition
    ) throws(SyntaxFailure) -> any Node {
        let outer = endsRange
        endsRange = false
        defer { endsRange = outer }
        var names: [String] = []
        var arguments: [any Node] = []
        if try !accept(")") {
            repeat {
                let name = try readArgumentName()
                if arguments.isEmpty || !names.isEmpty, let name {
                    names.append(name)
                } else if name != nil || !names.isEmpty {
                    throw source.failure("expected either names for all arguments or for none")
                }
                arguments.append(try parseExpression())
            } while try accept(",")
            try expect(")")
        }
        if let constant = function as? ConstantNode,
            case .function(let value) = constant.value, case .builtin(let builtin) = value.kind
        {
            let call = BuiltinCallNode(
                builtin, arguments, names: names.isEmpty ? nil : names, position: place)
            return call.foldedLiteral ?? call
        }
        return CallNode(
            function, arguments, names: names.isEmpty ? nil : names, position: place)
    }

    /// The name and colon before an argument, when there are any.
    private mutating func readArgumentName() throws(SyntaxFailure) -> String? {
        try source.skipSpace()
        guard let first = source.current, NameRules.isNameStart(first) else { return nil }
        var index = source.index
        while index < source.scalars.count {
            let scalar = source.scalars[index]
            if scalar == ":" { break }
            guard
                NameRules.isNamePart(scalar) || NameRules.isSpace(scalar)
                    || NameRules.isNameSymbol(scalar)
            else { return nil }
            index += 1
        }
        guard index < source.scalars.count else { return nil }
        let name = NameRules.normalized(source.text(from: source.index, to: index))
        source.index = index + 1
        return name
    }
}
