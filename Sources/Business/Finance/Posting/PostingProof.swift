import DMN
import FEEL
package import Records

/// What is proved of posting and account tables before they count (design section 10).
///
/// For each posted event type and policy, debits equal credits whatever the amounts are, by the
/// identities that the event declares; and every role that a rule names has an account in the chart
/// for every combination that the account table tells apart.
package enum PostingProof {
    /// Combinations of one role that are tried.
    static let combinationsMax = 20_000
    /// Stands for a product class, warehouse or group that no rule names.
    static let anythingElse = "(any other)"

    /// The faults of the tables that count on a date; none where all is proved.
    package static func check(
        _ book: Rulebook, registry: Registry, on date: BusinessDate
    ) -> [DefinitionFault] {
        var faults: [DefinitionFault] = []
        var roles: Set<String> = []
        for (name, event) in registry.events.sorted(by: { $0.key < $1.key }) {
            guard let posted = event.posted else { continue }
            for policy in posted.policies {
                faults += checkEvent(
                    PostedCase(eventType: name, policy: policy, posted: posted), book, date,
                    &roles)
            }
        }
        faults += unknownEvents(book, registry, date)
        roles.remove(AccountRole.chosen)
        for chart in charts(book) {
            faults += AccountProof(book, chart: chart, date).faults(of: roles.sorted())
        }
        return faults
    }

    /// The charts that have a file, by their names.
    static func charts(_ book: Rulebook) -> [String] {
        book.paths.compactMap { path in
            guard path.hasPrefix("processes/chart/"), path.hasSuffix(".yaml") else { return nil }
            return String(path.dropFirst("processes/chart/".count).dropLast(".yaml".count))
        }
    }

    /// One event type under one policy.
    private struct PostedCase {
        let eventType: String
        let policy: String
        let posted: PostedType
        var text: String { "\(eventType) under policy \(policy)" }
    }

    private static func checkEvent(
        _ posted: PostedCase, _ book: Rulebook, _ date: BusinessDate, _ roles: inout Set<String>
    ) -> [DefinitionFault] {
        let decision = PostingTables.postingDecision(of: posted.eventType)
        guard let table = book.table(decision, on: date) else {
            return [
                DefinitionFault(
                    file: "processes/posting", place: posted.text,
                    "Expected a decision \"\(decision)\", found none.",
                    remedy: "Deploy a posting table with that id.")
            ]
        }
        let file = table.file.path
        guard
            let result = table.model.evaluate(
                decision: table.decision,
                inputs: PostingTables.inputs(
                    eventType: posted.eventType, policy: posted.policy))
        else { return [] }
        if let problem = result.problems.first {
            return [
                DefinitionFault(
                    file: file, place: posted.text, "\(problem).", remedy: "Mend the rule.")
            ]
        }
        let places = rulePlaces(table, result)
        var faults: [DefinitionFault] = []
        var sums: [String: Int] = [:]
        let rows = Rulebook.results(of: result.value, table.outputName)
        for (index, row) in rows.enumerated() {
            let place = index < places.count ? places[index] : posted.text
            do throws(PostingRuleFault) {
                let rule = try PostingRule(row)
                guard posted.posted.amountNames.contains(rule.amount) else {
                    let known = posted.posted.amountNames.joined(separator: ", ")
                    throw PostingRuleFault(
                        "expected one of the amounts \(known) of \(posted.eventType), found \"\(rule.amount)\""
                    )
                }
                roles.insert(rule.role)
                sums[rule.amount, default: 0] += rule.side == .debit ? 1 : -1
            } catch {
                faults.append(
                    DefinitionFault(
                        file: file, place: place, "\(error.message).", remedy: "Mend the rule."))
            }
        }
        if rows.isEmpty {
            faults.append(
                DefinitionFault(
                    file: file, place: posted.text, "Expected rules for the event, found none.",
                    remedy: "Add rules that post every amount of it."))
        } else if faults.isEmpty {
            faults += unbalanced(sums, posted, file, places)
        }
        return faults
    }

    private static func rulePlaces(_ table: Rulebook.Table, _ result: DecisionResult) -> [String] {
        guard let match = result.matches.last,
            let drawn = table.model.tables.first(where: { $0.owner == match.table })
                ?? table.model.tables.first
        else { return [] }
        return match.rules.map { rule in
            guard drawn.rules.indices.contains(rule) else { return "rule \(rule + 1)" }
            return "rule \(rule + 1), line \(drawn.rules[rule].line)"
        }
    }

    private static func unbalanced(
        _ sums: [String: Int], _ posted: PostedCase, _ file: String, _ places: [String]
    ) -> [DefinitionFault] {
        var proof = LinearProof(names: posted.posted.amountNames)
        for identity in posted.posted.identities { proof.assume(identity) }
        let left = proof.remainder(of: sums)
        guard !left.isEmpty else { return [] }
        let terms = left.map { name, count in
            "\(count > 0 ? "debit" : "credit") of \"\(name)\""
                + (abs(count) == 1 ? "" : " \(abs(count)) times")
        }
        let identities = posted.posted.identities.map {
            "\($0.total) = \($0.parts.joined(separator: " + "))"
        }
        let known = identities.isEmpty ? "" : " with \(identities.joined(separator: ", "))"
        return [
            DefinitionFault(
                file: file,
                place: places.isEmpty ? posted.text : places.joined(separator: "; "),
                "Expected debits equal to credits for \(posted.text)\(known), found a surplus: \(terms.joined(separator: ", ")).",
                remedy: "Add or mend the rule for the other side.")
        ]
    }

    /// Rules for events that no department posts.
    private static func unknownEvents(
        _ book: Rulebook, _ registry: Registry, _ date: BusinessDate
    ) -> [DefinitionFault] {
        var faults: [DefinitionFault] = []
        for id in book.decisionIDs where id.hasPrefix("posting.") {
            guard let table = book.table(id, on: date) else { continue }
            for drawn in table.model.tables {
                for (index, rule) in drawn.rules.enumerated() {
                    for name in literals(in: rule.tests.first ?? "")
                    where registry.events[name]?.posted == nil {
                        let hint =
                            nearest(to: name, among: registry.events.keys)
                            .map { " Did you mean \"\($0)\"?" } ?? ""
                        faults.append(
                            DefinitionFault(
                                file: table.file.path,
                                place: "rule \(index + 1), line \(rule.line)",
                                "Expected an event that posts, found \"\(name)\".\(hint)",
                                remedy: "Correct the name or remove the rule."))
                    }
                }
            }
        }
        return faults
    }

    /// The texts in double quotes of a table's cell.
    static func literals(in cell: String) -> [String] {
        cell.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }
}

