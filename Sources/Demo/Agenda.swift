internal import Records

/// What is going to happen on which day, in the order in which it was settled.
struct Agenda {
    /// Something that happens.
    typealias Happening = (Trade) throws(DemoFailure) -> Void

    private var days: [BusinessDate: [Happening]] = [:]
    /// The day that is being lived; what is settled for it or before it comes on the next.
    private(set) var today: BusinessDate

    init(today: BusinessDate) { self.today = today }

    /// Settles something for a day, or for the first working day after it.
    mutating func add(on date: BusinessDate, _ happening: @escaping Happening) {
        let earliest = today.adding(workingDays: 1)
        days[max(date.orNextWorkingDay, earliest), default: []].append(happening)
    }

    /// Begins a day: what was settled for it, and for days without work before it.
    mutating func begin(_ date: BusinessDate) -> [Happening] {
        let due = days.keys.filter { $0 <= date }.sorted()
        today = date
        return due.flatMap { days.removeValue(forKey: $0) ?? [] }
    }
}
