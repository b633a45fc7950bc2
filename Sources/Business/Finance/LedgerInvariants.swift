package import Records

/// What must be true of the books, for audit and property tests (semantics 3.10).
///
/// Feed it every voucher in the order of the log, then compare control accounts with what keeps
/// them line by line.
package struct LedgerInvariants: Sendable {
    /// A broken invariant.
    package struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// A stable word for the kind of finding: `voucher-unbalanced`.
        package let code: String
        /// What is concerned.
        package let subject: String
        /// What was expected and what was found.
        package let message: String

        /// Code, subject and message.
        package var description: String { "\(code) \(subject): \(message)" }
    }

    /// The base currency.
    package let currency: Currency
    /// What was found so far.
    package private(set) var findings: [Finding] = []
    /// Debits less credits by account, in minor units of the base currency.
    package private(set) var balances: [String: Int128] = [:]
    /// Debits less credits of accounts by open item.
    private var items: [String: [String: Int128]] = [:]
    /// Debits less credits of accounts by partner.
    private var partners: [String: [String: Int128]] = [:]
    /// Debits less credits of accounts by `warehouse:product`.
    private var stocks: [String: [String: Int128]] = [:]
    private var numbers: [String: Int64] = [:]
    private var sources: Set<String> = []

    /// Invariants over books in a base currency.
    package init(currency: Currency) { self.currency = currency }

    mutating func find(_ code: String, _ subject: String, _ message: String) {
        findings.append(Finding(code: code, subject: subject, message: message))
    }

    private func amount(_ units: Int128) -> String {
        "\(Decimal(unscaled: units, scale: currency.digits)) \(currency)"
    }

    /// Takes a voucher of a series.
    package mutating func add(_ voucher: VoucherPosted, series: String) {
        let subject = "\(series)/\(voucher.number)"
        var byCurrency: [Currency: Int128] = [:]
        var base: Int128 = 0
        for line in voucher.lines {
            let sign: Int128 = line.side == .debit ? 1 : -1
            if line.amount.isNegative || line.base.isNegative {
                find("voucher-negative", subject, "expected no negative line, found \(line.amount)")
            }
            byCurrency[line.amount.currency, default: 0] += sign * Int128(line.amount.minorUnits)
            let value = sign * Int128(line.base.minorUnits)
            base += value
            balances[line.account, default: 0] += value
            if let item = line.openItem {
                items[line.account, default: [:]][item, default: 0] += value
            }
            if let partner = line.partner {
                partners[line.account, default: [:]][partner, default: 0] += value
            }
            if let product = line.product, let warehouse = line.warehouse {
                stocks[line.account, default: [:]]["\(warehouse):\(product)", default: 0] += value
            }
        }
        for (found, sum) in byCurrency where sum != 0 {
            find(
                "voucher-unbalanced", subject,
                "expected debits equal to credits in \(found), found a difference of \(sum) minor units"
            )
        }
        if base != 0 {
            find(
                "voucher-unbalanced", subject,
                "expected debits equal to credits in base, found a difference of \(amount(base))")
        }
        if voucher.lines.isEmpty { find("voucher-empty", subject, "expected lines, found none") }
        let expected = (numbers[series] ?? 0) + 1
        if voucher.number != expected {
            find("voucher-number", subject, "expected number \(expected) in the series")
        }
        numbers[series] = voucher.number
        if !sources.insert("\(voucher.sourceStream)@\(voucher.sourceVersion)").inserted {
            find(
                "voucher-source", subject,
                "expected one voucher of \(voucher.sourceStream) version \(voucher.sourceVersion), found another"
            )
        }
    }

    /// Compares control accounts with open items: each item by itself.
    ///
    /// - Parameters:
    ///   - open: what is open by item; credit notes negative.
    ///   - accounts: the control accounts of the side.
    ///   - isDebit: whether the side stands in debit, as receivables do.
    package mutating func compare(
        openItems open: [String: Money], accounts: [String], isDebit: Bool
    ) {
        var booked: [String: Int128] = [:]
        for account in accounts {
            for (item, value) in items[account] ?? [:] {
                booked[item, default: 0] += isDebit ? value : -value
            }
            findRest(
                "control-account", account, beyond: items[account] ?? [:],
                "an open item behind every line")
        }
        compare("control-account", booked, with: open)
    }

    /// Compares stock accounts with the valuation, by `warehouse:product`.
    package mutating func compare(stock: [String: Money], accounts: [String]) {
        var booked: [String: Int128] = [:]
        for account in accounts {
            for (key, value) in stocks[account] ?? [:] { booked[key, default: 0] += value }
            findRest(
                "stock-account", account, beyond: stocks[account] ?? [:],
                "a product and a warehouse behind every line")
        }
        compare("stock-account", booked, with: stock)
    }

    /// Compares accounts of unallocated payments with what is held, by partner.
    package mutating func compare(
        unallocated: [String: Money], accounts: [String], isDebit: Bool
    ) {
        var booked: [String: Int128] = [:]
        for account in accounts {
            for (partner, value) in partners[account] ?? [:] {
                booked[partner, default: 0] += isDebit ? value : -value
            }
            findRest(
                "unallocated", account, beyond: partners[account] ?? [:],
                "a customer or supplier behind every line")
        }
        compare("unallocated", booked, with: unallocated)
    }

    /// Finds what stands on an account and belongs to nothing that is kept one by one.
    private mutating func findRest(
        _ code: String, _ account: String, beyond kept: [String: Int128], _ expected: String
    ) {
        let rest = (balances[account] ?? 0) - kept.values.reduce(Int128(0), +)
        if rest != 0 {
            find(code, account, "expected \(expected), found \(amount(rest)) without")
        }
    }

    private mutating func compare(
        _ code: String, _ booked: [String: Int128], with kept: [String: Money]
    ) {
        for key in Set(booked.keys).union(kept.keys).sorted() {
            let expected = Int128(kept[key]?.minorUnits ?? 0)
            let found = booked[key] ?? 0
            if expected != found {
                find(
                    code, key,
                    "expected \(amount(expected)) as kept, found \(amount(found)) in the ledger")
            }
        }
    }
}
