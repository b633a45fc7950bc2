/// Reads XML 1.0 with namespaces into a tree of ``Element``s.
///
/// Written here rather than taken from Foundation's parser, for the input is hostile: each limit
/// is checked before memory is spent on what breaks it, there is no document type or entity
/// machinery to switch off, every element and attribute has its line and column, and the result
/// does not depend on the version of a C library.
///
/// Not validated, since nothing here depends on it: the exact character classes of names beyond
/// ASCII. Everything else that makes a document without a document type well-formed is checked.
package struct MarkupParser {
    private var reader: ByteReader
    private let limits: MarkupLimits
    private var elementCount = 0
    private var depth = 0
    /// Prefixes in scope, innermost last.
    private var scope: [NamespaceDeclaration] = [
        NamespaceDeclaration(prefix: "xml", uri: "http://www.w3.org/XML/1998/namespace")
    ]

    private init(bytes: [UInt8], limits: MarkupLimits) {
        reader = ByteReader(bytes: bytes)
        self.limits = limits
    }

    /// Parses one document and returns its root element.
    package static func parse(
        _ bytes: [UInt8], limits: MarkupLimits = MarkupLimits()
    ) throws(MarkupFailure) -> Element {
        guard bytes.count <= limits.documentBytesMax else {
            throw MarkupFailure(
                .limit(name: "documentBytesMax", maximum: limits.documentBytesMax), line: 0,
                column: 0)
        }
        var parser = MarkupParser(bytes: Latin1.transcoded(bytes) ?? bytes, limits: limits)
        try parser.reader.checkCharacters()
        return try parser.document()
    }

    /// Parses one document given as text.
    package static func parse(
        text: String, limits: MarkupLimits = MarkupLimits()
    ) throws(MarkupFailure) -> Element {
        try parse(Array(text.utf8), limits: limits)
    }

    // MARK: Document

    private mutating func document() throws(MarkupFailure) -> Element {
        _ = reader.skip("\u{FEFF}")
        try declaration()
        try miscellany()
        guard reader.peek == UInt8(ascii: "<") else {
            throw reader.syntax("the root element")
        }
        let root = try element()
        try miscellany()
        guard reader.atEnd else { throw reader.syntax("the end of the document") }
        return root
    }

    /// `<?xml version="1.0" encoding="UTF-8"?>`, if it is there.
    private mutating func declaration() throws(MarkupFailure) {
        guard reader.looks(at: "<?xml"), reader.isSpace(after: 5) else { return }
        let start = reader.index
        guard let body = reader.read(from: "<?", through: "?>") else {
            throw reader.syntax("'?>' at the end of the XML declaration")
        }
        guard let encoding = Self.encoding(in: body) else { return }
        let known = ["utf-8", "utf8", "us-ascii", "ascii"] + Latin1.names
        guard known.contains(encoding.lowercased()) else {
            throw reader.failure(.encoding("encoding '\(encoding)'"), at: start)
        }
    }

    private static func encoding(in declaration: String) -> String? {
        let parts = declaration.split(whereSeparator: { $0 == "=" || $0.isWhitespace })
        guard let place = parts.firstIndex(of: "encoding"), place + 1 < parts.endIndex else {
            return nil
        }
        return String(parts[place + 1].filter { $0 != "\"" && $0 != "'" })
    }

    /// Space, comments and processing instructions outside the root element.
    private mutating func miscellany() throws(MarkupFailure) {
        while true {
            reader.skipSpace()
            if reader.looks(at: "<!--") {
                try comment()
            } else if reader.looks(at: "<?") {
                try instruction()
            } else if reader.looks(at: "<!") {
                throw reader.failure(.documentType, at: reader.index)
            } else {
                return
            }
        }
    }

    private mutating func comment() throws(MarkupFailure) {
        let start = reader.index
        guard let body = reader.read(from: "<!--", through: "-->") else {
            throw reader.syntax("'-->' at the end of the comment", at: start)
        }
        guard !body.contains("--"), !body.hasSuffix("-") else {
            throw reader.syntax("no '--' inside a comment", found: "'--'", at: start)
        }
    }

    private mutating func instruction() throws(MarkupFailure) {
        let start = reader.index
        guard let body = reader.read(from: "<?", through: "?>") else {
            throw reader.syntax("'?>' at the end of the processing instruction", at: start)
        }
        let target = body.prefix { !$0.isWhitespace }
        guard !target.isEmpty, target.lowercased() != "xml" else {
            throw reader.syntax(
                "a processing instruction with a target other than 'xml'",
                found: "'<?\(target)'", at: start)
        }
    }

    // MARK: Elements

    private mutating func element() throws(MarkupFailure) -> Element {
        let start = reader.index
        elementCount += 1
        depth += 1
        defer { depth -= 1 }
        try check(elementCount <= limits.elementsMax, "elementsMax", limits.elementsMax, start)
        try check(depth <= limits.depthMax, "depthMax", limits.depthMax, start)
        let scopeBefore = scope.count
        defer { scope.removeSubrange(scopeBefore...) }
        reader.index += 1
        let written = try name()
        let place = reader.place(of: start)
        var raw: [RawAttribute] = []
        let isEmpty = try attributes(into: &raw)
        var element = try resolve(written, raw, at: start)
        element.line = place.line
        element.column = place.column
        if !isEmpty {
            try content(into: &element)
            try closing(written)
        }
        return element
    }

    private struct RawAttribute {
        var name: QualifiedName
        var value: String
        var offset: Int
        var line: Int
        var column: Int
    }

    /// Reads attributes up to `>` or `/>`; true when the element is empty.
    private mutating func attributes(into raw: inout [RawAttribute]) throws(MarkupFailure) -> Bool {
        while true {
            let hadSpace = reader.skipSpace()
            if reader.skip(">") { return false }
            if reader.skip("/>") { return true }
            guard hadSpace else { throw reader.syntax("a space, '>' or '/>' in the tag") }
            let offset = reader.index
            try check(
                raw.count < limits.attributesPerElementMax, "attributesPerElementMax",
                limits.attributesPerElementMax, offset)
            let attributeName = try name()
            reader.skipSpace()
            guard reader.skip("=") else {
                throw reader.syntax("'=' after attribute '\(attributeName.written)'")
            }
            reader.skipSpace()
            let place = reader.place(of: offset)
            raw.append(
                RawAttribute(
                    name: attributeName, value: try attributeValue(), offset: offset,
                    line: place.line, column: place.column))
        }
    }

    private mutating func attributeValue() throws(MarkupFailure) -> String {
        guard let quote = reader.peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        else { throw reader.syntax("a quoted attribute value") }
        reader.index += 1
        let start = reader.index
        var value: [UInt8] = []
        while let byte = reader.peek, byte != quote {
            try check(
                reader.index - start < limits.attributeBytesMax, "attributeBytesMax",
                limits.attributeBytesMax, start)
            switch byte {
            case UInt8(ascii: "<"):
                throw reader.syntax("'&lt;' in an attribute value")
            case UInt8(ascii: "&"):
                try reference(into: &value)
            case 0x0D:
                reader.index += reader.looks(at: "\r\n") ? 2 : 1
                value.append(0x20)
            case 0x09, 0x0A:
                reader.index += 1
                value.append(0x20)
            default:
                reader.index += 1
                value.append(byte)
            }
        }
        guard reader.peek == quote else {
            throw reader.syntax("the closing quote of an attribute value", at: start)
        }
        reader.index += 1
        return String(decoding: value, as: UTF8.self)
    }

    /// Gives names their namespaces, now that all declarations of the element are known.
    private mutating func resolve(
        _ written: QualifiedName, _ raw: [RawAttribute], at start: Int
    ) throws(MarkupFailure) -> Element {
        var declarations: [NamespaceDeclaration] = []
        for attribute in raw {
            if attribute.name.prefix == "xmlns" {
                declarations.append(
                    NamespaceDeclaration(prefix: attribute.name.local, uri: attribute.value))
            } else if attribute.name.written == "xmlns" {
                declarations.append(NamespaceDeclaration(prefix: "", uri: attribute.value))
            }
        }
        for (place, declaration) in declarations.enumerated()
        where declarations[..<place].contains(where: { $0.prefix == declaration.prefix }) {
            let name = declaration.prefix.isEmpty ? "xmlns" : "xmlns:\(declaration.prefix)"
            throw reader.failure(.duplicateAttribute(name), at: start)
        }
        scope.append(contentsOf: declarations)
        var attributes: [Attribute] = []
        for attribute in raw
        where attribute.name.prefix != "xmlns" && attribute.name.written != "xmlns" {
            let uri =
                attribute.name.prefix.isEmpty
                ? "" : try namespace(of: attribute.name.prefix, at: attribute.offset)
            let isTwice = attributes.contains {
                $0.name == attribute.name.local && $0.namespace == uri
            }
            if isTwice {
                throw reader.failure(
                    .duplicateAttribute(attribute.name.written), at: attribute.offset)
            }
            attributes.append(
                Attribute(
                    name: attribute.name.local, namespace: uri, prefix: attribute.name.prefix,
                    value: attribute.value, line: attribute.line, column: attribute.column))
        }
        return Element(
            name: written.local, namespace: try namespace(of: written.prefix, at: start),
            prefix: written.prefix, attributes: attributes, declarations: declarations)
    }

    private func namespace(of prefix: String, at offset: Int) throws(MarkupFailure) -> String {
        if let found = scope.last(where: { $0.prefix == prefix }) { return found.uri }
        if prefix.isEmpty { return "" }
        throw reader.failure(.undeclaredPrefix(prefix), at: offset)
    }

    private mutating func closing(_ opened: QualifiedName) throws(MarkupFailure) {
        let start = reader.index
        guard reader.skip("</") else {
            throw reader.syntax("'</\(opened.written)>'")
        }
        let closed = try name()
        guard closed.written == opened.written else {
            throw reader.syntax(
                "'</\(opened.written)>'", found: "'</\(closed.written)>'", at: start)
        }
        reader.skipSpace()
        guard reader.skip(">") else { throw reader.syntax("'>'") }
    }

    // MARK: Content

    private mutating func content(into element: inout Element) throws(MarkupFailure) {
        var text: [UInt8] = []
        func flush(_ text: inout [UInt8], into element: inout Element) {
            guard !text.isEmpty else { return }
            element.children.append(.text(String(decoding: text, as: UTF8.self)))
            text.removeAll(keepingCapacity: true)
        }
        while let byte = reader.peek {
            if byte == UInt8(ascii: "<") {
                if reader.looks(at: "</") {
                    flush(&text, into: &element)
                    return
                } else if reader.looks(at: "<!--") {
                    try comment()
                } else if reader.looks(at: "<![CDATA[") {
                    try characterData(into: &text)
                } else if reader.looks(at: "<!") {
                    throw reader.failure(.documentType, at: reader.index)
                } else if reader.looks(at: "<?") {
                    try instruction()
                } else {
                    flush(&text, into: &element)
                    element.children.append(.element(try self.element()))
                }
            } else if byte == UInt8(ascii: "&") {
                try reference(into: &text)
            } else if reader.looks(at: "]]>") {
                throw reader.syntax("no ']]>' outside a CDATA section", found: "']]>'")
            } else if byte == 0x0D {
                reader.index += reader.looks(at: "\r\n") ? 2 : 1
                text.append(0x0A)
            } else {
                reader.index += 1
                text.append(byte)
            }
        }
        throw reader.syntax("'</\(element.name)>'")
    }

    private mutating func characterData(into text: inout [UInt8]) throws(MarkupFailure) {
        let start = reader.index
        guard let body = reader.read(from: "<![CDATA[", through: "]]>") else {
            throw reader.syntax("']]>' at the end of the CDATA section", at: start)
        }
        var previous: UInt8 = 0
        for byte in body.utf8 {
            // Line ends become one line feed, as everywhere in a document.
            if byte == 0x0D {
                text.append(0x0A)
            } else if byte != 0x0A || previous != 0x0D {
                text.append(byte)
            }
            previous = byte
        }
    }

    /// `&amp;`, `&#8364;`, `&#x20AC;`.
    private mutating func reference(into text: inout [UInt8]) throws(MarkupFailure) {
        let start = reader.index
        let referenceBytesMax = 64
        guard let body = reader.read(from: "&", through: ";", bytesMax: referenceBytesMax),
            !body.isEmpty
        else { throw reader.syntax("'&amp;' or a reference that ends with ';'", at: start) }
        switch body {
        case "amp": text.append(UInt8(ascii: "&"))
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "apos": text.append(UInt8(ascii: "'"))
        case "quot": text.append(UInt8(ascii: "\""))
        default:
            guard body.hasPrefix("#") else {
                throw reader.failure(.unknownEntity(body), at: start)
            }
            let isHexadecimal = body.hasPrefix("#x")
            let digits = body.dropFirst(isHexadecimal ? 2 : 1)
            guard let first = digits.first, first.isHexDigit,
                let code = UInt32(digits, radix: isHexadecimal ? 16 : 10),
                let scalar = Unicode.Scalar(code), ByteReader.isCharacter(scalar)
            else {
                throw reader.syntax(
                    "a reference to a character that XML allows", found: "'&\(body);'", at: start)
            }
            text.append(contentsOf: String(Character(scalar)).utf8)
        }
    }

    // MARK: Names

    private struct QualifiedName {
        var prefix: String
        var local: String
        var written: String { prefix.isEmpty ? local : prefix + ":" + local }
    }

    private mutating func name() throws(MarkupFailure) -> QualifiedName {
        let start = reader.index
        guard let first = reader.peek, ByteReader.startsName(first) else {
            throw reader.syntax("a name")
        }
        var colon: Int?
        while let byte = reader.peek, ByteReader.continuesName(byte) {
            if byte == UInt8(ascii: ":") {
                guard colon == nil else { throw reader.syntax("a name with one ':' at most") }
                colon = reader.index
            }
            reader.index += 1
            try check(
                reader.index - start <= limits.nameBytesMax, "nameBytesMax", limits.nameBytesMax,
                start)
        }
        guard let colon else {
            return QualifiedName(prefix: "", local: reader.text(start..<reader.index))
        }
        guard colon > start, colon + 1 < reader.index else {
            throw reader.syntax(
                "a name with text on both sides of ':'",
                found: "'\(reader.text(start..<reader.index))'", at: start)
        }
        return QualifiedName(
            prefix: reader.text(start..<colon), local: reader.text(colon + 1..<reader.index))
    }

    private mutating func check(
        _ isWithin: Bool, _ limit: String, _ maximum: Int, _ offset: Int
    ) throws(MarkupFailure) {
        guard isWithin else {
            throw reader.failure(.limit(name: limit, maximum: maximum), at: offset)
        }
    }
}
