internal import Records
internal import Yams

/// Reading YAML nodes, each fault with its place.
extension MappingReader {
    static func hint(_ name: String, _ names: [String]) -> String {
        nearest(to: name, among: names.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    func place(_ node: Node) -> MappingPlace {
        MappingPlace(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    func failure(_ node: Node, _ message: String) -> MappingFailure {
        failure(at: place(node), message)
    }

    func failure(at place: MappingPlace, _ message: String) -> MappingFailure {
        MappingFailure(file: file, place: place, message: message)
    }

    func text(_ node: Node, _ what: String) throws(MappingFailure) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw failure(node, "\(what): expected a text")
        }
        return scalar.string
    }

    func boolean(_ node: Node, _ what: String) throws(MappingFailure) -> Bool {
        guard let value = node.bool else {
            throw failure(node, "\(what): expected true or false")
        }
        return value
    }

    func elements(_ node: Node?, _ what: String) throws(MappingFailure) -> [Node] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else {
            throw failure(node, "\(what): expected a list")
        }
        return Array(sequence)
    }

    func entries(
        _ node: Node, _ what: String
    ) throws(MappingFailure) -> [(name: String, value: Node)] {
        guard case .mapping(let mapping) = node else {
            throw failure(node, "\(what): expected names with values")
        }
        var entries: [(name: String, value: Node)] = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                throw failure(key, "\(what): expected a name")
            }
            entries.append((scalar.string, value))
        }
        return entries
    }

    func members(
        _ node: Node, _ what: String, _ known: [String], required: [String] = []
    ) throws(MappingFailure) -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            throw failure(node, "expected \(what) with \(known.joined(separator: ", "))")
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard known.contains(name) else {
                throw failure(
                    key,
                    "\(what) has no \"\(name)\"\(Self.hint(name, known)); it has \(known.joined(separator: ", "))"
                )
            }
            members[name] = value
        }
        for name in required where members[name] == nil {
            throw failure(node, "expected `\(name)` in \(what), found none; add it")
        }
        return members
    }
}
