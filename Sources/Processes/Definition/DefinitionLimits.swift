/// How large a process may be, so that reading and checking it ends soon whatever it holds.
enum DefinitionLimits {
    /// Elements of one process, those in its sub-processes included.
    static let elementsMax = 5_000
    /// Flows of one process.
    static let flowsMax = 10_000
    /// Sub-processes inside each other.
    static let depthMax = 32
    /// Flows into inclusive gateways that join several, in one process.
    static let inclusiveFlowsMax = 400
    /// Findings that are reported for one process.
    static let diagnosticsMax = 1_000
    /// Ways in which tokens can lie on the flows of a scope that are looked at, and the flows that
    /// may be copied for that in all.
    static let markingsMax = 4_000
    static let markedFlowsMax = 4_000_000
}
