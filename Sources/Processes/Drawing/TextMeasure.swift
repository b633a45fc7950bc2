/// Measures text of any script without a font, on the safe side, and breaks it into lines.
///
/// Widths are in thousandths of the font size. They are upper estimates of common sans-serif
/// fonts, so that a line that fits here fits in a browser.
enum TextMeasure {
    /// Width of a text in thousandths of the font size.
    static func width(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if isWide(scalar) { return 1_040 }
        guard scalar.isASCII else {
            return scalar.properties.isUppercase ? 780 : 680
        }
        switch scalar {
        case "i", "j", "l", "'", "|", "!", ".", ",", ":", ";": return 300
        case " ", "f", "r", "t", "I", "(", ")", "[", "]", "/", "-", "\"": return 400
        case "m", "w", "M", "W", "@", "%": return 960
        case "A"..."Z", "&", "<", ">", "=", "+", "~", "#": return 740
        default: return 600
        }
    }

    /// Whether a character takes a full square: East Asian scripts, Hangul and pictographs.
    static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// Breaks text into lines of a width, at most so many; what does not fit ends with `…`.
    static func lines(_ text: String, width maximum: Int, count: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in pieces(of: text) {
            let isFirst = line.isEmpty
            let joined = line + (isFirst ? trimmedStart(word) : word)
            if width(trimmedEnd(joined)) <= maximum {
                line = joined
                continue
            }
            if !isFirst { lines.append(trimmedEnd(line)) }
            line = ""
            var rest = Substring(trimmedStart(word))
            while width(trimmedEnd(String(rest))) > maximum {
                let head = prefix(of: rest, width: maximum)
                lines.append(String(head))
                rest = rest.dropFirst(head.count)
            }
            line = String(rest)
        }
        if !trimmedEnd(line).isEmpty { lines.append(trimmedEnd(line)) }
        guard lines.count > count else { return lines }
        var kept = Array(lines.prefix(count))
        let last = prefix(of: Substring(kept[count - 1]), width: maximum - width("…"))
        kept[count - 1] = trimmedEnd(String(last)) + "…"
        return kept
    }

    /// Words with the space before them; each wide character is a piece of its own.
    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var word = ""
        for character in text {
            let isBreak = character.isWhitespace
            let isWide = character.unicodeScalars.first.map(isWide) ?? false
            if isBreak || isWide {
                if !trimmedEnd(word).isEmpty { pieces.append(word) }
                word = isBreak ? " " : String(character)
                if isWide {
                    pieces.append(word)
                    word = ""
                }
            } else {
                word.append(character)
            }
        }
        if !trimmedEnd(word).isEmpty { pieces.append(word) }
        return pieces
    }

    /// The longest start that fits, at least one character.
    private static func prefix(of text: Substring, width maximum: Int) -> Substring {
        var used = 0
        var count = 0
        for character in text {
            used += width(String(character))
            if used > maximum, count > 0 { break }
            count += 1
        }
        return text.prefix(max(1, count))
    }

    private static func trimmedStart(_ text: String) -> String {
        String(text.drop { $0.isWhitespace })
    }

    private static func trimmedEnd(_ text: String) -> String {
        String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
}
