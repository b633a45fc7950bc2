internal import Business
internal import EventLog
internal import Markup
internal import Processes
internal import Records

/// All versions of the rule files, and the book that chooses among them by date.
struct DatedRules: Sendable {
    let rules: Rulebook
    let history: [RuleFile]
}

/// Checks a set of definition files as a whole and compiles it.
struct SetCompiler {
    /// What came of it: a set, or errors; warnings in either case.
    struct Result {
        var set: DeployedSet?
        var dated: DatedRules?
        var roles: RoleBook?
        var errors: [String] = []
        var warnings: [String] = []
    }

    /// A date before every other: the first version of a file has counted for ever.
    private static let beginning = BusinessDate(daysSinceEpoch: -719_162)

    let files: [GivenDefinition]
    let registry: Registry
    /// Whether the set is checked: what is in the log was checked when it was deployed.
    let verifies: Bool
    private var result = Result()

    private init(files: [GivenDefinition], registry: Registry, verifies: Bool) {
        self.verifies = verifies
        self.files = files
        self.registry = registry
    }

    static func compile(
        _ files: [GivenDefinition], number: Int, position: UInt64, validFrom: BusinessDate,
        registry: Registry, history: [RuleFile], reusing kept: Rulebook? = nil, verifies: Bool
    ) -> Result {
        var compiler = SetCompiler(files: files, registry: registry, verifies: verifies)
        compiler.run(
            number: number, position: position, validFrom: validFrom, history: history, kept)
        return compiler.result
    }

    private mutating func run(
        number: Int, position: UInt64, validFrom: BusinessDate, history: [RuleFile],
        _ kept: Rulebook?
    ) {
        let ruleFiles = files.filter { !$0.name.hasSuffix(".bpmn") }
        var known = history
        for file in ruleFiles {
            let isFirst = !known.contains { $0.path == file.name }
            let version = RuleFile(
                path: file.name, bytes: file.bytes,
                validFrom: isFirst ? Self.beginning : validFrom)
            if known.last(where: { $0.path == file.name })?.hash != version.hash {
                known.append(version)
            }
        }
        guard let dated = book(known, reusing: kept),
            let own = book(
                ruleFiles.map {
                    RuleFile(path: $0.name, bytes: $0.bytes, validFrom: Self.beginning)
                }, reusing: dated)
        else { return }
        if verifies { checkRules(own, on: validFrom, deployed: Set(history.map(\.path))) }
        result.roles = roles(own, on: validFrom)
        let processes = processes(own)
        result.dated = DatedRules(rules: dated, history: known)
        let calendars = SetCalendars(files)
        result.errors += calendars.faults
        if verifies { result.errors += calendars.faults(in: processes) }
        result.set = DeployedSet(
            number: number, position: position, rules: own, processes: processes,
            calendars: calendars.calendars, versionTags: VersionTags(files))
    }

    private mutating func book(_ files: [RuleFile], reusing other: Rulebook?) -> Rulebook? {
        do throws(RulebookFailure) {
            return try Rulebook(files, reusing: other)
        } catch {
            result.errors += error.faults.map(\.description)
            return nil
        }
    }

    /// Posting rules balance, every role has an account, every file that we know can be read.
    private mutating func checkRules(
        _ book: Rulebook, on date: BusinessDate, deployed: Set<String>
    ) {
        result.errors += RuleChecks.faults(in: files, deployed: deployed).map(\.description)
        result.errors += FormFile.faults(in: files).map(\.description)
        let ruleFiles = files.map {
            RuleFile(path: $0.name, bytes: $0.bytes, validFrom: Self.beginning)
        }
        result.errors += FinanceFiles.check(
            ruleFiles, registry: registry, otherCommands: EngineCommand.all.map(\.name)
        ).map(\.description)
        result.errors += book.ambiguousImports.map(\.description)
        result.warnings += DecisionDesk.warnings(in: files, book)
        // A set without posting tables posts nothing; one with them is proved as a whole.
        if book.paths.contains(where: { $0.hasPrefix("processes/posting/") }) {
            result.errors += PostingProof.check(book, registry: registry, on: date)
                .map(\.description)
        }
    }

    private mutating func roles(_ book: Rulebook, on date: BusinessDate) -> RoleBook? {
        do throws(Rejection) {
            return try book.parsed(RoleBook.file, on: date, as: RoleBook.self) {
                (bytes) throws(Rejection) in
                do throws(DefinitionFault) {
                    return try DefinitionFile.read(bytes, file: RoleBook.file, as: RoleBook.self)
                } catch {
                    throw error.rejection
                }
            }?.form
        } catch {
            result.errors.append(error.message)
            return nil
        }
    }

