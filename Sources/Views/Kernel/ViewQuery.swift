package import Records

/// Which of the two axes of time a question can be asked on.
package struct QueryAxes: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `as-of`: what was effective on a date.
    package static let asOf = QueryAxes(rawValue: 1)
    /// `at`: what was known at a position.
    package static let at = QueryAxes(rawValue: 2)
    /// Both.
    package static let both: QueryAxes = [.asOf, .at]
}

/// What a question's answer depends on besides its parameters.
package struct QueryContext: Sendable {
    /// The effective date as of which is asked; nil for the present.
    package var asOf: BusinessDate?
    /// The position up to which the log counts as known; nil for all of it.
    package var at: UInt64?
    /// The company's date now; what is due is compared with it.
    package var today: BusinessDate
    /// When that date began in the company's zone.
    package var todayBegins: Instant

    /// A context; the present unless said otherwise, and a day of UTC unless its beginning is given.
    package init(
        asOf: BusinessDate? = nil, at: UInt64? = nil, today: BusinessDate,
        todayBegins: Instant? = nil
    ) {
        self.asOf = asOf
        self.at = at
        self.today = today
        self.todayBegins = todayBegins ?? Instant(startOf: today)
    }

    /// The date as of which is asked, or today.
    package var effectiveDate: BusinessDate { asOf ?? today }

    /// Whether something written at a position with an effective date counts.
    package func counts(_ date: BusinessDate, _ position: UInt64) -> Bool {
        if let asOf, date > asOf { return false }
        if let at, position > at { return false }
        return true
    }
}

/// What a question was answered with.
package struct QueryResult<Row: Record>: Sendable {
    /// The rows in the order in which they are shown.
    package var rows: [Row]
    /// Totals by column, under the columns' names.
    package var totals: [JSONMember]
    /// What the reader of the rows has to know.
    package var notes: [String]

    /// A result from its parts.
    package init(_ rows: [Row], totals: [JSONMember] = [], notes: [String] = []) {
        self.rows = rows
        self.totals = totals
        self.notes = notes
    }
}

/// A question that a view answers.
package struct ViewQuery: Sendable {
    /// Rows that one answer may have.
    package static let rowsMax = 100_000

    /// The question's name, `finance.trial-balance`.
    package let name: String
    /// What it tells, in a sentence.
    package let documentation: String
    /// The axes on which it can be asked.
    package let axes: QueryAxes
    /// What can be given.
    package let parameters: RecordDescription
    /// What a row says: the columns with their kinds.
    package let columns: RecordDescription
    let answer:
        @Sendable (borrowing ViewReader, JSONValue, QueryContext) throws(QueryFailure)
            -> QueryAnswer

    /// A question with the records of its parameters and its rows.
    package init<Parameters: Record, Row: Record>(
        _ name: String, _ documentation: String, axes: QueryAxes = [],
        _ parameters: Parameters.Type, rows: Row.Type,
        _ run:
            @escaping @Sendable (borrowing ViewReader, Parameters, QueryContext)
            throws(QueryFailure) -> QueryResult<Row>
    ) {
        self.name = name
        self.documentation = documentation
        self.axes = axes
        self.parameters = Parameters.schema.description
        columns = Row.schema.description
        answer = {
            (reader: borrowing ViewReader, json: JSONValue, context: QueryContext)
                throws(QueryFailure) -> QueryAnswer in
            let given: Parameters
            do throws(InputFailure) {
                given = try Parameters.read(json, JSONContext(currency: nil))
                try AskedPeriod.check(given)
            } catch { throw .badParameters(error) }
            let result = try run(reader, given, context)
            guard result.rows.count <= ViewQuery.rowsMax else {
                throw .tooManyRows(count: result.rows.count)
            }
            let format = JSONContext(currency: nil)
            return QueryAnswer(
                rows: result.rows.map { $0.json(format) }, totals: result.totals,
                notes: result.notes)
        }
    }
}

/// An answer before its view and position are told.
struct QueryAnswer: Sendable {
    let rows: [JSONValue]
    let totals: [JSONMember]
    let notes: [String]
}

/// The answer to a question.
package struct QueryReply: Sendable {
    /// The position up to which the view had folded the log: the answer is exact for it.
    package let position: UInt64
    /// The rows as JSON objects; an absent value is left out.
    package let rows: [JSONValue]
    /// Totals by column, under the columns' names.
    package let totals: [JSONMember]
    /// What the reader has to know.
    package let notes: [String]
    /// The streams whose events the view passes over, with the reason.
    package let parked: [ParkedKey]

    /// The reply of the line protocol.
    package var json: JSONValue {
        .object([
            "position": .integer(position),
            "rows": .array(rows),
            "totals": totals.isEmpty ? nil : .object(totals),
            "notes": notes.isEmpty ? nil : .array(notes.map { .string($0) }),
            "parked": parked.isEmpty
                ? nil : .array(parked.map { $0.json(JSONContext(currency: nil)) }),
        ])
    }
}

/// A question without parameters.
package struct NoParameters: Record, Equatable {
    package static let schema = Schema<NoParameters>(
        "no-parameters", "Nothing to give.", make: NoParameters.init)
}
