// Source: DMN 1.5, 10.3.4.3 string functions. Characters are code points.
extension Builtins {
    static let textFunctions: [Builtin] = [
        Builtin(
            "substring", [["string", "start position"], ["string", "start position", "length"]]
        ) { arguments, machine in
            guard let text = machine.text(arguments[0]), let start = machine.whole(arguments[1])
            else { return .null }
            var length: Int?
            if arguments.count > 2, !arguments[2].isNull {
                guard let read = machine.whole(arguments[2]) else { return .null }
                guard read >= 1 else {
                    return machine.fail("the length must be at least 1, found \(read)")
                }
                length = read
            }
            return substring(text, start: start, length: length, &machine)
        },
        Builtin("string length", [["string"]]) { arguments, machine in
            machine.text(arguments[0]).map { .integer($0.unicodeScalars.count) } ?? .null
        },
        Builtin("upper case", [["string"]]) { arguments, machine in
            machine.text(arguments[0]).map { machine.bounded($0.uppercased()) } ?? .null
        },
        Builtin("lower case", [["string"]]) { arguments, machine in
            machine.text(arguments[0]).map { machine.bounded($0.lowercased()) } ?? .null
        },
        Builtin("substring before", [["string", "match"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), let match = machine.text(arguments[1])
            else { return .null }
            let bytes = Array(text.utf8)
            guard let place = find(Array(match.utf8), in: bytes) else { return .text("") }
            return .text(String(decoding: bytes[..<place], as: UTF8.self))
        },
        Builtin("substring after", [["string", "match"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), let match = machine.text(arguments[1])
            else { return .null }
            let bytes = Array(text.utf8)
            guard let place = find(Array(match.utf8), in: bytes) else { return .text("") }
            return .text(String(decoding: bytes[(place + match.utf8.count)...], as: UTF8.self))
        },
        Builtin("contains", [["string", "match"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), let match = machine.text(arguments[1])
            else { return .null }
            return .boolean(find(Array(match.utf8), in: Array(text.utf8)) != nil)
        },
        Builtin("starts with", [["string", "match"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), let match = machine.text(arguments[1])
            else { return .null }
            return .boolean(text.utf8.starts(with: match.utf8))
        },
        Builtin("ends with", [["string", "match"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), let match = machine.text(arguments[1])
            else { return .null }
            return .boolean(text.utf8.reversed().starts(with: match.utf8.reversed()))
        },
        // Prefix and suffix are Camunda's.
        Builtin(
            "string join",
            [["list"], ["list", "delimiter"], ["list", "delimiter", "prefix", "suffix"]]
        ) { arguments, machine in
            join(arguments, &machine)
        },
    ]

    private static func substring(
        _ text: String, start: Int, length: Int?, _ machine: inout Machine
    ) -> Value {
        let scalars = Array(text.unicodeScalars)
        let first = start > 0 ? start - 1 : scalars.count + start
        guard start != 0, first >= 0, first <= scalars.count else {
            return machine.fail(
                "the text has \(scalars.count) characters, there is none at \(start)")
        }
        let end = length.map { min(scalars.count, first + min($0, scalars.count)) } ?? scalars.count
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[first..<end])
        return .text(String(view))
    }

    /// Where `part` first stands in `text`, in bytes.
    static func find(_ part: [UInt8], in text: [UInt8]) -> Int? {
        if part.isEmpty { return 0 }
        guard part.count <= text.count else { return nil }
        for place in 0...(text.count - part.count)
        where text[place] == part[0] && text[place..<(place + part.count)].elementsEqual(part) {
            return place
        }
        return nil
    }

    private static func join(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let items = machine.list(arguments[0]) else { return .null }
        var around = ["", "", ""]
        for (place, argument) in arguments.dropFirst().enumerated() where !argument.isNull {
            guard let read = machine.text(argument) else { return .null }
            around[place] = read
        }
        var result = around[1]
        var isFirst = true
        for item in items {
            if item.isNull { continue }
            guard let part = machine.text(item) else { return .null }
            if !isFirst { result += around[0] }
            isFirst = false
            result += part
            guard result.utf8.count <= machine.limits.textBytesMaximum, machine.spend(1) else {
                return machine.bounded(result)
            }
        }
        return machine.bounded(result + around[2])
    }
}
