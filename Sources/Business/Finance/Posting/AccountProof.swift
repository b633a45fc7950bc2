import DMN
import FEEL
import Records

/// Shows that an account table names an account of its chart for every role and every combination
/// that the table tells apart.
struct AccountProof {
    private let book: Rulebook
    private let chart: String
    private let date: BusinessDate
    private let decision: String

    init(_ book: Rulebook, chart: String, _ date: BusinessDate) {
        self.book = book
        self.chart = chart
        self.date = date
        decision = PostingTables.accountDecision(chart: chart)
    }

    /// What is not proved.
    func faults(of roles: [String]) -> [DefinitionFault] {
        guard let table = book.table(decision, on: date) else {
            return [
                DefinitionFault(
                    file: ChartOfAccounts.file(chart),
                    "Expected a decision \"\(decision)\" for the chart, found none.",
                    remedy: "Deploy an account table with that id.")
            ]
        }
        let accounts: ChartOfAccounts
        do throws(DefinitionFault) {
            accounts = try chartOfAccounts()
        } catch {
            return [error]
        }
        var faults = strangers(table, accounts)
        for role in roles {
            if let fault = firstGap(role, table, accounts) { faults.append(fault) }
        }
        return faults
    }

    private func chartOfAccounts() throws(DefinitionFault) -> ChartOfAccounts {
        let path = ChartOfAccounts.file(chart)
        guard let file = book.file(path, on: date) else {
            throw DefinitionFault(
                file: path, "Expected the chart deployed for \(date), found none.",
                remedy: "Deploy it with an earlier first day.")
        }
        return try DefinitionFile.read(file.bytes, file: path, as: ChartOfAccounts.self)
    }

    /// Rules that name an account which the chart does not have.
    private func strangers(
        _ table: Rulebook.Table, _ accounts: ChartOfAccounts
    ) -> [DefinitionFault] {
        var faults: [DefinitionFault] = []
        for drawn in table.model.tables {
            for (index, rule) in drawn.rules.enumerated() {
                for number in PostingProof.literals(in: rule.outputs.first ?? "")
                where accounts.account(number) == nil {
                    faults.append(
                        DefinitionFault(
                            file: table.file.path, place: "rule \(index + 1), line \(rule.line)",
                            "Expected an account of the chart \"\(chart)\", found \"\(number)\".",
                            remedy: "Correct the number or add the account to the chart."))
                }
            }
        }
        return faults
    }

    /// The first combination of a role without exactly one account.
    private func firstGap(
        _ role: String, _ table: Rulebook.Table, _ accounts: ChartOfAccounts
    ) -> DefinitionFault? {
        for question in combinations(of: role, table) {
            guard
                let result = table.model.evaluate(
                    decision: table.decision, inputs: question.inputs)
            else { continue }
            if let problem = result.problems.first {
                return DefinitionFault(
                    file: table.file.path, place: question.text, "\(problem).",
                    remedy: "Make the rules of the role exclude each other.")
            }
            if Rulebook.results(of: result.value, table.outputName).first?["account"]?.text == nil {
                return DefinitionFault(
                    file: table.file.path, place: question.text,
                    "Expected an account for the role \(role), which posting rules name; found none.",
                    remedy: "Add a rule for it.")
            }
        }
        return nil
    }

    /// The values that each input can take as far as the rules of the role tell them apart.
    private func combinations(
        of role: String, _ table: Rulebook.Table
    ) -> [AccountQuestion] {
        var values: [[String]] = [[""], [""], [""], [""]]
        for drawn in table.model.tables {
            for rule in drawn.rules
            where rule.tests.count == 5 && fits(rule.tests[0], role) {
                for column in 0..<4 where rule.tests[column + 1] != "-" {
                    values[column] += PostingProof.literals(in: rule.tests[column + 1])
                    values[column].append(PostingProof.anythingElse)
                }
            }
        }
        if values[1].count > 1 { values[1] += taxCodes() }
        var questions = [AccountQuestion(role: role)]
        for (column, words) in values.enumerated() {
            let distinct = Set(words).sorted()
            guard questions.count * distinct.count <= PostingProof.combinationsMax else { break }
            questions = questions.flatMap { question in
                distinct.map { word in
                    var next = question
                    switch column {
                    case 0: next.productClass = word
                    case 1: next.taxCode = word
                    case 2: next.warehouse = word
                    default: next.partnerGroup = word
                    }
                    return next
                }
            }
        }
        return questions
    }

    private func fits(_ test: String, _ role: String) -> Bool {
        test == "-" || PostingProof.literals(in: test).contains(role)
    }

    private func taxCodes() -> [String] {
        guard let file = book.file(TaxCodes.file, on: date),
            let codes = try? DefinitionFile.read(
                file.bytes, file: TaxCodes.file, as: TaxCodes.self)
        else { return [] }
        return codes.codes.map(\.code)
    }
}
