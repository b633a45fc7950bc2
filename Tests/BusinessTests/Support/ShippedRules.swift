import Business
import FEEL
import Foundation
import Records
import Testing

/// The rules that the repository ships, as a company that deployed them all long ago has them.
enum ShippedRules {
    /// The files of `processes`, with some replaced or added.
    static func files(_ replaced: [String: String] = [:]) throws -> [RuleFile] {
        let start = try day("1900-01-01")
        var texts = try shipped()
        for (path, text) in replaced { texts[path] = Array(text.utf8) }
        return texts.sorted { $0.key < $1.key }.map {
            RuleFile(path: $0.key, bytes: $0.value, validFrom: start)
        }
    }

    /// The rules of those files.
    static func book(_ replaced: [String: String] = [:]) throws -> Rulebook {
        try Rulebook(files(replaced))
    }

    /// One book for all tests: it never changes.
    static let shared = Result { try book() }

    /// The text of a shipped file.
    static func text(_ path: String) throws -> String {
        String(decoding: try #require(try shipped()[path], "\(path) is shipped"), as: UTF8.self)
    }

    private static func shipped() throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        let root = FixtureRules.repository.appendingPathComponent("processes")
        for folder in ["accounts", "chart", "posting", "roles", "rules", "tax", "terms"] {
            let directory = root.appendingPathComponent(folder)
            for file in try FileManager.default.contentsOfDirectory(atPath: directory.path)
            where file.hasSuffix(".dmn") || file.hasSuffix(".yaml") {
                found["processes/\(folder)/\(file)"] = Array(
                    try Data(contentsOf: directory.appendingPathComponent(file)))
            }
        }
        return found
    }
}
