internal import Business
internal import DMN
internal import EventLog
internal import FEEL
internal import Processes
package import Records
internal import Views

/// Why a decision cannot be shown or tested.
package struct DecisionFailure: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Shows decisions and tries them, deployed or in a file on the disk.
package enum DecisionDesk {
    /// A decision or decision service of a file.
    struct Found {
        let file: String
        let hash: String
        let model: DecisionModel
        let item: DecisionModel.Item

        /// The decision's own table; nil when it is another expression.
        var table: DecisionTable? {
            isService ? nil : model.tables.first { $0.owner == "decision '\(item.name)'" }
        }

        /// Whether it is a decision service.
        var isService: Bool { model.services.contains(item) }
    }

    /// Shows the decisions of files, or one of them by name or id.
    ///
    /// - Parameters:
    ///   - files: the files asked about.
    ///   - others: files among which imported models are found too.
    ///   - decision: the name or id; all of the files when nil.
    /// - Returns: the decisions, each with its table and what is doubtful about it.
    /// - Throws: ``DecisionFailure`` where a file does not load or has no such decision.
    package static func show(
        files: [GivenDefinition], among others: [GivenDefinition] = [], decision: String?
    ) throws(DecisionFailure) -> JSONValue {
        let all = try decisions(of: files, among: others)
        let wanted = decision.map { name in all.filter { $0.isCalled(name) } } ?? all
        guard !wanted.isEmpty else { throw unknown(decision ?? "", among: all) }
        return .object(["decisions": .array(wanted.map(\.json))])
    }

    /// Evaluates a decision or decision service of some files with given inputs.
    package static func test(
        files: [GivenDefinition], among others: [GivenDefinition] = [], decision: String,
        inputs: JSONValue
    ) throws(DecisionFailure) -> JSONValue {
        let all = try decisions(of: files, among: others)
        let wanted = all.filter { $0.isCalled(decision) }
        guard wanted.count == 1, let found = wanted.first else {
            throw unknown(decision, among: all)
        }
        return try found.evaluated(inputs)
    }

    /// What loading the decision tables of a set warns of: gaps, overlaps, rules that never match.
    static func warnings(in files: [GivenDefinition], _ book: Rulebook) -> [String] {
        files.flatMap { file -> [String] in
            guard let model = model(of: file, book) else { return [] }
            let isProved = isProved(file)
            return model.problems.filter { problem in
                problem.severity == .warning
                    && !(isProved && problem.message.hasPrefix("no rule matches"))
            }.map { "\(file.name): \($0)" }
        }
    }

    /// The model of a file of a set, as the set's own book compiled it; nil for other files.
    private static func model(of file: GivenDefinition, _ book: Rulebook) -> DecisionModel? {
        book.model(
            of: file.name, on: BusinessDate(daysSinceEpoch: BusinessDate.dayNumbers.upperBound))
    }

    /// Whether a file's tables are proved for the set as a whole.
    ///
    /// It is proved that every role of an account has one, and that what is posted balances; what
    /// has no posting rule is not posted.
    private static func isProved(_ file: GivenDefinition) -> Bool {
        file.name.hasPrefix("processes/accounts/") || file.name.hasPrefix("processes/posting/")
    }

    /// Roles that a set's tables ask for, such as those whose approval is needed, and nobody can have.
    static func warnings(
        in files: [GivenDefinition], _ book: Rulebook, roles: RoleBook
    ) -> [String] {
        let known = Set(roles.roles.map(\.role)).union([noRole, Authority.ownerRole])
        // In tables of postings and accounts, a role is an account's.
        return files.filter { !isProved($0) }.flatMap { file -> [String] in
            guard let model = model(of: file, book) else { return [] }
            return model.tables.flatMap { table -> [String] in
                guard let column = table.outputs.firstIndex(of: roleOutput) else { return [] }
                return table.rules.enumerated().compactMap { number, rule in
                    let cell = rule.outputs.indices.contains(column) ? rule.outputs[column] : ""
                    guard cell.count > 2, cell.hasPrefix("\""), cell.hasSuffix("\"") else {
                        return nil
                    }
                    let role = String(cell.dropFirst().dropLast())
                    if known.contains(role) { return nil }
                    return
                        "\(file.name): \(table.owner), rule \(number + 1): there is no role \"\(role)\"; correct the name, or add the role to \(RoleBook.file)"
                }
            }
        }
    }

    /// The output of a table that names a role, and what it says where nobody's is needed.
    private static let roleOutput = "role"
    private static let noRole = "none"

    /// The decisions and decision services of files.
    ///
    /// Imported models are found by namespace, first in the same files, then among the others.
    static func decisions(
        of files: [GivenDefinition], among others: [GivenDefinition]
    ) throws(DecisionFailure) -> [Found] {
        let given = files.map { ModelFile($0.bytes, name: $0.name) }
        let imports = given.contains { !$0.imports.isEmpty }
        let library = imports ? others.map { ModelFile($0.bytes, name: $0.name) } : []
        var found: [Found] = []
        for (index, file) in files.enumerated() {
            var models = given
            models.remove(at: index)
            do throws(ModelFailure) {
                let model = try DecisionModel.load(given[index], among: models + library)
                let hash = Digest256.sha256(of: file.bytes).description
                found += (model.decisions + model.services).map {
                    Found(file: file.name, hash: hash, model: model, item: $0)
                }
            } catch {
                throw DecisionFailure(
                    error.problems.map { "\(file.name): \($0)" }.joined(separator: "\n"))
            }
        }
        return found
    }

    static func unknown(_ name: String, among all: [Found]) -> DecisionFailure {
        let names = all.map(\.item.id).sorted()
        let hint = nearest(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
        let isTwice = all.filter { $0.isCalled(name) }.count > 1
        if isTwice {
            return DecisionFailure(
                "Expected one decision \(name), found several; name it by its id.")
        }
        return DecisionFailure(
            "Expected a decision \(name), found \(names.isEmpty ? "none" : names.joined(separator: ", ")).\(hint)"
        )
    }
}

extension DecisionDesk.Found {
    func isCalled(_ name: String) -> Bool { item.id == name || item.name == name }

    /// The decision as it is shown: its table as aligned text, and what is doubtful about it.
    var json: JSONValue {
        let own = table
        let mine = model.problems.filter { problem in
            problem.element.hasPrefix("decision \(isService ? "service " : "")'\(item.name)'")
        }
        return .object([
            "decision": .string(item.id), "name": .string(item.name), "file": .string(file),
            "hash": .string(hash), "type": .string(item.type),
            "kind": isService ? .string("decision-service") : nil,
            "imports": model.imports.isEmpty
                ? nil : .array(model.imports.map { .string($0.namespace) }),
            "question": item.question.isEmpty ? nil : .string(item.question),
            "inputs": .array(inputs.map { .string("\($0.name): \($0.type)") }),
            "requires": .array(item.decisions.map { .string($0) }),
            "table": own.map { .string($0.rendered()) },
            "rules": own.map { .integer($0.rules.count) },
            "warnings": .array(mine.map { .string($0.description) }),
        ])
    }

    /// What it is asked with: the input data that it declares, or else its table's inputs.
    private var inputs: [(name: String, type: String)] {
        if isService {
            let typed = Dictionary(
                (model.inputs + model.decisions).map { ($0.name, $0.type) },
                uniquingKeysWith: { first, _ in first })
            return item.inputs.map { (name: $0, type: typed[$0] ?? "Any") }
        }
        let declared = model.inputs.filter { item.inputs.contains($0.name) }
            .map { (name: $0.name, type: $0.type) }
        guard declared.isEmpty, let table else { return declared }
        return zip(table.inputExpressions, table.inputTypes).map { (name: $0, type: $1) }
    }

    /// Every input that a given name can mean: what is declared, and what the tables are asked with.
    private var inputNames: [String] {
        if isService { return item.inputs }
        let declared = model.inputs.map(\.name).filter { item.inputs.contains($0) }
        let required = model.decisions.map(\.name).filter { item.decisions.contains($0) }
        return (declared.isEmpty ? inputs.map(\.name) : declared) + required
    }

    /// Refuses a name that means nothing to the decision: it would be passed over in silence.
    private func requireKnown(_ members: [JSONMember]) throws(DecisionFailure) {
        let names = inputNames
        // An expression without declared inputs names what it likes.
        guard !names.isEmpty,
            let strange = members.first(where: { !names.contains($0.name) })
        else { return }
        let hint =
            nearest(to: strange.name, among: names.sorted()).map { " Did you mean \($0)?" } ?? ""
        throw DecisionFailure(
            "Expected inputs of \(item.id): \(names.joined(separator: ", ")); found \"\(strange.name)\".\(hint)"
        )
    }

    /// Evaluates with inputs as JSON.
    func evaluated(_ given: JSONValue) throws(DecisionFailure) -> JSONValue {
        guard case .object(let members) = given else {
            throw DecisionFailure("Expected the inputs as an object, found \(given.kindName).")
        }
        try requireKnown(members)
        let types = Dictionary(inputs.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        var values: [String: Value] = [:]
        for member in members {
            values[member.name] = try Self.value(
                member.value, type: types[member.name] ?? "Any", name: member.name)
        }
        guard let result = model.evaluate(decision: item.id, inputs: values) else {
            throw DecisionFailure("The decision \(item.id) cannot be evaluated.")
        }
        return .object([
            "decision": .string(item.id), "file": .string(file), "hash": .string(hash),
            "result": JSONValue(ProcessValue(result.value)),
            "text": .string(result.value.literalText),
            "fired": .array(result.matches.map { fired($0) }),
            "problems": .array(result.problems.map { .string($0.description) }),
            "missing": .array(
                inputs.filter { input in !members.contains { $0.name == input.name } }
                    .map { .string($0.name) }),
        ])
    }

    /// The rules of a table that matched, as they stand in it.
    private func fired(_ match: TableMatch) -> JSONValue {
        let table = (model.tables + model.importedTables).first { $0.owner == match.table }
        let rules = match.rules.map { index -> JSONValue in
            let rule = table.flatMap { $0.rules.indices.contains(index) ? $0.rules[index] : nil }
            return .object([
                "rule": .integer(index + 1),
                "when": .array((rule?.tests ?? []).map { .string($0) }),
                "then": .array((rule?.outputs ?? []).map { .string($0) }),
                "notes": .array(
                    (rule?.annotations ?? []).filter { !$0.isEmpty }.map { .string($0) }),
            ])
        }
        return .object([
            "table": .string(match.table),
            "hitPolicy": table.map { .string($0.hitPolicy.letters) }, "rules": .array(rules),
        ])
    }

    /// A JSON value as FEEL sees it; a text becomes a number, a date or a duration where the input
    /// is declared as one.
    private static func value(
        _ json: JSONValue, type: String, name: String
    ) throws(DecisionFailure) -> Value {
        guard case .string(let text) = json, type != "string", type != "Any" else {
            return Value(ProcessValue(json))
        }
        switch type {
        case "number":
            guard let number = Decimal34(text: text) else {
                throw DecisionFailure("\(name): expected a number, found \"\(text)\".")
            }
            return .number(number)
        case "boolean" where text == "true" || text == "false": return .boolean(text == "true")
        case "date", "time", "date and time", "days and time duration",
            "years and months duration":
            let value = Value(ProcessValue.temporal(.dateTime, text))
            if value.isNull {
                throw DecisionFailure("\(name): expected a \(type), found \"\(text)\".")
            }
            return value
        default: return .text(text)
        }
    }
}

extension OperatingQuery {
    /// Which decision.
    struct DecisionParameters: Record {
        let decision: String
        let inputs: JSONValue?

        static let schema = Schema<DecisionParameters>(
            "decision.parameters", "Which decision.",
            Field(1, "decision", \.decision, "The decision's id or name."),
            Field(2, "inputs", \.inputs, "Its inputs by name, an object."),
            make: DecisionParameters.init)
    }

    static let decisionQueries = [
        OperatingQuery(
            "decision.show", "A deployed decision: its table, and its gaps and overlaps.",
            DecisionParameters.self
        ) { (desk, parameters) async throws(QueryFailure) in
            let found = try desk.decision(parameters.decision)
            return .object(["decisions": .array([found.json])])
        },
        OperatingQuery(
            "decision.test", "What a deployed decision says to inputs, and which rules fired.",
            DecisionParameters.self
        ) { (desk, parameters) async throws(QueryFailure) in
            let found = try desk.decision(parameters.decision)
            do throws(DecisionFailure) {
                return try found.evaluated(parameters.inputs ?? .object([]))
            } catch { throw .unknownObject(error.description) }
        },
    ]
}

extension OperatingDesk {
    /// The decision with an id or name in the set that judges now.
    fileprivate func decision(_ name: String) throws(QueryFailure) -> DecisionDesk.Found {
        let files = try engine.setFiles().files.filter { $0.name.hasSuffix(".dmn") }
        let all: [DecisionDesk.Found]
        do throws(DecisionFailure) {
            all = try DecisionDesk.decisions(of: files, among: [])
        } catch { throw .damaged(error.description) }
        guard
            let found = all.first(where: { $0.item.id == name })
                ?? all.first(where: { $0.item.name == name })
        else { throw .unknownObject(DecisionDesk.unknown(name, among: all).description) }
        return found
    }
}
