extension Parser {
    mutating func parsePrimary() throws(SyntaxFailure) -> any Node {
        let level = nesting
        defer { leave(to: level) }
        try enter()
        let outer = endsRange
        endsRange = false
        defer { endsRange = outer }
        try source.skipSpace()
        guard let scalar = source.current else {
            throw source.failure("expected an expression, found the end of the text")
        }
        switch scalar {
        case "\"": return ConstantNode(.text(try readString()))
        case "0"..."9": return try readNumber()
        case "." where source.peek(1).map { ("0"..."9").contains($0) } ?? false:
            return try readNumber()
        case "@": return try parseAtLiteral()
        case "(": return try parseParenthesis()
        case "[": return try parseBracket()
        case "]": return try parseOpenStartRange()
        case "{": return try parseContext()
        default:
            guard NameRules.isNameStart(scalar) else {
                throw source.failure("expected an expression, found \(source.found)")
            }
            return try parseWord()
        }
    }

    /// A name, or an expression that starts with a key word.
    private mutating func parseWord() throws(SyntaxFailure) -> any Node {
        let start = source.index
        let place = source.position(at: start)
        let name = try readKnownName()
        if !name.utf8.contains(UInt8(ascii: " ")), locals.find(name).slot == nil,
            known.variables[name] == nil
        {
            switch name {
            case "null": return ConstantNode(.null)
            case "true": return ConstantNode(.boolean(true))
            case "false": return ConstantNode(.boolean(false))
            case "if": return try parseConditional(at: place)
            case "for": return try parseIteration(at: place)
            case "some": return try parseQuantified(isUniversal: false, at: place)
            case "every": return try parseQuantified(isUniversal: true, at: place)
            case "function":
                try source.skipSpace()
                if source.current == "(" { return try parseFunctionDefinition(at: place) }
            case "and", "or", "then", "else", "return", "satisfies", "between", "in":
                throw source.failure("expected an expression, found '\(name)'", at: start)
            default: break
            }
        }
        if locals.find(name).slot == nil, known.variables[name] == nil,
            let builtin = Builtins.named(name)
        {
            // A call of a built-in function is never hidden by the entries of a filter's item.
            let after = source.index
            try source.skipSpace()
            let isCall = source.current == "("
            source.index = after
            if isCall { return ConstantNode(.function(builtin.functionValue)) }
        }
        return resolve(name, at: place)
    }

    private mutating func parseAtLiteral() throws(SyntaxFailure) -> any Node {
        let start = source.index
        source.index += 1
        try source.skipSpace()
        guard source.current == "\"" else {
            throw source.failure("expected a text after '@', found \(source.found)")
        }
        let text = try readString()
        if let value = Value(temporal: text) { return ConstantNode(value) }
        return FailureNode(
            "@\"\(text)\" is no date, time, date and time or duration",
            position: source.position(at: start))
    }

    // MARK: Parentheses, lists and ranges

    private mutating func parseParenthesis() throws(SyntaxFailure) -> any Node {
        source.index += 1
        if let comparison = try acceptComparison() {
            let place = try here()
            let operand = try parseExpression()
            try expect(")")
            return UnaryRangeNode(comparison, operand, position: place)
        }
        let first = try parseExpression()
        if try accept("..") { return try parseRangeEnd(first, startIncluded: false) }
        try expect(")")
        return first
    }

    private mutating func parseOpenStartRange() throws(SyntaxFailure) -> any Node {
        source.index += 1
        let first = try parseExpression()
        guard try accept("..") else {
            throw source.failure("expected '..', found \(source.found)")
        }
        return try parseRangeEnd(first, startIncluded: false)
    }

    private mutating func parseRangeEnd(
        _ start: any Node, startIncluded: Bool
    ) throws(SyntaxFailure) -> any Node {
        let place = try here()
        endsRange = true
        let end = try parseExpression()
        endsRange = false
        if try accept("]") {
            return RangeNode.make(
                start, end, startIncluded: startIncluded, endIncluded: true, position: place)
        }
        let isOpen = try accept(")")
        guard try isOpen ? true : accept("[") else {
            throw source.failure("expected ']', ')' or '[' after the range, found \(source.found)")
        }
        return RangeNode.make(
            start, end, startIncluded: startIncluded, endIncluded: false, position: place)
    }

