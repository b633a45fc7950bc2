package import Markup

/// A BPMN 2.0 file as it was read: its processes, its drawing, and what was found wrong with it.
package struct ProcessFile: Sendable {
    /// The processes that were compiled, in the order of the file.
    package var processes: [ProcessDefinition] = []
    package var diagrams: [Diagram] = []
    package var participants: [Participant] = []
    /// Lanes by process id.
    package var lanes: [String: [Lane]] = [:]
    package var annotations: [Annotation] = []
    package var diagnostics: [Diagnostic] = []
    /// The whole document, so that writing it again loses nothing.
    package var source: Element

    /// Whether a process of the file may be deployed.
    package var isDeployable: Bool { !diagnostics.contains { $0.severity == .error } }

    /// Reads a BPMN file.
    ///
    /// `name` is what messages call the file, `hash` the SHA-256 of its bytes in hexadecimal. A
    /// file that is XML and no BPMN, or BPMN that cannot run, is returned with diagnostics.
    ///
    /// - Throws: ``MarkupFailure`` when it is no XML.
    package static func parse(
        _ bytes: [UInt8], name: String, hash: String, limits: MarkupLimits = MarkupLimits()
    ) throws(MarkupFailure) -> ProcessFile {
        let root = try MarkupParser.parse(bytes, limits: limits)
        var parser = ProcessFileParser(file: name, hash: hash, root: root)
        return parser.parse()
    }
}

/// Namespaces of BPMN files.
enum Namespace {
    static let bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    static let diagram = "http://www.omg.org/spec/BPMN/20100524/DI"
    static let shapes = "http://www.omg.org/spec/DD/20100524/DC"
    static let edges = "http://www.omg.org/spec/DD/20100524/DI"
    static let zeebe = "http://camunda.org/schema/zeebe/1.0"
    static let modeler = "http://camunda.org/schema/modeler/1.0"
}

/// Reads what surrounds the processes: root elements, collaboration, drawing.
struct ProcessFileParser {
    let file: String
    let hash: String
    let root: Element
    private var diagnostics: [Diagnostic] = []

    init(file: String, hash: String, root: Element) {
        self.file = file
        self.hash = hash
        self.root = root
    }

