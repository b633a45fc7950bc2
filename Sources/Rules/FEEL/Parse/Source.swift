/// The text of an expression and a place in it.
struct Source {
    /// Longer texts are refused.
    static let scalarsMaximum = 262_144

    let scalars: [Unicode.Scalar]
    var index = 0
    private let lineStarts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (place, scalar) in scalars.enumerated() where scalar == "\n" {
            starts.append(place + 1)
        }
        lineStarts = starts
    }

    var isAtEnd: Bool { index >= scalars.count }

    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    func position(at place: Int) -> SourcePosition {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= place { low = middle } else { high = middle }
        }
        return SourcePosition(line: low + 1, column: place - lineStarts[low] + 1)
    }

    func failure(_ message: String, at place: Int? = nil) -> SyntaxFailure {
        let position = position(at: place ?? index)
        return SyntaxFailure(
            message: message, line: Int(position.line), column: Int(position.column))
    }

    /// What stands here, for messages.
    var found: String {
        guard let current else { return "the end of the text" }
        if NameRules.isNamePart(current) {
            var end = index
            while end < scalars.count, end - index < 24, NameRules.isNamePart(scalars[end]) {
                end += 1
            }
            return "'" + text(from: index, to: end) + "'"
        }
        return "'\(Character(current))'"
    }

    func text(from start: Int, to end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        return String(view)
    }

    /// Skips white space and comments.
    mutating func skipSpace() throws(SyntaxFailure) {
        while let scalar = current {
            if NameRules.isSpace(scalar) {
                index += 1
            } else if scalar == "/" && peek(1) == "/" {
                while let next = current, next != "\n" && next != "\r" {
                    _ = next
                    index += 1
                }
            } else if scalar == "/" && peek(1) == "*" {
                let start = index
                index += 2
                while !(current == "*" && peek(1) == "/") {
                    guard !isAtEnd else {
                        throw failure("expected */ to end the comment", at: start)
                    }
                    index += 1
                }
                index += 2
            } else {
                return
            }
        }
    }

    func startsWith(_ symbol: StaticString) -> Bool {
        symbol.withUTF8Buffer { bytes in
            guard index + bytes.count <= scalars.count else { return false }
            for (offset, byte) in bytes.enumerated()
            where scalars[index + offset].value != UInt32(byte) {
                return false
            }
            return true
        }
    }

    /// Whether the word stands here and ends here.
    func startsWithWord(_ word: StaticString) -> Bool {
        guard startsWith(word) else { return false }
        guard let next = peek(word.utf8CodeUnitCount) else { return true }
        return !NameRules.isNamePart(next)
    }
}
