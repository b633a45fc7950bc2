import Testing

@testable import daybook

@Suite("Width of texts")
struct WidthTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let columns: Int
        var testDescription: String { "\(text.debugDescription) takes \(columns)" }
    }

    static let rows = [
        Row(text: "", columns: 0), Row(text: "abc", columns: 3), Row(text: "Müller", columns: 6),
        Row(text: "Mu\u{308}ller", columns: 6), Row(text: "商贸", columns: 4),
        Row(text: "ｱ", columns: 1), Row(text: "Ａ", columns: 2), Row(text: "한글", columns: 4),
        Row(text: "\u{1112}\u{1161}\u{11AB}", columns: 2), Row(text: "€", columns: 1),
        Row(text: "👍", columns: 2), Row(text: "👩‍👩‍👧", columns: 2), Row(text: "❤\u{FE0F}", columns: 2),
        Row(text: "a\u{200B}b", columns: 2), Row(text: "नि", columns: 1), Row(text: "𠀋", columns: 2),
        Row(text: "─", columns: 1), Row(text: "…", columns: 1),
    ]

    @Test("counts columns of a terminal", arguments: rows)
    func countsColumns(_ row: Row) { #expect(WidthTable.columns(row.text) == row.columns) }

    @Test("keeps the ranges in order and apart")
    func keepsRangesInOrder() {
        for (left, right) in zip(WidthTable.wideRanges, WidthTable.wideRanges.dropFirst()) {
            #expect(left.upperBound < right.lowerBound)
        }
    }
}

@Suite("Tables")
struct TextTableTests {
    @Test("align numbers right, texts left, by columns of the terminal")
    func align() {
        let table = TextTable(
            [.init("name"), .init("amount", isNumber: true)],
            rows: [["商贸", "7.00"], ["Alfreds", "1200.00"]], totals: ["total", "1207.00"])
        #expect(
            table.lines() == [
                "name      amount", "───────  ───────", "商贸        7.00", "Alfreds  1200.00",
                "───────  ───────", "total    1207.00",
            ])
    }

    @Test("a text from outside cannot steer the terminal")
    func areHarmless() {
        let table = TextTable([.init("name")], rows: [["a\u{1B}[31mb\nc"]])
        #expect(table.lines()[2] == "a\u{FFFD}[31mb c")
    }

    @Test("no text from outside steers the terminal or turns its neighbours round")
    func harmless() {
        #expect(SafeText.line("a\u{1B}[2Jb\nc\td\u{9B}") == "a\u{FFFD}[2Jb c d\u{FFFD}")
        #expect(SafeText.line("SO-1\u{202E}00.1\u{202C}") == "SO-1\u{FFFD}00.1\u{FFFD}")
        #expect(SafeText.line("\u{2066}x\u{2069}\u{2028}y") == "\u{FFFD}x\u{FFFD}\u{FFFD}y")
        let names = ["商贸公司", "شركة التجارة", "חברה", "Zoë & Söhne 👩‍🚀"]
        #expect(names.map(SafeText.line) == names)
    }

    @Test("a cut line ends with an ellipsis inside the width")
    func areCut() {
        #expect(SafeText.cut("abcdef", to: 4) == "abc…")
        #expect(SafeText.cut("商贸公司", to: 6) == "商贸…")
        #expect(SafeText.cut("abc", to: 3) == "abc")
        #expect(SafeText.cut("abcdef", to: nil) == "abcdef")
    }
}
