package import Business
package import EventLog
internal import Records

/// All departments together.
package enum DaybookRegistry {
    /// The registry of the program: every department and the engine's own modules.
    package static func make() -> Registry {
        let departments: [any BusinessModule.Type] = [
            Marketing.self, Sales.self, Inventory.self, Fulfillment.self, Purchasing.self,
            Finance.self,
        ]
        return Registry(departments + Registry.engineModules, poster: Poster().poster)
    }
}

extension Engine {
    /// Which log this is, as views know it.
    package func lineage() throws(EngineFailure) -> LogLineage {
        let rows: [IndexRow]
        do throws(IndexFailure) {
            rows = try index.rows(
                in: EngineTables.identities, prefix: EngineTables.onePrefix,
                limit: Self.identitiesMax)
        } catch { throw .unreadable("\(error)") }
        let lineage = LogLineage(
            rows.map {
                LogLineage.Period(
                    first: Position(EngineTables.number($0.suffix)),
                    identity: String(decoding: $0.value, as: UTF8.self))
            })
        guard let lineage else { throw .unreadable("its first event does not found a folder") }
        return lineage
    }

    /// Copies of copies that are told apart.
    private static let identitiesMax = 10_000

    /// Whether a set of definitions was deployed.
    package func hasDefinitions() async -> Bool {
        await onWriter { $0.library.current != nil } ?? false
    }
}
