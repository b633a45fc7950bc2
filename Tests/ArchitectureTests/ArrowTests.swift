import Foundation
import Testing

/// Arrows point down: which layer may import which, and nothing else.
///
/// The table is the design's picture of the layers. A new arrow is a decision: it is written here
/// first.
@Suite("Layers import only what stands under them")
struct ArrowTests {
    /// Folder below `Sources`, and the layers that it may import.
    static let arrows: [(folder: String, imports: Set<String>)] = [
        ("LMDB", ["CLMDB"]),
        ("EventLog", ["LMDB"]),
        ("Records", []),
        ("Markup", []),
        ("Rules/FEEL", []),
        ("Rules/DMN", ["FEEL", "Markup"]),
        ("Processes", ["FEEL", "Markup"]),
        ("Business", ["Records", "FEEL", "DMN"]),
        ("Views", ["LMDB", "EventLog", "Records", "Business"]),
        (
            "Engine",
            [
                "LMDB", "EventLog", "Records", "Markup", "FEEL", "DMN", "Processes", "Business",
                "Views",
            ]
        ),
        ("Server", ["Engine", "Views", "Business", "EventLog", "Records"]),
        ("Client", ["Records"]),
        ("Import", ["Client", "Records", "FEEL"]),
        (
            "Audit",
            ["Engine", "Views", "Business", "EventLog", "LMDB", "Records", "Processes", "FEEL"]
        ),
    ]

    static let layers: Set<String> = [
        "CLMDB", "LMDB", "EventLog", "Records", "Markup", "FEEL", "DMN", "Processes", "Business",
        "Views", "Engine", "Server", "Client", "Import", "Audit",
    ]

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("every import of a layer is an arrow of the design", arguments: arrows.map(\.folder))
    func imports(_ folder: String) throws {
        let allowed = Self.arrows.first { $0.folder == folder }?.imports ?? []
        for file in Self.swiftFiles(below: "Sources/\(folder)") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for module in Self.imports(in: text) where Self.layers.contains(module) {
                #expect(
                    allowed.contains(module),
                    "\(file.lastPathComponent) in \(folder) imports \(module)")
            }
        }
    }

    @Test("every folder of Sources that is a layer has its arrows here")
    func complete() {
        let known = Set(
            Self.arrows.map { $0.folder.split(separator: "/").first.map(String.init) ?? "" })
        let programs: Set<String> = [
            "CLMDB", "daybook", "daybookd", "dmn-tck", "Bench", "Demo", "Torture", "FaultShim",
        ]
        let folders = Self.folders(of: "Sources")
        #expect(folders.subtracting(known).subtracting(programs) == [])
    }

    @Test("only the store touches the C library")
    func pointers() throws {
        for file in Self.swiftFiles(below: "Sources") {
            guard !file.path.contains("/Sources/LMDB/") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!Self.imports(in: text).contains("CLMDB"), "\(file.lastPathComponent)")
        }
    }

    @Test("the top level holds what the project's shape says and dotfiles")
    func topLevel() throws {
        let expected: Set<String> = [
            "Package.swift", "Sources", "Tests", "processes", "tools", "README.md",
        ]
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
            .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        #expect(Set(found).subtracting(expected) == [])
    }

    static func imports(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 2, place + 1 < words.count,
                words[..<place].allSatisfy({
                    ["package", "public", "internal", "private", "@testable"].contains($0)
                })
            else { return nil }
            return words[place + 1].split(separator: ".").first.map(String.init)
        }
    }

    static func swiftFiles(below folder: String) -> [URL] {
        let start = root.appendingPathComponent(folder)
        guard
            let walker = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
        else { return [] }
        return walker.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    }

    static func folders(of folder: String) -> Set<String> {
        let start = root.appendingPathComponent(folder).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: start)) ?? []
        return Set(names.filter { !$0.hasPrefix(".") })
    }
}
