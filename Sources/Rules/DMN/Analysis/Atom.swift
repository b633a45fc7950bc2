internal import FEEL

/// A part of an input's values that every test of its column treats alike.
enum Atom {
    case point(Value)
    /// Between two values, which it does not contain; nil for no bound.
    case open(Value?, Value?)
    /// Every value that no test names.
    case other
    case null
}

/// What a test compares with, found once so that judging many atoms is quick.
indirect enum CellShape {
    case everything, nothing
    case constant(Value)
    case comparison(Comparison, Value)
    case several([CellShape])
    case negated(CellShape)
    /// Only running the test could tell.
    case computed

    init(_ test: (any Test)?) {
        switch test {
        case nil, is AnyTest: self = .everything
        case is NeverTest: self = .nothing
        case let constant as ConstantTest: self = .constant(constant.value)
        case let comparison as ComparisonTest:
            guard let bound = comparison.operand as? ConstantNode else {
                self = .computed
                return
            }
            self = .comparison(comparison.comparison, bound.value)
        case let several as AlternativeTest: self = .several(several.tests.map(CellShape.init))
        case let negated as NegatedTest: self = .negated(CellShape(negated.inner))
        default: self = .computed
        }
    }
}

extension Atom {
    /// Whether the values of the atom pass a test; nil when only running it could tell.
    func passes(_ shape: CellShape) -> Bool? {
        switch shape {
        case .everything: return true
        case .nothing: return false
        case .computed: return nil
        case .constant(let value): return lies(in: value)
        case .comparison(let comparison, let bound): return holds(comparison, bound)
        case .several(let shapes):
            var unknown = false
            for shape in shapes {
                switch passes(shape) {
                case true?: return true
                case false?: continue
                case nil: unknown = true
                }
            }
            return unknown ? nil : false
        case .negated(let inner): return passes(inner).map { !$0 }
        }
    }

    private func lies(in value: Value) -> Bool? {
        switch value {
        case .list(let items):
            var unknown = false
            for item in items {
                switch lies(in: item) {
                case true?: return true
                case false?: continue
                case nil: unknown = true
                }
            }
            return unknown ? nil : false
        case .range(let range):
            if let comparison = range.comparison {
                guard let bound = range.start ?? range.end else { return nil }
                return holds(comparison, bound)
            }
            guard let start = range.start, let end = range.end else { return nil }
            let above = holds(range.startIncluded ? .greaterOrEqual : .greater, start)
            let below = holds(range.endIncluded ? .lessOrEqual : .less, end)
            guard let above, let below else { return nil }
            return above && below
        case .null:
            if case .null = self { return true }
            return false
        default: return holds(.equal, value)
        }
    }

    private func holds(_ comparison: Comparison, _ bound: Value) -> Bool? {
        switch self {
        case .point(let value):
            if comparison == .equal { return value == bound || value.order(before: bound) == 0 }
            if comparison == .notEqual { return value != bound && value.order(before: bound) != 0 }
            return value.order(before: bound).map(comparison.holds)
        case .open(let low, let high):
            // The bound is an end of the atom or lies outside it, so one end decides.
            switch comparison {
            case .equal: return false
            case .notEqual: return true
            case .less, .lessOrEqual:
                guard let high else { return false }
                return high.order(before: bound).map { $0 <= 0 }
            case .greater, .greaterOrEqual:
                guard let low else { return false }
                return low.order(before: bound).map { $0 >= 0 }
            }
        case .other:
            switch comparison {
            case .equal: return false
            case .notEqual: return true
            default: return nil
            }
        case .null: return false
        }
    }
}

/// The values of one input, cut into atoms by the tests of its column.
struct AnalysedColumn {
    let name: String
    private(set) var atoms: [Atom] = []
    /// Whether the atoms stand in their values' order.
    private(set) var isOrdered = false

    init(_ input: CompiledTable.Input, cells: [CellShape]) {
        name = input.label.isEmpty ? input.text : input.label
        let allowed = input.type.constraints.map(\.root) + (input.allowed.map { [$0] } ?? [])
        let limits = allowed.map { CellShape($0) }
        var finder = ConstantFinder()
        for shape in cells + limits { finder.visit(shape) }
        build(finder, type: input.type)
        atoms = atoms.filter { atom in
            if case .null = atom { return true }
            return limits.allSatisfy { atom.passes($0) != false }
        }
    }

