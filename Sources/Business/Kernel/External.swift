package import Records

/// Where a record or a document came from: another program, or a file that was imported.
package struct ExternalReference: Record, Hashable {
    /// The other system, `northwind`.
    package let source: String
    /// The thing's name over there, `ALFKI`.
    package let id: String

    /// A reference from its parts.
    package init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    /// The declaration of the fields.
    package static let schema = Schema<ExternalReference>(
        "external-reference", "Where a record or a document came from.",
        Field(
            1, "source", \.source, "The other system, `northwind`.", limits: .count(1...64)),
        Field(2, "id", \.id, "The thing's name over there, `ALFKI`.", limits: .count(1...200)),
        make: ExternalReference.init)
}
