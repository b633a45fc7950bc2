package import Records

/// An entry was drafted.
package struct JournalEntryDrafted: Event, Equatable {
    package let draftedBy: PersonID?
    package let text: String
    package let lines: [JournalLine]

    package static let schema = Schema<JournalEntryDrafted>(
        "finance.journal-entry-drafted", "A journal entry was drafted.",
        Field(1, "draftedBy", \.draftedBy, "Who drafted it."),
        Field(2, "text", \.text, "What it is for."),
        Field(3, "lines", \.lines, "Its lines; debits equal credits."),
        make: JournalEntryDrafted.init)

    package func evolve(_ state: inout JournalEntryState) {
        state.status = .draft
        state.draftedBy = draftedBy
        state.text = text
        state.lines = lines
    }
}

/// A draft was thrown away.
package struct JournalEntryDiscarded: Event, Equatable {
    package let reason: String

    package static let schema = Schema<JournalEntryDiscarded>(
        "finance.journal-entry-discarded", "A drafted journal entry was thrown away.",
        Field(1, "reason", \.reason, "Why."),
        make: JournalEntryDiscarded.init)

    package func evolve(_ state: inout JournalEntryState) { state.status = .discarded }
}

/// A drafted entry was posted.
package struct JournalEntryPosted: PostedEvent, Equatable {
    package let text: String
    package let lines: [JournalLine]

    package static let schema = Schema<JournalEntryPosted>(
        "finance.journal-entry-posted", "A drafted journal entry was posted.",
        Field(1, "text", \.text, "What it is for."),
        Field(2, "lines", \.lines, "Its lines."),
        make: JournalEntryPosted.init)

    package func evolve(_ state: inout JournalEntryState) { state.status = .posted }

    package static let amountNames = ["debit", "credit"]
    package static let identities = [AmountIdentity("debit", equals: "credit")]
    package static let journal = "general"
    package var posting: PostingFacts { PostingFacts(amounts: lines.amounts(), text: text) }
}

/// A posted entry was taken back.
package struct JournalEntryReversed: PostedEvent, ReversingEvent, Equatable {
    package let lines: [JournalLine]
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<JournalEntryReversed>(
        "finance.journal-entry-reversed", "A posted journal entry was taken back.",
        Field(1, "lines", \.lines, "The lines as they were posted."),
        Field(2, "reason", \.reason, "Why."),
        Field(3, "reverses", \.reverses, "The events that it takes back."),
        make: JournalEntryReversed.init)

    package func evolve(_ state: inout JournalEntryState) { state.status = .reversed }

    package static let amountNames = ["debit", "credit"]
    package static let identities = [AmountIdentity("debit", equals: "credit")]
    package static let journal = "general"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.amounts(), text: "Reversed: \(reason)", reverses: reverses)
    }
}
