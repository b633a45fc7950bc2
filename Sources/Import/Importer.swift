internal import Client
internal import FEEL
internal import Foundation
internal import Records

/// Imports files: reads the mapping, checks it against what the daemon describes, makes the plan
/// and gives its commands.
package enum Importer {
    /// Runs an import, or only checks it.
    ///
    /// - Parameters:
    ///   - request: The mapping, the files and the daemon.
    ///   - progress: Told now and then how far it is.
    /// - Returns: What was done; refused rows stand in it and do not stop the import.
    /// - Throws: ``ImportFailure`` where the import cannot begin or go on.
    package static func run(
        _ request: ImportRequest, progress: (ImportProgress) -> Void = { _ in }
    ) throws(ImportFailure) -> ImportReport {
        let start = ContinuousClock.now
        do {
            let mapping = try MappingReader.read(path: request.mapping)
            let link = try DaemonLink(path: request.socket, timeoutSeconds: request.timeoutSeconds)
            let mappingFile = URL(fileURLWithPath: request.mapping).lastPathComponent
            let schemas = try link.schemas(of: mapping, file: mappingFile)
            if mapping.isHistory { try link.requireManualClock() }
            var planner = ImportPlanner(
                mapping: mapping, mappingFile: mappingFile, folder: request.folder,
                schemas: schemas, limits: request.limits)
            let plan = try planner.make()
            let definitions = try DefinitionBundle(mapping, beside: request.mapping, mappingFile)
            var report = ImportReport()
            report.name = mapping.name
            report.isDryRun = request.isDryRun
            report.rows = plan.rows
            report.commands = plan.commands.count
            report.notes = plan.notes
            report.refused = plan.refused
            if request.isDryRun {
                try definitions.check(link)
                report.refused += try ReferenceCheck(link).faults(of: plan)
            } else {
                try definitions.deploy(link, key: "\(mapping.name):definitions")
                var run = ImportRun(
                    mapping: mapping, plan: plan, link: link, request: request, start: start)
                try run.perform(&report, progress)
            }
            report.milliseconds = start.duration(to: .now).milliseconds
            return report
        } catch let failure as ImportFailure {
            throw failure
        } catch let failure as MappingFailure {
            throw .mapping(failure)
        } catch let failure as CSVFailure {
            throw .file(failure)
        } catch {
            throw .interrupted("\(error)")
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}

/// The daemon as the import talks to it.
final class DaemonLink {
    private let connection: Connection
    private let timeoutSeconds: Int

    init(path: String, timeoutSeconds: Int) throws(ImportFailure) {
        self.timeoutSeconds = timeoutSeconds
        do throws(ClientFailure) {
            connection = try Connection(path: path)
        } catch {
            throw .noDaemon("\(error)")
        }
    }

    func send(_ bytes: [UInt8]) throws(ImportFailure) {
        do throws(ClientFailure) {
            try connection.send(bytes)
        } catch {
            throw .interrupted("\(error)")
        }
    }

    func receive() throws(ImportFailure) -> Answer {
        do throws(ClientFailure) {
            guard let line = try connection.receive(timeoutSeconds: timeoutSeconds) else {
                throw ClientFailure.broken(reason: "it was closed before the answer came")
            }
            guard let answer = Answer(line: line) else {
                throw ClientFailure.broken(reason: "the answer is none: \(line.prefix(80))")
            }
            return answer
        } catch {
            throw .interrupted("\(error)")
        }
    }

    func ask(_ line: String) throws(ImportFailure) -> Answer {
        try send(Array((line + "\n").utf8))
        return try receive()
    }

    /// The schemas of a mapping's commands.
    func schemas(
        of mapping: ImportMapping, file: String
    ) throws -> [String: PayloadSchema] {
        var schemas: [String: PayloadSchema] = [:]
        for rule in mapping.commands + mapping.files.flatMap(\.commands)
        where schemas[rule.command] == nil {
            let answer = try ask(RequestLine.text("describe", rule.command))
            guard answer.isOK, answer.body["kind"]?.stringValue == "command",
                let schema = answer.body["schema"]
            else {
                throw MappingFailure(
                    file: file, place: rule.place,
                    message:
                        "the daemon knows no command \"\(rule.command)\": \(answer.isOK ? "it is something else" : answer.message)"
                )
            }
            schemas[rule.command] = PayloadSchema(json: schema)
        }
        for rule in mapping.work {
            guard try ask(RequestLine.text("describe", rule.command)).isOK else {
                throw MappingFailure(
                    file: file, place: rule.place,
                    message: "the daemon knows no command \"\(rule.command)\"")
            }
        }
        return schemas
    }

    /// Refuses a folder whose clock nobody can move.
    func requireManualClock() throws(ImportFailure) {
        guard
            object("clock.clock/main", in: try ask(Self.objectQuery("clock.clock/main")))?["kind"]?
                .stringValue == "manual"
        else { throw .clockNotManual }
    }

    /// The end of the log.
    func logEnd() throws(ImportFailure) -> Int64 {
        let answer = try ask(RequestLine.text("query", "engine.views"))
        let rows = answer.body["rows"]?.arrayValue ?? []
        return rows.map {
            ($0["position"]?.integerValue ?? 0) + ($0["lag"]?.integerValue ?? 0)
        }.max() ?? 0
    }

    /// Whether a thing exists.
    func exists(_ reference: Reference) throws(ImportFailure) -> Bool {
        try ask(Self.objectQuery("\(reference.subject)/\(reference.id)")).isOK
    }

    private static func objectQuery(_ object: String) -> String {
        RequestLine.text(
            "query", "engine.object", payload: .object(["object": .string(object)]))
    }

    private func object(_ name: String, in answer: Answer) -> JSONValue? {
        guard answer.isOK else { return nil }
        return answer.body["state"] ?? answer.body
    }
}

/// The definition files that an import brings.
struct DefinitionBundle {
    private let files: [JSONValue]

    /// Reads the files beside the mapping.
    init(_ mapping: ImportMapping, beside path: String, _ name: String) throws(MappingFailure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        var files: [JSONValue] = []
        for change in mapping.definitions {
            guard let file = change.file else {
                files.append(.object(["name": .string(change.name), "isRemoved": .boolean(true)]))
                continue
            }
            let place = folder.appendingPathComponent(file).path
            guard let data = FileManager.default.contents(atPath: place),
                let text = String(validating: data, as: UTF8.self)
            else {
                throw MappingFailure(
                    file: name, place: change.place,
                    message: "expected a definition file \(file) beside the mapping, in UTF-8")
            }
            files.append(.object(["name": .string(change.name), "content": .string(text)]))
        }
        self.files = files
    }

    /// Asks whether the set would be accepted.
    func check(_ link: DaemonLink) throws(ImportFailure) {
        try give(link, isDryRun: true, key: nil)
    }

    /// Deploys the set; what is deployed already changes nothing.
    func deploy(_ link: DaemonLink, key: String) throws(ImportFailure) {
        try give(link, isDryRun: false, key: key)
    }

    private func give(
        _ link: DaemonLink, isDryRun: Bool, key: String?
    ) throws(ImportFailure) {
        guard !files.isEmpty else { return }
        let answer = try link.ask(
            RequestLine.text(
                "definition.deploy",
                options: key.map { [(name: "key", value: $0)] } ?? [],
                payload: .object([
                    "files": .array(files), "dryRun": isDryRun ? .boolean(true) : nil,
                ])))
        guard answer.isOK else { throw .refused(code: answer.code, message: answer.message) }
    }
}

/// Checks what the commands of a plan name, for a dry run.
struct ReferenceCheck {
    private let link: DaemonLink

    init(_ link: DaemonLink) { self.link = link }

    /// References to things that neither an earlier command makes nor the folder has.
    func faults(of plan: ImportPlan) throws(ImportFailure) -> [RefusedRow] {
        var made: Set<Reference> = []
        var asked: [Reference: Bool] = [:]
        var faults: [RefusedRow] = []
        for command in plan.commands {
            for reference in command.references
            where !made.contains(reference) {
                let isThere: Bool
                if let known = asked[reference] {
                    isThere = known
                } else {
                    isThere = try link.exists(reference)
                    asked[reference] = isThere
                }
                guard !isThere else { continue }
                faults.append(
                    RefusedRow(
                        source: command.source, command: command.command,
                        code: RefusedRow.rowCode,
                        message:
                            "expected \(reference.subject) \"\(reference.id)\" from an earlier command or in the folder, found none"
                    ))
            }
            made.formUnion([command.created, command.createdExternal].compactMap { $0 })
        }
        return faults
    }
}
