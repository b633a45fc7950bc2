package import Records
package import Views

/// What a question about running processes is answered from.
package struct OperatingDesk: Sendable {
    let engine: Engine
    let views: ViewHost

    /// A desk over an engine and its views.
    package init(engine: Engine, views: ViewHost) {
        self.engine = engine
        self.views = views
    }

    /// Rows of a view's question, asked for the present.
    func rows(_ name: String, _ parameters: JSONValue) throws(QueryFailure) -> [JSONValue] {
        try views.query(
            name, parameters: parameters, context: engine.queryContext()
        ).rows
    }
}

/// A question that needs more than a view's rows: definitions, the log, or the writer's states.
package struct OperatingQuery: Sendable {
    /// The question's name, `process.explain`.
    package let name: String
    /// What it tells, in a sentence.
    package let documentation: String
    /// What can be given.
    package let parameters: RecordDescription
    private let run: @Sendable (OperatingDesk, JSONValue) async throws(QueryFailure) -> JSONValue

    init<Parameters: Record>(
        _ name: String, _ documentation: String, _ parameters: Parameters.Type,
        _ run:
            @escaping @Sendable (OperatingDesk, Parameters) async throws(QueryFailure)
            -> JSONValue
    ) {
        self.name = name
        self.documentation = documentation
        self.parameters = Parameters.schema.description
        self.run = {
            (desk: OperatingDesk, json: JSONValue) async throws(QueryFailure) -> JSONValue in
            let given: Parameters
            do throws(InputFailure) {
                given = try Parameters.read(json, JSONContext(currency: nil))
                try AskedPeriod.check(given)
            } catch { throw .badParameters(error) }
            return try await run(desk, given)
        }
    }

    /// Answers the question.
    package func answer(
        _ desk: OperatingDesk, _ parameters: JSONValue
    ) async throws(QueryFailure) -> JSONValue {
        try await run(desk, parameters)
    }

    /// All of them.
    package static let all: [OperatingQuery] =
        processQueries + decisionQueries + [migration, form, versions]

    /// The question with a name.
    package static func named(_ name: String) -> OperatingQuery? {
        all.first { $0.name == name }
    }
}
