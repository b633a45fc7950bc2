internal import FEEL
internal import Processes
internal import Records

/// What a run came to, told alike for what was recorded and for what was played.
struct RunFigures: Equatable {
    private(set) var status = "open"
    /// What of a run is an end, as its figures are concerned.
    enum Part {
        case endEvent
        case eventSubprocess
        case other
    }

    /// The last end event that was reached in the process itself or in what it handles events with:
    /// those inside its activities end only them.
    private(set) var end: String?
    /// Reasons of incidents that were raised.
    private(set) var incidents: [String] = []
    private(set) var since: Int64 = 0
    private(set) var until: Int64?
    /// The last value of each variable of the process itself: those of loops and activities are
    /// technical.
    private(set) var variables: [ProcessField] = []
    /// The last result of each decision.
    private(set) var decisions: [ProcessField] = []
    /// Elements that were entered, in order.
    private(set) var path: [String] = []
    /// Commands that were accepted.
    private(set) var commands: [String] = []

    init(_ advances: [Advance], part: (DefinitionReference, Int) -> Part) {
        var definitions: [DefinitionReference] = []
        // Scopes whose ends are the process's own.
        var ending: Set<Int> = []
        var root: Int?
        since = advances.first?.at ?? 0
        for advance in advances {
            for change in advance.changes {
                switch change {
                case .began(let reference), .pinned(let reference): definitions.append(reference)
                case .migrated(let number, let reference, _):
                    if definitions.indices.contains(number) { definitions[number] = reference }
                case .entered(let entered):
                    path.append(entered.elementID)
                    if root == nil {
                        root = entered.key
                        ending.insert(entered.key)
                    }
                    guard ending.contains(entered.parent),
                        definitions.indices.contains(entered.definition)
                    else { break }
                    switch part(definitions[entered.definition], entered.element) {
                    case .endEvent: end = entered.elementID
                    case .eventSubprocess: ending.insert(entered.key)
                    case .other: break
                    }
                case .variable(let scope, let name, let value) where scope == root:
                    variables.set(name, value)
                case .decisionEvaluated(let record):
                    decisions.set(record.decision, record.result)
                case .commandIssued(let record) where record.rejection.isEmpty:
                    commands.append(record.name)
                case .incidentRaised(let incident):
                    incidents.append("\(incident.elementID) \(incident.reason)")
                case .incidentResolved: if !incidents.isEmpty { incidents.removeLast() }
                case .ended(let ended):
                    status = "\(ended)"
                    until = advance.at
                default: break
                }
            }
        }
        if status == "open", !incidents.isEmpty { status = "stuck" }
    }

    /// How it ended, in a few words.
    var outcome: String {
        switch status {
        case "stuck": "stuck at \(incidents.joined(separator: ", "))"
        case "open": "still open"
        case "\(InstanceStatus.terminated)": status
        default: end ?? status
        }
    }

    /// How long it took, in milliseconds; nil while it is open.
    var cycleMilliseconds: Int64? { until.map { ($0 - since) / 1_000 } }

    /// Variables that are amounts: numbers, and texts that read as one.
    var amounts: [String: Decimal34] {
        var amounts: [String: Decimal34] = [:]
        for field in variables {
            switch field.value {
            case .integer(let number): amounts[field.name] = Decimal34(Int(number))
            case .decimal(let digits): amounts[field.name] = Decimal34(text: digits)
            case .text(let text) where text.contains("."):
                let number = text.split(separator: " ", maxSplits: 1).first ?? ""
                if let value = Decimal34(text: number) { amounts[field.name] = value }
            default: break
            }
        }
        return amounts
    }
}
