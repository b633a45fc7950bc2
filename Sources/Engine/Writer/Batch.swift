internal import Business
internal import EventLog
internal import Records

/// The commands that are being decided for one commit, and what they wrote.
///
/// It becomes state after the flush, and is dropped when the commit fails.
struct Batch {
    /// Limits of one commit (design section 7).
    static let commandsMax = 1_024
    static let bytesMax = 8 << 20
    /// What an envelope takes, about.
    private static let envelopeBytes = 200

    /// An event of the batch as readers will share it.
    struct Written {
        let event: any Event
        let stream: StreamName
    }

    /// A key that was used in this batch.
    struct UsedKey {
        let hash: Digest256
        let reply: CommandReply
    }

    /// Position that the next event gets.
    private(set) var next: UInt64
    private(set) var drafts: [DraftEvent] = []
    private(set) var written: [Written] = []
    private(set) var bytes = 0
    var commandCount = 0
    var states: [StreamName: StateCache.Entry] = [:]
    var keys: [String: UsedKey] = [:]
    /// Replies that leave after the flush.
    var replies: [(send: @Sendable (CommandReply) -> Void, reply: CommandReply)] = []

    /// An empty batch behind the log's end.
    init(next: UInt64) { self.next = next }

    /// Set when what was written changes how later commands are judged: they wait for the commit.
    private(set) var isClosed = false

    var isFull: Bool {
        isClosed || commandCount >= Self.commandsMax || bytes >= Self.bytesMax
    }

    /// Adds an event.
    mutating func append(_ draft: DraftEvent, _ event: any Event, stream: StreamName) {
        drafts.append(draft)
        written.append(Written(event: event, stream: stream))
        bytes += draft.payload.count + Self.envelopeBytes
        next += 1
        isClosed = isClosed || event is CompanyFounded || event is SetDeployed
    }
}
