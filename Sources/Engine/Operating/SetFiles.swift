internal import Business
internal import EventLog
internal import Processes
package import Records
package import Views

/// The files of a deployed set, as they stand in the log.
package struct SetFiles: Sendable {
    /// The set's number.
    package let number: Int
    /// From which posting date its rules were chosen.
    package let validFrom: BusinessDate
    /// The files in the order of their names.
    package let files: [GivenDefinition]

    /// The file and the parsed diagram that holds a process; nil when none does.
    func process(_ id: String, hash wanted: String? = nil) -> (GivenDefinition, ProcessFile)? {
        for file in files where file.name.hasSuffix(".bpmn") {
            let hash = Digest256.sha256(of: file.bytes).description
            guard wanted == nil || wanted == hash,
                let parsed = try? ProcessFile.parse(file.bytes, name: file.name, hash: hash),
                parsed.processes.contains(where: { $0.processID == id })
            else { continue }
            return (file, parsed)
        }
        return nil
    }

    /// All processes, in the order of their files.
    var processes: [ProcessDefinition] {
        files.filter { $0.name.hasSuffix(".bpmn") }.flatMap { file in
            let parsed = try? ProcessFile.parse(file.bytes, name: file.name, hash: "")
            return parsed?.processes ?? []
        }
    }

    /// The ids of all processes.
    var processIDs: [String] { processes.map(\.processID).sorted() }
}

extension Engine {
    private static let setsLookedAtMax = 10_000

    /// The files of a set; of the one that judges now when no number is given.
    package func setFiles(number: Int? = nil) throws(QueryFailure) -> SetFiles {
        let stream = "\(DefinitionSetState.streamType)/\(DefinitionSetState.id)"
        do {
            let heads = try index.positions(of: stream, limit: Self.setsLookedAtMax)
            for head in heads.reversed() where number == nil || head.version == number {
                guard let stored = try log.event(at: head.position),
                    let deployed = try decoder.decode(stored) as? SetDeployed
                else { continue }
                var files: [GivenDefinition] = []
                for file in deployed.files {
                    files.append(
                        GivenDefinition(name: file.name, bytes: try bytes(of: file)))
                }
                return SetFiles(
                    number: head.version, validFrom: deployed.validFrom, files: files)
            }
        } catch {
            throw .damaged("the deployed definitions cannot be read: \(error)")
        }
        throw .unknownObject(
            number.map { "There is no definition set \($0)." } ?? "No definitions are deployed.")
    }

    private func bytes(of file: DeployedFile) throws -> [UInt8] {
        guard let hash = Digest256(file.hash.bytes),
            let position = try index.position(
                of: "\(FileState.streamType)/\(hash)", version: 1),
            let stored = try log.event(at: position),
            let recorded = try decoder.decode(stored) as? FileRecorded
        else {
            throw QueryFailure.damaged("the bytes of \(file.name) are not in the log")
        }
        return recorded.content.bytes
    }
}
