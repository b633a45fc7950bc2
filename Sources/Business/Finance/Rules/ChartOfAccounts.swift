package import Records

/// A chart of accounts: `processes/chart/NAME.yaml`.
package struct ChartOfAccounts: Record {
    /// What the chart is called.
    package let name: String
    /// The accounts.
    package let accounts: [Account]

    package static let schema = Schema<ChartOfAccounts>(
        "chart-of-accounts", "A chart of accounts.",
        Field(1, "name", \.name, "What the chart is called."),
        Field(2, "accounts", \.accounts, "The accounts.", limits: .notEmpty),
        make: ChartOfAccounts.init)

    /// The path of a chart's file.
    package static func file(_ chart: String) -> String { "processes/chart/\(chart).yaml" }

    /// The account with this number.
    package func account(_ number: String) -> Account? {
        accounts.first { $0.number == number }
    }
}

/// Where an account stands in the statements.
package enum AccountKind: String, Choice {
    /// What the company has.
    case asset
    /// What it owes.
    case liability
    /// What belongs to its owners.
    case equity
    /// What it earns.
    case income
    /// What it spends.
    case expense
}

/// What keeps an account line by line; only documents post to such an account.
package enum ControlKind: String, Choice {
    /// Open receivables.
    case receivables
    /// Open payables.
    case payables
    /// Goods received and not invoiced.
    case unbilledReceipts = "unbilled-receipts"
    /// Payments of customers that are not allocated.
    case customerCredit = "customer-credit"
    /// What is billed of goods that have not left.
    case deferredRevenue = "deferred-revenue"
    /// Payments to suppliers that are not allocated.
    case supplierPrepayment = "supplier-prepayment"
    /// Stock, by its valuation.
    case stock
}

/// One account.
package struct Account: Record {
    /// The number.
    package let number: String
    /// The name.
    package let name: String
    /// Where it stands in the statements.
    package let kind: AccountKind
    /// What keeps it line by line; nil for an account that hand-made entries may use.
    package let control: ControlKind?

    package static let schema = Schema<Account>(
        "account", "One account.",
        Field(1, "number", \.number, "The number.", limits: .count(1...64)),
        Field(2, "name", \.name, "The name."),
        Field(3, "kind", \.kind, "Where it stands in the statements."),
        Field(4, "control", \.control, "What keeps it line by line."),
        make: Account.init)
}

extension Decision {
    /// The company's chart of accounts as of the effective date.
    package func chart() throws(Rejection) -> ChartOfAccounts {
        try file(
            ChartOfAccounts.file(try company().chart), as: ChartOfAccounts.self,
            on: facts.effectiveDate)
    }

    /// An account of the company's chart.
    ///
    /// - Throws: ``RejectionCode/unknownAccount``.
    package func account(_ number: String) throws(Rejection) -> Account {
        let chart = try chart()
        guard let account = chart.account(number) else {
            let hint =
                nearest(to: number, among: chart.accounts.map(\.number))
                .map { "; the nearest is \"\($0)\"" } ?? ""
            throw Rejection(
                .unknownAccount,
                "Expected an account of the chart \"\(chart.name)\", found \"\(number)\"\(hint).",
                [JSONMember("account", .string(number))])
        }
        return account
    }

    /// An account that hand-made entries may use.
    ///
    /// - Throws: ``RejectionCode/unknownAccount``, ``RejectionCode/controlAccount``.
    package func freeAccount(_ number: String) throws(Rejection) -> Account {
        let account = try account(number)
        guard account.control == nil else {
            throw Rejection(
                .controlAccount,
                "Account \(number) (\(account.name)) is kept by documents; use an invoice, a payment or another document, or a free account.",
                [JSONMember("account", .string(number))])
        }
        return account
    }
}
