internal import FEEL

/// Inputs, named by what each of them must be; inputs that are not named may be anything.
package struct InputRegion: Sendable, Hashable, CustomStringConvertible {
    package struct Condition: Sendable, Hashable {
        package let input: String
        /// In the words of a table's cell, any of them: `[10..20)`, `"EU"`, `> 5`.
        package let values: [String]

        /// As a sentence: `amount > 5`, `region in ("EU", "UK")`.
        var text: String {
            guard values.count == 1, let only = values.first else {
                return "\(input) in (" + values.joined(separator: ", ") + ")"
            }
            switch only.unicodeScalars.first {
            case "<"?, ">"?: return "\(input) \(only)"
            case "["?, "("?: return "\(input) in \(only)"
            default:
                return only == AnalysedColumn.otherText
                    ? "\(input) is \(only)" : "\(input) = \(only)"
            }
        }
    }

    package let conditions: [Condition]

    package var description: String {
        if conditions.isEmpty { return "any input" }
        return conditions.map(\.text).joined(separator: " and ")
    }
}

/// What can be said about a decision table without running it.
///
/// A cell that is not made of constants is judged with care: it counts as covering everything
/// when gaps are looked for and as covering nothing when overlaps are, so that what is reported
/// is certain.
package struct DecisionTableAnalysis: Sendable {
    /// Steps that looking for gaps may take; a table with more is reported as not fully checked.
    package static let stepsMaximum = 200_000
    /// Findings of one kind that are kept.
    package static let findingsMaximum = 20
    /// Rules whose pairs are compared.
    package static let comparedRulesMaximum = 1_000
    /// Rules times kinds of values of one input; a table with more is not checked.
    package static let cellsMaximum = 2_000_000

    package struct Overlap: Sendable, Hashable {
        /// Two rules, counted from 0.
        package let rules: [Int]
        package let region: InputRegion
    }

    package struct Unreachable: Sendable, Hashable {
        /// Counted from 0.
        package let rule: Int
        package let reason: String
    }

    package private(set) var gaps: [InputRegion] = []
    package private(set) var overlaps: [Overlap] = []
    package private(set) var unreachable: [Unreachable] = []
    /// Whether everything was looked at.
    package private(set) var isComplete = true

    private let table: CompiledTable
    private let columns: [AnalysedColumn]
    /// By column and atom: the rules that surely cover it, and those that may.
    private var sure: [[RuleSet]] = []
    private var possible: [[RuleSet]] = []
    /// By column and rule: the atoms that it surely covers.
    private var atomsOfRules: [[RuleSet]] = []
    private var stepsLeft = Self.stepsMaximum

    package init(_ table: DecisionTable) { self.init(table.compiled) }

    init(_ table: CompiledTable) {
        self.table = table
        let shapes = table.inputs.indices.map { index in
            table.rules.map { CellShape($0.tests[index]) }
        }
        columns = zip(table.inputs, shapes).map { AnalysedColumn($0, cells: $1) }
        guard columns.allSatisfy({ $0.atoms.count * table.rules.count <= Self.cellsMaximum })
        else {
            isComplete = false
            return
        }
        for (index, column) in columns.enumerated() {
            var sureAtoms: [RuleSet] = []
            var possibleAtoms: [RuleSet] = []
            for atom in column.atoms {
                var (certain, maybe) = (RuleSet(), RuleSet())
                for (rule, shape) in shapes[index].enumerated() {
                    let passes = atom.passes(shape)
                    if passes == true { certain.insert(rule) }
                    if passes != false { maybe.insert(rule) }
                }
                sureAtoms.append(certain)
                possibleAtoms.append(maybe)
            }
            sure.append(sureAtoms)
            possible.append(possibleAtoms)
            var covered = [RuleSet](repeating: RuleSet(), count: table.rules.count)
            for (atom, rules) in sureAtoms.enumerated() {
                for rule in table.rules.indices where rules.contains(rule) {
                    covered[rule].insert(atom)
                }
            }
            atomsOfRules.append(covered)
        }
        findUnreachable()
        findOverlaps()
        findGaps()
    }

    // MARK: Gaps

    private mutating func findGaps() {
        // A list of what applies may be empty; that is what collecting without a sum is for. Where
        // each case shall have its answer, as in a list of approvals, an empty one says nothing.
        if case .collect(nil) = table.hitPolicy { return }
        guard !table.outputs.contains(where: { $0.defaultValue != nil }), !columns.isEmpty else {
            return
        }
        var covered: Set<GapKey> = []
        var box: [[Int]] = []
        var found: [InputRegion] = []
        search(0, RuleSet(all: table.rules.count), &box, &covered, rules: possible) { region in
            found.append(region)
            return found.count < Self.findingsMaximum
        }
        gaps = found
    }

    private struct GapKey: Hashable {
        let column: Int
        let rules: RuleSet
    }

    /// Walks the inputs column by column, keeping the rules that still match; where none is left
    /// there is a gap.
    ///
    /// False when the search was ended.
    @discardableResult
    private mutating func search(
        _ column: Int, _ rules: RuleSet, _ box: inout [[Int]], _ covered: inout Set<GapKey>,
        rules coverage: [[RuleSet]], within limits: [Set<Int>]? = nil,
        _ found: (InputRegion) -> Bool
    ) -> Bool {
        if rules.isEmpty { return found(region(box)) }
        guard column < columns.count else { return true }
        let key = GapKey(column: column, rules: rules)
        if covered.contains(key) { return true }
        stepsLeft -= 1
        guard stepsLeft > 0 else {
            isComplete = false
            return false
        }
        var groups: [(rules: RuleSet, atoms: [Int])] = []
        var places: [RuleSet: Int] = [:]
        for atom in columns[column].atoms.indices {
            if case .null = columns[column].atoms[atom] { continue }
            if let limits, !limits[column].contains(atom) { continue }
            let left = rules.intersection(coverage[column][atom])
            if let place = places[left] {
                groups[place].atoms.append(atom)
            } else {
                places[left] = groups.count
                groups.append((left, [atom]))
            }
        }
        var isCovered = true
        for group in groups {
            box.append(group.atoms)
            var hit = false
            let goesOn = search(
                column + 1, group.rules, &box, &covered, rules: coverage, within: limits
            ) { region in
                hit = true
                return found(region)
            }
            box.removeLast()
            if hit { isCovered = false }
            guard goesOn else { return false }
        }
        if isCovered { covered.insert(key) }
        return true
    }

    private func region(_ box: [[Int]]) -> InputRegion {
        InputRegion(
            conditions: zip(columns, box).compactMap { column, atoms in
                column.texts(atoms).map { .init(input: column.name, values: $0) }
            })
    }

    // MARK: Overlaps

    private mutating func findOverlaps() {
        let matters: (Int, Int) -> Bool
        switch table.hitPolicy {
        case .unique: matters = { _, _ in true }
        case .any:
            matters = { [rules = table.rules] in rules[$0].outputTexts != rules[$1].outputTexts }
        default: return
        }
        let count = min(table.rules.count, Self.comparedRulesMaximum)
        if count < table.rules.count { isComplete = false }
        for first in 0..<count {
            for second in (first + 1)..<max(count, first + 1) where matters(first, second) {
                guard let region = common(first, second) else { continue }
                overlaps.append(Overlap(rules: [first, second], region: region))
                if overlaps.count >= Self.findingsMaximum { return }
            }
        }
    }

    private func common(_ first: Int, _ second: Int) -> InputRegion? {
        var box: [[Int]] = []
        for column in columns.indices {
            let shared = atomsOfRules[column][first].intersection(atomsOfRules[column][second])
            if shared.isEmpty { return nil }
            box.append(sure[column].indices.filter(shared.contains))
        }
        return region(box)
    }

    // MARK: Unreachable rules

    private mutating func findUnreachable() {
        for rule in table.rules.indices {
            if let column = columns.indices.first(where: { column in
                !possible[column].contains { $0.contains(rule) }
            }) {
                let cell = table.rules[rule].testTexts[column]
                unreachable.append(
                    Unreachable(
                        rule: rule,
                        reason: "no allowed value of \(columns[column].name) passes \(cell)"))
            } else if table.hitPolicy == .first, rule > 0, isCoveredBefore(rule) {
                unreachable.append(
                    Unreachable(rule: rule, reason: "the rules before it match first"))
            }
            if unreachable.count >= Self.findingsMaximum { return }
        }
    }

    /// Whether the rules before this one match every input that it matches.
    private mutating func isCoveredBefore(_ rule: Int) -> Bool {
        let limits = columns.indices.map { column in
            Set(possible[column].indices.filter { possible[column][$0].contains(rule) })
        }
        var earlier = RuleSet()
        for other in 0..<rule { earlier.insert(other) }
        var covered: Set<GapKey> = []
        var box: [[Int]] = []
        var isCovered = true
        let finished = search(
            0, earlier, &box, &covered, rules: sure, within: limits
        ) { _ in
            isCovered = false
            return false
        }
        return finished && isCovered
    }
}

/// A set of small numbers: rules of a table, or atoms of a column.
struct RuleSet: Hashable {
    private var words: [UInt64] = []

    init() {}

    init(all count: Int) {
        for rule in 0..<count { insert(rule) }
    }

    mutating func insert(_ rule: Int) {
        while words.count <= rule / 64 { words.append(0) }
        words[rule / 64] |= 1 << UInt64(rule % 64)
    }

    func contains(_ rule: Int) -> Bool {
        rule / 64 < words.count && words[rule / 64] & (1 << UInt64(rule % 64)) != 0
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func intersection(_ other: RuleSet) -> RuleSet {
        var result = RuleSet()
        for (left, right) in zip(words, other.words) { result.words.append(left & right) }
        while result.words.last == 0 { result.words.removeLast() }
        return result
    }
}
