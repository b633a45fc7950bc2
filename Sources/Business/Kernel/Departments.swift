/// All departments, in the order in which their consequences run.
///
/// Finance stands last: what an invoice leaves open of an order is told by Sales first.
package enum Departments {
    /// The modules.
    package static var all: [any BusinessModule.Type] {
        [
            Marketing.self, Sales.self, Inventory.self, Fulfillment.self, Purchasing.self,
            Finance.self,
        ]
    }

    /// All that the program can decide and fold, with vouchers posted by a poster of its own.
    package static func registry() -> Registry { Registry(all, poster: Poster().poster) }
}
