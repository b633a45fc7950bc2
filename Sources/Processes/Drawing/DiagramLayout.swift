/// Lays out a process that has no drawing: columns from left to right, rows from top to bottom.
///
/// Each scope is a grid. An element's column is its longest distance from a start; the first way
/// out of an element stays in its row, further ways get rows below. Sub-processes are laid out
/// first and take the room that they need.
package struct DiagramLayout {
    private let definition: ProcessDefinition
    private var diagram: Diagram
    private var bounds: [Int: Diagram.Bounds] = [:]

    /// Sizes and distances in pixels, as modelers draw them.
    enum Size {
        static let task = (width: 100, height: 80)
        static let event = 36
        static let gateway = 50
        static let columnGap = 60
        static let rowGap = 50
        static let padding = 40
    }

    /// The drawing of a process, with the associations that lead to compensation handlers.
    package static func arrange(
        _ definition: ProcessDefinition, associations: [Annotation] = []
    ) -> Diagram {
        var layout = DiagramLayout(definition)
        let size = layout.measure(scope: 0)
        layout.settle(size, x: 0, y: 0)
        layout.draw()
        for association in associations where association.kind == "association" {
            layout.draw(association)
        }
        return layout.diagram
    }

    private init(_ definition: ProcessDefinition) {
        self.definition = definition
        diagram = Diagram(elementID: definition.processID)
    }

    // MARK: Grid

    /// Where the elements of a scope stand in it, relative to its corner.
    private struct Plan {
        var width = 0
        var height = 0
        var places: [(element: Int, x: Int, y: Int, size: (width: Int, height: Int))] = []
        var inner: [Int: Plan] = [:]
    }

    private func measure(scope: Int) -> Plan {
        let nodes = definition.elements[scope].children.filter {
            definition.elements[$0].attachedTo == nil
        }
        var plan = Plan()
        for node in nodes where definition.elements[node].isScope {
            plan.inner[node] = measure(scope: node)
        }
        let grid = Grid(definition, scope: scope, nodes: nodes)
        func size(_ node: Int) -> (width: Int, height: Int) {
            if let inner = plan.inner[node] { return (inner.width, inner.height) }
            return Self.size(definition.elements[node])
        }
        var columnWidths = [Int](repeating: 0, count: grid.columns)
        var rowHeights = [Int](repeating: 0, count: grid.rows)
        for (node, cell) in grid.cells {
            columnWidths[cell.column] = max(columnWidths[cell.column], size(node).width)
            rowHeights[cell.row] = max(rowHeights[cell.row], size(node).height)
        }
        func starts(_ sizes: [Int], gap: Int) -> [Int] {
            var next = Size.padding
            return sizes.map { size in
                defer { next += size + gap }
                return next
            }
        }
        let xs = starts(columnWidths, gap: Size.columnGap)
        let ys = starts(rowHeights, gap: Size.rowGap)
        for node in nodes {
            guard let cell = grid.cells[node] else { continue }
            let own = size(node)
            // Small elements stand at the left of a wide column, clear of what leaves below it.
            let room = max(own.width, min(columnWidths[cell.column], Size.task.width))
            let x = xs[cell.column] + (room - own.width) / 2
            let y = ys[cell.row] + (rowHeights[cell.row] - own.height) / 2
            plan.places.append((node, x, y, own))
            plan.width = max(plan.width, x + own.width + Size.padding)
            plan.height = max(plan.height, y + own.height + Size.padding)
        }
        plan.width = max(plan.width, Size.task.width)
        plan.height = max(plan.height, Size.task.height)
        return plan
    }

    static func size(_ element: FlowElement) -> (width: Int, height: Int) {
        switch element.kind {
        case .startEvent, .endEvent, .catchEvent, .throwEvent, .boundaryEvent:
            (Size.event, Size.event)
        case .exclusiveGateway, .parallelGateway, .inclusiveGateway, .eventBasedGateway:
            (Size.gateway, Size.gateway)
        default: Size.task
        }
    }

    private mutating func settle(_ plan: Plan, x: Int, y: Int) {
        for place in plan.places {
            let left = x + place.x
            let top = y + place.y
            bounds[place.element] = Diagram.Bounds(
                x: left, y: top, width: place.size.width, height: place.size.height)
            if let inner = plan.inner[place.element] { settle(inner, x: left, y: top) }
        }
    }

    // MARK: Shapes and edges

    private mutating func draw() {
        for element in definition.elements where element.attachedTo != nil {
            placeBoundary(element)
        }
        for element in definition.elements.dropFirst() {
            guard let place = bounds[element.index] else { continue }
            let isOutside = !element.isActivity && !element.isScope
            // Flows leave gateways downwards, so their names stand above.
            let isAbove = place.width == Size.gateway
            let label = Diagram.Bounds(
                x: place.x + place.width / 2 - 45,
                y: isAbove ? place.y - 18 : place.y + place.height + 4, width: 90,
                height: isAbove ? 14 : 28)
            diagram.shapes.append(
                Diagram.Shape(
                    elementID: element.id, bounds: Self.scaled(place),
                    label: isOutside && !element.name.isEmpty ? Self.scaled(label) : nil,
                    isHorizontal: true, isExpanded: true))
        }
        for flow in definition.flows {
            guard let from = bounds[flow.source], let to = bounds[flow.target] else { continue }
            let points = route(flow, from, to)
            diagram.edges.append(
                Diagram.Edge(
                    elementID: flow.id,
                    points: points.map { Diagram.Point(x: $0.x * 1000, y: $0.y * 1000) },
                    label: nil))
        }
    }

    private mutating func draw(_ association: Annotation) {
        guard let source = definition.element(id: association.source),
            let target = definition.element(id: association.target),
            let from = bounds[source.index], let to = bounds[target.index]
        else { return }
        let start = Diagram.Point(x: from.x + from.width / 2, y: from.y + from.height)
        let end = Diagram.Point(x: to.x + to.width / 2, y: to.y)
        let points =
            start.x == end.x ? [start, end] : [start, Diagram.Point(x: start.x, y: end.y)]
        diagram.edges.append(
            Diagram.Edge(
                elementID: association.id,
                points: points.map { Diagram.Point(x: $0.x * 1000, y: $0.y * 1000) }, label: nil))
    }

    private mutating func placeBoundary(_ element: FlowElement) {
        guard let host = element.attachedTo, let place = bounds[host] else { return }
        let all = definition.elements[host].boundaryEvents
        let number = all.firstIndex(of: element.index) ?? 0
        let step = min(place.width / (all.count + 1), Size.task.width / 2)
        bounds[element.index] = Diagram.Bounds(
            x: place.x + place.width - step * (number + 1) - Size.event / 2,
            y: place.y + place.height - Size.event / 2, width: Size.event, height: Size.event)
    }

    private static func scaled(_ bounds: Diagram.Bounds) -> Diagram.Bounds {
        Diagram.Bounds(
            x: bounds.x * 1000, y: bounds.y * 1000, width: bounds.width * 1000,
            height: bounds.height * 1000)
    }

    private func route(
        _ flow: SequenceFlow, _ from: Diagram.Bounds, _ to: Diagram.Bounds
    ) -> [Diagram.Point] {
        let isBoundary = definition.elements[flow.source].attachedTo != nil
        let middle = Diagram.Point(x: from.x + from.width, y: from.y + from.height / 2)
        let end = Diagram.Point(x: to.x, y: to.y + to.height / 2)
        if isBoundary {
            let start = Diagram.Point(x: from.x + from.width / 2, y: from.y + from.height)
            let corner = Diagram.Point(x: start.x, y: end.y)
            if end.y > start.y, end.x > start.x,
                !crossesShape(from: corner, to: end, besides: flow)
            {
                return [start, corner, end]
            }
            return detour(from: start, to: to, from)
        }
        guard end.x > middle.x else { return detour(from: middle, to: to, from) }
        let isClear = !crossesShape(from: middle, to: end, besides: flow)
        if end.y == middle.y, isClear { return [middle, end] }
        if end.y != middle.y {
            // Leaves downwards or upwards at once when it goes to another row.
            let isGateway = Self.size(definition.elements[flow.source]).width == Size.gateway
            if isGateway {
                let start = Diagram.Point(
                    x: from.x + from.width / 2,
                    y: end.y > middle.y ? from.y + from.height : from.y)
                let corner = Diagram.Point(x: start.x, y: end.y)
                if !crossesShape(from: corner, to: end, besides: flow) {
                    return [start, corner, end]
                }
            }
            let turn = end.x - Size.columnGap / 2
            let corner = Diagram.Point(x: turn, y: middle.y)
            if !crossesShape(from: middle, to: corner, besides: flow) {
                return [middle, corner, Diagram.Point(x: turn, y: end.y), end]
            }
        }
        return detour(from: middle, to: to, from)
    }

    /// Goes below everything between both ends and comes up to the target.
    private func detour(
        from start: Diagram.Point, to: Diagram.Bounds, _ from: Diagram.Bounds
    ) -> [Diagram.Point] {
        let out = start.y == from.y + from.height ? start.x : start.x + Size.columnGap / 3
        let left = min(to.x + to.width / 2, out)
        let right = max(to.x + to.width / 2, out)
        var low = max(from.y + from.height, to.y + to.height)
        for (index, shape) in bounds where !definition.elements[index].isScope {
            let isBetween = shape.x < right && shape.x + shape.width > left
            let isNear = shape.y < low + Size.rowGap && shape.y + shape.height > min(from.y, to.y)
            if isBetween, isNear { low = max(low, shape.y + shape.height) }
        }
        let y = low + Size.rowGap / 2
        let target = Diagram.Point(x: to.x + to.width / 2, y: to.y + to.height)
        return [
            start, Diagram.Point(x: out, y: start.y), Diagram.Point(x: out, y: y),
            Diagram.Point(x: target.x, y: y), target,
        ]
    }

    private func crossesShape(
        from start: Diagram.Point, to end: Diagram.Point, besides flow: SequenceFlow
    ) -> Bool {
        let scope = definition.elements[flow.source].parent
        return bounds.contains { index, shape in
            definition.elements[index].parent == scope && index != flow.source
                && index != flow.target && shape.x < max(start.x, end.x)
                && shape.x + shape.width > min(start.x, end.x)
                && shape.y <= max(start.y, end.y) && shape.y + shape.height >= min(start.y, end.y)
        }
    }
}
