/// The names that mean something to an expression from outside, known when it is compiled.
///
/// FEEL names may hold spaces and operators, so where a name ends depends on which names there
/// are. A name that is not known is read as one plain word.
package struct KnownNames: Sendable {
    /// Normal form to the spelling under which the scope knows it.
    var variables: [String: String] = [:]
    /// Names of entries that paths and filters may use.
    var properties: [String: String] = [:]
    var types: [String: ValueType] = [:]
    /// The most characters that a known name has.
    private(set) var lengthMaximum = 0

    package init(
        _ variables: some Sequence<String> = [], properties: some Sequence<String> = [],
        types: [String: ValueType] = [:]
    ) {
        for name in variables { addVariable(name) }
        for name in properties { addProperty(name) }
        for name in ["time offset", "start included", "end included"] { addProperty(name) }
        for (name, type) in types { self.types[NameRules.normalized(name)] = type }
        lengthMaximum = max(lengthMaximum, Builtins.nameLengthMaximum)
    }

    package mutating func addVariable(_ name: String) {
        let normal = NameRules.normalized(name)
        variables[normal] = name
        lengthMaximum = max(lengthMaximum, normal.unicodeScalars.count)
    }

    package mutating func addProperty(_ name: String) {
        let normal = NameRules.normalized(name)
        properties[normal] = name
        lengthMaximum = max(lengthMaximum, normal.unicodeScalars.count)
    }

    /// No names from outside: every unknown word is looked up in the scope when it is evaluated.
    package static let any = KnownNames()
}

/// Why a text is no FEEL expression.
package struct SyntaxFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in characters.
    package let column: Int

    package var description: String { "line \(line), column \(column): \(message)" }
}
