/// What a drawing says beside the diagram itself, by element id.
package struct DrawingMarks: Sendable, Equatable {
    /// Elements and flows that an instance passed.
    package var passed: Set<String> = []
    /// Elements at which it stands.
    package var active: Set<String> = []
    /// Elements with an incident.
    package var stuck: Set<String> = []
    /// Short texts at elements, such as counts and median waits.
    package var notes: [String: String] = [:]
    /// How hot an element is, from 0 to 1000.
    package var heat: [String: Int] = [:]

    package init() {}

    /// The path of an instance through one of its definitions, from its advances.
    ///
    /// An instance keeps several: its own, and those of the processes that it called. What bears the
    /// same id in another one is not marked.
    package init(path advances: some Sequence<Advance>, of definition: ProcessDefinition) {
        var state = InstanceState()
        func isWanted(_ number: Int) -> Bool {
            state.definitions.indices.contains(number)
                && state.definitions[number].processID == definition.processID
        }
        for advance in advances {
            state.begin(at: advance.at, isFromOutside: advance.isFromOutside)
            for change in advance.changes {
                switch change {
                case .entered(let entered) where isWanted(entered.definition):
                    passed.insert(entered.elementID)
                case .flowTaken(let flow, let scope, _):
                    guard let number = state.element(scope)?.definition, isWanted(number),
                        definition.flows.indices.contains(flow)
                    else { break }
                    passed.insert(definition.flows[flow].id)
                default: break
                }
                state.apply(change)
            }
        }
        let elements = state.elements.filter { isWanted($0.definition) }
        active = Set(elements.filter { $0.elementID != definition.processID }.map(\.elementID))
        let keys = Set(elements.map(\.key))
        stuck = Set(state.incidents.filter { keys.contains($0.key) }.map(\.elementID))
    }
}

