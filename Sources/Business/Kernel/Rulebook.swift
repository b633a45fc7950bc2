import Crypto
package import DMN
package import FEEL
package import Records
import Synchronization

/// A deployed file with the day from which it counts.
package struct RuleFile: Sendable {
    /// The path in the deployed set, `processes/tax/codes.yaml`.
    package let path: String
    /// The bytes as they were deployed.
    package let bytes: [UInt8]
    /// The first effective date for which the file counts.
    package let validFrom: BusinessDate
    /// SHA-256 of the bytes.
    package let hash: DefinitionHash

    /// A file; its hash is computed from the bytes.
    package init(path: String, bytes: [UInt8], validFrom: BusinessDate) {
        self.path = path
        self.bytes = bytes
        self.validFrom = validFrom
        guard let hash = DefinitionHash(Array(SHA256.hash(data: bytes))) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        self.hash = hash
    }
}

/// Why a set of files cannot be deployed: every fault, each with file, place and remedy.
package struct RulebookFailure: Error, Sendable, CustomStringConvertible {
    /// The faults in the order of the files.
    package let faults: [DefinitionFault]

    /// One fault a line.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// The deployed rules: decision tables by id, other files by path, each chosen by date.
///
/// Files are never changed once the book is built; a new deployment makes a new book.
package final class Rulebook: DecisionSource {
    /// Forms of files that are kept, each read once.
    private static let formsMax = 1_024

    /// A decision table of one deployed file.
    struct Table: Sendable {
        let file: RuleFile
        /// The day from which the file counts with these versions of what it imports.
        let from: BusinessDate
        let model: DecisionModel
        /// The id of the decision or decision service in the file.
        let decision: String
        /// The name under which a single output stands.
        let outputName: String
    }

    private struct FormKey: Hashable {
        let hash: DefinitionHash
        let path: String
        let type: ObjectIdentifier
    }

    private let tables: [String: [Table]]
    private let files: [String: [RuleFile]]
    private let models: [RuleModels.Loaded]
    /// Imports that more than one of the files could mean; the one deployed last counts.
    package let ambiguousImports: [DefinitionFault]
    private let forms = Mutex<[FormKey: any Sendable]>([:])

    /// Reads a set of files; a file of a later day, or a later one of the same day, takes over.
    ///
    /// A decision file that imports another one by its namespace is judged with the version of it
    /// that counts on the same day.
    ///
    /// - Parameters:
    ///   - deployed: the files in the order of their deployment.
    ///   - other: a book whose compiled models are taken where the bytes are the same.
    /// - Throws: ``RulebookFailure`` with every fault of every file.
    package init(_ deployed: [RuleFile], reusing other: Rulebook? = nil) throws(RulebookFailure) {
        var files: [String: [RuleFile]] = [:]
        for file in deployed { files[file.path, default: []].append(file) }
        let kept = Dictionary(
            (other?.models ?? []).map { ($0.key, $0.model) },
            uniquingKeysWith: { first, _ in first })
        let read = RuleModels(deployed, kept: kept)
        guard read.faults.isEmpty else { throw RulebookFailure(faults: read.faults) }
        var tables: [String: [Table]] = [:]
        for part in read.loaded {
            for item in part.model.decisions + part.model.services {
                tables[item.id, default: []].append(Table(part, item))
            }
        }
        // In the order of the models: a file of a later day last.
        self.tables = tables
        self.files = files.mapValues { Self.sorted($0) { $0.validFrom } }
        models = read.loaded
        ambiguousImports = read.ambiguities
    }

    /// By day, a later deployment of the same day last.
    private static func sorted<Element>(
        _ elements: [Element], by date: (Element) -> BusinessDate
    ) -> [Element] {
        elements.enumerated()
            .sorted { (date($0.element), $0.offset) < (date($1.element), $1.offset) }
            .map(\.element)
    }

    /// Reads a set of files and proves what must be true of it before it counts: finance's own
    /// files, and that posting balances and finds accounts on every day on which a file begins.
    ///
    /// - Throws: ``RulebookFailure`` with every fault.
    package static func checked(
        _ deployed: [RuleFile], registry: Registry, otherCommands: [String] = []
    ) throws(RulebookFailure) -> Rulebook {
        let faults = FinanceFiles.check(
            deployed, registry: registry, otherCommands: otherCommands)
        guard faults.isEmpty else { throw RulebookFailure(faults: faults) }
        let book = try Rulebook(deployed)
        let postingFiles = deployed.filter {
            $0.path.hasPrefix("processes/posting/") || $0.path.hasPrefix("processes/accounts/")
                || $0.path.hasPrefix("processes/chart/")
        }
        // Before the last of the first files begins there is no complete set to prove.
        var firstDays: [String: BusinessDate] = [:]
        for file in postingFiles {
            firstDays[file.path] = min(firstDays[file.path] ?? file.validFrom, file.validFrom)
        }
        guard let complete = firstDays.values.max() else { return book }
        for day in Set(postingFiles.map(\.validFrom)).sorted() where day >= complete {
            let open = PostingProof.check(book, registry: registry, on: day)
            guard open.isEmpty else { throw RulebookFailure(faults: open) }
        }
        return book
    }

    /// The ids of all decisions and decision services.
    package var decisionIDs: [String] { tables.keys.sorted() }
    /// The paths of all files.
    package var paths: [String] { files.keys.sorted() }

    func table(_ decisionID: String, on date: BusinessDate) -> Table? {
        tables[decisionID]?.last { $0.from <= date }
    }

    /// The compiled model of a decision file as of a date; nil for any other file.
    package func model(of path: String, on date: BusinessDate) -> DecisionModel? {
        models.last { $0.file.path == path && $0.from <= date }?.model
    }

    func file(_ path: String, on date: BusinessDate) -> RuleFile? {
        files[path]?.last { $0.validFrom <= date }
    }

    /// Evaluates a decision as of a date: one context of outputs for each rule that counts.
    package func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome {
        let (value, table) = try judged(decisionID, on: date, inputs)
        return RuleOutcome(
            results: Self.results(of: value, table.outputName), definition: table.file.hash)
    }

    /// Evaluates a decision as of a date: its result as it stands in the standard.
    package func evaluate(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> DecisionValue {
        let (value, table) = try judged(decisionID, on: date, inputs)
        return DecisionValue(value: value, definition: table.file.hash)
    }

    private func judged(
        _ decisionID: String, on date: BusinessDate, _ inputs: [String: Value]
    ) throws(Rejection) -> (value: Value, table: Table) {
        guard let table = table(decisionID, on: date),
            let result = table.model.evaluate(decision: table.decision, inputs: inputs)
        else {
            throw Rejection(
                .noRule,
                "Expected a decision \"\(decisionID)\" deployed for \(date), found none; deploy it with definition.deploy.",
                [JSONMember("decision", .string(decisionID))])
        }
        if let problem = result.problems.first {
            throw Rejection(
                .badRuleResult,
                "Decision \"\(decisionID)\" in \(table.file.path): \(problem); mend the table.",
                [JSONMember("decision", .string(decisionID))])
        }
        return (result.value, table)
    }

    /// One context a hit; a table with one output gives plain values, which get its name.
    static func results(of value: Value, _ name: String) -> [[String: Value]] {
        switch value {
        case .null: []
        case .list(let values): values.flatMap { results(of: $0, name) }
        case .context(let context):
            [Dictionary(context.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })]
        default: [[name: value]]
        }
    }

    /// Whether a decision with this id is deployed for the date.
    package func has(_ decisionID: String, on date: BusinessDate) -> Bool {
        table(decisionID, on: date) != nil
    }

    /// The hash of the file whose decision judges on the date; nil where it imports others, for
    /// what it yields then depends on more than its own bytes.
    package func definition(
        of decisionID: String, on date: BusinessDate
    ) -> DefinitionHash? {
        guard let table = table(decisionID, on: date), table.model.imports.isEmpty else {
            return nil
        }
        return table.file.hash
    }

    /// A deployed file in the caller's form, read once and kept.
    package func parsed<Form: Sendable>(
        _ path: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)? {
        guard let file = file(path, on: date) else { return nil }
        let key = FormKey(hash: file.hash, path: path, type: ObjectIdentifier(type))
        if let kept = forms.withLock({ $0[key] }) as? Form { return (kept, file.hash) }
        let form = try parse(file.bytes)
        forms.withLock { forms in
            if forms.count >= Self.formsMax { forms.removeAll() }
            forms[key] = form
        }
        return (form, file.hash)
    }
}

extension Rulebook.Table {
    fileprivate init(_ part: RuleModels.Loaded, _ item: DecisionModel.Item) {
        // A service yields what its output decision does, or a context of several.
        let answering = part.model.services.contains(item) ? item.decisions.first : item.name
        let owned = part.model.tables.first { table in
            answering.map { table.owner.contains("'\($0)'") } ?? false
        }
        self.init(
            file: part.file, from: part.from, model: part.model, decision: item.id,
            outputName: owned?.outputs.first ?? answering ?? item.name)
    }
}
