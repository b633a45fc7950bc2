import Business
import Records
import Views

/// How often a word was noted, and the sum of its amounts.
struct WordRow: ViewRow, Equatable {
    let word: String
    var count: Int64
    var sum: Int64

    static let table = "words"
    var key: RowKey { RowKey(word) }
    static let schema = Schema<WordRow>(
        "word-row", "",
        Field(1, "word", \.word), Field(2, "count", \.count), Field(3, "sum", \.sum),
        make: WordRow.init)
}

/// A view for tests: it counts words, and cannot fold an amount of 13.
enum WordView: View {
    static let name = "words"
    static let documentation = "Words."
    static let version: Int64 = 1
    static let tables = [ViewTable(WordRow.self)]
    static let eventTypes = [Noted.typeName]
    static let queries = WordFold.queries("words")
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) { try WordFold.fold(event, into: &transaction) }
}

/// The same view, stopping before what it cannot fold.
enum StrictWordView: View {
    static let name = "words"
    static let documentation = "Words."
    static let version: Int64 = 1
    static let tables = [ViewTable(WordRow.self)]
    static let eventTypes = [Noted.typeName]
    static let queries = WordFold.queries("words")
    static func policy(for eventType: String) -> UnfoldablePolicy { .stop }
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) { try WordFold.fold(event, into: &transaction) }
}

/// The same rows under another name, stopping before what it cannot fold.
enum PickyWordView: View {
    static let name = "picky"
    static let documentation = "Words."
    static let version: Int64 = 1
    static let tables = [ViewTable(WordRow.self)]
    static let eventTypes = [Noted.typeName]
    static let queries = WordFold.queries("picky")
    static func policy(for eventType: String) -> UnfoldablePolicy { .stop }
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) { try WordFold.fold(event, into: &transaction) }
}

/// The same view in a newer version, which can fold everything.
enum NewWordView: View {
    static let name = "words"
    static let documentation = "Words."
    static let version: Int64 = 2
    static let tables = [ViewTable(WordRow.self)]
    static let eventTypes = [Noted.typeName]
    static let queries = WordFold.queries("words")
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) { try WordFold.count(event, into: &transaction) }
}

enum WordFold {
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try count(event, into: &transaction)
        // After the row was changed: nothing of it may stay.
        if case let noted as Noted = event.event, noted.amount == 13 {
            throw .unexpected("13 cannot be folded")
        }
    }

    static func count(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard case let noted as Noted = event.event else { return }
        if noted.amount == 0 {
            try transaction.delete(WordRow.self, RowKey(noted.word))
            return
        }
        try transaction.upsert(
            RowKey(noted.word), new: WordRow(word: noted.word, count: 0, sum: 0)
        ) { row in
            row.count += 1
            row.sum += noted.amount
        }
    }

    static func queries(_ prefix: String) -> [ViewQuery] {
        [
            ViewQuery("\(prefix).all", "All words.", NoParameters.self, rows: WordRow.self) {
                (reader, _, _) throws(QueryFailure) in
                QueryResult(try reader.rows(WordRow.self))
            }
        ]
    }
}
