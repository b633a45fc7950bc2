/// A compiled pattern, matched by backtracking over a list of instructions.
///
/// The matching keeps its own stack and counts its steps, so no pattern can hang or overflow.
struct Pattern {
    static let instructionsMaximum = 20_000
    /// Places to go back to that one match may hold at a time.
    static let branchesMaximum = 1_000_000

    enum Instruction {
        case set(PatternSet)
        case start, end
        /// Goes on at the first place; the second is tried when that fails.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        /// Goes on only if something was consumed since the register was saved.
        case progress(Int)
        case reference(Int)
        case accept
    }

    private(set) var instructions: [Instruction] = []
    let groupCount: Int
    private var registerCount: Int
    private let ignoresCase: Bool
    private let isMultiline: Bool

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - pattern: the pattern as XPath writes it.
    ///   - flags: any of `s`, `m`, `i`, `x` and `q`.
    /// - Throws: ``PatternFailure`` for what is no pattern.
    init(_ pattern: String, flags: String) throws(PatternFailure) {
        for flag in flags where !"smixq".contains(flag) {
            throw PatternFailure(message: "there is no flag '\(flag)'; use s, m, i, x or q")
        }
        ignoresCase = flags.contains("i")
        isMultiline = flags.contains("m")
        if flags.contains("q") {
            groupCount = 0
            registerCount = 2
            instructions = pattern.unicodeScalars.map { .set(.one($0)) } + [.accept]
            return
        }
        var parser = PatternParser(
            pattern, ignoringSpace: flags.contains("x"), dotMatchesLineEnds: flags.contains("s"))
        let part = try parser.parse()
        groupCount = parser.groupCount
        registerCount = 2 * (parser.groupCount + 1)
        try emit(part)
        instructions.append(.accept)
    }

    private mutating func append(_ instruction: Instruction) throws(PatternFailure) {
        guard instructions.count < Self.instructionsMaximum else {
            throw PatternFailure(message: "the pattern is too large")
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ part: PatternPart) throws(PatternFailure) {
        switch part {
        case .set(let set): try append(.set(set))
        case .start: try append(.start)
        case .end: try append(.end)
        case .reference(let number): try append(.reference(number))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .group(let inner, nil): try emit(inner)
        case .group(let inner, let number?):
            try append(.save(2 * number))
            try emit(inner)
            try append(.save(2 * number + 1))
        case .choice(let branches): try emitChoice(branches)
        case .repeated(let inner, let least, let most, let isGreedy):
            for _ in 0..<least { try emit(inner) }
            if let most {
                try emitOptional(inner, count: most - least, isGreedy: isGreedy)
            } else {
                try emitLoop(inner, isGreedy: isGreedy)
            }
        }
    }

    private mutating func emitChoice(_ branches: [PatternPart]) throws(PatternFailure) {
        var ends: [Int] = []
        for (place, branch) in branches.enumerated() {
            if place == branches.count - 1 {
                try emit(branch)
            } else {
                let split = instructions.count
                try append(.split(split + 1, split + 1))
                try emit(branch)
                ends.append(instructions.count)
                try append(.jump(0))
                instructions[split] = .split(split + 1, instructions.count)
            }
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emitOptional(
        _ inner: PatternPart, count: Int, isGreedy: Bool
    ) throws(PatternFailure) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(instructions.count)
            try append(.jump(0))
            try emit(inner)
        }
        for split in splits {
            instructions[split] =
                isGreedy
                ? .split(split + 1, instructions.count) : .split(instructions.count, split + 1)
        }
    }

    private mutating func emitLoop(_ inner: PatternPart, isGreedy: Bool) throws(PatternFailure) {
        let register = registerCount
        registerCount += 1
        let split = instructions.count
        try append(.jump(0))
        try append(.save(register))
        try emit(inner)
        try append(.progress(register))
        try append(.jump(split))
        instructions[split] =
            isGreedy
            ? .split(split + 1, instructions.count) : .split(instructions.count, split + 1)
    }

    /// Where a match and its groups lie; -1 for groups that took no part.
    typealias Match = [Int]

    private enum Branch {
        case resume(instruction: Int, position: Int)
        case restore(register: Int, value: Int)
    }

    /// The first match at or after a place; nil when there is none or the budget is used up.
    func firstMatch(
        in text: [Unicode.Scalar], from start: Int, _ machine: inout Machine
    ) -> Match? {
        guard start <= text.count else { return nil }
        for place in start...text.count {
            if let match = match(text, at: place, &machine) { return match }
            if machine.isStopped { return nil }
        }
        return nil
    }

    private func match(
        _ text: [Unicode.Scalar], at start: Int, _ machine: inout Machine
    ) -> Match? {
        var registers = [Int](repeating: -1, count: registerCount)
        var branches: [Branch] = []
        var (instruction, position) = (0, start)
        var pending = 0
        while true {
            pending += 1
            if pending == 16 {
                guard machine.spend(1), branches.count < Self.branchesMaximum else { return nil }
                pending = 0
            }
            var matched = true
            switch instructions[instruction] {
            case .accept:
                registers[0] = start
                registers[1] = position
                return Array(registers.prefix(2 * (groupCount + 1)))
            case .set(let set):
                matched = position < text.count && contains(set, text[position])
                position += 1
            case .start: matched = isStart(position, text)
            case .end: matched = isEnd(position, text)
            case .jump(let target): instruction = target - 1
            case .split(let first, let second):
                branches.append(.resume(instruction: second, position: position))
                instruction = first - 1
            case .save(let register):
                branches.append(.restore(register: register, value: registers[register]))
                registers[register] = position
            case .progress(let register): matched = registers[register] < position
            case .reference(let number):
                let (low, high) = (registers[2 * number], registers[2 * number + 1])
                if low >= 0 && high >= low {
                    matched = repeats(text, low..<high, at: position)
                    position += high - low
                }
            }
            instruction += 1
            if matched { continue }
            var resumed = false
            while let branch = branches.popLast() {
                switch branch {
                case .restore(let register, let value): registers[register] = value
                case .resume(let next, let place):
                    (instruction, position) = (next, place)
                    resumed = true
                }
                if resumed { break }
            }
            if !resumed { return nil }
        }
    }

    private func contains(_ set: PatternSet, _ scalar: Unicode.Scalar) -> Bool {
        ignoresCase ? set.containsIgnoringCase(scalar) : set.contains(scalar)
    }

    private func isStart(_ position: Int, _ text: [Unicode.Scalar]) -> Bool {
        position == 0 || (isMultiline && text[position - 1] == "\n" && position < text.count)
    }

    private func isEnd(_ position: Int, _ text: [Unicode.Scalar]) -> Bool {
        position == text.count || (isMultiline && text[position] == "\n")
    }

    private func repeats(_ text: [Unicode.Scalar], _ part: Range<Int>, at position: Int) -> Bool {
        guard position + part.count <= text.count else { return false }
        for (offset, place) in part.enumerated() {
            let (left, right) = (text[place], text[position + offset])
            guard left == right || (ignoresCase && caseVariants(left).contains(right)) else {
                return false
            }
        }
        return true
    }
}
