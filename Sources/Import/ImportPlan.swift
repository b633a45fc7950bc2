internal import Records

/// A command on the import's time line.
struct PlannedCommand: Sendable {
    let command: String
    let key: String
    /// Its place on the time line; nil for commands of an import that is no history.
    let date: BusinessDate?
    let postingDate: BusinessDate?
    let rank: Int
    let fileOrder: Int
    let row: Int
    let commandOrder: Int
    let actor: String?
    let payload: JSONValue
    let source: RowSource
    let created: Reference?
    /// The made thing by its name in another system, `ext:source/id`.
    let createdExternal: Reference?
    let references: [Reference]

    /// Date, rank, file order, row; then the order in which the mapping lists the row's commands.
    static func precedes(_ left: PlannedCommand, _ right: PlannedCommand) -> Bool {
        if left.date != right.date {
            guard let first = left.date else { return true }
            guard let second = right.date else { return false }
            return first < second
        }
        return (left.rank, left.fileOrder, left.row, left.commandOrder)
            < (right.rank, right.fileOrder, right.row, right.commandOrder)
    }
}

/// Where a command comes from.
package struct RowSource: Sendable, Hashable {
    /// The file; the mapping itself for commands without a row.
    package let file: String
    /// The line, counted from 1.
    package let line: Int
}

/// A row that made no command, or whose command was refused.
package struct RefusedRow: Equatable, Sendable {
    /// Where it stands.
    package let source: RowSource
    /// The command that it was to make; empty for a row that could not be read.
    package let command: String
    /// The stable code of a refusal by the daemon; `import-row` for what the import itself found.
    package let code: String
    /// Expected, found and remedy.
    package let message: String

    /// The code of what the import finds by itself.
    package static let rowCode = "import-row"
}

/// The commands of an import in their order, and what was found on the way.
struct ImportPlan: Sendable {
    /// Commands that one import may hold.
    static let commandsMax = 2_000_000

    var commands: [PlannedCommand] = []
    var refused: [RefusedRow] = []
    var notes: [ImportNote] = []
    var rows = 0
    var clockFrom: BusinessDate?
    var clockUntil: BusinessDate?
}