    private mutating func build(_ finder: ConstantFinder, type: ValueType) {
        var points = finder.values
        if case .boolean = type.plain { points = [.boolean(true), .boolean(false)] }
        let isBoolean = !points.isEmpty && points.allSatisfy { $0.boolean != nil }
        isOrdered =
            !points.isEmpty && (finder.hasOrder || points.allSatisfy { $0.text == nil })
            && points.allSatisfy { points[0].order(before: $0) != nil }
        if isOrdered {
            points.sort { ($0.order(before: $1) ?? 0) < 0 }
            var low: Value?
            for point in points {
                if let low, low.order(before: point) == 0 { continue }
                atoms.append(.open(low, point))
                atoms.append(.point(point))
                low = point
            }
            atoms.append(.open(low, nil))
        } else {
            var distinct: [Value] = []
            if isBoolean { points = [.boolean(true), .boolean(false)] }
            var texts: Set<String> = []
            for point in points {
                if let text = point.text {
                    if texts.insert(text).inserted { distinct.append(point) }
                } else if !distinct.contains(point) {
                    distinct.append(point)
                }
            }
            atoms = distinct.map(Atom.point)
            if !isBoolean { atoms.append(.other) }
        }
        if finder.hasNull { atoms.append(.null) }
    }

    static let otherText = "anything else"

    /// What a choice of atoms means, such as `[10..20)` or `"EU"` and `"UK"`; nil for all.
    func texts(_ chosen: [Int]) -> [String]? {
        let wanted = Set(chosen)
        let needed = atoms.indices.filter {
            if case .null = atoms[$0] { false } else { true }
        }
        if needed.allSatisfy(wanted.contains) { return nil }
        return isOrdered ? orderedTexts(chosen.sorted()) : plainTexts(chosen.sorted())
    }

    private func plainTexts(_ chosen: [Int]) -> [String] {
        var parts: [String] = []
        for index in chosen {
            switch atoms[index] {
            case .point(let value): parts.append(value.literalText)
            case .null: parts.append("null")
            case .other, .open: parts.append(Self.otherText)
            }
        }
        return parts
    }

    private func orderedTexts(_ chosen: [Int]) -> [String] {
        var parts: [String] = []
        var index = 0
        while index < chosen.count {
            var last = index
            while last + 1 < chosen.count, chosen[last + 1] == chosen[last] + 1 { last += 1 }
            parts.append(run(from: chosen[index], to: chosen[last]))
            index = last + 1
        }
        return parts
    }

    /// The text of neighbouring atoms.
    private func run(from first: Int, to last: Int) -> String {
        var start: (value: Value, included: Bool)?
        var end: (value: Value, included: Bool)?
        switch atoms[first] {
        case .point(let value): start = (value, true)
        case .open(let low?, _): start = (low, false)
        case .null: return "null"
        default: break
        }
        switch atoms[last] {
        case .point(let value): end = (value, true)
        case .open(_, let high?): end = (high, false)
        default: break
        }
        switch (start, end) {
        case (let low?, let high?):
            if low.included && high.included && low.value == high.value {
                return low.value.literalText
            }
            return (low.included ? "[" : "(") + low.value.literalText + ".."
                + high.value.literalText + (high.included ? "]" : ")")
        case (let low?, nil): return (low.included ? ">= " : "> ") + low.value.literalText
        case (nil, let high?): return (high.included ? "<= " : "< ") + high.value.literalText
        case (nil, nil): return "-"
        }
    }
}

/// Collects the constants with which a column's tests compare.
struct ConstantFinder {
    private(set) var values: [Value] = []
    private(set) var hasOrder = false
    private(set) var hasNull = false

    mutating func visit(_ shape: CellShape) {
        switch shape {
        case .everything, .nothing, .computed: return
        case .constant(let value): visit(value)
        case .comparison(let comparison, let bound):
            visit(bound)
            if comparison != .equal && comparison != .notEqual { hasOrder = true }
        case .several(let shapes): shapes.forEach { visit($0) }
        case .negated(let inner): visit(inner)
        }
    }

    private mutating func visit(_ value: Value) {
        switch value {
        case .null: hasNull = true
        case .list(let items): items.forEach { visit($0) }
        case .range(let range):
            hasOrder = true
            if let start = range.start { visit(start) }
            if let end = range.end { visit(end) }
        default: values.append(value)
        }
    }
}

extension ValueType {
    /// The type without the tests of named types around it.
    var plain: ValueType {
        if case .constrained(let constraint) = self { return constraint.base.plain }
        return self
    }

    /// The tests of the named types around it.
    var constraints: [UnaryTests] {
        guard case .constrained(let constraint) = self else { return [] }
        return constraint.base.constraints + (constraint.tests.map { [$0] } ?? [])
    }
}
