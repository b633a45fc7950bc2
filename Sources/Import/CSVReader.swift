internal import Glibc

/// Limits of a CSV file, each of them named in the message that a file over it gets.
package struct CSVLimits: Sendable {
    /// Bytes of one row, line breaks inside quotes included.
    package var rowBytesMax = 1 << 20
    /// Bytes of one field.
    package var fieldBytesMax = 64 << 10
    /// Columns of a row.
    package var columnsMax = 1_000
    /// Rows of a file.
    package var rowsMax = 5_000_000

    /// The defaults.
    package init() {}
}

/// Why a CSV file cannot be read: file, line and reason.
package struct CSVFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    package let file: String
    /// The line, counted from 1; nil where the file as a whole cannot be read.
    package let line: Int?
    /// What was expected, what was found, and what to do.
    package let reason: String

    /// File, line and reason in a line.
    package var description: String {
        line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
    }
}

/// One row with the line on which it begins.
package struct CSVRow: Equatable, Sendable {
    /// The line, counted from 1.
    package let line: Int
    /// The fields in order; an empty field is an empty text.
    package let fields: [String]
}

/// Reads rows of comma-separated values one after another, without holding the file.
///
/// Fields are separated by commas, rows by LF or CR LF; a field in double quotes may hold commas,
/// line breaks and doubled quotes. A byte order mark at the start is skipped, and so are lines with
/// nothing on them.
/// - Source: RFC 4180.
package struct CSVReader {
    private static let chunkBytes = 64 << 10

    private let name: String
    private let limits: CSVLimits
    private let source: ByteSource
    private var chunk: [UInt8] = []
    private var index = 0
    private var line = 1
    private var rows = 0
    private var hasStarted = false

    /// Opens a file; `name` is what messages call it.
    package init(
        path: String, name: String, limits: CSVLimits = CSVLimits()
    ) throws(CSVFailure) {
        self.name = name
        self.limits = limits
        source = try ByteSource(path: path, name: name)
    }

    /// Reads bytes at hand.
    package init(bytes: [UInt8], name: String, limits: CSVLimits = CSVLimits()) {
        self.name = name
        self.limits = limits
        source = ByteSource()
        chunk = bytes
    }

    /// The next row; nil at the end of the file.
    package mutating func next() throws(CSVFailure) -> CSVRow? {
        if !hasStarted {
            hasStarted = true
            try skipByteOrderMark()
        }
        while let byte = try peek() {
            if byte == UInt8(ascii: "\n") {
                index += 1
                line += 1
            } else if byte == UInt8(ascii: "\r"), try isLineEnd() {
                continue
            } else {
                return try row()
            }
        }
        return nil
    }

    // MARK: Rows and fields

    private mutating func row() throws(CSVFailure) -> CSVRow {
        rows += 1
        guard rows <= limits.rowsMax else {
            throw failure("expected at most \(limits.rowsMax) rows; split the file")
        }
        let first = line
        var fields: [String] = []
        var bytes = 0
        while true {
            let (field, isLast) = try field(startedOn: first)
            bytes += field.utf8.count + 1
            guard bytes <= limits.rowBytesMax else {
                throw failure(
                    "expected a row of at most \(limits.rowBytesMax) bytes; is a quote missing?",
                    on: first)
            }
            guard fields.count < limits.columnsMax else {
                throw failure("expected at most \(limits.columnsMax) columns", on: first)
            }
            fields.append(field)
            if isLast { return CSVRow(line: first, fields: fields) }
        }
    }

    private mutating func field(
        startedOn first: Int
    ) throws(CSVFailure) -> (text: String, isLast: Bool) {
        if try peek() == UInt8(ascii: "\"") { return try quotedField() }
        var bytes: [UInt8] = []
        while let byte = try peek() {
            switch byte {
            case UInt8(ascii: ","):
                index += 1
                return (try text(bytes, on: first), false)
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                return (try text(bytes, on: first), true)
            case UInt8(ascii: "\r"):
                if try isLineEnd() { return (try text(bytes, on: first), true) }
                throw failure("expected a line break after a carriage return, found none")
            case UInt8(ascii: "\""):
                throw failure(
                    "expected a quote only at the start of a field; put the field in quotes and double the quotes inside"
                )
            default:
                index += 1
                try append(byte, to: &bytes, on: first)
            }
        }
        return (try text(bytes, on: first), true)
    }

    private mutating func quotedField() throws(CSVFailure) -> (text: String, isLast: Bool) {
        let opened = line
        index += 1
        var bytes: [UInt8] = []
        while let byte = try peek() {
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                try append(byte, to: &bytes, on: opened)
                continue
            }
            guard let after = try peek() else { return (try text(bytes, on: opened), true) }
            switch after {
            case UInt8(ascii: "\""):
                index += 1
                try append(after, to: &bytes, on: opened)
            case UInt8(ascii: ","):
                index += 1
                return (try text(bytes, on: opened), false)
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                return (try text(bytes, on: opened), true)
            case UInt8(ascii: "\r"):
                if try isLineEnd() { return (try text(bytes, on: opened), true) }
                throw failure("expected a line break after a carriage return, found none")
            default:
                throw failure(
                    "expected a comma or the end of the row after a closing quote; double the quotes inside a field"
                )
            }
        }
        throw failure(
            "expected a closing quote for the field that begins here, found the end of the file",
            on: opened)
    }

    private func append(
        _ byte: UInt8, to bytes: inout [UInt8], on line: Int
    ) throws(CSVFailure) {
        guard bytes.count < limits.fieldBytesMax else {
            throw failure(
                "expected a field of at most \(limits.fieldBytesMax) bytes; is a quote missing?",
                on: line)
        }
        bytes.append(byte)
    }

    private func text(_ bytes: [UInt8], on line: Int) throws(CSVFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("expected UTF-8 text; convert the file to UTF-8", on: line)
        }
        return text
    }

    private func failure(_ reason: String, on line: Int? = nil) -> CSVFailure {
        CSVFailure(file: name, line: line ?? self.line, reason: reason)
    }

    // MARK: Bytes

    private mutating func peek() throws(CSVFailure) -> UInt8? {
        if index == chunk.count {
            guard let more = try source.read(Self.chunkBytes, name: name) else { return nil }
            chunk = more
            index = 0
        }
        return chunk[index]
    }

    /// Takes CR LF; false where a lone carriage return stands.
    private mutating func isLineEnd() throws(CSVFailure) -> Bool {
        index += 1
        guard try peek() == UInt8(ascii: "\n") else { return false }
        index += 1
        line += 1
        return true
    }

    private mutating func skipByteOrderMark() throws(CSVFailure) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard try peek() == mark[0], chunk.count >= index + mark.count else { return }
        if Array(chunk[index..<index + mark.count]) == mark { index += mark.count }
    }
}

/// A file being read from its start; nothing where the bytes are at hand already.
private final class ByteSource {
    private let descriptor: Int32

    init() { descriptor = -1 }

    init(path: String, name: String) throws(CSVFailure) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CSVFailure(
                file: name, line: nil,
                reason: "cannot be opened: \(String(cString: strerror(errno)))"
            )
        }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// The next bytes; nil at the end.
    func read(_ count: Int, name: String) throws(CSVFailure) -> [UInt8]? {
        guard descriptor >= 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let got = Glibc.read(descriptor, &bytes, count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw CSVFailure(
                    file: name, line: nil,
                    reason: "cannot be read: \(String(cString: strerror(errno)))")
            }
            return got == 0 ? nil : Array(bytes[0..<got])
        }
    }
}
