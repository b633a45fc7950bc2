internal import DMN
internal import Records

/// The decision models of a book's files: each compiled once for each state of what it imports.
struct RuleModels {
    /// A file as it counts from a day on, with the versions of its imports that count then.
    struct Loaded: Sendable {
        let file: RuleFile
        /// The day from which this combination counts; never before the file's own.
        let from: BusinessDate
        let model: DecisionModel
        /// Hashes of the file and of all that it imports.
        let key: [DefinitionHash]
    }

    /// Models by file, then by day; files in the order of their days, a later deployment last.
    private(set) var loaded: [Loaded] = []
    private(set) var faults: [DefinitionFault] = []
    /// Imports that more than one path of the files could mean.
    private(set) var ambiguities: [DefinitionFault] = []

    private let files: [RuleFile]
    private let kept: [[DefinitionHash]: DecisionModel]
    private var sources: [Int: ModelFile] = [:]
    /// The files that count on a day, by namespace, the one deployed last at the end.
    private var counting: [BusinessDate: [String: [Int]]] = [:]

    /// Compiles the decision files among files in the order of their deployment; models that an
    /// earlier book compiled from the same bytes are taken from it.
    init(_ deployed: [RuleFile], kept: [[DefinitionHash]: DecisionModel]) {
        files = deployed.filter { $0.path.hasSuffix(".dmn") }
        self.kept = kept
        let order = files.indices.sorted { (files[$0].validFrom, $0) < (files[$1].validFrom, $1) }
        for index in order { load(index) }
        sources = [:]
    }

    private mutating func source(_ index: Int) -> ModelFile {
        if let known = sources[index] { return known }
        let read = ModelFile(files[index].bytes, name: files[index].path)
        sources[index] = read
        return read
    }

    private mutating func load(_ index: Int) {
        let file = files[index]
        if let model = kept[[file.hash]], model.imports.isEmpty {
            loaded.append(Loaded(file: file, from: file.validFrom, model: model, key: [file.hash]))
            return
        }
        if source(index).imports.isEmpty {
            compile(index, with: [], on: file.validFrom)
            return
        }
        // An imported file is chosen by date as the file itself is, so a new version of it makes a
        // new combination on its first day.
        let end = files.filter { $0.path == file.path && $0.validFrom > file.validFrom }
            .map(\.validFrom).min()
        var days = Set(files.map(\.validFrom)).filter { $0 > file.validFrom }
        if let end { days = days.filter { $0 < end } }
        var last: [Int]?
        for day in [file.validFrom] + days.sorted() {
            let imported = imports(of: index, on: day)
            if imported == last { continue }
            last = imported
            noteAmbiguities(index, counting(on: day))
            compile(index, with: imported, on: day)
        }
    }

    /// The files that a file imports on a day, directly or through others, in their order.
    private mutating func imports(of index: Int, on day: BusinessDate) -> [Int] {
        let candidates = counting(on: day)
        var found: Set<Int> = []
        var open = [index]
        while let next = open.popLast() {
            for item in source(next).imports {
                guard let files = candidates[item.namespace], let last = files.last,
                    last != index, found.insert(last).inserted
                else { continue }
                open.append(last)
            }
        }
        return found.sorted()
    }

    private mutating func counting(on day: BusinessDate) -> [String: [Int]] {
        if let known = counting[day] { return known }
        var versions: [String: Int] = [:]
        for (index, file) in files.enumerated() where file.validFrom <= day {
            if let other = versions[file.path], files[other].validFrom > file.validFrom { continue }
            versions[file.path] = index
        }
        var result: [String: [Int]] = [:]
        for index in versions.values.sorted() {
            result[source(index).namespace, default: []].append(index)
        }
        counting[day] = result
        return result
    }

    private mutating func compile(_ index: Int, with imported: [Int], on day: BusinessDate) {
        let file = files[index]
        let key = [file.hash] + imported.map { files[$0].hash }
        if let model = kept[key] {
            loaded.append(Loaded(file: file, from: day, model: model, key: key))
            return
        }
        var others: [ModelFile] = []
        if !source(index).imports.isEmpty {
            // What is not imported is named where an import finds nothing.
            let candidates = counting(on: day)
            others = candidates.keys.sorted().compactMap { candidates[$0]?.last }.filter {
                $0 != index
            }.map { source($0) }
        }
        do throws(ModelFailure) {
            let model = try DecisionModel.load(source(index), among: others)
            loaded.append(Loaded(file: file, from: day, model: model, key: key))
        } catch {
            faults += error.problems.map {
                DefinitionFault(
                    file: file.path, place: "\($0.element) line \($0.line)", $0.message,
                    remedy: "Correct the place named.")
            }
        }
    }

    private mutating func noteAmbiguities(_ index: Int, _ candidates: [String: [Int]]) {
        for item in source(index).imports {
            guard let places = candidates[item.namespace], places.count > 1 else { continue }
            let paths = places.map { files[$0].path }.joined(separator: " and ")
            ambiguities.append(
                DefinitionFault(
                    file: files[index].path,
                    place: "import '\(item.name)' line \(item.place.line)",
                    "Expected one model with namespace '\(item.namespace)', found it in \(paths).",
                    remedy: "Give one of them another namespace, or take it out of the set."))
        }
    }
}
