/// A set of characters of a pattern.
indirect enum PatternSet: Sendable {
    case one(Unicode.Scalar)
    case span(UInt32, UInt32)
    case any
    case digit, space, word, nameStart, nameCharacter
    case category(String)
    case block(UInt32, UInt32)
    case union([PatternSet])
    case not(PatternSet)
    case difference(PatternSet, PatternSet)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .one(let wanted): return scalar == wanted
        case .span(let low, let high), .block(let low, let high):
            return scalar.value >= low && scalar.value <= high
        case .any: return true
        case .digit: return scalar.properties.generalCategory == .decimalNumber
        case .space: return scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
        case .word: return Self.isWord(scalar)
        case .nameStart:
            return scalar == "_" || scalar == ":" || scalar.properties.isAlphabetic
        case .nameCharacter:
            return scalar == "_" || scalar == ":" || scalar == "-" || scalar == "."
                || scalar == "\u{B7}" || scalar.properties.isAlphabetic
                || scalar.properties.generalCategory == .decimalNumber
        case .category(let name): return Self.categoryName(of: scalar).hasPrefix(name)
        case .union(let sets): return sets.contains { $0.contains(scalar) }
        case .not(let set): return !set.contains(scalar)
        case .difference(let set, let without):
            return set.contains(scalar) && !without.contains(scalar)
        }
    }

    /// As `contains`, for either case of the character.
    func containsIgnoringCase(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .not(let set): return !set.containsIgnoringCase(scalar)
        case .difference(let set, let without):
            return set.containsIgnoringCase(scalar) && !without.containsIgnoringCase(scalar)
        default: return caseVariants(scalar).contains(where: contains)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let name = categoryName(of: scalar)
        return !(name.hasPrefix("P") || name.hasPrefix("Z") || name.hasPrefix("C"))
    }

    static let categoryNames: Set<String> = [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
        "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So",
        "C", "Cc", "Cf", "Co", "Cn",
    ]

    static func categoryName(of scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }

    /// The blocks of Unicode that patterns most often name.
    static let blocks: [String: ClosedRange<UInt32>] = [
        "BasicLatin": 0x0...0x7F, "Latin-1Supplement": 0x80...0xFF,
        "LatinExtended-A": 0x100...0x17F, "LatinExtended-B": 0x180...0x24F,
        "IPAExtensions": 0x250...0x2AF, "SpacingModifierLetters": 0x2B0...0x2FF,
        "CombiningDiacriticalMarks": 0x300...0x36F, "Greek": 0x370...0x3FF,
        "GreekandCoptic": 0x370...0x3FF, "Cyrillic": 0x400...0x4FF, "Armenian": 0x530...0x58F,
        "Hebrew": 0x590...0x5FF, "Arabic": 0x600...0x6FF, "Syriac": 0x700...0x74F,
        "Thaana": 0x780...0x7BF, "Devanagari": 0x900...0x97F, "Bengali": 0x980...0x9FF,
        "Gurmukhi": 0xA00...0xA7F, "Gujarati": 0xA80...0xAFF, "Tamil": 0xB80...0xBFF,
        "Telugu": 0xC00...0xC7F, "Kannada": 0xC80...0xCFF, "Malayalam": 0xD00...0xD7F,
        "Thai": 0xE00...0xE7F, "Lao": 0xE80...0xEFF, "Tibetan": 0xF00...0xFFF,
        "Georgian": 0x10A0...0x10FF, "HangulJamo": 0x1100...0x11FF, "Ethiopic": 0x1200...0x137F,
        "Khmer": 0x1780...0x17FF, "Mongolian": 0x1800...0x18AF,
        "LatinExtendedAdditional": 0x1E00...0x1EFF, "GreekExtended": 0x1F00...0x1FFF,
        "GeneralPunctuation": 0x2000...0x206F, "SuperscriptsandSubscripts": 0x2070...0x209F,
        "CurrencySymbols": 0x20A0...0x20CF, "LetterlikeSymbols": 0x2100...0x214F,
        "NumberForms": 0x2150...0x218F, "Arrows": 0x2190...0x21FF,
        "MathematicalOperators": 0x2200...0x22FF, "MiscellaneousTechnical": 0x2300...0x23FF,
        "BoxDrawing": 0x2500...0x257F, "BlockElements": 0x2580...0x259F,
        "GeometricShapes": 0x25A0...0x25FF, "MiscellaneousSymbols": 0x2600...0x26FF,
        "Dingbats": 0x2700...0x27BF, "CJKSymbolsandPunctuation": 0x3000...0x303F,
        "Hiragana": 0x3040...0x309F, "Katakana": 0x30A0...0x30FF, "Bopomofo": 0x3100...0x312F,
        "CJKUnifiedIdeographs": 0x4E00...0x9FFF, "HangulSyllables": 0xAC00...0xD7A3,
        "PrivateUse": 0xE000...0xF8FF, "HalfwidthandFullwidthForms": 0xFF00...0xFFEF,
    ]
}

/// The character, its small and its capital form.
func caseVariants(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    var variants = [scalar]
    for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
        let mapped = mapping.unicodeScalars
        if mapped.count == 1, let only = mapped.first, only != scalar { variants.append(only) }
    }
    return variants
}
