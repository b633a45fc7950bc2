internal import EventLog
internal import Processes
internal import Records
internal import Views

extension OperatingQuery {
    /// Nothing can be given.
    struct VersionsParameters: Record {
        static let schema = Schema<VersionsParameters>(
            "definition.versions-parameters", "Nothing can be given.",
            make: VersionsParameters.init)
    }

    static let versions = OperatingQuery(
        "definition.versions",
        "The deployed processes, decisions and forms that have a version tag.",
        VersionsParameters.self
    ) { (desk, _) async throws(QueryFailure) in
        let set = try desk.engine.setFiles()
        let tags = VersionTags(set.files)
        func row(_ kind: String, _ id: String, _ file: String, _ tag: String) -> JSONValue {
            .object([
                "kind": .string(kind), "id": .string(id), "file": .string(file),
                "versionTag": .string(tag),
            ])
        }
        var rows: [JSONValue] = []
        for process in set.processes where !process.versionTag.isEmpty {
            rows.append(
                row("process", process.processID, process.file, process.versionTag))
        }
        for file in set.files where file.name.hasSuffix(".dmn") {
            for (id, tag) in VersionTags([file]).decisions.sorted(by: { $0.key < $1.key }) {
                rows.append(row("decision", id, file.name, tag))
            }
        }
        for (id, file) in FormFile.files(in: set.files) {
            if let tag = tags.forms[id] { rows.append(row("form", id, file.name, tag)) }
        }
        return .object(["set": .integer(Int64(set.number)), "rows": .array(rows)])
    }
}