    mutating func parse() -> ProcessFile {
        var result = ProcessFile(source: root)
        guard root.matches("definitions", Namespace.bpmn) else {
            result.diagnostics = [
                Diagnostic(
                    .error, file: file, line: root.line,
                    message: "expected a BPMN 2.0 definitions element, found \(root.name)",
                    remedy: "save the diagram as BPMN 2.0 XML")
            ]
            return result
        }
        let shared = SharedElements(root: root)
        for process in root.children(named: "process", in: Namespace.bpmn) {
            var parser = ProcessParser(file: file, hash: hash, process: process, shared: shared)
            let definition = parser.parse()
            result.diagnostics += parser.diagnostics
            result.processes.append(definition)
            result.lanes[definition.processID] = Self.lanes(of: process)
            result.annotations += parser.annotations
        }
        for collaboration in root.children(named: "collaboration", in: Namespace.bpmn) {
            result.participants += collaboration.children(named: "participant").map {
                Participant(
                    id: $0.attribute("id") ?? "", name: $0.attribute("name") ?? "",
                    processID: LocalName.of($0.attribute("processRef") ?? ""))
            }
            for child in collaboration.elements
            where child.namespace == Namespace.bpmn && child.name != "participant" {
                result.annotations.append(Self.annotation(child))
            }
        }
        for diagram in root.children(named: "BPMNDiagram", in: Namespace.diagram) {
            for plane in diagram.children(named: "BPMNPlane", in: Namespace.diagram) {
                result.diagrams.append(Self.diagram(plane))
            }
        }
        nameUnread()
        if result.processes.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .error, file: file, line: root.line, message: "the file holds no process",
                    remedy: "draw one, or leave the file out"))
        } else if !result.processes.contains(where: \.isExecutable) {
            diagnostics.append(
                Diagnostic(
                    .warning, file: file, line: root.line,
                    message: "no process of the file is marked as executable",
                    remedy: "set isExecutable=\"true\" on the process that should run"))
        }
        var seen: Set<String> = []
        for process in result.processes where !seen.insert(process.processID).inserted {
            diagnostics.append(
                Diagnostic(
                    .error, file: file, elementID: process.processID, line: process.root.line,
                    message: "two processes have the id \(process.processID)",
                    remedy: "give each its own"))
        }
        result.diagnostics += diagnostics
        return result
    }

    /// Names root elements that the standard knows and that nothing here executes.
    private mutating func nameUnread() {
        let read: Set<String> = [
            "process", "collaboration", "message", "error", "escalation", "signal",
            "itemDefinition", "dataStore", "extension", "import", "relationship", "interface",
            "category", "resource", "partnerRole", "partnerEntity", "correlationProperty",
            "endPoint", "documentation", "extensionElements",
        ]
        for child in root.elements
        where child.namespace == Namespace.bpmn && !read.contains(child.name) {
            diagnostics.append(
                Diagnostic(
                    .warning, file: file, elementID: child.attribute("id") ?? "",
                    elementName: child.attribute("name") ?? "", line: child.line,
                    message: "\(child.name) is kept and not executed",
                    remedy: "nothing need be done"))
        }
    }

    // MARK: Collaboration

    private static func lanes(of process: Element) -> [Lane] {
        process.children(named: "laneSet", in: Namespace.bpmn).flatMap(lanes(in:))
    }

    private static func lanes(in set: Element) -> [Lane] {
        set.children(named: "lane", in: Namespace.bpmn).map { lane in
            Lane(
                id: lane.attribute("id") ?? "", name: lane.attribute("name") ?? "",
                nodes: lane.children(named: "flowNodeRef").map { LocalName.of($0.trimmedText) },
                lanes: lane.children(named: "childLaneSet").flatMap(lanes(in:)))
        }
    }

    static func annotation(_ element: Element) -> Annotation {
        let text = element.attribute("name") ?? element.child(named: "text")?.trimmedText
        return Annotation(
            id: element.attribute("id") ?? "", kind: element.name, text: text ?? "",
            source: LocalName.of(element.attribute("sourceRef") ?? ""),
            target: LocalName.of(element.attribute("targetRef") ?? ""))
    }

    // MARK: Drawing

    private static func diagram(_ plane: Element) -> Diagram {
        var diagram = Diagram(elementID: LocalName.of(plane.attribute("bpmnElement") ?? ""))
        for child in plane.elements {
            let id = LocalName.of(child.attribute("bpmnElement") ?? "")
            let label = child.child(named: "BPMNLabel").flatMap { bounds(in: $0) }
            if child.name == "BPMNShape" {
                guard let bounds = bounds(in: child) else { continue }
                diagram.shapes.append(
                    Diagram.Shape(
                        elementID: id, bounds: bounds, label: label,
                        isHorizontal: child.attribute("isHorizontal").map { $0 == "true" }
                            ?? (bounds.width >= bounds.height),
                        isExpanded: child.attribute("isExpanded") != "false"))
            } else if child.name == "BPMNEdge" {
                let points = child.children(named: "waypoint", in: Namespace.edges).map {
                    Diagram.Point(
                        x: thousandths($0.attribute("x")), y: thousandths($0.attribute("y")))
                }
                diagram.edges.append(Diagram.Edge(elementID: id, points: points, label: label))
            }
        }
        return diagram
    }

    private static func bounds(in element: Element) -> Diagram.Bounds? {
        guard let bounds = element.child(named: "Bounds", in: Namespace.shapes) else { return nil }
        return Diagram.Bounds(
            x: thousandths(bounds.attribute("x")), y: thousandths(bounds.attribute("y")),
            width: thousandths(bounds.attribute("width")),
            height: thousandths(bounds.attribute("height")))
    }

    /// `"182.5"` as 182500; digits beyond the third are cut, anything else is 0.
    static func thousandths(_ text: String?) -> Int {
        guard let text, text.utf8.count <= 24 else { return 0 }
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" || $0 == "+" }.split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Int(first.isEmpty ? "0" : first),
            abs(whole) < 1_000_000_000
        else { return 0 }
        let digits = parts.count > 1 ? String((parts[1] + "000").prefix(3)) : "000"
        let value = whole * 1000 + (Int(digits) ?? 0)
        return isNegative ? -value : value
    }
}

/// References in BPMN may carry a prefix; ids here never do.
enum LocalName {
    static func of(_ reference: String) -> String {
        reference.split(separator: ":").last.map(String.init) ?? ""
    }
}

/// Messages, errors, escalations and signals, which events refer to by id.
struct SharedElements {
    private var byID: [String: Element] = [:]

    init(root: Element) {
        for child in root.elements where child.namespace == Namespace.bpmn {
            guard let id = child.attribute("id") else { continue }
            byID[id] = child
        }
    }

    /// The element that a reference names, when it is of the kind expected there.
    func element(_ reference: String?, kind: String) -> Element? {
        guard let reference else { return nil }
        let found = byID[reference] ?? byID[LocalName.of(reference)]
        return found?.name == kind ? found : nil
    }
}
