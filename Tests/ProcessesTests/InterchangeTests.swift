import Foundation
import Markup
import Processes
import Testing

/// The public reference models, when they lie beside the repository.
enum SharedSuites {
    static var folder: URL? {
        let named = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"]
        let beside = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("shared").path
        let path = named ?? beside
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: ../shared is not here")
            return nil
        }
        return URL(fileURLWithPath: path).appendingPathComponent("suites/bpmn-miwg")
    }
}

@Suite("Reference models of the BPMN interchange working group")
struct InterchangeTests {
    // swift-format-ignore
    static let expected: [(file: String, elements: Int, flows: Int, shapes: Int, participants: Int)] = [
        ("A.1.0", 5, 4, 5, 0),
        ("A.2.0", 8, 9, 8, 0),
        ("A.2.1", 8, 11, 8, 0),
        ("A.3.0", 10, 8, 10, 0),
        ("A.4.0", 17, 13, 20, 1),
        ("A.4.1", 17, 13, 22, 2),
    ]

    @Test("are read, and written without loss", arguments: expected.map(\.file))
    func reads(_ name: String) throws {
        guard let folder = SharedSuites.folder else { return }
        let bytes = try Array(Data(contentsOf: folder.appendingPathComponent(name + ".bpmn")))
        let file = try ProcessFile.parse(bytes, name: name, hash: "")
        let again = try ProcessFile.parse(MarkupWriter.write(file.source), name: name, hash: "")
        #expect(flat(again.source) == flat(file.source))
        let row = try #require(Self.expected.first { $0.file == name })
        #expect(file.processes.reduce(0) { $0 + $1.elements.count - 1 } == row.elements)
        #expect(file.processes.reduce(0) { $0 + $1.flows.count } == row.flows)
        #expect(file.diagrams.reduce(0) { $0 + $1.shapes.count } == row.shapes)
        #expect(file.participants.count == row.participants)
        #expect(again.diagrams == file.diagrams)
        // Nothing in them is marked as executable, so nothing is an error.
        #expect(file.diagnostics.allSatisfy { $0.severity == .warning })
    }

    /// The tree without places, which writing may move.
    private func flat(_ element: Element) -> [String] {
        var lines = ["<\(element.namespace) \(element.name)"]
        lines += element.attributes.map { "\($0.namespace) \($0.name)=\($0.value)" }
        for child in element.children {
            switch child {
            case .element(let inner): lines += flat(inner)
            case .text(let text): lines.append(text)
            }
        }
        return lines
    }
}
