/// Writes an ``Element`` tree as an XML document in UTF-8.
///
/// Prefixes and namespace declarations are written as the tree has them, and nothing is indented,
/// so a parsed document comes out with the same content; comments and instructions are not kept.
package enum MarkupWriter {
    /// The document's bytes, XML declaration included.
    package static func write(_ root: Element) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(root, into: &text)
        text += "\n"
        return Array(text.utf8)
    }

    private static func write(_ element: Element, into text: inout String) {
        let name = qualified(element.prefix, element.name)
        text += "<" + name
        for declaration in element.declarations {
            text += declaration.prefix.isEmpty ? " xmlns=\"" : " xmlns:\(declaration.prefix)=\""
            escape(declaration.uri, isAttribute: true, into: &text)
            text += "\""
        }
        for attribute in element.attributes {
            text += " " + qualified(attribute.prefix, attribute.name) + "=\""
            escape(attribute.value, isAttribute: true, into: &text)
            text += "\""
        }
        guard !element.children.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        for child in element.children {
            switch child {
            case .element(let inner): write(inner, into: &text)
            case .text(let content): escape(content, isAttribute: false, into: &text)
            }
        }
        text += "</" + name + ">"
    }

    private static func qualified(_ prefix: String, _ name: String) -> String {
        prefix.isEmpty ? name : prefix + ":" + name
    }

    private static func escape(_ value: String, isAttribute: Bool, into text: inout String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"" where isAttribute: text += "&quot;"
            case "\n" where isAttribute: text += "&#10;"
            case "\t" where isAttribute: text += "&#9;"
            case "\r": text += "&#13;"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
