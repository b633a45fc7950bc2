internal import Business

extension Event {
    /// Folds the event into a state of its own stream by its own `evolve`, in place.
    ///
    /// - Returns: Whether the state is of the event's stream; otherwise nothing happened.
    func fold<State: StreamState>(into state: inout State, at version: UInt64) -> Bool {
        guard State.self == Self.State.self else { return false }
        withUnsafeMutablePointer(to: &state) { pointer in
            // The two types were just found to be one.
            pointer.withMemoryRebound(to: Self.State.self, capacity: 1) {
                evolve(&$0.pointee, at: version)
            }
        }
        return true
    }
}

/// The types of a department's events that stand in streams of a type.
func eventTypes(of module: any BusinessModule.Type, in streamTypes: String...) -> [String] {
    module.events.filter { streamTypes.contains(streamType(of: $0)) }.map { typeName(of: $0) }
}

private func streamType<Written: Event>(of type: Written.Type) -> String {
    Written.State.streamType
}

private func typeName<Written: Event>(of type: Written.Type) -> String { Written.typeName }
