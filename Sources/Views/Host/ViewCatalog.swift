internal import LMDB
internal import Records

/// Views with their questions by name.
package struct ViewCatalog: Sendable {
    /// The views in the order in which they were given.
    package let views: [any View.Type]
    private let byQuery: [String: (view: any View.Type, query: ViewQuery)]

    /// A catalogue of views.
    /// - Precondition: no two views and no two questions have one name.
    package init(_ views: [any View.Type]) {
        self.views = views
        precondition(Set(views.map { $0.name }).count == views.count, "views have unique names")
        var byQuery: [String: (view: any View.Type, query: ViewQuery)] = [:]
        for view in views {
            for query in view.queries {
                let previous = byQuery.updateValue((view, query), forKey: query.name)
                precondition(previous == nil, "two queries are named \(query.name)")
            }
        }
        self.byQuery = byQuery
    }

    /// All questions by name.
    package var queries: [ViewQuery] {
        byQuery.values.map(\.query).sorted { $0.name < $1.name }
    }

    /// The question with this name.
    package func query(_ name: String) -> ViewQuery? { byQuery[name]?.query }

    /// The question with this name and its view, or the nearest name.
    func find(
        _ name: String
    ) throws(QueryFailure) -> (view: any View.Type, query: ViewQuery) {
        if let found = byQuery[name] { return found }
        throw .unknownQuery(name: name, nearest: nearest(to: name, among: byQuery.keys.sorted()))
    }

    func view(_ name: String) -> (any View.Type)? { views.first { $0.name == name } }
}

extension ViewQuery {
    /// Refuses axes on which the question cannot be asked.
    func check(_ context: QueryContext) throws(QueryFailure) {
        if context.asOf != nil, !axes.contains(.asOf) {
            throw .optionNotSupported(option: "as-of", query: name)
        }
        if context.at != nil, !axes.contains(.at) {
            throw .optionNotSupported(option: "at", query: name)
        }
    }

    /// Answers from a snapshot.
    func reply(
        _ reader: borrowing ViewReader, _ parameters: JSONValue, _ context: QueryContext
    ) throws(QueryFailure) -> QueryReply {
        let position: UInt64
        do throws(StoreFailure) {
            position = try reader.checkpoint()?.position ?? 0
        } catch { throw .store(error) }
        let answer = try answer(reader, parameters, context)
        return QueryReply(
            position: position, rows: answer.rows, totals: answer.totals, notes: answer.notes,
            parked: try reader.rows(ParkedKey.self))
    }
}
