internal import Business
internal import EventLog
internal import Records

/// The commands that are being decided for one commit, and what they wrote.
///
/// It becomes state after the flush, and is dropped when the commit fails.
struct Batch {
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

    let commandsMax: Int
    private let bytesMax: Int
    /// Position that its first event gets.
    let base: UInt64
    /// Position that the next event gets.
    private(set) var next: UInt64
    private(set) var drafts: [DraftEvent] = []
    private(set) var written: [Written] = []
    private(set) var bytes = 0
    var commandCount = 0
    private(set) var states: [StreamName: HeldState] = [:]
    var keys: [String: UsedKey] = [:]
    /// A reply that leaves after the flush.
    struct Reply {
        let send: @Sendable (CommandReply) -> Void
        let reply: CommandReply
        /// Whether the batch had events in front of the command: what was decided may rest on them.
        let restsOnBatch: Bool
    }

    /// How far the batch has looked through the jobs of a type, as a place in the index.
    var jobsLookedThrough: [String: [UInt8]] = [:]

    /// Replies in the order of their commands.
    var replies: [Reply] = []

    /// An empty batch behind the log's end.
    init(next: UInt64, limits: EngineLimits) {
        commandsMax = limits.batchCommandsMax
        bytesMax = limits.batchBytesMax
        base = next
        self.next = next
    }

    /// Set when what was written changes how later commands are judged: they wait for the commit.
    private(set) var isClosed = false

    var isFull: Bool {
        isClosed || commandCount >= commandsMax || bytes >= bytesMax
    }

    /// Adds an event.
    mutating func append(_ draft: DraftEvent, _ event: any Event, stream: StreamName) {
        drafts.append(draft)
        written.append(Written(event: event, stream: stream))
        bytes += draft.payload.count + Self.envelopeBytes
        next += 1
        let type = ObjectIdentifier(type(of: event))
        isClosed =
            isClosed || type == ObjectIdentifier(CompanyFounded.self)
            || type == ObjectIdentifier(SetDeployed.self)
    }

    /// Takes the state that a stream has after what was appended.
    mutating func keep(_ entry: HeldState, of stream: StreamName) {
        let before = states.updateValue(entry, forKey: stream)
        replaced?.append((stream, before))
        if before == nil, let (series, number) = EngineTables.seriesNumber(of: stream) {
            highestNumbers[series] = max(number, highestNumbers[series] ?? 0)
        }
    }

    /// The highest number of each id series of which the batch touched a stream.
    private(set) var highestNumbers: [String: UInt64] = [:]

    // MARK: Savepoints

    /// What the batch held before work that may be taken back.
    struct Savepoint {
        fileprivate let events: Int
        fileprivate let bytes: Int
        fileprivate let next: UInt64
        fileprivate let isClosed: Bool
        fileprivate let highestNumbers: [String: UInt64]
    }

    /// The states that were replaced since the savepoint; nil without one.
    private var replaced: [(stream: StreamName, entry: HeldState?)]?

    /// Begins work of several parts of which all or nothing is kept.
    mutating func begin() -> Savepoint {
        replaced = []
        return Savepoint(
            events: drafts.count, bytes: bytes, next: next, isClosed: isClosed,
            highestNumbers: highestNumbers)
    }

    /// All parts succeeded.
    mutating func settle() { replaced = nil }

    /// A part was refused: nothing since the savepoint happened.
    mutating func takeBack(to savepoint: Savepoint) {
        for (stream, entry) in (replaced ?? []).reversed() { states[stream] = entry }
        replaced = nil
        // Jobs that were given away are free again.
        jobsLookedThrough = [:]
        drafts.removeLast(drafts.count - savepoint.events)
        written.removeLast(written.count - savepoint.events)
        bytes = savepoint.bytes
        next = savepoint.next
        isClosed = savepoint.isClosed
        highestNumbers = savepoint.highestNumbers
    }
}
