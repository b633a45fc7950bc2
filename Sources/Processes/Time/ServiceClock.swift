package import FEEL

/// The time that an element, or a whole process, may take, and how much of it is used.
///
/// The property `sla` of a process or an activity is an ISO 8601 duration. Its clock starts when the
/// element is entered and runs until it is left. With the property `calendar` beside it only that
/// calendar's working time counts. While an element inside it is active whose property `clock` is
/// `stopped`, such as a task that waits for the customer, the clock stands.
package struct ServiceClock: Sendable, Equatable {
    /// Key of the element instance; 1 for the whole instance.
    package let key: Int
    package let elementID: String
    /// The property as it was written.
    package let agreed: String
    /// Name of the calendar; empty where all time counts.
    package let calendar: String
    /// When the clock started, in microseconds since 1970 UTC.
    package let since: Int64
    /// The time that may be taken, and that was taken, in microseconds.
    package let allowed: Int64
    package let used: Int64
    /// Since when the clock stands, and the element for which it does; nil while it runs.
    package let stopped: (since: Int64, elementID: String)?
    /// When the time is over if the clock runs on from now; nil while it stands.
    package let due: Int64?
    /// Whether the element has been left.
    package let isDone: Bool

    /// Whether more time was taken than was agreed.
    package var isLate: Bool { used > allowed }

    package static func == (left: ServiceClock, right: ServiceClock) -> Bool {
        left.key == right.key && left.used == right.used && left.allowed == right.allowed
            && left.due == right.due && left.stopped?.since == right.stopped?.since
    }

    /// The clocks of an instance, from its steps; those of elements that were left are done.
    ///
    /// - Parameters:
    ///   - advances: the instance's steps in order.
    ///   - definition: finds a definition that the instance keeps or kept.
    ///   - calendar: finds a business calendar by name.
    ///   - now: the time to which a running clock is read.
    ///   - zone: the company's zone.
    /// - Returns: a clock for each stay, in the order in which they began.
    package static func clocks(
        of advances: some Sequence<Advance>,
        definition: @escaping (DefinitionReference) -> ProcessDefinition?,
        calendar: (String) -> BusinessCalendar?, now: Int64, zone: Zone
    ) -> [ServiceClock] {
        var stays = ServiceStays(definition: definition)
        for advance in advances { stays.take(advance) }
        return stays.agreed.map { stay in
            reading(
                stay, stops: stays.stops(inside: stay, until: now), calendar: calendar, now: now,
                zone: zone)
        }
    }

    private static func reading(
        _ stay: ServiceStays.Stay, stops: [ServiceStays.Stop],
        calendar find: (String) -> BusinessCalendar?, now: Int64, zone: Zone
    ) -> ServiceClock {
        let hours = stay.calendar.isEmpty ? nil : find(stay.calendar)
        func counted(_ start: Int64, _ end: Int64) -> Int64 {
            hours?.worked(from: start, to: end, zone: zone)
                ?? max(0, end - start)
        }
        let end = stay.left ?? now
        let plain = stay.duration.added(to: stay.since, zone: zone)
        let whole =
            hours?.adding(stay.duration, to: stay.since, zone: zone) ?? plain
        let allowed = counted(stay.since, whole)
        let used =
            counted(stay.since, end) - stops.reduce(0) { $0 + counted($1.start, $1.end) }
        let standing = stay.left == nil ? stops.last { $0.isOpen } : nil
        var due: Int64?
        if stay.left == nil, standing == nil {
            let rest = max(0, allowed - used)
            due =
                hours.map { calendar -> Int64? in
                    calendar.adding(
                        Duration8601(microseconds: rest), to: now, zone: zone)
                } ?? now + rest
            if used > allowed { due = nil }
        }
        return ServiceClock(
            key: stay.key, elementID: stay.elementID, agreed: stay.agreed,
            calendar: stay.calendar, since: stay.since, allowed: allowed, used: used,
            stopped: standing.map { ($0.start, $0.elementID) }, due: due,
            isDone: stay.left != nil)
    }

    /// Why a property is no agreed time; nil when it is one.
    package static func fault(in text: String) -> String? {
        guard let duration = Duration8601(text), duration.isPositive else {
            return "expected the property sla to be a duration such as P2D or PT8H, found '\(text)'"
        }
        return nil
    }
}

/// When elements with an agreed time, and those for which its clock stands, were entered and left.
private struct ServiceStays {
    struct Stay {
        let key: Int
        let elementID: String
        let agreed: String
        let duration: Duration8601
        let calendar: String
        let since: Int64
        var left: Int64?
    }

    struct Stop {
        let elementID: String
        let start: Int64
        let end: Int64
        let isOpen: Bool
    }

    /// A stay at an element whose property says that clocks stand.
    private struct Standing {
        let key: Int
        let elementID: String
        /// The scopes around it.
        let inside: Set<Int>
        let since: Int64
        var left: Int64?
    }

    private(set) var agreed: [Stay] = []
    private var standing: [Standing] = []
    private var state = InstanceState()
    private let definition: (DefinitionReference) -> ProcessDefinition?

    init(definition: @escaping (DefinitionReference) -> ProcessDefinition?) {
        self.definition = definition
    }

    mutating func take(_ advance: Advance) {
        state.begin(at: advance.at, isFromOutside: advance.isFromOutside)
        for change in advance.changes {
            if case .left(let left) = change { leave(left.key, at: advance.at) }
            if case .ended = change {
                for element in state.elements { leave(element.key, at: advance.at) }
            }
            state.apply(change)
            if case .entered(let entered) = change { enter(entered, at: advance.at) }
        }
    }

    private mutating func enter(_ entered: EnteredElement, at instant: Int64) {
        guard state.definitions.indices.contains(entered.definition),
            let found = definition(state.definitions[entered.definition]),
            let element = found.element(id: entered.elementID)
        else { return }
        if let text = element.property("sla"), entered.role != .iteration,
            let duration = Duration8601(text)
        {
            agreed.append(
                Stay(
                    key: entered.key, elementID: entered.elementID, agreed: text,
                    duration: duration, calendar: element.property("calendar") ?? "",
                    since: instant))
        }
        if element.property("clock") == "stopped" {
            var inside: Set<Int> = []
            var scope = entered.parent
            while scope != 0, inside.insert(scope).inserted {
                scope = state.element(scope)?.parent ?? 0
            }
            standing.append(
                Standing(
                    key: entered.key, elementID: entered.elementID, inside: inside,
                    since: instant))
        }
    }

    private mutating func leave(_ key: Int, at instant: Int64) {
        for place in agreed.indices where agreed[place].key == key && agreed[place].left == nil {
            agreed[place].left = instant
        }
        for place in standing.indices
        where standing[place].key == key && standing[place].left == nil {
            standing[place].left = instant
        }
    }

    /// The times at which the clock of a stay stood, none of them counted twice.
    func stops(inside stay: Stay, until now: Int64) -> [Stop] {
        let end = stay.left ?? now
        var stops: [Stop] = []
        for one in standing.sorted(by: { $0.since < $1.since })
        where one.inside.contains(stay.key) || one.key == stay.key {
            let start = max(one.since, stops.last?.end ?? stay.since)
            let last = min(one.left ?? end, end)
            let isOpen = one.left == nil
            guard start < last || isOpen else { continue }
            stops.append(
                Stop(elementID: one.elementID, start: start, end: max(start, last), isOpen: isOpen))
        }
        return stops
    }
}

extension Duration8601 {
    /// A duration without months and days.
    init(microseconds: Int64) {
        months = 0
        self.microseconds = microseconds
    }
}
