/// Why a document was refused, and where.
package struct MarkupFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Reason: Equatable, Sendable {
        /// Not UTF-8, or a declaration that names another encoding.
        case encoding(String)
        /// A document type or entity declaration, which this parser never accepts.
        case documentType
        /// A reference to an entity other than the five that XML itself defines.
        case unknownEntity(String)
        /// A prefix that no element around it declares.
        case undeclaredPrefix(String)
        /// Two attributes of one element with the same name.
        case duplicateAttribute(String)
        /// Over one of the named limits.
        case limit(name: String, maximum: Int)
        /// Not well-formed in any other way: what was expected and what was found.
        case syntax(expected: String, found: String)
    }

    package let reason: Reason
    /// Line counted from 1; 0 when the failure concerns the whole document.
    package let line: Int
    /// Column in Unicode scalars counted from 1; 0 when it concerns the whole document.
    package let column: Int

    package init(_ reason: Reason, line: Int, column: Int) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    /// The reason as a sentence with its remedy, without the place.
    package var message: String {
        switch reason {
        case .encoding(let found):
            "expected UTF-8 or ISO-8859-1, found \(found); save the file as UTF-8"
        case .documentType:
            "document type and entity declarations are refused; remove the <!DOCTYPE …> part"
        case .unknownEntity(let name):
            "entity '&\(name);' is not known; use a character reference such as &#8364; or the "
                + "character itself"
        case .undeclaredPrefix(let prefix):
            "prefix '\(prefix)' is not declared; add xmlns:\(prefix)=\"…\""
        case .duplicateAttribute(let name):
            "attribute '\(name)' stands twice on one element; remove one of them"
        case .limit(let name, let maximum):
            "the limit \(name) of \(maximum) is exceeded; make the file smaller or simpler"
        case .syntax(let expected, let found):
            "expected \(expected), found \(found)"
        }
    }

    package var description: String {
        line > 0 ? "line \(line), column \(column): \(message)" : message
    }
}
