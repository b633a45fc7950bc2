// Source: DMN 1.5, 10.3.4.3: functions with patterns, as XQuery and XPath define them.
extension Builtins {
    static let patternFunctions: [Builtin] = [
        Builtin("matches", [["input", "pattern"], ["input", "pattern", "flags"]]) {
            arguments, machine in
            guard let text = machine.text(arguments[0]),
                let pattern = pattern(arguments[1], flags: arguments.dropFirst(2).first, &machine)
            else { return .null }
            let found = pattern.firstMatch(in: Array(text.unicodeScalars), from: 0, &machine)
            return machine.isStopped ? .null : .boolean(found != nil)
        },
        Builtin(
            "replace",
            [["input", "pattern", "replacement"], ["input", "pattern", "replacement", "flags"]]
        ) { arguments, machine in
            guard let text = machine.text(arguments[0]),
                let pattern = pattern(arguments[1], flags: arguments.dropFirst(3).first, &machine),
                let replacement = machine.text(arguments[2])
            else { return .null }
            let isLiteral = arguments.count > 3 && (arguments[3].text?.contains("q") ?? false)
            return replace(
                Array(text.unicodeScalars), pattern, Array(replacement.unicodeScalars),
                isLiteral: isLiteral, &machine)
        },
        Builtin("split", [["string", "delimiter"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]),
                let pattern = pattern(arguments[1], flags: nil, &machine)
            else { return .null }
            return split(Array(text.unicodeScalars), pattern, &machine)
        },
        // Camunda's addition: all parts that match.
        Builtin("extract", [["string", "pattern"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]),
                let pattern = pattern(arguments[1], flags: nil, &machine)
            else { return .null }
            let scalars = Array(text.unicodeScalars)
            var parts: [Value] = []
            var place = 0
            while let match = pattern.firstMatch(in: scalars, from: place, &machine) {
                parts.append(.text(string(scalars[match[0]..<match[1]])))
                place = match[1] > match[0] ? match[1] : match[1] + 1
            }
            return machine.isStopped ? .null : .list(parts)
        },
    ]

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func pattern(
        _ value: Value, flags: Value?, _ machine: inout Machine
    ) -> Pattern? {
        guard let source = machine.text(value) else { return nil }
        var letters = ""
        if let flags, !flags.isNull {
            guard let read = machine.text(flags) else { return nil }
            letters = read
        }
        guard machine.spend(source.utf8.count / 8) else { return nil }
        do {
            let pattern = try Pattern(source, flags: letters)
            return machine.spend(pattern.instructions.count / 16) ? pattern : nil
        } catch {
            machine.report("'\(source)' is no pattern: \(error.message)")
            return nil
        }
    }

    private static func replace(
        _ text: [Unicode.Scalar], _ pattern: Pattern, _ replacement: [Unicode.Scalar],
        isLiteral: Bool, _ machine: inout Machine
    ) -> Value {
        if pattern.firstMatch(in: [], from: 0, &machine) != nil {
            return machine.fail(
                "the pattern matches the empty text, so there is nothing to replace")
        }
        var result = String.UnicodeScalarView()
        var place = 0
        while let match = pattern.firstMatch(in: text, from: place, &machine) {
            result.append(contentsOf: text[place..<match[0]])
            if isLiteral {
                result.append(contentsOf: replacement)
            } else {
                guard insert(replacement, match, text, pattern.groupCount, &result, &machine) else {
                    return .null
                }
            }
            guard machine.spend(1 + replacement.count / 16) else { return .null }
            if match[1] > match[0] {
                place = match[1]
            } else {
                // An empty match inside the text: keep the next character and go on after it.
                if match[0] < text.count { result.append(text[match[0]]) }
                place = match[0] + 1
            }
        }
        if machine.isStopped { return .null }
        if place < text.count { result.append(contentsOf: text[place...]) }
        return machine.bounded(String(result))
    }

    /// Writes a replacement, in which `$1` stands for a group and `\` escapes.
    private static func insert(
        _ replacement: [Unicode.Scalar], _ match: Pattern.Match, _ text: [Unicode.Scalar],
        _ groupCount: Int, _ result: inout String.UnicodeScalarView, _ machine: inout Machine
    ) -> Bool {
        var index = 0
        while index < replacement.count {
            let scalar = replacement[index]
            index += 1
            if scalar == "\\" {
                guard index < replacement.count,
                    replacement[index] == "\\" || replacement[index] == "$"
                else {
                    machine.report("'\\' in a replacement needs '\\' or '$' after it")
                    return false
                }
                result.append(replacement[index])
                index += 1
            } else if scalar == "$" {
                guard index < replacement.count, var number = Int(String(replacement[index])) else {
                    machine.report("'$' in a replacement needs a digit after it")
                    return false
                }
                index += 1
                while index < replacement.count, let digit = Int(String(replacement[index])),
                    number * 10 + digit <= groupCount
                {
                    number = number * 10 + digit
                    index += 1
                }
                if number <= groupCount, match[2 * number] >= 0 {
                    result.append(contentsOf: text[match[2 * number]..<match[2 * number + 1]])
                }
            } else {
                result.append(scalar)
            }
        }
        return true
    }

    private static func split(
        _ text: [Unicode.Scalar], _ pattern: Pattern, _ machine: inout Machine
    ) -> Value {
        var parts: [Value] = []
        var (place, searched) = (0, 0)
        while let match = pattern.firstMatch(in: text, from: searched, &machine) {
            guard machine.spend(1) else { return .null }
            if match[1] == match[0] {
                // An empty match separates characters, but never at either end.
                searched = match[0] + 1
                guard match[0] > place, match[0] < text.count else { continue }
            } else {
                searched = match[1]
            }
            parts.append(.text(string(text[place..<match[0]])))
            place = match[1]
        }
        if machine.isStopped { return .null }
        parts.append(.text(string(text[place...])))
        return .list(parts)
    }
}
