/// Rows in aligned columns for people: numbers to the right, a totals row under a rule.
struct TextTable {
    /// A column with its title.
    struct Column: Equatable {
        let title: String
        let isNumber: Bool

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    var columns: [Column]
    var rows: [[String]] = []
    var totals: [String]?

    init(_ columns: [Column], rows: [[String]] = [], totals: [String]? = nil) {
        self.columns = columns
        self.rows = rows
        self.totals = totals
    }

    private static let gap = "  "

    /// The table as lines without blanks at their ends.
    func lines() -> [String] {
        let shown = rows.map { $0.map(SafeText.line) }
        let foot = totals.map { $0.map(SafeText.line) }
        let widths = columns.indices.map { index -> Int in
            let cells = [columns[index].title] + (shown + [foot ?? []]).map { $0[safe: index] }
            return cells.map(WidthTable.columns).max() ?? 0
        }
        var lines = [line(columns.map(\.title), widths)]
        let rule = line(widths.map { String(repeating: "─", count: $0) }, widths)
        lines.append(rule)
        lines += shown.map { line($0, widths) }
        if let foot {
            lines.append(rule)
            lines.append(line(foot, widths))
        }
        return lines
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, width) in widths.enumerated() {
            let cell = cells[safe: index]
            let blanks = String(repeating: " ", count: max(0, width - WidthTable.columns(cell)))
            if index > 0 { text += Self.gap }
            text += columns[index].isNumber ? blanks + cell : cell + blanks
        }
        return String(text.reversed().drop { $0 == " " }.reversed())
    }
}

extension [String] {
    /// The cell at a place; empty where the row is shorter.
    fileprivate subscript(safe index: Int) -> String { indices.contains(index) ? self[index] : "" }
}

/// Text from outside, made harmless for a terminal.
enum SafeText {
    /// One line: what would steer the terminal or turn round what stands beside it is shown as U+FFFD.
    static func line(_ text: String) -> String {
        if !text.unicodeScalars.contains(where: isHarmful) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isBlank = scalar == "\n" || scalar == "\t"
            shown.append(isBlank ? " " : isHarmful(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }

    /// Whether a character is a control, or changes the direction of all that follows it.
    ///
    /// Letters of scripts that run to the left need none of these: their direction is their own.
    ///
    /// - Source: Unicode Standard Annex 9, explicit directional embedding, override and isolate;
    ///   Unicode Technical Standard 55 on how they disguise a text. Line and paragraph separators
    ///   would begin a new line within a table.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: false
        case 0x2028...0x202E, 0x2066...0x2069: true
        default: scalar.properties.generalCategory == .control
        }
    }

    /// A line cut to a width, with an ellipsis where something was left out.
    static func cut(_ text: String, to columns: Int?) -> String {
        guard let columns, WidthTable.columns(text) > columns else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let width = WidthTable.columns(character)
            if used + width > columns - 1 { break }
            kept.append(character)
            used += width
        }
        return kept + "…"
    }
}
