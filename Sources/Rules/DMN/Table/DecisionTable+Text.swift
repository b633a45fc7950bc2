extension DecisionTable {
    /// The table as aligned text: a row of headings, then one row for each rule.
    ///
    /// The first column holds the hit policy's letters and the rules' numbers; inputs and outputs
    /// are parted by a double line. Wide characters of East Asian scripts count two columns.
    package func rendered() -> String {
        var rows: [[String]] = [[hitPolicy.letters] + inputs + outputs + annotationTitles]
        for (index, rule) in rules.enumerated() {
            var notes = rule.annotations
            while notes.count < annotationTitles.count { notes.append("") }
            rows.append(["\(index + 1)"] + rule.tests + rule.outputs + notes)
        }
        rows = rows.map { $0.map(Self.oneLine) }
        let count = rows[0].count
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? TextWidth.columns(of: $0[column]) : 0 }.max() ?? 0
        }
        var lines = rows.map { line($0, widths, fill: " ", edges: ["│", "║"]) }
        lines.insert(rule(widths), at: 1)
        return lines.joined(separator: "\n") + "\n"
    }

    private var annotationTitles: [String] {
        let count = max(annotations.count, rules.map(\.annotations.count).max() ?? 0)
        return (0..<count).map { $0 < annotations.count ? annotations[$0] : "" }
    }

    /// The edge after a column: double after the number, the inputs and the outputs.
    private func isDouble(after column: Int) -> Bool {
        column == 0 || column == inputs.count
            || (column == inputs.count + outputs.count && !annotationTitles.isEmpty)
    }

    private func line(
        _ cells: [String], _ widths: [Int], fill: String, edges: [String]
    ) -> String {
        var text = ""
        for (column, width) in widths.enumerated() {
            let cell = column < cells.count ? cells[column] : ""
            let space = String(repeating: fill, count: width - TextWidth.columns(of: cell))
            // Numbers of rules stand at the right, texts at the left.
            text += column == 0 ? space + cell : cell + space
            if column < widths.count - 1 {
                text += fill + (isDouble(after: column) ? edges[1] : edges[0]) + fill
            }
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private func rule(_ widths: [Int]) -> String {
        line(
            widths.map { String(repeating: "─", count: $0) }, widths, fill: "─",
            edges: ["┼", "╫"])
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// How many columns of a terminal a text takes.
enum TextWidth {
    /// Columns of a text; marks that combine take none, wide characters two.
    static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// - Source: Unicode Standard Annex 11, classes W and F.
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x231A...0x231B, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
