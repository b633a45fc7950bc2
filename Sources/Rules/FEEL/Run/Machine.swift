/// Where something stands in the text of an expression; both count from 1.
package struct SourcePosition: Sendable, Hashable {
    package let line: Int32
    package let column: Int32

    package init(line: Int, column: Int) {
        self.line = Int32(clamping: line)
        self.column = Int32(clamping: column)
    }
}

/// Something that went wrong while evaluating; the value there became null.
package struct Problem: Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package let line: Int
    package let column: Int
    /// What the expression belongs to, such as a rule of a table; empty when there is just one.
    package var element: String = ""

    package var description: String {
        element.isEmpty
            ? "line \(line), column \(column): \(message)"
            : "\(element), line \(line), column \(column): \(message)"
    }
}

/// What one evaluation may use up.
package struct EvaluationLimits: Sendable {
    /// Iterations, calls and items made or compared.
    package var stepsMaximum = 500_000
    /// Nesting of calls and expressions inside each other.
    package var depthMaximum = 2_048
    /// Bytes of one text.
    package var textBytesMaximum = 1_048_576
    /// Items, entries and scalars of the result together.
    package var resultSizeMaximum = 1_000_000
    /// Steps that a root, a power or a logarithm counts as.
    package var functionSteps = 400
    /// Lists and contexts inside each other in one value.
    package var valueNestingMaximum = 256
    /// Problems kept; later ones are only counted.
    package var problemsMaximum = 64

    package init() {}

    package static let standard = EvaluationLimits()
}

/// The state of one evaluation: local variables, what is left of the limits, and the problems.
package struct Machine {
    var stack: [Value] = []
    package private(set) var base = 0
    package private(set) var problems: [Problem] = []
    package private(set) var problemCount = 0
    package let scope: Scope
    package let limits: EvaluationLimits
    private var stepsLeft: Int
    private var depthLeft: Int
    private var isExhausted = false
    /// Where the call that runs stands, for problems reported by built-ins.
    package var position = SourcePosition(line: 1, column: 1)
    /// What problems are reported for.
    package var element = ""
    /// How many values were derived from the scope's seed.
    var draws = 0
    /// Rules that matched, table by table, in the order of evaluation.
    package var matches: [TableMatch] = []

    package init(scope: Scope) {
        self.scope = scope
        limits = scope.limits
        stepsLeft = limits.stepsMaximum
        depthLeft = limits.depthMaximum
        stack.reserveCapacity(32)
    }

    // MARK: Local variables

    /// The variable in that place of the running frame.
    @inline(__always)
    package func local(_ slot: Int) -> Value { stack[base + slot] }

    package mutating func push(_ value: Value) { stack.append(value) }

    package mutating func setLocal(_ slot: Int, _ value: Value) { stack[base + slot] = value }

    /// Drops the variables from that place of the running frame on.
    package mutating func pop(to slot: Int) { stack.removeLast(stack.count - base - slot) }

    var localCount: Int { stack.count - base }

    func capturedLocals() -> [Value] { Array(stack[base...]) }

    /// Runs something with a frame of its own that starts with the given variables.
    package mutating func inFrame<Result>(
        _ variables: [Value], _ run: (inout Machine) -> Result
    ) -> Result {
        let (oldBase, oldCount) = (base, stack.count)
        base = stack.count
        stack.append(contentsOf: variables)
        let result = run(&self)
        stack.removeLast(stack.count - oldCount)
        base = oldBase
        return result
    }

    // MARK: Limits

    /// Takes steps off the budget; false when it is used up, and everything then ends in null.
    @inline(__always)
    package mutating func spend(_ steps: Int) -> Bool {
        stepsLeft -= steps
        return stepsLeft >= 0 || exhaust()
    }

    @inline(never)
    private mutating func exhaust() -> Bool {
        if !isExhausted {
            isExhausted = true
            report(
                "the evaluation took more than \(limits.stepsMaximum) steps and was stopped; "
                    + "iterate over less, or raise the limit")
        }
        return false
    }

    /// Whether the budget is used up.
    package var isStopped: Bool { isExhausted }

    /// Goes deeper by that many levels; false when it would be too deep.
    package mutating func descend(_ levels: Int) -> Bool {
        guard depthLeft >= levels else {
            report(
                "calls are nested deeper than \(limits.depthMaximum) levels; "
                    + "end the recursion earlier")
            return false
        }
        depthLeft -= levels
        return true
    }

    package mutating func ascend(_ levels: Int) { depthLeft += levels }

    // MARK: Problems

    package mutating func report(_ message: String, at place: SourcePosition? = nil) {
        problemCount += 1
        guard problems.count < limits.problemsMaximum else { return }
        let place = place ?? position
        problems.append(
            Problem(
                message: message, line: Int(place.line), column: Int(place.column),
                element: element))
    }

    var problemMark: (kept: Int, count: Int) { (problems.count, problemCount) }

    mutating func forgetProblems(after mark: (kept: Int, count: Int)) {
        guard !isExhausted else { return }
        problems.removeLast(problems.count - mark.kept)
        problemCount = mark.count
    }

    /// Reports a problem and yields null.
    package mutating func fail(_ message: String, at place: SourcePosition? = nil) -> Value {
        report(message, at: place)
        return .null
    }

    /// A text that keeps within its limit.
    mutating func bounded(_ text: String) -> Value {
        guard text.utf8.count <= limits.textBytesMaximum else {
            return fail("the text is longer than \(limits.textBytesMaximum) bytes")
        }
        return .text(text)
    }

    /// The result when its size keeps within the limit, otherwise null and a problem.
    package mutating func checkedResult(_ value: Value) -> Value {
        if isExhausted { return .null }
        var room = limits.resultSizeMaximum
        guard Self.fits(value, room: &room, nesting: limits.valueNestingMaximum) else {
            return fail(
                "the result has more than \(limits.resultSizeMaximum) values or is nested deeper "
                    + "than \(limits.valueNestingMaximum)")
        }
        return value
    }

    static func fits(_ value: Value, room: inout Int, nesting: Int) -> Bool {
        room -= 1
        guard room >= 0, nesting > 0 else { return false }
        switch value {
        case .list(let items):
            for item in items where !fits(item, room: &room, nesting: nesting - 1) { return false }
            return true
        case .context(let context):
            for item in context.values where !fits(item, room: &room, nesting: nesting - 1) {
                return false
            }
            return true
        case .range(let range):
            return fits(range.start ?? .null, room: &room, nesting: nesting - 1)
                && fits(range.end ?? .null, room: &room, nesting: nesting - 1)
        default: return true
        }
    }
}

/// The rules of one table that matched, counted from 0.
package struct TableMatch: Sendable, Hashable {
    package let table: String
    package let rules: [Int]

    package init(table: String, rules: [Int]) {
        self.table = table
        self.rules = rules
    }
}
