package import Records

/// A row of a view's table: a record with its key in it.
package protocol ViewRow: Record {
    /// The table's name in the view.
    static var table: String { get }
    /// The row's place in the table; the fields that make it never change.
    var key: RowKey { get }
}

/// A table of a view, named by its rows' type.
package struct ViewTable: Sendable {
    /// The table's name.
    package let name: String
    /// What a row says.
    package let rows: RecordDescription

    /// The table of a row type.
    package init<Row: ViewRow>(_ type: Row.Type) {
        name = Row.table
        rows = Row.schema.description
    }
}

/// A thing whose events a view could not fold and passes over until it is mended.
package struct ParkedKey: ViewRow, Equatable {
    /// The stream.
    package let stream: String
    /// The event that could not be folded.
    package let position: UInt64
    /// Its type.
    package let type: String
    /// Why.
    package let reason: String

    package static let table = "view.parked"
    package var key: RowKey { RowKey(stream) }
    package static let schema = Schema<ParkedKey>(
        "view.parked-key", "A thing whose events a view could not fold and passes over.",
        Field(1, "stream", \.stream, "The stream."),
        Field(2, "position", { Int64(bitPattern: $0.position) }, "The first event not folded."),
        Field(3, "type", \.type, "Its type."),
        Field(4, "reason", \.reason, "Why."),
        make: { ParkedKey(stream: $0, position: UInt64(bitPattern: $1), type: $2, reason: $3) })
}
