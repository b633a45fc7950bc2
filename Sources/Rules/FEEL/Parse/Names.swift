/// Where a name that an expression uses has its value.
enum Resolution {
    case local(slot: Int)
    /// Looked up in the scope when evaluated.
    case outside(name: String)
    case builtin(Builtin)
}

/// The local names at one place of an expression, innermost last.
package struct LocalNames: Sendable {
    enum Entry: Sendable {
        case variable(name: String, slot: Int)
        /// Inside a filter: the item's own entries are visible by name.
        case item(slot: Int)
    }

    private(set) var entries: [Entry] = []
    /// How many variables the running frame holds here.
    package private(set) var count = 0
    private(set) var lengthMaximum = 0

    package init(_ names: [String] = []) {
        for name in names { _ = push(name) }
    }

    /// Adds the next variable of the frame and says which slot it has.
    package mutating func push(_ name: String) -> Int {
        let normal = NameRules.normalized(name)
        lengthMaximum = max(lengthMaximum, normal.unicodeScalars.count)
        entries.append(.variable(name: normal, slot: count))
        count += 1
        return count - 1
    }

    /// The item of a filter, known as `item` and by the names of its entries.
    package mutating func pushItem() -> Int {
        let slot = push("item")
        entries.append(.item(slot: slot))
        return slot
    }

    /// Gives a slot that was pushed without a name its name, at the innermost place.
    package mutating func name(_ slot: Int, _ name: String) {
        lengthMaximum = max(lengthMaximum, name.unicodeScalars.count)
        entries.append(.variable(name: name, slot: slot))
    }

    var mark: (entries: Int, count: Int) { (entries.count, count) }

    mutating func pop(to mark: (entries: Int, count: Int)) {
        entries.removeLast(entries.count - mark.entries)
        count = mark.count
    }

    /// The variable's slot, and the filter items that may hide it, innermost first.
    func find(_ name: String) -> (slot: Int?, items: [Int]) {
        var items: [Int] = []
        for entry in entries.reversed() {
            switch entry {
            case .item(let slot): items.append(slot)
            case .variable(let known, let slot) where known == name:
                return (slot, items)
            case .variable: continue
            }
        }
        return (nil, items)
    }

    var isInFilter: Bool {
        entries.contains { if case .item = $0 { true } else { false } }
    }
}

extension Parser {
    /// A name as it stands in the text.
    struct NameMatch {
        let name: String
        let start: Int
        let end: Int
    }

    /// The longest known name that starts here, or the single word when none is known.
    func matchName(isKnown: (String) -> Bool, lengthMaximum: Int) -> NameMatch? {
        guard let first = source.current, NameRules.isNameStart(first) else { return nil }
        let scalars = source.scalars
        var index = source.index
        var text = String.UnicodeScalarView()
        var best: NameMatch?
        var word: NameMatch?
        var length = 0
        while index < scalars.count {
            // One part: a symbol, or a run of name characters.
            let scalar = scalars[index]
            if NameRules.isNamePart(scalar) {
                while index < scalars.count, NameRules.isNamePart(scalars[index]) {
                    text.append(scalars[index])
                    length += 1
                    index += 1
                }
            } else if NameRules.isNameSymbol(scalar) {
                text.append(scalar)
                length += 1
                index += 1
            } else {
                break
            }
            let match = NameMatch(name: String(text), start: source.index, end: index)
            if word == nil { word = match }
            if isKnown(match.name) { best = match }
            guard length < lengthMaximum else { break }
            var next = index
            while next < scalars.count, NameRules.isSpace(scalars[next]) { next += 1 }
            guard next < scalars.count else { break }
            let follows = scalars[next]
            if next > index, NameRules.isNamePart(follows), let last = text.last,
                !NameRules.isNameSymbol(last)
            {
                text.append(" ")
                length += 1
            }
            index = next
        }
        return best ?? word
    }

    /// Reads a new name, such as a parameter or a key, up to what `isEnd` says follows it.
    mutating func readNewName(
        endingAt isEnd: (Unicode.Scalar) -> Bool, orWord stop: StaticString? = nil
    ) throws(SyntaxFailure) -> String {
        try source.skipSpace()
        let start = source.index
        guard let first = source.current, NameRules.isNameStart(first) else {
            throw source.failure("expected a name, found \(source.found)")
        }
        var end = start
        while let scalar = source.current {
            if NameRules.isSpace(scalar) {
                try source.skipSpace()
                if let stop, source.startsWithWord(stop) { break }
                continue
            }
            if isEnd(scalar) { break }
            guard NameRules.isNamePart(scalar) || NameRules.isNameSymbol(scalar) else {
                throw source.failure("expected a name, found \(source.found)")
            }
            while let part = source.current, NameRules.isNamePart(part) { source.index += 1 }
            if let symbol = source.current, NameRules.isNameSymbol(symbol), !isEnd(symbol),
                !(symbol == "/" && (source.peek(1) == "*" || source.peek(1) == "/"))
            {
                source.index += 1
            }
            end = source.index
        }
        return NameRules.normalized(source.text(from: start, to: end))
    }

    /// Reads the name of a variable or function that is in scope.
    mutating func readKnownName() throws(SyntaxFailure) -> String {
        let locals = self.locals
        let known = self.known
        let inFilter = locals.isInFilter
        let isKnown: (String) -> Bool = { name in
            if known.variables[name] != nil || Builtins.named(name) != nil { return true }
            if locals.find(name).slot != nil { return true }
            return inFilter && (known.properties[name] != nil || self.seenKeys.contains(name))
        }
        guard
            let match = matchName(
                isKnown: isKnown,
                lengthMaximum: max(known.lengthMaximum, locals.lengthMaximum, seenKeyLength))
        else { throw source.failure("expected a name, found \(source.found)") }
        source.index = match.end
        return match.name
    }

    /// Reads the name after a dot.
    mutating func readPropertyName() throws(SyntaxFailure) -> String {
        try source.skipSpace()
        let known = self.known
        let keys = seenKeys
        guard
            let match = matchName(
                isKnown: {
                    known.properties[$0] != nil || keys.contains($0) || known.variables[$0] != nil
                },
                lengthMaximum: max(known.lengthMaximum, seenKeyLength))
        else { throw source.failure("expected a name after the dot, found \(source.found)") }
        source.index = match.end
        return known.properties[match.name] ?? known.variables[match.name] ?? match.name
    }

    /// The node that yields the value of a name.
    mutating func resolve(_ name: String, at place: SourcePosition) -> any Node {
        let (slot, items) = locals.find(name)
        let base: any Node
        if let slot {
            if slot == inputSlot { inputReferences += 1 }
            if partialSlots.contains(slot) { partialReferences += 1 }
            base = LocalNode(slot: slot)
        } else if let spelled = known.variables[name] {
            base = OutsideNode(name: spelled, position: place)
        } else if let builtin = Builtins.named(name) {
            base = FunctionNameNode(builtin)
        } else {
            freeNames.append(FreeName(name: name, position: place))
            base = OutsideNode(name: name, position: place)
        }
        return items.isEmpty
            ? base
            : ItemEntryNode(name: known.properties[name] ?? name, items: items, otherwise: base)
    }
}