/// Shows that a sum of named amounts is zero by the identities between them.
///
/// Exact elimination over whole numbers; an identity is a row, its pivot a name that it settles.
struct LinearProof {
    private let names: [String]
    private var rows: [(pivot: Int, row: [Int])] = []

    init(names: [String]) { self.names = names }

    /// Takes `total = parts` as given.
    mutating func assume(_ identity: AmountIdentity) {
        var row = [Int](repeating: 0, count: names.count)
        guard let total = names.firstIndex(of: identity.total) else { return }
        row[total] += 1
        for part in identity.parts {
            guard let index = names.firstIndex(of: part) else { return }
            row[index] -= 1
        }
        row = reduced(row)
        if let pivot = row.firstIndex(where: { $0 != 0 }) { rows.append((pivot, row)) }
    }

    /// What is left of a sum when the identities are taken out of it; empty where it is zero.
    func remainder(of sums: [String: Int]) -> [(name: String, count: Int)] {
        let row = reduced(names.map { sums[$0] ?? 0 })
        return zip(names, row).filter { $0.1 != 0 }.map { (name: $0.0, count: $0.1) }
    }

    private func reduced(_ given: [Int]) -> [Int] {
        var row = given
        for (pivot, known) in rows where row[pivot] != 0 {
            let (factor, divisor) = (row[pivot], known[pivot])
            for index in row.indices { row[index] = row[index] * divisor - known[index] * factor }
        }
        return row
    }
}
