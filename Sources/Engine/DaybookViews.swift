package import Views

/// All views of the program.
package enum DaybookViews {
    /// The departments' views and the engine's view of work.
    package static var all: [any View.Type] {
        [FunnelView.self, FulfillmentView.self, FinanceView.self, WorkView.self]
    }
}
