internal import Business
internal import EventLog
internal import Records

/// One file as it is handed in.
struct GivenFile: Record {
    let name: String
    let content: String?
    let isRemoved: Bool

    static let schema = Schema<GivenFile>(
        "definition.given-file", "A file to deploy.",
        Field(
            1, "name", \.name, "The file's name within the set, `rules/order-blocks.dmn`.",
            limits: .count(1...200)),
        Field(2, "content", \.content, "Its text.", limits: .count(0...900_000)),
        Field(
            3, "isRemoved", \.isRemoved, "Whether the set shall no longer have it.", default: false),
        make: GivenFile.init)
}

/// Deploys definitions.
struct DeployDefinitions: Record {
    let files: [GivenFile]
    let validFrom: BusinessDate?
    let strict: Bool
    let dryRun: Bool

    static let schema = Schema<DeployDefinitions>(
        "definition.deploy",
        "Checks definition files as a whole, together with those deployed, and deploys them.",
        Field(1, "files", \.files, "The files that change.", limits: .count(1...1_000)),
        Field(2, "validFrom", \.validFrom, "From which posting date rules are chosen; today."),
        Field(
            3, "strict", \.strict, "Whether warnings of the files handed in refuse too.",
            default: false),
        Field(4, "dryRun", \.dryRun, "Only check and show the difference.", default: false),
        make: DeployDefinitions.init)
}

/// Approves what another person proposed.
struct ApproveDefinitions: Record {
    let dryRun: Bool

    static let schema = Schema<ApproveDefinitions>(
        "definition.approve", "Deploys the set that another person proposed.",
        Field(1, "dryRun", \.dryRun, "Only show what waits.", default: false),
        make: ApproveDefinitions.init)
}

extension EngineCommand {
    /// Who may approve what another person proposed.
    static let approval = CommandAccess.human("operator")

    static let definitionCommands = [
        EngineCommand(
            DeployDefinitions.self, access: .human("operator"),
            rejections: [.definitionInvalid, .invalidValue]
        ) { (payload, submission, actor, core) throws(Rejection) in
            try core.deploy(payload, submission, actor)
        },
        EngineCommand(
            ApproveDefinitions.self, access: approval,
            rejections: [.wrongState, .separatedDuties, .definitionInvalid]
        ) { (payload, submission, actor, core) throws(Rejection) in
            try core.approveDefinitions(payload, submission, actor)
        },
    ]
}

extension WriterCore {
    /// What a deployment would change, for the reply.
    private func difference(
        from old: [DeployedFile], to new: [DeployedFile], warnings: [String]
    ) -> JSONValue {
        let before = Dictionary(old.map { ($0.name, $0.hash) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.name, $0.hash) }, uniquingKeysWith: { $1 })
        func names(_ keep: (String) -> Bool) -> JSONValue {
            .array(Set(before.keys).union(after.keys).filter(keep).sorted().map { .string($0) })
        }
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        return .object([
            "added": names { before[$0] == nil }, "removed": names { after[$0] == nil },
            "changed": names {
                before[$0] != nil && after[$0] != nil && before[$0] != after[$0]
            },
            // What was told when it was deployed is not told again with every other file.
            "warnings": .array(
                Self.warnings(warnings, about: changed.sorted()).map { .string($0) }),
        ])
    }

    func deploy(
        _ payload: DeployDefinitions, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let (state, version) = try state(
            of: DefinitionSetState.self, id: DefinitionSetState.id)
        var contents: [String: [UInt8]] = [:]
        var files = Dictionary(
            state.files.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        for given in payload.files {
            if given.isRemoved {
                files[given.name] = nil
                continue
            }
            guard let content = given.content else {
                throw Rejection(.invalidValue, "The file \(given.name) has no content.")
            }
            let bytes = Array(content.utf8)
            let hash = Digest256.sha256(of: bytes)
            contents[hash.description] = bytes
            files[given.name] = DeployedFile(name: given.name, hash: Blob(hash.bytes))
        }
        let set = files.values.sorted { $0.name < $1.name }
        let compiled = try compile(
            set, contents: contents, number: Int(version) + 1,
            validFrom: payload.validFrom ?? calendar.date(at: now), isStrict: payload.strict)
        let difference = difference(from: state.files, to: set, warnings: compiled.warnings)
        if payload.dryRun { return .result(difference) }
        if set == state.files { return .unchanged }
        let validFrom = payload.validFrom ?? calendar.date(at: now)
        let changesRules = changesProtected(from: state.files, to: set)
        let needsSecond = changesRules && company.map { !$0.isSinglePerson } ?? false
        let by = actor.person ?? actor.id
        let approvers =
            needsSecond
            ? authority.people(
                whoMay: ApproveDefinitions.schema.description.name, EngineCommand.approval.roles,
                besides: by) : []
        return try keepOwn(submission, actor) { (decision) throws(Rejection) in
            for file in set {
                try record(file, contents, in: decision)
            }
            // Where nobody could ever approve, waiting would be for ever: it takes effect, and the
            // event says so to whoever audits the log.
            if approvers.isEmpty {
                try decision.emit(
                    SetDeployed(
                        files: set, validFrom: validFrom, proposedBy: nil,
                        isAlone: needsSecond ? true : nil),
                    to: DefinitionSetState.id)
            } else {
                try decision.emit(
                    SetProposed(
                        files: set, validFrom: validFrom, by: by,
                        approvers: Array(approvers.prefix(SetProposed.approversMax))),
                    to: DefinitionSetState.id)
            }
        }
    }

    private func record(
        _ file: DeployedFile, _ contents: [String: [UInt8]], in decision: Decision
    ) throws(Rejection) {
        guard let hash = Digest256(file.hash.bytes), let bytes = contents[hash.description] else {
            return
        }
        let known = try decision.state(of: FileState.self, hash.description)
        if known.isRecorded { return }
        try decision.emit(
            FileRecorded(name: file.name, hash: file.hash, content: Blob(bytes)),
            to: hash.description)
    }

    /// Folders whose files touch money or authority and need a second person.
    private static let protectedFolders = ["posting/", "accounts/", "tax/", "chart/", "roles/"].map
    {
        "processes/" + $0
    }
    /// Decision tables that grant or limit what people may decide.
    private static let protectedWords = ["limit", "approval", "tolerance"]

    private func changesProtected(from old: [DeployedFile], to new: [DeployedFile]) -> Bool {
        // The first deployment founds the rules; there is nothing that it could bend.
        if old.isEmpty { return false }
        let changed = old.filter { !new.contains($0) } + new.filter { !old.contains($0) }
        return changed.contains { file in
            Self.protectedFolders.contains { file.name.hasPrefix($0) }
                || Self.protectedWords.contains { file.name.contains($0) }
        }
    }

    func approveDefinitions(
        _ payload: ApproveDefinitions, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let (state, version) = try state(
            of: DefinitionSetState.self, id: DefinitionSetState.id)
        guard let by = state.proposedBy, let validFrom = state.proposedFrom else {
            throw Rejection(.wrongState, "No set waits for approval; propose one first.")
        }
        let compiled = try compile(
            state.proposed, contents: [:], number: Int(version) + 1, validFrom: validFrom,
            isStrict: false)
        if payload.dryRun {
            return .result(
                difference(from: state.files, to: state.proposed, warnings: compiled.warnings))
        }
        return try keepOwn(submission, actor) { (decision) throws(Rejection) in
            try decision.requireSeparated(from: [by], duty: "Approving definitions")
            try decision.emit(
                SetDeployed(files: state.proposed, validFrom: validFrom, proposedBy: by),
                to: DefinitionSetState.id)
        }
    }
}