    private mutating func parseBracket() throws(SyntaxFailure) -> any Node {
        source.index += 1
        if try accept("]") { return ConstantNode(.list([])) }
        let first = try parseListItem()
        if try accept("..") { return try parseRangeEnd(first, startIncluded: true) }
        var items = [first]
        while try accept(",") { items.append(try parseListItem()) }
        try expect("]")
        let constants = items.compactMap { ($0 as? ConstantNode)?.value }
        return constants.count == items.count
            ? ConstantNode(.list(constants)) : ListNode(items)
    }

    /// An item; `< 5` among tests in a list stands for the range below 5.
    private mutating func parseListItem() throws(SyntaxFailure) -> any Node {
        if let comparison = try acceptComparison() {
            let place = try here()
            return UnaryRangeNode(comparison, try parseExpression(), position: place)
        }
        return try parseExpression()
    }

    private mutating func parseContext() throws(SyntaxFailure) -> any Node {
        source.index += 1
        let mark = locals.mark
        var names: [String] = []
        var values: [any Node] = []
        if try !accept("}") {
            repeat {
                try source.skipSpace()
                let start = source.index
                let name =
                    source.current == "\""
                    ? try readString() : try readNewName(endingAt: { $0 == ":" || $0 == "}" })
                guard !names.contains(name) else {
                    throw source.failure("the context has two entries '\(name)'", at: start)
                }
                try expect(":")
                values.append(try parseExpression())
                names.append(name)
                noteKey(name)
                _ = locals.push(name)
            } while try accept(",")
            try expect("}")
        }
        locals.pop(to: mark)
        return ContextNode(names, values, firstSlot: locals.count)
    }

    // MARK: Numbers and texts

    /// A number; one that is too large is null, with a problem where it stands.
    private mutating func readNumber() throws(SyntaxFailure) -> any Node {
        let start = source.index
        func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { ("0"..."9").contains($0) } ?? false
        }
        while isDigit(source.current) { source.index += 1 }
        if source.current == ".", isDigit(source.peek(1)) {
            source.index += 1
            while isDigit(source.current) { source.index += 1 }
        }
        if source.current == "e" || source.current == "E" {
            let signed = source.peek(1) == "+" || source.peek(1) == "-"
            if isDigit(source.peek(signed ? 2 : 1)) {
                source.index += signed ? 2 : 1
                while isDigit(source.current) { source.index += 1 }
            }
        }
        if let next = source.current, NameRules.isNameStart(next) {
            throw source.failure("expected an operator after the number, found \(source.found)")
        }
        guard let number = Decimal34(text: source.text(from: start, to: source.index)) else {
            return FailureNode(
                "the number is too large; write one below 1e6145",
                position: source.position(at: start))
        }
        return ConstantNode(.number(number))
    }

    mutating func readString() throws(SyntaxFailure) -> String {
        let start = source.index
        source.index += 1
        var text = String.UnicodeScalarView()
        var highSurrogate: UInt32?
        while let scalar = source.current, scalar != "\"" {
            source.index += 1
            guard scalar == "\\" else {
                text.append(scalar)
                highSurrogate = nil
                continue
            }
            let escape = try readEscape()
            if let high = highSurrogate, (0xDC00...0xDFFF).contains(escape) {
                highSurrogate = nil
                let code = 0x10000 + ((high - 0xD800) << 10) + (escape - 0xDC00)
                if let joined = Unicode.Scalar(code) { text.append(joined) }
            } else if (0xD800...0xDBFF).contains(escape) {
                highSurrogate = escape
            } else if let decoded = Unicode.Scalar(escape) {
                highSurrogate = nil
                text.append(decoded)
            } else {
                throw source.failure("the escape is no character")
            }
        }
        guard source.current == "\"" else {
            throw source.failure("expected '\"' to end the text", at: start)
        }
        source.index += 1
        return String(text)
    }

    private mutating func readEscape() throws(SyntaxFailure) -> UInt32 {
        guard let scalar = source.current else {
            throw source.failure("expected a character after '\\'")
        }
        switch scalar {
        case "n": source.index += 1; return 0x0A
        case "r": source.index += 1; return 0x0D
        case "t": source.index += 1; return 0x09
        case "\"", "\\", "'": source.index += 1; return scalar.value
        case "u", "U":
            let digits = scalar == "u" ? 4 : 6
            var code: UInt32 = 0
            for offset in 1...digits {
                guard let digit = source.peek(offset).flatMap({ Character($0).hexDigitValue })
                else {
                    throw source.failure(
                        "expected \(digits) hexadecimal digits after '\\\(scalar)'")
                }
                code = code * 16 + UInt32(digit)
            }
            source.index += digits + 1
            return code
        default:
            // An unknown escape stands for itself, as in patterns such as "\d".
            return 0x5C
        }
    }
}
