package import Records

/// One line of the protocol: `name option=value … {json}`.
///
/// - Shape: words are separated by single spaces; an option is `name=value` with a value without
///   spaces, or in double quotes with JSON's escapes; the payload is the first `{` to the end.
/// - Source: the article "The line protocol" in the documentation catalogue.
package struct Request: Sendable, Equatable {
    /// What is asked: a command's name, or `query`, `describe`, `help`, `subscribe`.
    package let verb: String
    /// What the verb is about: a query's or a command's name; empty for a command.
    package let subject: String
    /// Options by name.
    package let options: [String: String]
    /// The payload; an empty object when there is none.
    package let payload: JSONValue

    /// A request from its parts.
    package init(
        verb: String, subject: String = "", options: [String: String] = [:],
        payload: JSONValue = .object([])
    ) {
        self.verb = verb
        self.subject = subject
        self.options = options
        self.payload = payload
    }
}

/// Why a line is no request.
package struct RequestFailure: Error, Equatable, Sendable {
    /// The stable code: `bad-request`, `bad-json`, `bad-utf8`, `unknown-option`, `bad-option`.
    package let code: String
    /// Expected, found and remedy.
    package let message: String
}

extension Request {
    /// Verbs that are about something: its name is the next word.
    static let verbsWithSubject: Set<String> = ["query", "describe", "help"]

    /// Options that the protocol knows.
    static let optionNames: Set<String> = [
        "key", "expect", "on-behalf-of", "date", "as-of", "at", "after", "tag", "from", "timeout",
    ]

    /// Reads one line without its newline.
    package static func parse(
        _ line: some BidirectionalCollection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(RequestFailure) -> Request {
        let bytes = Array(line.last == UInt8(ascii: "\r") ? line.dropLast(1) : line.dropLast(0))
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RequestFailure(code: "bad-utf8", message: "Expected UTF-8 text.")
        }
        var scanner = HeadScanner(bytes: bytes)
        guard let verb = scanner.word(), !verb.isEmpty else {
            throw RequestFailure(
                code: "bad-request",
                message: "Expected `name option=value … {json}`, found \"\(text.prefix(40))\".")
        }
        var subject = ""
        if verbsWithSubject.contains(verb) { subject = scanner.plainWord() ?? "" }
        var options: [String: String] = [:]
        while let (name, value) = try scanner.option() {
            guard optionNames.contains(name) else {
                let hint =
                    nearest(to: name, among: optionNames.sorted())
                    .map { " Did you mean \($0)?" } ?? ""
                throw RequestFailure(
                    code: "unknown-option", message: "There is no option \"\(name)\".\(hint)")
            }
            guard options.updateValue(value, forKey: name) == nil else {
                throw RequestFailure(
                    code: "bad-option", message: "The option \"\(name)\" stands twice.")
            }
        }
        return Request(
            verb: verb, subject: subject, options: options,
            payload: try scanner.payload(limits))
    }
}

/// Reads the words before a payload.
private struct HeadScanner {
    let bytes: [UInt8]
    var index = 0

    private mutating func skipSpaces() {
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    }

    /// The next word, however it looks.
    mutating func word() -> String? {
        skipSpaces()
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: " ") { index += 1 }
        return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// The next word if it is neither an option nor the payload.
    mutating func plainWord() -> String? {
        let start = index
        guard let word = word(), !word.contains("="), !word.hasPrefix("{") else {
            index = start
            return nil
        }
        return word
    }

    /// The next `name=value`; nil where the payload begins or the line ends.
    mutating func option() throws(RequestFailure) -> (name: String, value: String)? {
        skipSpaces()
        guard index < bytes.count, bytes[index] != UInt8(ascii: "{") else { return nil }
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "="),
            bytes[index] != UInt8(ascii: " ")
        {
            index += 1
        }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
            throw RequestFailure(
                code: "bad-request",
                message: "Expected `option=value` or a payload in braces, found \"\(name)\".")
        }
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            return (name, try quoted(name))
        }
        let valueStart = index
        while index < bytes.count, bytes[index] != UInt8(ascii: " ") { index += 1 }
        return (name, String(decoding: bytes[valueStart..<index], as: UTF8.self))
    }

    private mutating func quoted(_ name: String) throws(RequestFailure) -> String {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else {
            throw RequestFailure(
                code: "bad-option", message: "The value of \"\(name)\" has no closing quote.")
        }
        index += 1
        guard case .string(let value)? = try? JSONValue.parse(bytes[start..<index]) else {
            throw RequestFailure(
                code: "bad-option", message: "The value of \"\(name)\" is no quoted text.")
        }
        return value
    }

    /// The rest of the line as JSON.
    mutating func payload(_ limits: JSONLimits) throws(RequestFailure) -> JSONValue {
        skipSpaces()
        guard index < bytes.count else { return .object([]) }
        do throws(JSONFailure) {
            return try JSONValue.parse(bytes[index...], limits: limits)
        } catch {
            throw RequestFailure(code: "bad-json", message: "The payload: \(error.description).")
        }
    }
}
