package import Records

/// Drafts a journal entry; another person posts it.
package struct DraftJournalEntry: Command, Equatable {
    package let entry: JournalEntryID?
    package let text: String
    package let lines: [JournalLine]

    package static let schema = Schema<DraftJournalEntry>(
        "finance.draft-journal-entry", "Drafts a journal entry; another person posts it.",
        Field(1, "entry", \.entry, "The id; the next of the series where not given."),
        Field(2, "text", \.text, "What it is for.", limits: .notEmpty),
        Field(3, "lines", \.lines, "Debits and credits of free accounts.", limits: .count(2...500)),
        make: DraftJournalEntry.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .alreadyExists, .invalidValue, .unbalanced, .unknownAccount,
        .controlAccount, .currencyNotSupported, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let currency = try decision.company().baseCurrency
        var balance = Money.zero(currency)
        for (index, line) in lines.enumerated() {
            _ = try decision.freeAccount(line.account)
            guard let amount = line.debit ?? line.credit, line.debit == nil || line.credit == nil
            else {
                throw Rejection(
                    .invalidValue,
                    "Expected either a debit or a credit in line \(index + 1) of the entry.")
            }
            try decision.requireBaseCurrency(amount.currency)
            balance = try computing("the entry's balance") { () throws(ArithmeticFailure) in
                line.debit == nil ? try balance.subtracting(amount) : try balance.adding(amount)
            }
        }
        guard balance.isZero else {
            throw Rejection(
                .unbalanced,
                "Expected debits equal to credits, found a difference of \(balance); mend a line.",
                [JSONMember("difference", .string(balance.description))])
        }
        let id = try decision.newIdentifier(
            JournalEntryState.self, given: entry?.text, series: "JE")
        try decision.emit(
            JournalEntryDrafted(draftedBy: decision.person, text: text, lines: lines), to: id)
    }
}

extension Decision {
    /// An entry that is in a state.
    fileprivate func entry(
        _ entry: JournalEntryID, _ status: JournalEntryStatus
    ) throws(Rejection) -> JournalEntryState {
        let state = try existing(JournalEntryState.self, entry.text)
        guard state.status == status else {
            throw Rejection(
                .wrongState,
                "Expected a journal entry in state \(status.rawValue), found \(entry) \(state.status.rawValue)."
            )
        }
        return state
    }
}

/// Posts a drafted journal entry.
package struct PostJournalEntry: Command, Equatable {
    package let entry: JournalEntryID

    package static let schema = Schema<PostJournalEntry>(
        "finance.post-journal-entry", "Posts a journal entry that another person drafted.",
        Field(1, "entry", \.entry, "The entry."),
        make: PostJournalEntry.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .separatedDuties,
        .limitExceeded, .unknownAccount, .controlAccount,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let currency = try decision.company().baseCurrency
        try decision.requireOpenPeriod()
        let state = try decision.entry(entry, .draft)
        // The chart may have changed since the entry was drafted.
        for line in state.lines { _ = try decision.freeAccount(line.account) }
        try decision.requireSeparated(
            from: [state.draftedBy?.text], duty: "Posting journal entry \(entry)")
        let total = try computing("the entry's total") { () throws(ArithmeticFailure) in
            try state.lines.compactMap(\.debit).total(currency)
        }
        try decision.requireLimit("journal", for: total)
        try decision.emit(JournalEntryPosted(text: state.text, lines: state.lines), to: entry.text)
    }
}

/// Throws a drafted journal entry away.
package struct DiscardJournalEntry: Command, Equatable {
    package let entry: JournalEntryID
    package let reason: String

    package static let schema = Schema<DiscardJournalEntry>(
        "finance.discard-journal-entry", "Throws a drafted journal entry away.",
        Field(1, "entry", \.entry, "The entry."),
        Field(2, "reason", \.reason, "Why.", limits: .notEmpty),
        make: DiscardJournalEntry.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.entry(entry, .draft)
        try decision.emit(JournalEntryDiscarded(reason: reason), to: entry.text)
    }
}

/// Takes a posted journal entry back, on its own date.
package struct ReverseJournalEntry: Command, Equatable {
    package let entry: JournalEntryID
    package let reason: String

    package static let schema = Schema<ReverseJournalEntry>(
        "finance.reverse-journal-entry", "Takes a posted journal entry back, on its own date.",
        Field(1, "entry", \.entry, "The entry."),
        Field(2, "reason", \.reason, "Why.", limits: .notEmpty),
        make: ReverseJournalEntry.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .limitExceeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let currency = try decision.company().baseCurrency
        try decision.requireOpenPeriod()
        let state = try decision.entry(entry, .posted)
        let total = try computing("the entry's total") { () throws(ArithmeticFailure) in
            try state.lines.compactMap(\.debit).total(currency)
        }
        try decision.requireLimit("journal", for: total)
        try decision.emit(
            JournalEntryReversed(
                lines: state.lines, reason: reason,
                reverses: [try decision.lastEvent(of: JournalEntryState.self, entry.text)]),
            to: entry.text)
    }
}
