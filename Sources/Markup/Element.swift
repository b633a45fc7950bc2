/// One element of an XML document with its attributes and content in document order.
///
/// Names are split into local name and namespace URI; the prefix is kept only for writing.
package struct Element: Sendable, Equatable {
    /// Local name, without prefix.
    package var name: String
    /// Namespace URI; empty when the element has none.
    package var namespace: String
    /// Prefix as written; empty for the default namespace.
    package var prefix: String
    /// Attributes in document order, namespace declarations excluded.
    package var attributes: [Attribute]
    /// Namespace declarations on this element (prefix, URI), kept so that writing loses nothing.
    package var declarations: [NamespaceDeclaration]
    /// Elements and text in document order; comments and processing instructions are left out.
    package var children: [Node]
    /// Line of the opening `<`, counted from 1.
    package var line: Int
    /// Column of the opening `<` in Unicode scalars, counted from 1.
    package var column: Int

    package init(
        name: String, namespace: String = "", prefix: String = "", attributes: [Attribute] = [],
        declarations: [NamespaceDeclaration] = [], children: [Node] = [], line: Int = 0,
        column: Int = 0
    ) {
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.attributes = attributes
        self.declarations = declarations
        self.children = children
        self.line = line
        self.column = column
    }

    /// Direct text of the element, child elements left out, joined in order.
    package var text: String {
        var joined = ""
        for case .text(let part) in children { joined += part }
        return joined
    }

    /// Direct text without white space at either end.
    package var trimmedText: String {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        var trimmed = String.UnicodeScalarView()
        trimmed.append(contentsOf: scalars[first...last])
        return String(trimmed)
    }

    /// Child elements in order.
    package var elements: [Element] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// First child element with that local name; `namespace` nil means any namespace.
    package func child(named name: String, in namespace: String? = nil) -> Element? {
        for case .element(let element) in children where element.matches(name, namespace) {
            return element
        }
        return nil
    }

    /// All child elements with that local name; `namespace` nil means any namespace.
    package func children(named name: String, in namespace: String? = nil) -> [Element] {
        elements.filter { $0.matches(name, namespace) }
    }

    /// Value of an attribute; an attribute without prefix is in no namespace (the empty text).
    package func attribute(_ name: String, in namespace: String = "") -> String? {
        attributes.first { $0.name == name && $0.namespace == namespace }?.value
    }

    /// Whether the element has this local name and, when given, this namespace.
    package func matches(_ name: String, _ namespace: String?) -> Bool {
        self.name == name && (namespace == nil || self.namespace == namespace)
    }
}

/// One attribute of an element.
package struct Attribute: Sendable, Equatable {
    /// Local name, without prefix.
    package var name: String
    /// Namespace URI; empty for an attribute without prefix, as the standard says.
    package var namespace: String
    /// Prefix as written; empty when there is none.
    package var prefix: String
    /// Value with references resolved and white space normalised to blanks.
    package var value: String
    /// Line of the name, counted from 1.
    package var line: Int
    /// Column of the name in Unicode scalars, counted from 1.
    package var column: Int

    package init(
        name: String, namespace: String = "", prefix: String = "", value: String, line: Int = 0,
        column: Int = 0
    ) {
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.value = value
        self.line = line
        self.column = column
    }
}

/// `xmlns:prefix="uri"`, or `xmlns="uri"` with an empty prefix.
package struct NamespaceDeclaration: Sendable, Equatable {
    package var prefix: String
    package var uri: String

    package init(prefix: String, uri: String) {
        self.prefix = prefix
        self.uri = uri
    }
}

/// Content of an element.
package enum Node: Sendable, Equatable {
    case element(Element)
    case text(String)
}
