internal import Business
internal import DequeModule
internal import Processes
internal import Records

/// An advance that an event, a timer or a person's answer calls for.
///
/// The cause may stand in an earlier commit; from then on the advance is owed. Its key tells it from
/// any other, so that a restart finds what is owed and recognises what is done.
struct Owed: Sendable {
    enum Kind: Sendable {
        /// A message start event.
        case start(process: String, startEvent: String)
        /// A timer start event of a deployed process.
        case timerStart(process: String, startEvent: String, due: Instant)
        /// An event that an instance waits for.
        case message(token: Int)
        /// A timer of an instance.
        case timer(token: Int, due: Instant)
        /// A signal start event, or a conditional one; `ordinal` tells those of one event apart.
        case signalStart(
            process: String, startEvent: String, ordinal: Int, variables: [ProcessField])
        /// A broadcast signal that somebody waits for.
        case signal(SignalWaiter)
        /// The rest of a long step: for whom and as of which date it goes on.
        case proceed(person: String?, date: BusinessDate)
    }

    /// A wait that was open when a signal was broadcast.
    struct SignalWaiter: Sendable {
        let token: Int
        /// Whose wait it is: one that goes on after it was met has another token by then.
        let owner: Int
        let element: Int
        let name: String
        /// The number of the signal among those of one step.
        let ordinal: Int
        let variables: [ProcessField]
    }

    /// What tells one owed advance from another.
    struct Key: Hashable {
        let instance: String
        let token: Int
        let position: UInt64
        var ordinal = 0
    }

    let kind: Kind
    /// The instance, or the id that the started instance will have.
    let instance: String
    /// The causing event; nil for a timer.
    let cause: RecordedEvent?
    /// Position of the cause: of the event, or of the step that armed the timer.
    let position: UInt64

    var key: Key {
        let token: Int =
            switch kind {
            case .start, .timerStart, .signalStart: -1
            case .proceed: -2
            case .message(let token), .timer(let token, _): token
            case .signal(let waiter): waiter.token
            }
        var key = Key(instance: instance, token: token, position: position)
        if case .signal(let waiter) = kind { key.ordinal = waiter.ordinal }
        return key
    }
}

/// Owed advances, oldest first, each once.
struct OwedQueue {
    private var waiting: Deque<Owed> = []
    private var keys: Set<Owed.Key> = []
    /// Taken into the batch at hand, and owed again if its commit fails.
    private var taken: [Owed] = []

    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count }

    /// The smallest position of an event or step to which something owed goes back.
    ///
    /// Nil when nothing does. Timers do not count: the index finds them by their due time.
    var oldestPosition: UInt64? {
        let positions = [
            taken.lazy.compactMap(Self.goesBackTo).min(),
            waiting.lazy.compactMap(Self.goesBackTo).min(),
        ]
        return positions.compactMap { $0 }.min()
    }

    private static func goesBackTo(_ owed: Owed) -> UInt64? {
        switch owed.kind {
        case .timer, .timerStart: nil
        case .start, .signalStart, .message, .signal, .proceed: owed.position
        }
    }

    mutating func put(_ owed: Owed) {
        if keys.insert(owed.key).inserted { waiting.append(owed) }
    }

    mutating func take() -> Owed? {
        guard let next = waiting.popFirst() else { return nil }
        taken.append(next)
        return next
    }

    /// What was taken is done: its commit was flushed.
    mutating func confirm() {
        for owed in taken { keys.remove(owed.key) }
        taken.removeAll(keepingCapacity: true)
    }

    /// What was taken is owed again.
    mutating func putBack() {
        for owed in taken.reversed() { waiting.prepend(owed) }
        taken.removeAll(keepingCapacity: true)
    }
}
