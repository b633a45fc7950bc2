package import Business
internal import EventLog
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
    /// The log's random identity, as views know it.
    package func logIdentity() throws(EngineFailure) -> String {
        do {
            guard let first = try log.event(at: .first),
                let started = try decoder.decode(first) as? ClockStarted
            else { throw EngineFailure.unreadable("its first event does not found a folder") }
            return started.logIdentity.bytes.map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }.joined()
        } catch let failure as EngineFailure {
            throw failure
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Whether a set of definitions was deployed.
    package func hasDefinitions() async -> Bool {
        await onWriter { $0.library.current != nil } ?? false
    }
}
