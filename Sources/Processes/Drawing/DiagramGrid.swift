/// Assigns the elements of one scope to columns and rows.
struct Grid {
    private(set) var cells: [Int: (column: Int, row: Int)] = [:]
    var columns: Int { (cells.values.map(\.column).max() ?? -1) + 1 }
    private(set) var rows = 0

    private let definition: ProcessDefinition
    private var taken: Set<[Int]> = []

    init(_ definition: ProcessDefinition, scope: Int, nodes: [Int]) {
        self.definition = definition
        let flowing = nodes.filter { isInFlow(definition.elements[$0]) }
        let columns = columnNumbers(of: flowing)
        let order = flowing.enumerated().sorted {
            (columns[$0.element] ?? 0, $0.offset) < (columns[$1.element] ?? 0, $1.offset)
        }.map(\.element)
        for node in order { place(node, column: columns[node] ?? 0) }
        for node in nodes where definition.elements[node].isForCompensation {
            placeHandler(node)
        }
        // Event sub-processes stand below the work.
        var column = 0
        let below = rows
        for node in nodes where cells[node] == nil {
            cells[node] = (column, below)
            column += 1
            rows = below + 1
        }
    }

    private func isInFlow(_ element: FlowElement) -> Bool {
        !element.isForCompensation && !element.isEventSubprocess
    }

    /// Elements before an element: over flows, and from the host of a boundary event.
    private func predecessors(_ node: Int) -> [Int] {
        definition.elements[node].incoming.map { flow in
            let source = definition.flows[flow].source
            return definition.elements[source].attachedTo ?? source
        }
    }

    private func successors(_ node: Int) -> [Int] {
        let element = definition.elements[node]
        let own = element.outgoing.map { definition.flows[$0].target }
        let boundary = element.boundaryEvents.flatMap { index in
            definition.elements[index].outgoing.map { definition.flows[$0].target }
        }
        return own + boundary
    }

    /// Longest distance from an element without predecessors; ways back do not count.
    private func columnNumbers(of nodes: [Int]) -> [Int: Int] {
        var backward: Set<[Int]> = []
        var state: [Int: Int] = [:]
        let roots = nodes.filter { predecessors($0).isEmpty } + nodes
        for root in roots where state[root] == nil {
            var stack: [(node: Int, next: Int)] = [(root, 0)]
            state[root] = 1
            while let top = stack.last {
                let following = successors(top.node)
                guard top.next < following.count else {
                    state[top.node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = following[top.next]
                if state[target] == 1 {
                    backward.insert([top.node, target])
                } else if state[target] == nil {
                    state[target] = 1
                    stack.append((target, 0))
                }
            }
        }
        var columns: [Int: Int] = [:]
        for node in nodes { columns[node] = 0 }
        for _ in nodes {
            var changed = false
            for node in nodes {
                for target in successors(node) where !backward.contains([node, target]) {
                    let wanted = (columns[node] ?? 0) + 1
                    if (columns[target] ?? 0) < wanted {
                        columns[target] = wanted
                        changed = true
                    }
                }
            }
            if !changed { break }
        }
        return columns
    }

    /// A compensation handler stands below its activity.
    private mutating func placeHandler(_ node: Int) {
        let host = definition.elements.first { $0.compensationHandler == node && $0.isActivity }
        guard let cell = host.flatMap({ cells[$0.index] }) else { return }
        var row = cell.row + 1
        while taken.contains([cell.column, row]) { row += 1 }
        take(node, column: cell.column, row: row, way: [])
    }

    private mutating func place(_ node: Int, column: Int) {
        let before = firstPredecessor(of: node, column: column)
        var row = preferredRow(node, column: column, after: before)
        // The flow that leads here must not run through other elements.
        func way(_ row: Int) -> [[Int]] {
            guard let cell = before.flatMap({ cells[$0] }) else { return [] }
            let first = row == cell.row ? cell.column + 1 : cell.column
            return first < column ? (first..<column).map { [$0, row] } : []
        }
        while taken.contains([column, row]) || way(row).contains(where: taken.contains) {
            row += 1
        }
        take(node, column: column, row: row, way: way(row))
    }

    private mutating func take(_ node: Int, column: Int, row: Int, way: [[Int]]) {
        taken.formUnion(way)
        taken.insert([column, row])
        cells[node] = (column, row)
        rows = max(rows, row + 1)
    }

    private func firstPredecessor(of node: Int, column: Int) -> Int? {
        predecessors(node).filter { (cells[$0]?.column ?? column) < column }
            .min { (cells[$0]?.row ?? 0) < (cells[$1]?.row ?? 0) }
    }

    /// The row of the first element before it, moved down by its number among the ways out there.
    private func preferredRow(_ node: Int, column: Int, after first: Int?) -> Int {
        guard let first, let cell = cells[first] else { return cells.isEmpty ? 0 : rows }
        let before = predecessors(node).filter { (cells[$0]?.column ?? column) < column }
        if before.count > 1 { return cell.row }
        return cell.row + (successors(first).firstIndex(of: node) ?? 0)
    }
}
