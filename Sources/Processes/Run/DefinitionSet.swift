/// The definitions that an instance keeps from its start to its end, by process id.
package struct DefinitionSet: Sendable {
    private var byProcessID: [String: ProcessDefinition]
    /// Definitions of other deployments that an instance keeps too.
    private var others: [DefinitionReference: ProcessDefinition] = [:]

    package init(_ definitions: [ProcessDefinition]) {
        byProcessID = Dictionary(
            definitions.map { ($0.processID, $0) }, uniquingKeysWith: { _, last in last })
    }

    package subscript(processID: String) -> ProcessDefinition? { byProcessID[processID] }

    /// The definition with this process id and this hash.
    package subscript(reference: DefinitionReference) -> ProcessDefinition? {
        byProcessID[reference.processID].flatMap { $0.reference == reference ? $0 : nil }
            ?? others[reference]
    }

    /// Keeps a definition of another deployment, found by its reference alone.
    package mutating func keep(_ definition: ProcessDefinition) {
        guard self[definition.reference] == nil else { return }
        others[definition.reference] = definition
    }

    package mutating func insert(_ definition: ProcessDefinition) {
        byProcessID[definition.processID] = definition
    }

    /// All definitions, by process id.
    package var all: [ProcessDefinition] {
        byProcessID.values.sorted { $0.processID < $1.processID }
    }
}
