import Foundation

/// The rules that every identifier keeps, whatever it names.
public enum IdentifierRules {
    /// Bytes of UTF-8 that an identifier has at the most.
    public static let bytesMax = 64

    /// The words for a message: what an identifier must look like.
    public static let expectation =
        "1 to 64 bytes of NFC text without '/', '*', spaces or control characters"

    /// Whether the text can be an identifier.
    public static func allows(_ text: String) -> Bool {
        (1...bytesMax).contains(text.utf8.count) && text.isPlainWord
            && !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "*") }
    }
}

extension String {
    /// Whether the text is NFC and has neither spaces nor control characters, in any script.
    var isPlainWord: Bool {
        var isASCII = true
        for byte in utf8 {
            if byte <= 0x20 || byte == 0x7F { return false }
            if byte >= 0x80 { isASCII = false }
        }
        if isASCII { return true }
        let hasSpace = unicodeScalars.contains {
            $0.properties.isWhitespace || $0.properties.generalCategory == .control
        }
        return !hasSpace && precomposedStringWithCanonicalMapping.utf8.elementsEqual(utf8)
    }
}

/// The name of one thing of a kind; identifiers of different kinds cannot be mixed up.
///
/// - Shape: ``IdentifierRules/expectation``.
public struct Identifier<Subject: IdentifierSubject>: Hashable, Sendable, CustomStringConvertible {
    /// The identifier as its owner wrote it; never changed, never reused.
    public let text: String

    /// An identifier, or nil where the text breaks ``IdentifierRules``.
    public init?(_ text: String) {
        guard IdentifierRules.allows(text) else { return nil }
        self.text = text
    }

    /// An identifier that was checked when it was written.
    @inlinable
    init(trusted text: String) { self.text = text }

    /// The text.
    public var description: String { text }
}

/// A kind of thing that identifiers name.
public protocol IdentifierSubject: Sendable {
    /// The kind's stream type, `sales.order`, or a word for what has no stream.
    static var subjectName: String { get }
}

extension Identifier: Comparable {
    /// Orders by the text's bytes.
    public static func < (left: Identifier, right: Identifier) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
