// What is wrong with a model as a whole, beyond its single elements.
extension ModelLinker {
    /// Refuses elements without a name, and names that two elements have.
    mutating func checkNames() {
        var seen: Set<String> = []
        for element in declared {
            let told = problems.count
            defer { if element.module != 0 { passOn(from: told, of: element.module) } }
            let name = element.name
            if name.isEmpty {
                report(element.label, "the element has no name; give it one", at: element.place)
            } else if !seen.insert("\(element.module) \(name)").inserted {
                report(
                    element.label, "the name is used twice; names must differ, rename one",
                    at: element.place)
            }
        }
    }

    /// Names that the logic uses and that are elements of the model which it does not require.
    mutating func reportMissingRequirements(_ names: [String], of index: Int) {
        let module = declared[index].module
        for name in Set(names).sorted() {
            guard
                let other = declared.first(where: { $0.module == module && $0.name == name })
            else { continue }
            report(
                declared[index].label,
                "the logic uses \(other.label), but does not require it, so it is null; draw the "
                    + "requirement",
                at: declared[index].place, severity: .warning)
        }
    }

    /// Names the words of a decision's tables that nobody gives a value.
    ///
    /// They are slips, or texts without their quotes; evaluated they are null, and the rule never
    /// matches.
    mutating func reportUnknownNames(
        _ unknown: [BoxedCompiler.UnknownName], of index: Int, declares: Bool
    ) {
        let module = declared[index].module
        let known = Set(declared.filter { $0.module == module }.map(\.name))
        let asked = Set(unknown.filter { $0.part.hasPrefix("input ") }.map(\.name))
        for word in unknown where !known.contains(word.name) {
            if !declares, asked.contains(word.name) { continue }
            report(
                "\(declared[index].label), \(word.part)",
                "there is no variable \(word.name), so it is null; correct the name, write a text in "
                    + "quotes, or declare and require it as input data",
                at: word.place, severity: .warning)
        }
    }

    /// Refuses decisions that need themselves, and chains that are too long.
    mutating func checkCircles(_ requirements: [[Int]]) {
        enum Mark { case open, done }
        var marks: [Int: Mark] = [:]
        var depths = [Int](repeating: 0, count: requirements.count)
        // An explicit stack: a chain may be as long as the file allows.
        for start in requirements.indices where marks[start] == nil {
            var stack = [(index: start, next: 0)]
            marks[start] = .open
            while let top = stack.last {
                if top.next < requirements[top.index].count {
                    stack[stack.count - 1].next += 1
                    let required = requirements[top.index][top.next]
                    switch marks[required] {
                    case nil:
                        marks[required] = .open
                        stack.append((required, 0))
                    case .open?:
                        if case .function = declared[required].kind { continue }
                        reportRequirements(
                            of: required,
                            "the element needs itself, directly or through others; break the "
                                + "circle")
                    case .done?: continue
                    }
                } else {
                    marks[top.index] = .done
                    let deepest = requirements[top.index].map { depths[$0] }.max() ?? 0
                    depths[top.index] = deepest + 1
                    if depths[top.index] == Self.chainMaximum {
                        reportRequirements(
                            of: top.index,
                            "the chain of requirements is longer than \(Self.chainMaximum); "
                                + "shorten it")
                    }
                    stack.removeLast()
                }
            }
        }
    }

    private mutating func reportRequirements(of index: Int, _ message: String) {
        let told = problems.count
        report(declared[index].label, message, at: declared[index].place)
        if declared[index].module != 0 { passOn(from: told, of: declared[index].module) }
    }
}
