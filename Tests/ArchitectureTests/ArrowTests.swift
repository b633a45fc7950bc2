import Foundation
import Testing

/// A target, where its sources are, and which of our targets it imports: these and no others.
struct Arrows: Sendable, CustomTestStringConvertible {
    let target: String
    let folder: String
    let imports: Set<String>

    var testDescription: String { target }

    init(_ target: String, in folder: String? = nil, _ imports: Set<String>) {
        self.target = target
        self.folder = "Sources/\(folder ?? target)"
        self.imports = imports
    }

    /// The design's picture of the layers, from below, and the programs over them.
    ///
    /// A new arrow is a decision: it is written here first.
    static let table = [
        Arrows("CLMDB", []),
        Arrows("LMDB", ["CLMDB"]),
        Arrows("EventLog", ["LMDB"]),
        Arrows("Records", []),
        Arrows("Markup", []),
        Arrows("FEEL", in: "Rules/FEEL", []),
        Arrows("DMN", in: "Rules/DMN", ["FEEL", "Markup"]),
        Arrows("Processes", ["FEEL", "Markup"]),
        Arrows("Business", ["Records", "FEEL", "DMN"]),
        Arrows("Views", ["LMDB", "EventLog", "Records", "Business"]),
        Arrows(
            "Engine",
            [
                "LMDB", "EventLog", "Records", "Markup", "FEEL", "DMN", "Processes", "Business",
                "Views",
            ]),
        Arrows("Server", ["Engine", "Views", "Business", "EventLog", "Records"]),
        Arrows("Audit", ["Engine", "Views", "Business", "EventLog", "LMDB", "Records"]),
        Arrows("Client", ["Records"]),
        Arrows("Import", ["Client", "Records", "FEEL"]),
        Arrows(
            "daybookd",
            ["Server", "Engine", "Views", "Business", "EventLog", "LMDB", "Records"]),
        Arrows(
            "daybook",
            ["Client", "Import", "Audit", "Engine", "Views", "Business", "EventLog", "Records"]),
        Arrows("daybook-demo", in: "Demo", ["Client", "Records"]),
        Arrows("dmn-tck", ["DMN", "FEEL", "Markup"]),
        Arrows("Workload", in: "Bench/Workload", ["Client", "Records"]),
        Arrows(
            "daybook-bench", in: "Bench/Program",
            [
                "Workload", "Client", "Engine", "Views", "Business", "EventLog", "LMDB", "Records",
                "DMN", "FEEL",
            ]),
        Arrows("daybook-torture", in: "Torture", ["Workload", "Client", "EventLog"]),
        // Preloaded into the daemon, never linked.
        Arrows("FaultShim", []),
    ]

    static let targets = Set(table.map(\.target))
}

/// Arrows point down: which target may import which, and nothing else.
@Suite("Targets import only what stands under them")
struct ArrowTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the imports of a target are its arrows, all of them", arguments: Arrows.table)
    func imports(_ row: Arrows) throws {
        var found: Set<String> = []
        for file in Self.swiftFiles(below: row.folder) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for module in Self.imports(in: text) where Arrows.targets.contains(module) {
                #expect(
                    row.imports.contains(module),
                    "\(file.lastPathComponent) in \(row.target) imports \(module)")
                found.insert(module)
            }
        }
        #expect(row.imports.subtracting(found) == [], "arrows of \(row.target) that nothing uses")
    }

    @Test("an arrow points to a target that stands before it: there is no circle")
    func downwards() {
        var before: Set<String> = []
        for row in Arrows.table {
            #expect(row.imports.subtracting(before) == [], "\(row.target)")
            before.insert(row.target)
        }
    }

    @Test("the package names the same targets in the same folders with the same arrows")
    func package() throws {
        let named = try Self.packageTargets()
        #expect(Set(named.keys) == Arrows.targets)
        for row in Arrows.table {
            #expect(named[row.target]?.folder == row.folder, "\(row.target)")
            #expect(named[row.target]?.dependencies == row.imports, "\(row.target)")
        }
    }

    @Test("every source belongs to one target of the table")
    func complete() {
        let files = Self.swiftFiles(below: "Sources")
        #expect(files.count > 500)
        let strays = files.filter { file in
            Arrows.table.filter { file.path.contains("/\($0.folder)/") }.count != 1
        }
        #expect(strays.map(\.lastPathComponent) == [])
        let known = Set(
            Arrows.table.compactMap { $0.folder.split(separator: "/").dropFirst().first })
        #expect(Self.folders(of: "Sources") == Set(known.map(String.init)))
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

    /// The targets that `Package.swift` names, tests left out, with their folders and with what they
    /// depend on of our own.
    static func packageTargets() throws
        -> [String: (folder: String, dependencies: Set<String>)]
    {
        let text = try String(
            contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        var found: [String: (folder: String, dependencies: Set<String>)] = [:]
        let parts = text.replacingOccurrences(of: ".systemLibrary(", with: ".target(")
            .components(separatedBy: "arget(")
        for part in parts.dropFirst() {
            guard let name = quoted(after: "name: ", in: part).first else { continue }
            let own = part.components(separatedBy: "Settings:").first ?? part
            // What the tests share is no part of the product.
            let isTest = quoted(after: "path: ", in: own).first?.hasPrefix("Tests/") ?? false
            if isTest || name.hasSuffix("Tests") { continue }
            found[name] = (
                folder: quoted(after: "path: ", in: own).first ?? "Sources/\(name)",
                dependencies: Set(quoted(after: "dependencies: [", until: "]", in: own))
            )
        }
        return found
    }

    /// The texts in quotation marks after a mark, until another one or the first of them alone.
    private static func quoted(
        after mark: String, until end: Character? = nil, in text: String
    ) -> [String] {
        guard let start = text.range(of: mark)?.upperBound else { return [] }
        let rest = text[start...]
        guard let end else {
            return rest.split(separator: "\"", maxSplits: 1).first.map { [String($0)] } ?? []
        }
        let pieces = rest.prefix { $0 != end }.components(separatedBy: "\"")
        return pieces.indices.filter { !$0.isMultiple(of: 2) }.map { pieces[$0] }
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
        let start = root.appendingPathComponent(folder).resolvingSymlinksInPath()
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
