/// Why a text is no pattern.
struct PatternFailure: Error {
    let message: String
}

/// The parts of a pattern.
indirect enum PatternPart {
    case set(PatternSet)
    case start, end
    case group(PatternPart, number: Int?)
    case reference(Int)
    case sequence([PatternPart])
    case choice([PatternPart])
    case repeated(PatternPart, least: Int, most: Int?, isGreedy: Bool)
}

/// Reads patterns as XPath and XQuery write them.
///
/// - Source: XQuery and XPath functions and operators 3.1, 5.6.1; XML Schema part 2, appendix F.
struct PatternParser {
    static let nestingMaximum = 100
    static let repetitionsMaximum = 1_000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var nesting = 0
    private(set) var groupCount = 0
    private var closedGroups: Set<Int> = []
    private let dotMatchesLineEnds: Bool

    init(_ pattern: String, ignoringSpace: Bool, dotMatchesLineEnds: Bool) {
        var kept: [Unicode.Scalar] = []
        var depth = 0
        var escaped = false
        for scalar in pattern.unicodeScalars {
            if !escaped && scalar == "[" { depth += 1 }
            if !escaped && scalar == "]" { depth -= 1 }
            escaped = !escaped && scalar == "\\"
            if ignoringSpace && depth == 0 && PatternSet.space.contains(scalar) { continue }
            kept.append(scalar)
        }
        scalars = kept
        self.dotMatchesLineEnds = dotMatchesLineEnds
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        index += 1
        return true
    }

    mutating func parse() throws(PatternFailure) -> PatternPart {
        let part = try parseChoice()
        guard current == nil else { throw PatternFailure(message: "')' without '('") }
        return part
    }

