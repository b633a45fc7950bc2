import Records
import Testing
import Views

@Suite("Questions explain themselves")
struct CatalogTests {
    static let queries = ViewCatalog(allViews).queries

    @Test("names, meaning, parameters and columns are told", arguments: queries.map(\.name))
    func described(_ name: String) throws {
        let query = try #require(ViewCatalog(allViews).query(name))
        #expect(query.documentation.hasSuffix("."))
        for field in query.parameters.fields + query.columns.fields {
            #expect(!field.documentation.isEmpty, "\(field.name) of \(name)")
        }
        #expect(!query.columns.fields.isEmpty)
    }

    @Test("the questions that the views are for are all there")
    func complete() {
        let names = Set(Self.queries.map(\.name))
        for name in [
            "funnel.stages", "funnel.forecast", "funnel.conversion", "funnel.win-rate",
            "funnel.sources", "funnel.lost-reasons", "funnel.velocity", "funnel.leads",
            "fulfillment.orders", "fulfillment.order", "fulfillment.stock",
            "fulfillment.purchases", "fulfillment.late", "fulfillment.otif",
            "fulfillment.cycle-time", "finance.journal", "finance.ledger",
            "finance.trial-balance", "finance.profit-and-loss", "finance.balance-sheet",
            "finance.receivables", "finance.payables", "finance.margin", "sales.deal",
        ] { #expect(names.contains(name), "\(name)") }
    }

    @Test("finance and stock know both axes, others none", arguments: queries.map(\.name))
    func axes(_ name: String) throws {
        let query = try #require(ViewCatalog(allViews).query(name))
        let knowsBoth = name.hasPrefix("finance.") || name == "fulfillment.stock"
        #expect(query.axes == (knowsBoth ? .both : []))
    }
}
