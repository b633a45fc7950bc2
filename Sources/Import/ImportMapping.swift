/// How the files of another program become commands: what a mapping file says, not yet compiled.
///
/// Written in YAML and read by ``MappingReader``; the article "Importing files" shows every part.
package struct ImportMapping: Sendable {
    /// The import's name: the first part of every key.
    package var name = ""
    /// What it is, in a sentence.
    package var title = ""
    /// Whether the commands belong to the past and need a folder on the manual clock.
    package var isHistory = false
    /// Named values that every expression sees.
    var values: [NamedValue] = []
    /// Where the manual clock begins, and where it is left.
    var clockFrom: FieldValue?
    var clockUntil: FieldValue?
    /// Definition files that the folder needs for this import.
    var definitions: [DefinitionChange] = []
    /// What people do whenever a process leaves them a task.
    var work: [WorkRule] = []
    /// Commands that are given once, not for each row.
    var commands: [CommandRule] = []
    /// The files in the order that settles ties on the time line.
    var files: [FileRule] = []
}

/// Where something stands in the mapping file.
package struct MappingPlace: Sendable, Hashable {
    /// Counted from 1.
    package let line: Int
    /// Counted from 1.
    package let column: Int
}

/// A fault of a mapping file: where, and what was expected, found and is to be done.
package struct MappingFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The mapping file as it was named.
    package let file: String
    /// Where; nil where the file as a whole cannot be read.
    package let place: MappingPlace?
    /// Expected, found and remedy.
    package let message: String

    /// File, place and message in a line.
    package var description: String {
        place.map { "\(file):\($0.line):\($0.column): \(message)" } ?? "\(file): \(message)"
    }
}

struct NamedValue: Sendable {
    let name: String
    let value: FieldValue
}

/// A definition file that is deployed, or taken out of the set, before the first command.
struct DefinitionChange: Sendable {
    /// Its name within the set, `processes/roles/roles.yaml`.
    let name: String
    /// The file beside the mapping; nil takes the name out of the set.
    let file: String?
    let place: MappingPlace
}

/// Who does a task that a process leaves to people, known by the command that it gives.
struct WorkRule: Sendable {
    let command: String
    /// Asked in this order; the next one where duties must be apart.
    let actors: [String]
    let place: MappingPlace
}

/// The type of a column.
enum ColumnType: String, CaseIterable, Sendable {
    case text, number, date, boolean
}

/// One CSV file: its columns, what is mended and assumed, and the commands that its rows make.
struct FileRule: Sendable {
    var name = ""
    var file = ""
    /// The column by which other files find a row.
    var key: String?
    var keyPlace: MappingPlace?
    var columns: [ColumnRule] = []
    var mends: [MendRule] = []
    var assumptions: [AssumeRule] = []
    var lookups: [LookupRule] = []
    var groups: [GroupRule] = []
    var commands: [CommandRule] = []
    var place = MappingPlace(line: 1, column: 1)
}

struct ColumnRule: Sendable {
    let column: String
    let type: ColumnType
    let place: MappingPlace
}

/// Values of a column that are known to be wrong, with the right ones.
struct MendRule: Sendable {
    let column: String
    let replacements: [(wrong: String, right: String)]
    let place: MappingPlace
}

/// What is taken for a value that is not there.
struct AssumeRule: Sendable {
    let column: String
    let value: FieldValue
    let reason: String
    let place: MappingPlace
}

/// A row of another file, found by its key.
struct LookupRule: Sendable {
    let name: String
    let file: String
    let by: FieldValue
    let isOptional: Bool
    let place: MappingPlace
}

/// The rows of another file that belong to a row, as a list.
struct GroupRule: Sendable {
    let name: String
    let file: String
    /// The child's column that names the parent.
    let key: String
    let by: FieldValue
    let place: MappingPlace
}

/// One command that a row makes.
struct CommandRule: Sendable {
    var command = ""
    var key = FieldValue.literal("", MappingPlace(line: 1, column: 1))
    var date: FieldValue?
    var postingDate: FieldValue?
    var when: FieldValue?
    var rank = 0
    var actor: String?
    /// The field of the payload that names the thing which the command makes.
    var creates: String?
    var fields: [FieldRule] = []
    var place = MappingPlace(line: 1, column: 1)
}

struct FieldRule: Sendable {
    let name: String
    let value: FieldValue
    let place: MappingPlace
}

/// How the value of a field is found.
indirect enum FieldValue: Sendable {
    /// As it is written.
    case literal(String, MappingPlace)
    /// `{column}` inside a text.
    case template(String, MappingPlace)
    /// `= …`, a FEEL expression over the row's columns.
    case expression(String, MappingPlace)
    /// Fields of its own.
    case fields([FieldRule], MappingPlace)
    /// A list written out.
    case list([FieldValue], MappingPlace)
    /// A list with an element for each row of a group.
    case each(String, [FieldRule], MappingPlace)

    var place: MappingPlace {
        switch self {
        case .literal(_, let place), .template(_, let place), .expression(_, let place),
            .fields(_, let place), .list(_, let place), .each(_, _, let place):
            place
        }
    }
}
