import Markup
import Testing

@Suite("Reading XML")
struct MarkupParserTests {
    @Test("names, namespaces, attributes and text come out in document order")
    func readsATree() throws {
        let root = try MarkupParser.parse(
            text: """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a comment -->
                <a:root xmlns:a="urn:a" xmlns="urn:default" plain="1" a:own="zwei">
                  vor <inner>x &amp; y</inner> nach<![CDATA[ <roh> ]]>
                </a:root>
                """)
        #expect(root.name == "root")
        #expect(root.namespace == "urn:a")
        #expect(root.line == 3)
        #expect(root.column == 1)
        #expect(root.attribute("plain") == "1")
        #expect(root.attribute("own", in: "urn:a") == "zwei")
        #expect(root.attribute("own") == nil)
        #expect(root.trimmedText == "vor  nach <roh>")
        let inner = try #require(root.child(named: "inner", in: "urn:default"))
        #expect(inner.text == "x & y")
        #expect(inner.line == 4)
        #expect(inner.column == 7)
        #expect(root.children(named: "inner").count == 1)
        #expect(root.child(named: "inner", in: "urn:a") == nil)
    }

    @Test("an inner declaration hides the outer one, and ends with its element")
    func scopesNamespaces() throws {
        let root = try MarkupParser.parse(
            text: "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>")
        #expect(root.elements.map(\.namespace) == ["urn:2", "urn:1"])
        #expect(root.namespace == "urn:1")
    }

    @Test("references give characters; line ends become one line feed")
    func normalises() throws {
        let root = try MarkupParser.parse(
            text: "<a b='1&#x20AC;&#10;2\n3'>&lt;&#8364;&gt;\r\nz\r</a>")
        #expect(root.attribute("b") == "1€\n2 3")
        #expect(root.text == "<€>\nz\n")
    }

    @Test("columns count characters, not bytes")
    func countsColumns() throws {
        let root = try MarkupParser.parse(text: "<größe><é/></größe>")
        #expect(root.elements.first?.column == 8)
    }

    @Test("ISO-8859-1, which some modelers write, is read as what it says")
    func readsLatin1() throws {
        let head = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a b='".utf8)
        let root = try MarkupParser.parse(head + [0xE9, 0xFC] + Array("'/>".utf8))
        #expect(root.attribute("b") == "éü")
    }

    @Test("what was read and written reads the same again")
    func roundTrips() throws {
        let source = "<a:r xmlns:a=\"urn:a\" q=\"&quot;&lt;&#10;\">x<b>&amp;&gt;</b>y<c/></a:r>"
        let first = try MarkupParser.parse(text: source)
        let written = MarkupWriter.write(first)
        let second = try MarkupParser.parse(written)
        #expect(MarkupWriter.write(second) == written)
        #expect(second.attribute("q") == "\"<\n")
        #expect(second.text == "xy")
    }
}

/// A document that is refused, and the words that tell its author why.
struct RefusedDocument: CustomTestStringConvertible, Sendable {
    let title: String
    let text: String
    let line: Int
    let message: String
    var testDescription: String { title }

    init(_ title: String, _ text: String, line: Int = 1, _ message: String) {
        self.title = title
        self.text = text
        self.line = line
        self.message = message
    }