    private mutating func processes(_ book: Rulebook) -> [ProcessDefinition] {
        var definitions: [ProcessDefinition] = []
        for file in files where file.name.hasSuffix(".bpmn") {
            let hash = Digest256.sha256(of: file.bytes).description
            do throws(MarkupFailure) {
                let parsed = try ProcessFile.parse(file.bytes, name: file.name, hash: hash)
                note(parsed.diagnostics)
                definitions += parsed.processes
            } catch {
                result.errors.append("\(file.name): \(error)")
            }
        }
        let surroundings = DeploymentSurroundings(
            registry: registry, decisions: Set(book.decisionIDs),
            forms: Set(FormFile.files(in: files).map(\.id)),
            processes: Set(definitions.map(\.processID)),
            processTags: Dictionary(
                definitions.map { ($0.processID, $0.versionTag) }, uniquingKeysWith: { $1 }),
            versionTags: verifies ? VersionTags(files) : VersionTags(),
            roles: result.roles.map { Set($0.roles.map(\.role)).union([Authority.ownerRole]) })
        let formCheck = TaskFormCheck(files: verifies ? files : [], registry: registry)
        for definition in definitions where verifies {
            note(DefinitionCheck.check(definition, environment: surroundings))
            if definition.isExecutable { note(formCheck.diagnostics(of: definition)) }
        }
        if verifies, let roles = result.roles {
            checkGrants(definitions, roles)
            result.warnings += DecisionDesk.warnings(in: files, book, roles: roles)
        }
        if verifies { checkIDs(definitions) }
        let ids = definitions.map(\.processID)
        for id in Set(ids) where ids.filter({ $0 == id }).count > 1 {
            result.errors.append(
                "Two files of the set hold the process \(id); give one another id.")
        }
        return definitions
    }

    /// What an instance's id has behind its process's: a hyphen, a position, and an ordinal.
    private static let instanceNumberBytesMax = 20
    /// Bytes of a process's id, for an instance's id must fit an identifier.
    private static let processIDBytesMax = IdentifierRules.bytesMax - instanceNumberBytesMax

    private mutating func checkIDs(_ definitions: [ProcessDefinition]) {
        for id in definitions.map(\.processID)
        where !IdentifierRules.allows(id) || id.utf8.count > Self.processIDBytesMax {
            result.errors.append(
                "Expected a process id of 1 to \(Self.processIDBytesMax) bytes of NFC text without '/', '*', spaces or control characters, found \"\(id)\" (\(id.utf8.count) bytes); give the process another id."
            )
        }
    }

    /// What a diagram asks for must be within the role that its process has: a file that somebody
    /// deploys alone gives no right that a second person did not agree to.
    private mutating func checkGrants(_ definitions: [ProcessDefinition], _ roles: RoleBook) {
        for definition in definitions where definition.isExecutable {
            for use in definition.references.taskTypes {
                guard let type = registry.commands[use.name],
                    !roles.allows(
                        use.name, process: definition.processID, declared: type.access.roles)
                else { continue }
                result.errors.append(
                    "Process \(definition.processID), element \(use.elementID): expected a command that the process may give, found \(use.name); grant it under `processes` in \(RoleBook.file), or take the task out."
                )
            }
        }
    }

    private mutating func note(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            switch diagnostic.severity {
            case .error: result.errors.append(diagnostic.description)
            case .warning: result.warnings.append(diagnostic.description)
            }
        }
    }
}

/// What a diagram's names can mean in this program and this set.
struct DeploymentSurroundings: DefinitionEnvironment {
    let registry: Registry
    let decisions: Set<String>
    let forms: Set<String>
    let processes: Set<String>
    /// Version tags of the processes by id.
    let processTags: [String: String]
    let versionTags: VersionTags
    /// The roles of the set; nil where it has none written down.
    let roles: Set<String>?

    func isModule(_ name: String) -> Bool { registry.isModule(of: name) }

    func command(named name: String) -> Processes.CommandDescription? {
        guard let type = registry.commands[name] else { return nil }
        return Processes.CommandDescription(
            fieldNames: type.description.fields.map(\.name),
            requiredFieldNames: type.description.fields.filter(\.isRequired).map(\.name),
            rejectionCodes: type.rejections.map(\.name) + RejectionCode.common.map(\.name),
            isForPeopleOnly: type.access.isHuman)
    }

    func hasEvent(named name: String) -> Bool { registry.events[name] != nil }
    func hasDecision(_ id: String) -> Bool { decisions.contains(id) }
    func hasForm(_ id: String) -> Bool { forms.contains(id) }
    func hasProcess(_ id: String) -> Bool { processes.contains(id) }
    func versionTag(of kind: VersionedKind, _ id: String) -> String? {
        switch kind {
        case .process: processTags[id]
        case .decision: decisions.contains(id) ? versionTags.decisions[id] ?? "" : nil
        case .form: forms.contains(id) ? versionTags.forms[id] ?? "" : nil
        }
    }

    func hasRole(_ name: String) -> Bool { roles?.contains(name) ?? true }
    var rolesFile: String { RoleBook.file }
}
