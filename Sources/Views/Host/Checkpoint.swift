internal import EventLog
internal import Records

/// How far a view's rows are: committed together with them.
struct Checkpoint: Record, Equatable {
    /// The log that was folded.
    let logIdentity: String
    /// The version of the fold.
    let version: Int64
    /// The last position folded.
    let position: UInt64
    /// The leaf hash of the event there; absent before the first.
    let leafHash: String?

    static let schema = Schema<Checkpoint>(
        "view.checkpoint", "How far a view's rows are.",
        Field(1, "logIdentity", \.logIdentity, "The log that was folded."),
        Field(2, "version", \.version, "The version of the fold."),
        Field(
            3, "position", { Int64(bitPattern: $0.position) }, "The last position folded.",
            default: 0),
        Field(4, "leafHash", \.leafHash, "The leaf hash of the event there."),
        make: {
            Checkpoint(
                logIdentity: $0, version: $1, position: UInt64(bitPattern: $2), leafHash: $3)
        })

    static let table = "view.checkpoint"
    static let key: [UInt8] = Array("checkpoint".utf8)

    /// Before the first event.
    static func start(_ logIdentity: String, version: Int64) -> Checkpoint {
        Checkpoint(logIdentity: logIdentity, version: version, position: 0, leafHash: nil)
    }

    /// The same rows as those of a log that goes on under another identity.
    func carried(to identity: String) -> Checkpoint {
        Checkpoint(
            logIdentity: identity, version: version, position: position, leafHash: leafHash)
    }

    /// The checkpoint further on.
    func reached(_ position: UInt64, _ leafHash: Digest256?) -> Checkpoint {
        Checkpoint(
            logIdentity: logIdentity, version: version, position: position,
            leafHash: leafHash?.description)
    }

    /// Why rows with this checkpoint are of no use beside the log as it is; nil when they are.
    func disagreement(
        with log: any EventLog, lineage: LogLineage, version: Int64
    ) throws(LogFailure) -> String? {
        guard self.version == version else {
            return "it was folded by version \(self.version), the program has \(version)"
        }
        guard let shared = lineage.sharedEnd(of: logIdentity) else {
            return "it was folded from another log"
        }
        guard position <= shared.rawValue else {
            return
                "it was folded up to position \(position) of the log that this one was copied from at position \(shared)"
        }
        guard position <= log.end.last.rawValue else {
            return "it was folded up to position \(position), the log ends at \(log.end.last)"
        }
        if position == 0 { return nil }
        guard try log.leafHash(at: Position(position))?.description == leafHash else {
            return "the log has another event at position \(position)"
        }
        return nil
    }
}
