internal import Foundation
internal import Records

/// The definitions that a new folder begins with.
enum ShippedDefinitions {
    /// Folders of `processes` that are no definitions.
    private static let skipped = ["imports", "reports"]
    private static let endings = [".bpmn", ".dmn", ".form", ".yaml", ".calendar"]
    private static let levelsMax = 8

    /// The files of a folder as `definition.deploy` takes them.
    static func read(from given: String?) throws -> [JSONValue] {
        // The walk does not follow a link at its root.
        let folder = URL(fileURLWithPath: try given ?? shippedFolder())
            .resolvingSymlinksInPath().path
        guard let walker = FileManager.default.enumerator(atPath: folder) else {
            throw StartFailure("the definitions folder \(folder) cannot be read")
        }
        var files: [JSONValue] = []
        for case let name as String in walker where endings.contains(where: name.hasSuffix) {
            if skipped.contains(where: { name.hasPrefix($0 + "/") }) { continue }
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                let text = String(validating: data, as: UTF8.self)
            else { throw StartFailure("\(folder)/\(name) cannot be read as UTF-8 text") }
            files.append(
                .object(["name": .string("processes/\(name)"), "content": .string(text)]))
        }
        guard !files.isEmpty else {
            throw StartFailure("the folder \(folder) holds no definitions")
        }
        return files.sorted { ($0["name"]?.stringValue ?? "") < ($1["name"]?.stringValue ?? "") }
    }

    /// `processes` of the checkout that the program was built in, or what an installation put
    /// beside it.
    private static func shippedFolder() throws -> String {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        var place = program.deletingLastPathComponent()
        for _ in 0..<levelsMax {
            for candidate in ["processes", "share/daybook/processes"] {
                let folder = place.appendingPathComponent(candidate).path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
                    isFolder.boolValue
                {
                    return folder
                }
            }
            place = place.deletingLastPathComponent()
        }
        throw StartFailure(
            "no folder `processes` stands beside or above \(program.path); name one with --definitions"
        )
    }
}