/// Draws diagrams as SVG, from their own layout or from one that is made for them.
package struct ProcessDrawing {
    private let definitions: [ProcessDefinition]
    private let file: ProcessFile
    private let marks: DrawingMarks
    private var svg = ""
    /// Where text stands.
    private var written: [Diagram.Bounds] = []

    /// The drawing of one process; its own layout is used when the file has one.
    package static func svg(
        _ file: ProcessFile, processID: String, marks: DrawingMarks = DrawingMarks()
    ) -> String? {
        guard let definition = file.processes.first(where: { $0.processID == processID }) else {
            return nil
        }
        let own = file.diagrams.first { diagram in
            diagram.shapes.contains { definition.indexByID[$0.elementID] != nil }
        }
        var drawing = ProcessDrawing(
            definitions: own == nil ? [definition] : file.processes, file: file, marks: marks)
        drawing.draw(
            own ?? DiagramLayout.arrange(definition, associations: file.annotations))
        return drawing.svg
    }

    private init(definitions: [ProcessDefinition], file: ProcessFile, marks: DrawingMarks) {
        self.definitions = definitions
        self.file = file
        self.marks = marks
    }

    private static let margin = 20_000
    private static let fontSize = 12
    private static let noteSize = 10

    private mutating func draw(_ diagram: Diagram) {
        var left = Int.max
        var top = Int.max
        var right = Int.min
        var bottom = Int.min
        func include(_ x: Int, _ y: Int) {
            left = min(left, x)
            top = min(top, y)
            right = max(right, x)
            bottom = max(bottom, y)
        }
        for shape in diagram.shapes {
            for bounds in [shape.bounds, shape.label].compactMap({ $0 }) {
                include(bounds.x, bounds.y)
                include(bounds.x + bounds.width, bounds.y + bounds.height)
            }
        }
        for point in diagram.edges.flatMap(\.points) { include(point.x, point.y) }
        // Containers first, so that what stands in them is drawn over them.
        let shapes = diagram.shapes.sorted { area($0.bounds) > area($1.bounds) }
        for shape in shapes where isContainer(shape) { draw(shape) }
        for edge in diagram.edges { draw(edge) }
        for shape in shapes where !isContainer(shape) { draw(shape) }
        for box in writeNotes(diagram) {
            include(box.x, box.y)
            include(box.x + box.width, box.y + box.height)
        }
        if left > right { (left, top, right, bottom) = (0, 0, 100_000, 100_000) }
        let box = [
            left - Self.margin, top - Self.margin, right - left + 2 * Self.margin,
            bottom - top + 3 * Self.margin,
        ].map(Self.number).joined(separator: " ")
        svg =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"\(box)\""
            + " font-family=\"sans-serif\" font-size=\"\(Self.fontSize)\">\n" + Self.style + svg
            + "</svg>\n"
    }

    private static let style = """
        <style>
        .s{fill:#fff;stroke:#333;stroke-width:1.5}.t{stroke-width:3}.d{stroke-dasharray:4 3}
        .e{fill:none;stroke:#333;stroke-width:1.5;marker-end:url(#a)}.n{stroke-dasharray:2 3}
        .g{fill:none;stroke:#333;stroke-width:1.6}.c{fill:none}
        .p{stroke:#1565c0;stroke-width:2.5}.a{fill:#bbdefb}.x{fill:#ffcdd2;stroke:#b71c1c}
        text{fill:#222;text-anchor:middle}.b{fill:#6a1b9a;font-size:10px}
        .k{text-anchor:start}.h{fill:#6a1b9a;paint-order:stroke;stroke:#fff;stroke-width:3}
        </style>
        <defs><marker id="a" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="8"
        markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z"/>
        </marker></defs>

        """

    private func area(_ bounds: Diagram.Bounds) -> Int {
        (bounds.width / 1000) * (bounds.height / 1000)
    }

    private func element(_ id: String) -> FlowElement? {
        for definition in definitions {
            if let found = definition.element(id: id) { return found }
        }
        return nil
    }

    private func isContainer(_ shape: Diagram.Shape) -> Bool {
        guard let element = element(shape.elementID) else {
            return !file.annotations.contains { $0.id == shape.elementID }
        }
        return element.isScope && shape.isExpanded
    }

    // MARK: Shapes

    private mutating func draw(_ shape: Diagram.Shape) {
        let id = shape.elementID
        var classes = "s"
        if marks.passed.contains(id) { classes += " p" }
        if marks.active.contains(id) { classes += " a" }
        if marks.stuck.contains(id) { classes += " x" }
        svg += "<g id=\"\(Self.escaped(id))\">"
        if let element = element(id) {
            draw(element, shape, classes)
        } else {
            drawOther(shape)
        }
        if let heat = marks.heat[id] {
            let place = shape.bounds
            svg += "<rect x=\"\(Self.number(place.x))\" y=\"\(Self.number(place.y))\""
            svg += " width=\"\(Self.number(place.width))\" height=\"\(Self.number(place.height))\""
            svg += " rx=\"6\" fill=\"#e53935\" opacity=\"\(Self.number(heat * 6 / 10))\"/>"
        }
        svg += "</g>\n"
    }

    private mutating func draw(
        _ element: FlowElement, _ shape: Diagram.Shape, _ classes: String
    ) {
        let place = shape.bounds
        switch element.kind {
        case .startEvent, .endEvent, .catchEvent, .throwEvent, .boundaryEvent:
            drawEvent(element, place, classes)
            writeLabel(element.name, shape)
        case .exclusiveGateway, .parallelGateway, .inclusiveGateway, .eventBasedGateway:
            let x = place.x + place.width / 2
            let y = place.y + place.height / 2
            let corners = [
                (x, place.y), (place.x + place.width, y), (x, place.y + place.height), (place.x, y),
            ].map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
            svg += "<polygon class=\"\(classes)\" points=\"\(corners)\"/>"
            drawSign(element.kind.sign, in: place)
            writeLabel(element.name, shape)
        default:
            var own = classes
            if element.isEventSubprocess { own += " d" }
            if case .callActivity = element.kind { own += " t" }
            drawBox(place, own, radius: 8)
            let isOpen = element.isScope && shape.isExpanded
            let inside = Diagram.Bounds(
                x: place.x + 4_000, y: place.y + (isOpen ? 2_000 : 15_000),
                width: place.width - 8_000, height: isOpen ? 30_000 : place.height - 20_000)
            write(element.name.isEmpty ? element.id : element.name, in: inside)
            if !isOpen, !element.sign.isEmpty {
                // In the corner where modelers draw it: boundary events sit on the other sides.
                let x = Self.number(place.x + 6_000)
                let y = Self.number(place.y + 13_000)
                svg += "<text class=\"b k\" x=\"\(x)\" y=\"\(y)\">\(element.sign)</text>"
            }
        }
    }

    private mutating func drawEvent(
        _ element: FlowElement, _ place: Diagram.Bounds, _ classes: String
    ) {
        var own = classes
        var isDouble = false
        switch element.kind {
        case .endEvent: own += " t"
        case .catchEvent, .throwEvent: isDouble = true
        case .boundaryEvent:
            isDouble = true
            if !element.isInterrupting { own += " d" }
        case .startEvent where !element.isInterrupting: own += " d"
        default: break
        }
        let x = Self.number(place.x + place.width / 2)
        let y = Self.number(place.y + place.height / 2)
        svg += "<circle class=\"\(own)\" cx=\"\(x)\" cy=\"\(y)\""
        svg += " r=\"\(Self.number(place.width / 2))\"/>"
        if isDouble {
            svg += "<circle class=\"\(own)\" cx=\"\(x)\" cy=\"\(y)\""
            svg += " r=\"\(Self.number(place.width / 2 - 3_000))\"/>"
        }
        drawSign(element.event?.sign, in: place)
    }

    /// Draws a sign, given as a path around the middle, 16 pixels wide at most.
    private mutating func drawSign(_ sign: String?, in place: Diagram.Bounds) {
        guard let sign else { return }
        let x = Self.number(place.x + place.width / 2)
        let y = Self.number(place.y + place.height / 2)
        svg += "<path class=\"g\" transform=\"translate(\(x) \(y))\" d=\"\(sign)\"/>"
    }

    private mutating func drawBox(_ place: Diagram.Bounds, _ classes: String, radius: Int) {
        svg += "<rect class=\"\(classes)\" x=\"\(Self.number(place.x))\""
        svg += " y=\"\(Self.number(place.y))\" width=\"\(Self.number(place.width))\""
        svg += " height=\"\(Self.number(place.height))\" rx=\"\(radius)\"/>"
    }

    /// Pools, lanes, annotations and data.
    private mutating func drawOther(_ shape: Diagram.Shape) {
        let pool = file.participants.first { $0.id == shape.elementID }?.name
        let lane = file.lanes.values.flatMap { $0 }.flatMap(\.withInner)
            .first { $0.id == shape.elementID }?.name
        let text = pool ?? lane
        if let annotation = file.annotations.first(where: { $0.id == shape.elementID }) {
            drawBox(shape.bounds, "s n", radius: 0)
            write(annotation.text, in: shape.bounds)
            return
        }
        drawBox(shape.bounds, "s c", radius: 0)
        guard let text, !text.isEmpty else { return }
        let place = shape.bounds
        guard shape.isHorizontal else {
            let top = Diagram.Bounds(
                x: place.x, y: place.y + 2_000, width: place.width, height: 28_000)
            write(text, in: top)
            return
        }
        // The name stands along the left side.
        let x = Self.number(place.x + 15_000)
        let y = Self.number(place.y + place.height / 2)
        let fitting =
            TextMeasure.lines(
                text, width: place.height / Self.fontSize, count: 1
            ).first ?? ""
        let length = TextMeasure.width(fitting) * Self.fontSize
        written.append(
            Diagram.Bounds(
                x: place.x + 3_000, y: place.y + (place.height - length) / 2,
                width: (Self.fontSize + 2) * 1000, height: length))
        svg += "<text x=\"\(x)\" y=\"\(y)\" transform=\"rotate(-90 \(x) \(y))\">"
        svg += "\(Self.escaped(fitting))</text>"
    }

    private mutating func draw(_ edge: Diagram.Edge) {
        guard edge.points.count > 1 else { return }
        let points = edge.points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
            .joined(separator: " ")
        var flow: SequenceFlow?
        for definition in definitions {
            flow = flow ?? definition.flows.first { $0.id == edge.elementID }
        }
        var classes = flow == nil ? "e n" : "e"
        if marks.passed.contains(edge.elementID) { classes += " p" }
        svg += "<polyline class=\"\(classes)\" points=\"\(points)\"/>\n"
        guard let name = flow?.name, !name.isEmpty else { return }
        let middle = edge.points[edge.points.count / 2]
        let before = edge.points[edge.points.count / 2 - 1]
        let place =
            edge.label
            ?? Diagram.Bounds(
                x: (middle.x + before.x) / 2 - 40_000, y: (middle.y + before.y) / 2 - 18_000,
                width: 80_000, height: 16_000)
        write(name, in: Self.roomy(place))
    }

    // MARK: Text

    /// Writes the notes where they cover no shape, no label and no other note.
    private mutating func writeNotes(_ diagram: Diagram) -> [Diagram.Bounds] {
        let noted = diagram.shapes.filter { marks.notes[$0.elementID] != nil }
        guard !noted.isEmpty else { return [] }
        var segments: [NotePlacement.Segment] = []
        func follow(_ points: [Diagram.Point]) {
            segments += zip(points, points.dropFirst()).map { .init(from: $0, to: $1) }
        }
        for edge in diagram.edges { follow(edge.points) }
        for shape in diagram.shapes where isContainer(shape) { follow(shape.bounds.outline) }
        var placement = NotePlacement(
            boxes: diagram.shapes.filter { !isContainer($0) }.map(\.bounds) + written,
            segments: segments, fontSize: Self.noteSize)
        return noted.map { shape in
            let note = placement.place(marks.notes[shape.elementID] ?? "", at: shape.bounds)
            write(note.lines, in: note.box, style: "h", size: Self.noteSize)
            svg += "\n"
            return note.box
        }
    }

    /// A label's box with a little room: modelers note narrow ones around what they wrote.
    private static func roomy(_ label: Diagram.Bounds) -> Diagram.Bounds {
        var label = label
        label.x -= 6_000
        label.width += 12_000
        label.height = max(label.height, 16_000)
        return label
    }

    private mutating func writeLabel(_ name: String, _ shape: Diagram.Shape) {
        guard !name.isEmpty else { return }
        let place = shape.bounds
        let below = Diagram.Bounds(
            x: place.x + place.width / 2 - 45_000, y: place.y + place.height + 2_000,
            width: 90_000, height: 30_000)
        write(name, in: Self.roomy(shape.label ?? below))
    }

    /// Writes text inside a box, broken into as many lines as fit.
    private mutating func write(
        _ text: String, in place: Diagram.Bounds, style: String = "", size: Int = fontSize
    ) {
        guard !text.isEmpty else { return }
        let lines = TextMeasure.lines(
            text, width: place.width / size, count: max(1, place.height / 1000 / (size + 2)))
        write(lines, in: place, style: style, size: size)
    }

    /// Writes lines around a box's middle.
    private mutating func write(
        _ lines: [String], in place: Diagram.Bounds, style: String, size: Int
    ) {
        let height = lines.count * (size + 2) * 1000
        let width = lines.map { TextMeasure.width($0) * size }.max() ?? 0
        let box = Diagram.Bounds(
            x: place.x + (place.width - width) / 2, y: place.y + (place.height - height) / 2,
            width: width, height: height)
        written.append(box)
        let x = Self.number(place.x + place.width / 2)
        var y = box.y + size * 950
        svg += "<text\(style.isEmpty ? "" : " class=\"\(style)\"")"
        svg += size == Self.fontSize ? ">" : " font-size=\"\(size)\">"
        for line in lines {
            svg += "<tspan x=\"\(x)\" y=\"\(Self.number(y))\">\(Self.escaped(line))</tspan>"
            y += (size + 2) * 1000
        }
        svg += "</text>"
    }

    /// Thousandths as a decimal number.
    static func number(_ thousandths: Int) -> String {
        let sign = thousandths < 0 ? "-" : ""
        let whole = thousandths.magnitude / 1000
        let rest = thousandths.magnitude % 1000
        guard rest > 0 else { return sign + String(whole) }
        let digits = String(rest)
        return sign + "\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}

extension Lane {
    fileprivate var withInner: [Lane] { [self] + lanes.flatMap(\.withInner) }
}

extension EventDescription {
    /// The sign in an event's circle, as a path around its middle; nil without one.
    fileprivate var sign: String? {
        switch self {
        case .none: nil
        case .message: "M-8 -5H8V5H-8zL0 1L8 -5"
        case .timer: "M0 -8A8 8 0 1 1 -0.1 -8zM0 -5V0L4 2"
        case .error: "M-7 6L-3 -6L2 2L7 -6L3 7L-2 -1z"
        case .escalation: "M0 -8L6 7L0 1L-6 7z"
        case .signal: "M0 -7L7 5H-7z"
        case .link: "M-8 -3H2V-7L8 0L2 7V3H-8z"
        case .conditional: "M-6 -8H6V8H-6zM-4 -4H4M-4 0H4M-4 4H4"
        case .compensation: "M0 -6L-8 0L0 6zM8 -6L0 0L8 6z"
        case .terminate: "M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0M-3 0H3M0 -3V3"
        case .cancel: "M-6 -6L6 6M6 -6L-6 6"
        }
    }
}

extension ElementKind {
    /// The sign in a gateway, as a path around its middle.
    fileprivate var sign: String? {
        switch self {
        case .exclusiveGateway: "M-7 -7L7 7M7 -7L-7 7"
        case .parallelGateway: "M-10 0H10M0 -10V10"
        case .inclusiveGateway: "M-9 0A9 9 0 1 1 9 0A9 9 0 1 1 -9 0"
        case .eventBasedGateway: "M0 -9L9 -2L5 8H-5L-9 -2z"
        default: nil
        }
    }
}

extension FlowElement {
    /// The small word in an activity's corner.
    fileprivate var sign: String {
        let kindText =
            switch kind {
            case .serviceTask: "service"
            case .userTask: "user"
            case .businessRuleTask: "decision"
            case .scriptTask: "script"
            case .receiveTask: "receive"
            case .callActivity: "call"
            default: ""
            }
        guard let multiInstance else { return kindText }
        return kindText + (multiInstance.isSequential ? " ≡" : " |||")
    }
}
