package import Records

/// A voucher for showing: what a command would post, with the names of accounts.
package struct VoucherPreview: Record {
    /// The series with its number, `main.sales.2026/42`.
    package let voucher: String
    /// The posting date.
    package let date: BusinessDate
    /// What it is for.
    package let text: String
    /// The type of the event that it posts.
    package let source: String
    /// The lines.
    package let lines: [Line]

    /// One line for showing.
    package struct Line: Record {
        /// The account's number.
        package let account: String
        /// The account's name.
        package let name: String
        /// What is debited.
        package let debit: Money?
        /// What is credited.
        package let credit: Money?
        /// The customer or supplier.
        package let partner: String?
        /// The open item.
        package let openItem: String?

        package static let schema = Schema<Line>(
            "finance.voucher-preview-line", "One line of a voucher for showing.",
            Field(1, "account", \.account, "The account's number."),
            Field(2, "name", \.name, "The account's name."),
            Field(3, "debit", \.debit, "What is debited."),
            Field(4, "credit", \.credit, "What is credited."),
            Field(5, "partner", \.partner, "The customer or supplier."),
            Field(6, "openItem", \.openItem, "The open item."),
            make: Line.init)
    }

    package static let schema = Schema<VoucherPreview>(
        "finance.voucher-preview", "A voucher for showing.",
        Field(1, "voucher", \.voucher, "The series with its number."),
        Field(2, "date", \.date, "The posting date."),
        Field(3, "text", \.text, "What it is for."),
        Field(4, "source", \.source, "The type of the event that it posts."),
        Field(5, "lines", \.lines, "The lines."),
        make: VoucherPreview.init)

    /// The vouchers among the events of a decision, which need not be committed.
    package static func vouchers(
        among emitted: [EmittedEvent], chart: ChartOfAccounts
    ) -> [VoucherPreview] {
        emitted.compactMap { event in
            guard let voucher = event.event as? VoucherPosted else { return nil }
            return VoucherPreview(
                voucher: "\(event.stream.id)/\(voucher.number)", date: event.effectiveDate,
                text: voucher.text, source: voucher.sourceType,
                lines: voucher.lines.map { line in
                    Line(
                        account: line.account,
                        name: chart.account(line.account)?.name ?? line.role,
                        debit: line.side == .debit ? line.base : nil,
                        credit: line.side == .credit ? line.base : nil, partner: line.partner,
                        openItem: line.openItem)
                })
        }
    }
}
