internal import Business
internal import EventLog
internal import Processes
internal import Records

/// A set that compiled.
struct CompiledSet {
    let set: DeployedSet
    let dated: DatedRules
    let roles: RoleBook?
    let warnings: [String]
}

extension WriterCore {
    /// Errors that a refusal names at the most.
    private static let errorsShownMax = 50

    /// Compiles a set as a whole; refuses it with all that is wrong.
    ///
    /// `contents` has the bytes of files that are not in the log yet, by hash.
    func compile(
        _ files: [DeployedFile], contents: [String: [UInt8]], number: Int, position: UInt64 = 0,
        validFrom: BusinessDate, isStrict: Bool, verifies: Bool = true
    ) throws(Rejection) -> CompiledSet {
        var definitions: [GivenDefinition] = []
        for file in files {
            definitions.append(
                GivenDefinition(name: file.name, bytes: try bytes(of: file, contents)))
        }
        let compiled = SetCompiler.compile(
            definitions, number: number, position: position, validFrom: validFrom,
            registry: registry,
            history: library.history, reusing: library.dated, verifies: verifies)
        var errors = compiled.errors
        if isStrict {
            // What is handed in is judged strictly; what was accepted before stays accepted.
            let given = files.filter { file in
                contents[Digest256(file.hash.bytes)?.description ?? ""] != nil
            }
            errors += Self.warnings(compiled.warnings, about: given.map(\.name))
        }
        guard errors.isEmpty, let set = compiled.set, let dated = compiled.dated else {
            let shown = errors.prefix(Self.errorsShownMax)
            throw Rejection(
                .definitionInvalid,
                "The definitions have \(errors.count) faults: \(shown.joined(separator: "\n"))",
                [JSONMember("faults", .array(shown.map { .string($0) }))])
        }
        return CompiledSet(
            set: set, dated: dated, roles: compiled.roles, warnings: compiled.warnings)
    }

    /// Warnings of files, and those of others that are about them: a role that is gone is missed
    /// where it was asked for.
    static func warnings(_ warnings: [String], about files: [String]) -> [String] {
        warnings.filter { warning in files.contains { warning.contains($0) } }
    }

    private func bytes(
        of file: DeployedFile, _ contents: [String: [UInt8]]
    ) throws(Rejection) -> [UInt8] {
        guard let hash = Digest256(file.hash.bytes) else {
            throw Rejection(.definitionInvalid, "\(file.name) has no SHA-256.")
        }
        if let bytes = contents[hash.description] { return bytes }
        do {
            let stream = "\(FileState.streamType)/\(hash)"
            guard let position = try index.position(of: stream, version: 1),
                let stored = try log.event(at: position),
                let recorded = try events.decode(stored) as? FileRecorded
            else {
                throw Rejection(
                    .definitionInvalid, "The bytes of \(file.name) are not in the log.")
            }
            return recorded.content.bytes
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw unreadable(error)
        }
    }
}
