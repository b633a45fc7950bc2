package import Records

/// What became of a hand-made entry.
package enum JournalEntryStatus: String, Choice {
    /// Nothing was drafted.
    case none
    /// It waits for another person to post it.
    case draft
    /// It is in the books.
    case posted
    /// It was taken back.
    case reversed
    /// It was thrown away before it was posted.
    case discarded
}

/// A hand-made journal entry.
package struct JournalEntryState: StreamState, Equatable {
    /// What became of it.
    package var status: JournalEntryStatus
    /// Who drafted it.
    package var draftedBy: PersonID?
    /// What it is for.
    package var text: String
    /// Its lines.
    package var lines: [JournalLine]

    package static let streamType = "finance.journal-entry"
    package static let initial = JournalEntryState(
        status: .none, draftedBy: nil, text: "", lines: [])
    package static let schema = Schema<JournalEntryState>(
        "finance.journal-entry", "A hand-made journal entry.",
        Field(1, "status", \.status, "What became of it."),
        Field(2, "draftedBy", \.draftedBy, "Who drafted it."),
        Field(3, "text", \.text, "What it is for."),
        Field(4, "lines", \.lines, "Its lines."),
        make: JournalEntryState.init)
}

/// One line of a hand-made entry: a debit or a credit.
package struct JournalLine: Record {
    /// The account's number.
    package let account: String
    /// What is debited; nil for a credit.
    package let debit: Money?
    /// What is credited; nil for a debit.
    package let credit: Money?
    /// What the line is for.
    package let text: String

    package static let schema = Schema<JournalLine>(
        "finance.journal-line", "One line of a hand-made entry: a debit or a credit.",
        Field(1, "account", \.account, "The account's number.", limits: .count(1...64)),
        Field(2, "debit", \.debit, "What is debited.", limits: .positive),
        Field(3, "credit", \.credit, "What is credited.", limits: .positive),
        Field(4, "text", \.text, "What the line is for.", default: ""),
        make: JournalLine.init)
}

extension [JournalLine] {
    /// Debits and credits as amounts for a voucher, each with its chosen account.
    func amounts() -> [NamedAmount] {
        compactMap { line in
            if let debit = line.debit {
                return NamedAmount("debit", debit, account: line.account)
            }
            return line.credit.map { NamedAmount("credit", $0, account: line.account) }
        }
    }
}
