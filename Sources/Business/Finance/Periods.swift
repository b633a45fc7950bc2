package import Records

/// A month by its name.
private struct Period {
    let name: String
    let start: BusinessDate

    /// The month with this name, `2026-09`.
    init(_ name: String) throws(Rejection) {
        guard name.utf8.count == 7, let start = BusinessDate(name + "-01") else {
            throw Rejection(
                .invalidValue, "Expected a period such as 2026-09, found \"\(name)\".")
        }
        self.name = name
        self.start = start
    }

    func id(_ decision: Decision) -> String {
        PeriodState.id(company: decision.facts.company, date: start)
    }

    func status(_ decision: Decision) throws(Rejection) -> PeriodStatus {
        try decision.periodStatus(of: start)
    }

    /// Refuses a period that is locked: nothing changes it any more.
    func requireNotLocked(_ decision: Decision) throws(Rejection) {
        guard try status(decision) != .locked else {
            throw Rejection(
                .periodFinal, "Period \(name) is locked for ever; post in a later period.",
                [JSONMember("period", .string(name))])
        }
    }
}

extension Decision {
    /// The person who decides, as events keep it.
    var person: PersonID? { facts.actor.person.flatMap { PersonID($0) } }
}

/// Closes a month: nobody posts into it until it is opened again.
package struct ClosePeriod: Command, Equatable {
    package let period: String

    package static let schema = Schema<ClosePeriod>(
        "finance.close-period", "Closes a month: nobody posts into it until it is opened again.",
        Field(1, "period", \.period, "The month, `2026-09`."),
        make: ClosePeriod.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .invalidValue, .periodFinal, .wrongState,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.company()
        let month = try Period(period)
        try month.requireNotLocked(decision)
        guard try month.status(decision) == .open else {
            throw Rejection(.wrongState, "Expected an open period, found \(period) closed already.")
        }
        try decision.emit(PeriodClosed(closedBy: decision.person), to: month.id(decision))
    }
}

/// Opens a closed month again.
package struct OpenPeriod: Command, Equatable {
    package let period: String
    package let reason: String

    package static let schema = Schema<OpenPeriod>(
        "finance.open-period", "Opens a closed month again.",
        Field(1, "period", \.period, "The month, `2026-09`."),
        Field(2, "reason", \.reason, "Why.", limits: .notEmpty),
        make: OpenPeriod.init)

    package static let access = CommandAccess.human("finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .invalidValue, .periodFinal, .wrongState,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.company()
        let month = try Period(period)
        try month.requireNotLocked(decision)
        guard try month.status(decision) == .closed else {
            throw Rejection(.wrongState, "Expected a closed period, found \(period) open already.")
        }
        try decision.emit(
            PeriodOpened(openedBy: decision.person, reason: reason), to: month.id(decision))
    }
}

/// Locks a month for ever.
package struct LockPeriod: Command, Equatable {
    package let period: String

    package static let schema = Schema<LockPeriod>(
        "finance.lock-period", "Locks a month for ever.",
        Field(1, "period", \.period, "The month, `2026-09`."),
        make: LockPeriod.init)

    package static let access = CommandAccess.human("finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .invalidValue, .periodFinal, .earlierPeriodOpen, .wrongState,
        .separatedDuties,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let company = try decision.company()
        let month = try Period(period)
        try month.requireNotLocked(decision)
        let before = month.start.adding(days: -1)
        if let founded = company.foundedOn, before >= founded.startOfMonth,
            try decision.periodStatus(of: before) != .locked
        {
            let name = PeriodState.name(of: before)
            throw Rejection(
                .earlierPeriodOpen,
                "Expected all earlier periods locked, found \(name) not locked; lock it first.",
                [JSONMember("period", .string(name))])
        }
        let state = try decision.state(of: PeriodState.self, month.id(decision))
        guard state.status == .closed else {
            throw Rejection(
                .wrongState,
                "Expected a closed period, found \(period) open; close it first, and have another person lock it for ever.",
                [JSONMember("period", .string(period))])
        }
        try decision.requireSeparated(
            from: [state.changedBy?.text], duty: "Locking period \(period)")
        try decision.emit(PeriodLocked(lockedBy: decision.person), to: month.id(decision))
    }
}
