import Business
import Foundation
import Records

/// The shipped rules: every file under `processes` that judges, valid from the beginning.
enum ShippedRules {
    /// Folders of rules; processes, forms and imports judge nothing here.
    private static let folders = ["accounts", "chart", "posting", "roles", "rules", "tax", "terms"]

    /// The rules as they are shipped, read once.
    static func book() throws -> Rulebook { try shipped.get() }

    private static let shipped = Result { try book([:]) }

    /// The rules, with some files exchanged by path; an empty text takes a file out.
    static func book(_ exchanged: [String: String]) throws -> Rulebook {
        var files: [RuleFile] = []
        let root = FixtureRules.repository.appending(path: "processes")
        for folder in folders {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: folder).path)
            for name in names.sorted() {
                let path = "processes/\(folder)/\(name)"
                let text = exchanged[path]
                if text?.isEmpty == true { continue }
                let bytes =
                    try text.map { Array($0.utf8) }
                    ?? Array(Data(contentsOf: root.appending(path: "\(folder)/\(name)")))
                files.append(
                    RuleFile(
                        path: path, bytes: bytes,
                        validFrom: BusinessDate(daysSinceEpoch: 0)))
            }
        }
        return try Rulebook(files)
    }
}
