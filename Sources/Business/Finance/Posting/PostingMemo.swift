import FEEL
import Records
import Synchronization

/// What posting tables yielded, remembered by definition and inputs.
///
/// Tables are pure, so that remembering is unseen; a voucher is made for nearly every business
/// event, and asking a table again would cost more than making the voucher.
final class PostingMemo: Sendable {
    /// Questions that are remembered of each table.
    static let entriesMax = 100_000
    /// Tables whose answers are remembered.
    static let tablesMax = 64

    private struct RuleKey: Hashable {
        let eventType: String
        let policy: String
    }

    private struct Memory {
        var rules: [(definition: DefinitionHash, rows: [RuleKey: [PostingRule]])] = []
        var accounts: [(definition: DefinitionHash, numbers: [AccountQuestion: String])] = []
    }

    private let memory = Mutex(Memory())

    /// The rows for an event type under a policy, and the table that gave them.
    func rules(
        _ eventType: String, _ policy: String, on date: BusinessDate, _ source: any RuleSource
    ) throws(Rejection) -> (rules: [PostingRule], definition: DefinitionHash) {
        let decision = PostingTables.postingDecision(of: eventType)
        let key = RuleKey(eventType: eventType, policy: policy)
        let definition = source.definition(of: decision, on: date)
        if let definition,
            let known = memory.withLock({ memory in
                memory.rules.first { $0.definition == definition }?.rows[key]
            })
        {
            return (known, definition)
        }
        let outcome = try source.decide(
            decision, on: date,
            inputs: PostingTables.inputs(eventType: eventType, policy: policy))
        var rules: [PostingRule] = []
        for result in outcome.results {
            do throws(PostingRuleFault) {
                rules.append(try PostingRule(result))
            } catch {
                throw Rejection(
                    .badRuleResult,
                    "Posting table \(decision) for \(eventType), policy \(policy): \(error.message); mend the table."
                )
            }
        }
        guard !rules.isEmpty else {
            throw Rejection(
                .noPostingRule,
                "No rule of the posting table \(decision) fits \(eventType) under the policy \(policy); add one and deploy it.",
                [JSONMember("eventType", .string(eventType))])
        }
        if definition != nil { remember(rules, key, outcome.definition) }
        return (rules, outcome.definition)
    }

    private func remember(
        _ rules: [PostingRule], _ key: RuleKey, _ definition: DefinitionHash
    ) {
        memory.withLock { memory in
            if let index = memory.rules.firstIndex(where: { $0.definition == definition }) {
                if memory.rules[index].rows.count < Self.entriesMax {
                    memory.rules[index].rows[key] = rules
                }
            } else {
                if memory.rules.count >= Self.tablesMax { memory.rules.removeAll() }
                memory.rules.append((definition, [key: rules]))
            }
        }
    }

    /// The account that a chart's table names, and the table.
    func account(
        _ question: AccountQuestion, chart: String, on date: BusinessDate,
        _ source: any RuleSource
    ) throws(Rejection) -> (number: String, definition: DefinitionHash) {
        let decision = PostingTables.accountDecision(chart: chart)
        let definition = source.definition(of: decision, on: date)
        if let definition,
            let known = memory.withLock({ memory in
                memory.accounts.first { $0.definition == definition }?.numbers[question]
            })
        {
            return (known, definition)
        }
        let outcome = try source.decide(decision, on: date, inputs: question.inputs)
        guard let number = outcome.results.first?["account"]?.text else {
            throw Rejection(
                .noAccount,
                "The account table \(decision) names no account for \(question.text); add a rule and deploy it.",
                [JSONMember("role", .string(question.role))])
        }
        if definition != nil { remember(number, question, outcome.definition) }
        return (number, outcome.definition)
    }

    private func remember(
        _ number: String, _ question: AccountQuestion, _ definition: DefinitionHash
    ) {
        memory.withLock { memory in
            if let index = memory.accounts.firstIndex(where: { $0.definition == definition }) {
                if memory.accounts[index].numbers.count < Self.entriesMax {
                    memory.accounts[index].numbers[question] = number
                }
            } else {
                if memory.accounts.count >= Self.tablesMax { memory.accounts.removeAll() }
                memory.accounts.append((definition, [question: number]))
            }
        }
    }
}
