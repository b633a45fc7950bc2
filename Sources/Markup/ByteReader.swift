/// A cursor over a document's bytes that knows lines and columns.
struct ByteReader {
    let bytes: [UInt8]
    var index = 0
    /// The last place worked out; places are asked for in rising order, so each byte counts once.
    private var known = (offset: 0, line: 1, column: 1)

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool { index >= bytes.count }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    func looks(at text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return text.withUTF8Buffer { expected in
            for offset in 0..<count where bytes[index + offset] != expected[offset] {
                return false
            }
            return true
        }
    }

    mutating func skip(_ text: StaticString) -> Bool {
        guard looks(at: text) else { return false }
        index += text.utf8CodeUnitCount
        return true
    }

    func isSpace(after offset: Int) -> Bool {
        index + offset < bytes.count && Self.isSpace(bytes[index + offset])
    }

    @discardableResult
    mutating func skipSpace() -> Bool {
        let start = index
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        return index > start
    }

    /// Reads what stands between two marks and moves behind the second; nil when that is missing.
    mutating func read(
        from opening: StaticString, through closing: StaticString, bytesMax: Int = .max
    ) -> String? {
        var probe = self
        guard probe.skip(opening) else { return nil }
        let start = probe.index
        while !probe.atEnd, !probe.looks(at: closing), probe.index - start < bytesMax {
            probe.index += 1
        }
        let end = probe.index
        guard probe.skip(closing) else { return nil }
        index = probe.index
        return text(start..<end)
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    // MARK: Places and failures

    mutating func place(of offset: Int) -> (line: Int, column: Int) {
        known = place(of: offset, from: known)
        return (known.line, known.column)
    }

    private func place(
        of offset: Int, from start: (offset: Int, line: Int, column: Int)
    ) -> (offset: Int, line: Int, column: Int) {
        var found = start.offset <= offset ? start : (offset: 0, line: 1, column: 1)
        while found.offset < min(offset, bytes.count) {
            let byte = bytes[found.offset]
            if byte == 0x0A {
                found.line += 1
                found.column = 1
            } else if byte & 0xC0 != 0x80 {
                found.column += 1
            }
            found.offset += 1
        }
        return found
    }

    func failure(_ reason: MarkupFailure.Reason, at offset: Int) -> MarkupFailure {
        let found = place(of: offset, from: known)
        return MarkupFailure(reason, line: found.line, column: found.column)
    }

    func syntax(
        _ expected: String, found: String? = nil, at offset: Int? = nil
    ) -> MarkupFailure {
        let shown: String
        if let found {
            shown = found
        } else if atEnd || offset != nil {
            shown = "the end of the document"
        } else {
            let rest = String(decoding: bytes[index..<min(index + 24, bytes.count)], as: UTF8.self)
            shown = "'\(rest.prefix(8).prefix { $0 != "\n" && $0 != "\r" })'"
        }
        return failure(.syntax(expected: expected, found: shown), at: offset ?? index)
    }

    // MARK: Characters

    /// Refuses what is not UTF-8 and the characters that XML 1.0 does not allow.
    func checkCharacters() throws(MarkupFailure) {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            throw MarkupFailure(.encoding("UTF-16"), line: 1, column: 1)
        }
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                guard Self.isCharacter(scalar) else {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    throw failure(
                        .syntax(expected: "characters that XML allows", found: "U+\(code)"),
                        at: offset)
                }
                offset += encoded.count
            case .emptyInput:
                return
            case .error:
                throw failure(.encoding("a byte sequence that is not UTF-8"), at: offset)
            }
        }
    }

    static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    static func startsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...:
            true
        default: false
        }
    }

    static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: startsName(byte)
        }
    }
}
