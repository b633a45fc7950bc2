internal import EventLog
internal import Markup
internal import Processes
internal import Records
internal import Views

/// Diagrams as SVG: as they were drawn or laid out, with an instance's path or a period's figures.
package enum ProcessPicture {
    /// The SVG of a file's process, for a diagram that is not deployed.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: what messages call it.
    ///   - processID: the process; the file's first one when nil.
    /// - Returns: the drawing.
    /// - Throws: what is wrong with the file, in words.
    package static func svg(
        of bytes: [UInt8], name: String, processID: String?
    ) throws(PictureFailure) -> String {
        let parsed: ProcessFile
        do throws(MarkupFailure) {
            parsed = try ProcessFile.parse(
                bytes, name: name, hash: Digest256.sha256(of: bytes).description)
        } catch { throw PictureFailure("\(name): \(error)") }
        let ids = parsed.processes.map(\.processID)
        guard let id = processID ?? ids.first,
            let svg = ProcessDrawing.svg(parsed, processID: id)
        else {
            let found = ids.isEmpty ? "none" : ids.joined(separator: ", ")
            throw PictureFailure(
                "\(name): expected the process \(processID ?? "of a diagram"), found \(found).")
        }
        return svg
    }

    /// What heat and notes say of each element, from rows of `process.heat`.
    static func marks(_ rows: [JSONValue], of definition: ProcessDefinition) -> DrawingMarks {
        var marks = DrawingMarks()
        var hottest: Int64 = 0
        for row in rows {
            guard let id = row["element"]?.stringValue, let element = definition.element(id: id),
                !element.isScope
            else { continue }
            hottest = max(hottest, row["medianMilliseconds"]?.integerValue ?? 0)
        }
        for row in rows {
            guard let id = row["element"]?.stringValue, let element = definition.element(id: id),
                element.index != 0
            else { continue }
            let median = row["medianMilliseconds"]?.integerValue ?? 0
            let open = row["open"]?.integerValue ?? 0
            var note = "\(row["entered"]?.integerValue ?? 0)×"
            if median > 0, let words = row["median"]?.stringValue { note += " \(words)" }
            if open > 0 { note += ", \(open) open" }
            marks.notes[id] = note
            if median > 0, hottest > 0, !element.isScope {
                marks.heat[id] = Int(median * 1_000 / hottest)
            }
        }
        return marks
    }
}

/// Why a diagram cannot be drawn.
package struct PictureFailure: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

extension OperatingQuery {
    /// What is to be drawn.
    struct DrawingParameters: Record {
        let of: String
        let heat: Bool
        let from: BusinessDate?
        let to: BusinessDate?
        let process: String?

        static let schema = Schema<DrawingParameters>(
            "process.drawing-parameters", "What is to be drawn.",
            Field(1, "of", \.of, "A process's id, or an instance."),
            Field(
                2, "heat", \.heat, "Whether counts and median times stand at the elements.",
                default: false),
            Field(3, "from", \.from, "The first day of the figures, in UTC; all when absent."),
            Field(4, "to", \.to, "The last day of the figures."),
            Field(
                5, "process", \.process,
                "For an instance: a process that it called; its own when absent."),
            make: DrawingParameters.init)
    }

    static let drawing = OperatingQuery(
        "process.drawing",
        "A process's diagram as SVG, with an instance's path or a period's figures.",
        DrawingParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        let current = try desk.engine.setFiles()
        if current.process(parameters.of) != nil {
            guard parameters.process == nil else {
                throw .badParameters(
                    InputFailure(
                        .badValue, path: "process",
                        "goes with an instance, and \(parameters.of) is a process"))
            }
            return try desk.draw(parameters, process: parameters.of, files: current, path: nil)
        }
        guard let history = try desk.engine.history(of: parameters.of) else {
            throw .unknownObject(
                "There is no process and no instance \"\(parameters.of)\"; deployed are: \(current.processIDs.joined(separator: ", "))."
            )
        }
        let path = InstancePath(history)
        let wanted = try path.definition(of: parameters.process ?? history.process)
        let number = history.sets.last ?? current.number
        return try desk.draw(
            parameters, process: wanted.processID,
            files: try desk.engine.setFiles(number: number), path: path)
    }
}

/// The steps of an instance, and the processes that they led through.
private struct InstancePath {
    let history: InstanceHistory
    /// Its own definition first, then those that it called.
    let definitions: [DefinitionReference]

    init(_ history: InstanceHistory) {
        self.history = history
        definitions = InstanceState.folding(history.advances).definitions
    }

    /// The last definition of a process that the instance led through.
    func definition(of process: String) throws(QueryFailure) -> DefinitionReference {
        guard let found = definitions.last(where: { $0.processID == process }) else {
            throw .unknownObject(
                "\(history.instance) has not been in a process \"\(process)\"; it has been in: \(processIDs.joined(separator: ", "))."
            )
        }
        return found
    }

    /// The ids of the processes, each once.
    var processIDs: [String] {
        definitions.map(\.processID).reduce(into: []) { ids, id in
            if !ids.contains(id) { ids.append(id) }
        }
    }
}

extension OperatingDesk {
    fileprivate func draw(
        _ parameters: OperatingQuery.DrawingParameters, process: String, files: SetFiles,
        path: InstancePath?
    ) throws(QueryFailure) -> JSONValue {
        guard let (file, parsed) = files.process(process),
            let definition = parsed.processes.first(where: { $0.processID == process })
        else { throw .unknownObject("The process \(process) is not in set \(files.number).") }
        var marks = DrawingMarks()
        if let path { marks = DrawingMarks(path: path.history.advances, of: definition) }
        if parameters.heat || parameters.from != nil || parameters.to != nil {
            let figures = try rows(
                "process.heat",
                .object([
                    "process": .string(process),
                    "from": parameters.from.map { .string($0.description) },
                    "to": parameters.to.map { .string($0.description) },
                ]))
            let heat = ProcessPicture.marks(figures, of: definition)
            marks.notes = heat.notes
            marks.heat = heat.heat
        }
        guard let svg = ProcessDrawing.svg(parsed, processID: process, marks: marks) else {
            throw .unknownObject("The process \(process) has no diagram.")
        }
        return .object([
            "process": .string(process), "file": .string(file.name),
            "definition": .string(definition.reference.hash), "set": .integer(files.number),
            "passed": .integer(marks.passed.count),
            "processes": path.map { .array($0.processIDs.map { .string($0) }) },
            "svg": .string(svg),
        ])
    }
}