    private mutating func parseChoice() throws(PatternFailure) -> PatternPart {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingMaximum else {
            throw PatternFailure(message: "groups are nested too deeply")
        }
        var branches = [try parseSequence()]
        while accept("|") { branches.append(try parseSequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func parseSequence() throws(PatternFailure) -> PatternPart {
        var parts: [PatternPart] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            parts.append(try parseQuantified())
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func parseQuantified() throws(PatternFailure) -> PatternPart {
        let atom = try parseAtom()
        let least: Int
        let most: Int?
        switch current {
        case "?": (least, most) = (0, 1)
        case "*": (least, most) = (0, nil)
        case "+": (least, most) = (1, nil)
        case "{":
            index += 1
            (least, most) = try parseBounds()
            index -= 1
        default: return atom
        }
        index += 1
        let isGreedy = !accept("?")
        if let next = current, next == "*" || next == "+" || next == "?" || next == "{" {
            throw PatternFailure(message: "a quantifier follows a quantifier")
        }
        return .repeated(atom, least: least, most: most, isGreedy: isGreedy)
    }

    /// Ends on the closing brace, which stands before `index`.
    private mutating func parseBounds() throws(PatternFailure) -> (Int, Int?) {
        guard let least = readInteger() else {
            throw PatternFailure(message: "expected a number after '{'")
        }
        var most: Int? = least
        if accept(",") {
            most = current == "}" ? nil : readInteger()
            if most == nil && current != "}" {
                throw PatternFailure(message: "expected a number after ','")
            }
        }
        guard accept("}") else { throw PatternFailure(message: "expected '}'") }
        guard most.map({ $0 >= least }) ?? true else {
            throw PatternFailure(message: "the bounds of a quantifier are in the wrong order")
        }
        guard max(least, most ?? 0) <= Self.repetitionsMaximum else {
            throw PatternFailure(message: "more than \(Self.repetitionsMaximum) repetitions")
        }
        return (least, most)
    }

    private mutating func readInteger() -> Int? {
        let start = index
        var value = 0
        while let scalar = current, let digit = Int(String(scalar)), value < 1_000_000 {
            value = value * 10 + digit
            index += 1
        }
        return index > start ? value : nil
    }

    private mutating func parseAtom() throws(PatternFailure) -> PatternPart {
        guard let scalar = current else { throw PatternFailure(message: "unexpected end") }
        index += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".":
            return .set(
                dotMatchesLineEnds
                    ? .any : .not(.union([.one("\n"), .one("\r")])))
        case "(": return try parseGroup()
        case "[": return .set(try parseClass())
        case "\\": return try parseEscapedAtom()
        case "?", "*", "+", "{", "}", "]":
            throw PatternFailure(message: "'\(scalar)' needs something before it or an escape")
        default: return .set(.one(scalar))
        }
    }

    private mutating func parseGroup() throws(PatternFailure) -> PatternPart {
        if accept("?") {
            guard accept(":") else {
                throw PatternFailure(message: "only (?: is a special group here")
            }
            let inner = try parseChoice()
            guard accept(")") else { throw PatternFailure(message: "expected ')'") }
            return .group(inner, number: nil)
        }
        groupCount += 1
        let number = groupCount
        let inner = try parseChoice()
        guard accept(")") else { throw PatternFailure(message: "expected ')'") }
        closedGroups.insert(number)
        return .group(inner, number: number)
    }

    private mutating func parseEscapedAtom() throws(PatternFailure) -> PatternPart {
        if let scalar = current, scalar != "0", let first = Int(String(scalar)) {
            index += 1
            var number = first
            while let next = current, let digit = Int(String(next)),
                closedGroups.contains(number * 10 + digit)
            {
                number = number * 10 + digit
                index += 1
            }
            guard closedGroups.contains(number) else {
                throw PatternFailure(message: "there is no group \(number) to refer back to")
            }
            return .reference(number)
        }
        return .set(try parseEscape())
    }

    private mutating func parseEscape() throws(PatternFailure) -> PatternSet {
        guard let scalar = current else { throw PatternFailure(message: "'\\' at the end") }
        index += 1
        switch scalar {
        case "n": return .one("\n")
        case "r": return .one("\r")
        case "t": return .one("\t")
        case "s": return .space
        case "S": return .not(.space)
        case "d": return .digit
        case "D": return .not(.digit)
        case "w": return .word
        case "W": return .not(.word)
        case "i": return .nameStart
        case "I": return .not(.nameStart)
        case "c": return .nameCharacter
        case "C": return .not(.nameCharacter)
        case "p": return try parseProperty()
        case "P": return .not(try parseProperty())
        case "\\", "|", ".", "?", "*", "+", "(", ")", "{", "}", "-", "[", "]", "^", "$":
            return .one(scalar)
        default: throw PatternFailure(message: "there is no escape '\\\(scalar)'")
        }
    }

    private mutating func parseProperty() throws(PatternFailure) -> PatternSet {
        guard accept("{") else { throw PatternFailure(message: "expected '{' after \\p") }
        var name = String.UnicodeScalarView()
        while let scalar = current, scalar != "}" {
            name.append(scalar)
            index += 1
        }
        guard accept("}") else { throw PatternFailure(message: "expected '}'") }
        let text = String(name)
        if PatternSet.categoryNames.contains(text) { return .category(text) }
        if text.hasPrefix("Is"), let block = PatternSet.blocks[String(text.dropFirst(2))] {
            return .block(block.lowerBound, block.upperBound)
        }
        throw PatternFailure(message: "there is no character property '\(text)'")
    }

    /// The inside of `[...]`, subtraction included.
    private mutating func parseClass() throws(PatternFailure) -> PatternSet {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingMaximum else {
            throw PatternFailure(message: "classes are nested too deeply")
        }
        let isNegated = accept("^")
        var sets: [PatternSet] = []
        var without: PatternSet?
        while let scalar = current, scalar != "]" {
            if scalar == "-", index + 1 < scalars.count, scalars[index + 1] == "[" {
                index += 2
                without = try parseClass()
                break
            }
            sets.append(try parseClassItem())
        }
        guard accept("]") else { throw PatternFailure(message: "expected ']'") }
        guard !sets.isEmpty else { throw PatternFailure(message: "an empty class") }
        let set: PatternSet = isNegated ? .not(.union(sets)) : .union(sets)
        return without.map { .difference(set, $0) } ?? set
    }

    private mutating func parseClassItem() throws(PatternFailure) -> PatternSet {
        guard let first = try parseClassCharacter() else { return .any }
        guard case .one(let low) = first, current == "-", index + 1 < scalars.count,
            scalars[index + 1] != "]", scalars[index + 1] != "["
        else { return first }
        index += 1
        guard case .one(let high)? = try parseClassCharacter() else {
            throw PatternFailure(message: "expected a character after '-'")
        }
        guard low.value <= high.value else {
            throw PatternFailure(message: "the range \(low)-\(high) is in the wrong order")
        }
        return .span(low.value, high.value)
    }

    private mutating func parseClassCharacter() throws(PatternFailure) -> PatternSet? {
        guard let scalar = current else { throw PatternFailure(message: "expected ']'") }
        index += 1
        if scalar == "\\" { return try parseEscape() }
        guard scalar != "[" else {
            throw PatternFailure(message: "'[' inside a class needs an escape")
        }
        return .one(scalar)
    }
}
