package import Markup

/// Adds drawings to a file that has none, so that a modeler can open it.
package enum DiagramWriter {
    /// The document with a drawing for each of its processes; unchanged when it has any.
    package static func completing(_ file: ProcessFile) -> Element {
        guard file.diagrams.isEmpty else { return file.source }
        var root = file.source
        let needed = [
            ("bpmndi", Namespace.diagram), ("dc", Namespace.shapes), ("di", Namespace.edges),
        ]
        for (prefix, uri) in needed
        where !root.declarations.contains(where: { $0.prefix == prefix }) {
            root.declarations.append(NamespaceDeclaration(prefix: prefix, uri: uri))
        }
        var top = 0
        for process in file.processes {
            let diagram = DiagramLayout.arrange(process, associations: file.annotations)
            root.children.append(.text("  "))
            root.children.append(.element(element(for: diagram, of: process, movedBy: top)))
            root.children.append(.text("\n"))
            top += (diagram.shapes.map { $0.bounds.y + $0.bounds.height }.max() ?? 0) + 100_000
        }
        return root
    }

    private static func element(
        for diagram: Diagram, of process: ProcessDefinition, movedBy top: Int
    ) -> Element {
        var children: [Element] = []
        for shape in diagram.shapes {
            var parts = [bounds(shape.bounds, movedBy: top)]
            if let label = shape.label {
                parts.append(
                    Element(
                        name: "BPMNLabel", prefix: "bpmndi",
                        children: nested([bounds(label, movedBy: top)], depth: 5)))
            }
            var attributes = [
                Attribute(name: "id", value: shape.elementID + "_di"),
                Attribute(name: "bpmnElement", value: shape.elementID),
            ]
            if process.element(id: shape.elementID)?.isScope == true {
                attributes.append(Attribute(name: "isExpanded", value: "true"))
            }
            children.append(
                Element(
                    name: "BPMNShape", prefix: "bpmndi", attributes: attributes,
                    children: nested(parts, depth: 4)))
        }
        for edge in diagram.edges {
            let points = edge.points.map { point in
                Element(
                    name: "waypoint", prefix: "di",
                    attributes: [
                        Attribute(name: "x", value: ProcessDrawing.number(point.x)),
                        Attribute(name: "y", value: ProcessDrawing.number(point.y + top)),
                    ])
            }
            children.append(
                Element(
                    name: "BPMNEdge", prefix: "bpmndi",
                    attributes: [
                        Attribute(name: "id", value: edge.elementID + "_di"),
                        Attribute(name: "bpmnElement", value: edge.elementID),
                    ], children: nested(points, depth: 4)))
        }
        let plane = Element(
            name: "BPMNPlane", prefix: "bpmndi",
            attributes: [
                Attribute(name: "id", value: process.processID + "_plane"),
                Attribute(name: "bpmnElement", value: process.processID),
            ], children: nested(children, depth: 3))
        return Element(
            name: "BPMNDiagram", prefix: "bpmndi",
            attributes: [Attribute(name: "id", value: process.processID + "_diagram")],
            children: nested([plane], depth: 2))
    }

    private static func bounds(_ bounds: Diagram.Bounds, movedBy top: Int) -> Element {
        Element(
            name: "Bounds", prefix: "dc",
            attributes: [
                Attribute(name: "x", value: ProcessDrawing.number(bounds.x)),
                Attribute(name: "y", value: ProcessDrawing.number(bounds.y + top)),
                Attribute(name: "width", value: ProcessDrawing.number(bounds.width)),
                Attribute(name: "height", value: ProcessDrawing.number(bounds.height)),
            ])
    }

    /// Children on lines of their own, indented by two blanks for each level.
    private static func nested(_ elements: [Element], depth: Int) -> [Node] {
        let indent = "\n" + String(repeating: "  ", count: depth)
        return elements.flatMap { [.text(indent), .element($0)] }
            + [.text("\n" + String(repeating: "  ", count: depth - 1))]
    }
}
