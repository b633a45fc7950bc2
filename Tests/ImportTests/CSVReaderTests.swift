import Import
import Testing

/// Rows as RFC 4180 writes them, and what is said of a file that is none.
@Suite("CSV")
struct CSVReaderTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let text: String
        let rows: [[String]]
        var testDescription: String { name }
    }

    // swift-format-ignore
    static let rows: [Row] = [
        Row(name: "lines of fields", text: "a,b\nc,d\n", rows: [["a", "b"], ["c", "d"]]),
        Row(name: "no line break at the end", text: "a,b\nc,d", rows: [["a", "b"], ["c", "d"]]),
        Row(name: "CR LF", text: "a,b\r\nc,d\r\n", rows: [["a", "b"], ["c", "d"]]),
        Row(name: "a byte order mark", text: "\u{FEFF}a,b\n", rows: [["a", "b"]]),
        Row(name: "a quoted comma", text: "\"a,b\",c\n", rows: [["a,b", "c"]]),
        Row(name: "a quoted line break", text: "\"a\nb\",c\r\n", rows: [["a\nb", "c"]]),
        Row(name: "doubled quotes", text: "\"say \"\"hi\"\"\",c", rows: [["say \"hi\"", "c"]]),
        Row(name: "empty fields", text: ",,\n\"\",x,\n", rows: [["", "", ""], ["", "x", ""]]),
        Row(name: "empty lines between rows", text: "\n\na\n\r\n\nb\n", rows: [["a"], ["b"]]),
        Row(name: "spaces belong to the field", text: " a , b\n", rows: [[" a ", " b"]]),
        Row(name: "letters of all the world", text: "México,Kaçak,世界\n", rows: [["México", "Kaçak", "世界"]]),
        Row(name: "an empty file", text: "", rows: []),
        Row(name: "a byte order mark alone", text: "\u{FEFF}", rows: []),
    ]

    @Test("rows", arguments: rows)
    func reads(_ row: Row) throws {
        var reader = CSVReader(bytes: Array(row.text.utf8), name: "t.csv")
        var read: [[String]] = []
        while let next = try reader.next() { read.append(next.fields) }
        #expect(read == row.rows)
    }

    @Test("a row knows the line on which it begins")
    func lines() throws {
        var reader = CSVReader(bytes: Array("a\n\"b\nb\"\n\nc\n".utf8), name: "t.csv")
        var lines: [Int] = []
        while let row = try reader.next() { lines.append(row.line) }
        #expect(lines == [1, 2, 5])
    }

    struct Fault: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let line: Int
        let word: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, line: Int, _ word: String) {
            self.init(name, Array(text.utf8), line: line, word)
        }

        init(_ name: String, _ bytes: [UInt8], line: Int, _ word: String) {
            self.name = name
            self.bytes = bytes
            self.line = line
            self.word = word
        }
    }

    static let limits: CSVLimits = {
        var limits = CSVLimits()
        limits.rowBytesMax = 64
        limits.fieldBytesMax = 32
        limits.columnsMax = 8
        limits.rowsMax = 4
        return limits
    }()

    // swift-format-ignore
    static let faults: [Fault] = [
        Fault("a quote that never ends", "a\nb,\"c\nd\n", line: 2, "closing quote"),
        Fault("a quote inside a field", "a\nb\"c\n", line: 2, "double the quotes"),
        Fault("text behind a closing quote", "a\n\"b\"c\n", line: 2, "comma"),
        Fault("a lone carriage return", "a\nb\rc\n", line: 2, "line break"),
        Fault("a lone carriage return behind a quote", "\"b\"\rc\n", line: 1, "line break"),
        Fault("broken UTF-8", [97, 10, 0xFF, 0xFE, 10], line: 2, "UTF-8"),
        Fault("half a letter", [97, 44, 0xC3], line: 1, "UTF-8"),
        Fault("a field that is too long", "a\n" + String(repeating: "x", count: 33), line: 2, "at most 32 bytes"),
        Fault("a quoted field that is too long", "\"" + String(repeating: "x\n", count: 33), line: 1, "at most 32 bytes"),
        Fault("a row that is too long", "a\n" + String(repeating: "xxxxxxxxxxxxxxxx,", count: 5), line: 2, "at most 64 bytes"),
        Fault("too many columns", "a\n" + String(repeating: ",", count: 9), line: 2, "at most 8 columns"),
        Fault("too many rows", "a\nb\nc\nd\ne\n", line: 5, "at most 4 rows"),
    ]

    @Test("a fault is told with file, line and remedy", arguments: faults)
    func refuses(_ fault: Fault) {
        var reader = CSVReader(bytes: fault.bytes, name: "t.csv", limits: Self.limits)
        do {
            while try reader.next() != nil {}
            Issue.record("expected a failure")
        } catch {
            #expect(error.file == "t.csv")
            #expect(error.line == fault.line)
            #expect(error.reason.contains(fault.word), "\(error)")
        }
    }

    @Test("a file that is not there is told by its name")
    func missing() {
        #expect(throws: CSVFailure.self) {
            _ = try CSVReader(path: "/nowhere/t.csv", name: "t.csv")
        }
    }

    @Test("random fields survive being written and read")
    func roundTrip() throws {
        var random = SplitMix(seed: 20_261_123)
        let letters = Array("ab,\"\n\r é世 ".unicodeScalars)
        for round in 0..<200 {
            let rows = (0..<random.next(5) + 1).map { _ in
                (0..<random.next(6) + 2).map { _ in
                    var text = String.UnicodeScalarView()
                    for _ in 0..<random.next(8) { text.append(letters[random.next(letters.count)]) }
                    return String(text)
                }
            }
            let text = rows.map { row in
                row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
            }.joined(separator: "\r\n")
            var reader = CSVReader(bytes: Array(text.utf8), name: "t.csv")
            var read: [[String]] = []
            while let next = try reader.next() { read.append(next.fields) }
            #expect(
                read.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } },
                "seed 20261123, round \(round)")
        }
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number below a bound.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }
}