    // swift-format-ignore
    static let table: [RefusedDocument] = [
        .init("nothing at all", "", "expected the root element, found the end of the document"),
        .init("plain text", "hello", "expected the root element, found 'hello'"),
        .init("a document type", "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'http://x/y.dtd'><a/>", line: 2, "document type and entity declarations are refused"),
        .init("an entity bomb", "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>", "remove the <!DOCTYPE"),
        .init("an external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "document type and entity declarations are refused"),
        .init("a declaration inside the root", "<a>\n<!ENTITY x 'y'></a>", line: 2, "document type and entity declarations are refused"),
        .init("an unknown entity", "<a>&euro;</a>", "entity '&euro;' is not known"),
        .init("a reference without end", "<a>&amp</a>", "a reference that ends with ';'"),
        .init("a forbidden character by reference", "<a>&#0;</a>", "a reference to a character that XML allows, found '&#0;'"),
        .init("a surrogate by reference", "<a>&#xD800;</a>", "a reference to a character that XML allows"),
        .init("a control character", "<a>\u{1}</a>", "expected characters that XML allows, found U+1"),
        .init("an element left open", "<a><b></b>", "expected '</a>', found the end of the document"),
        .init("elements that cross", "<a>\n<b></a></b>", line: 2, "expected '</b>', found '</a>'"),
        .init("two roots", "<a/><b/>", "expected the end of the document, found '<b/>'"),
        .init("an attribute without quotes", "<a b=1/>", "expected a quoted attribute value, found '1/>'"),
        .init("an attribute without value", "<a b/>", "expected '=' after attribute 'b'"),
        .init("attributes without space", "<a b='1'c='2'/>", "expected a space, '>' or '/>' in the tag"),
        .init("an attribute twice", "<a b='1' b='2'/>", "attribute 'b' stands twice"),
        .init("an attribute twice by namespace", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "attribute 'q:b' stands twice"),
        .init("a prefix nobody declared", "<a><zeebe:b/></a>", "prefix 'zeebe' is not declared; add xmlns:zeebe"),
        .init("an open comment", "<a><!-- x</a>", "'-->' at the end of the comment"),
        .init("two hyphens in a comment", "<a><!-- x -- y --></a>", "no '--' inside a comment"),
        .init("an open CDATA section", "<a><![CDATA[x</a>", "']]>' at the end of the CDATA section"),
        .init("a less-than sign in a value", "<a b='<'/>", "expected '&lt;' in an attribute value"),
        .init("another encoding", "<?xml version='1.0' encoding='UTF-32'?><a/>", "expected UTF-8 or ISO-8859-1, found encoding 'UTF-32'"),
        .init("an end of section in text", "<a>]]></a>", "no ']]>' outside a CDATA section"),
        .init("a name that starts with a digit", "<1a/>", "expected a name"),
        .init("an XML declaration in the middle", "<a><?xml version='1.0'?></a>", "a target other than 'xml'"),
    ]
}

@Suite("Hostile XML is refused")
struct HostileMarkupTests {
    @Test("with its place and a remedy", arguments: RefusedDocument.table)
    func refuses(_ row: RefusedDocument) {
        #expect {
            try MarkupParser.parse(text: row.text)
        } throws: { error in
            guard let failure = error as? MarkupFailure else { return false }
            #expect(failure.description.contains(row.message))
            #expect(failure.line == row.line)
            return failure.description.contains(row.message)
        }
    }

    @Test("bytes that are not UTF-8 are refused where they stand")
    func refusesBrokenBytes() {
        let bytes: [UInt8] = Array("<a>\n".utf8) + [0xC3, 0x28] + Array("</a>".utf8)
        #expect(
            throws: MarkupFailure(
                .encoding("a byte sequence that is not UTF-8"), line: 2, column: 1)
        ) { try MarkupParser.parse(bytes) }
        #expect(throws: MarkupFailure(.encoding("UTF-16"), line: 1, column: 1)) {
            try MarkupParser.parse([0xFF, 0xFE, 0x3C, 0x00])
        }
    }

    @Test("deep nesting stops at the limit, not at the end of the stack")
    func limitsDepth() {
        let text = String(repeating: "<a>", count: 1_000_000)
        #expect(throws: MarkupFailure(.limit(name: "depthMax", maximum: 128), line: 1, column: 385))
        { try MarkupParser.parse(text: text) }
    }

    @Test("each size has a named limit")
    func limitsSizes() {
        var limits = MarkupLimits()
        limits.documentBytesMax = 64
        limits.elementsMax = 3
        limits.attributesPerElementMax = 2
        limits.attributeBytesMax = 8
        limits.nameBytesMax = 5
        // swift-format-ignore
        let rows: [(String, String)] = [
            ("documentBytesMax", "<a>" + String(repeating: "x", count: 64) + "</a>"),
            ("elementsMax", "<a><b/><b/><b/></a>"),
            ("attributesPerElementMax", "<a b='1' c='2' d='3'/>"),
            ("attributeBytesMax", "<a b='123456789'/>"),
            ("nameBytesMax", "<abcdef/>"),
        ]
        for (name, text) in rows {
            #expect {
                try MarkupParser.parse(text: text, limits: limits)
            } throws: { error in
                guard case .limit(name, _) = (error as? MarkupFailure)?.reason else { return false }
                return true
            }
        }
    }

    @Test("no cut or flipped byte of a good document makes the parser trap")
    func survivesDamage() {
        let good = Array(
            "<?xml version='1.0'?><a xmlns:p='u' p:q='1&amp;2'><!--c--><b>x<![CDATA[y]]></b></a>"
                .utf8)
        for cut in 0..<good.count { _ = try? MarkupParser.parse(Array(good[..<cut])) }
        for place in good.indices {
            for replacement: UInt8 in [0, 0x20, 0x22, 0x26, 0x2F, 0x3C, 0x3E, 0x5D, 0x80, 0xFF] {
                var damaged = good
                damaged[place] = replacement
                _ = try? MarkupParser.parse(damaged)
            }
        }
    }
}
