internal import Foundation
internal import Workload

/// A disk that forgets at a power cut what was not flushed.
///
/// It replays a trace over a folder as it was, up to a moment. What was flushed by then is certain.
/// Of the rest each write may be there, be missing, or be there in part by sectors, independently of
/// its order; names in a folder that was not flushed are there up to some point of their order, as a
/// journal keeps them.
struct Disk {
    /// One file; names come and go, it stays the same.
    private final class Node {
        var certain: [UInt8]
        var pending: [Pending] = []

        init(certain: [UInt8] = []) { self.certain = certain }
    }

    /// A change that the disk may have or not.
    private struct Pending {
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case resize(Int)
        }

        let change: Change
        let place: UInt64
    }

    /// A change of names that the disk may have or not.
    private enum NameChange {
        case file(path: String, Node)
        case folder(path: String)
        case removed(path: String)
        case renamed(from: String, to: String)
    }

    private struct PendingName {
        let change: NameChange
        let place: UInt64
    }

    /// What a name stands for.
    private enum Entry {
        case file(Node)
        case folder
    }

    /// Bytes that a disk writes as one.
    private static let sectorBytes = 512

    private let root: String
    private var certainNames: [String: Entry] = [:]
    private var names: [String: Entry] = [:]
    private var pendingNames: [String: [PendingName]] = [:]
    private var nodes: [UInt64: Node] = [:]
    private var random: SeededGenerator

    /// The disk as it was, all of it certain: `base` is a copy of the folder that the program saw
    /// under the path `root`.
    init(base: String, root: String, random: SeededGenerator) throws {
        self.root = root
        self.random = random
        guard FileManager.default.fileExists(atPath: base) else { return }
        certainNames[root] = .folder
        guard let walker = FileManager.default.enumerator(atPath: base) else {
            throw TortureFailure("\(base) cannot be read")
        }
        for case let name as String in walker {
            var isFolder: ObjCBool = false
            let path = "\(base)/\(name)"
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                continue
            }
            if isFolder.boolValue {
                certainNames["\(root)/\(name)"] = .folder
            } else {
                let data = try Data(contentsOf: URL(fileURLWithPath: path))
                certainNames["\(root)/\(name)"] = .file(Node(certain: Array(data)))
            }
        }
        names = certainNames
    }

    /// Replays what was recorded before a place of the trace.
    mutating func replay(_ trace: Trace, before moment: UInt64) throws {
        for record in trace.records {
            guard record.end <= moment else { break }
            switch record.kind {
            case .created, .opened: open(trace, record)
            case .written:
                try node(record).pending.append(
                    Pending(
                        change: .write(offset: record.offset, bytes: trace.bytes(of: record)),
                        place: record.place))
            case .resized:
                try node(record).pending.append(
                    Pending(change: .resize(record.offset), place: record.place))
            case .flushed: try settle(node(record)) { $0.place < record.extra }
            case .writtenThrough: try settle(node(record)) { $0.place == record.extra }
            case .folderFlushed: settleNames(in: trace.path(of: record), before: record.extra)
            default: changeNames(trace, record)
            }
        }
    }

    private func node(_ record: Trace.Record) throws -> Node {
        guard let node = nodes[record.inode] else {
            throw TortureFailure("the trace writes to a file that it did not open")
        }
        return node
    }

    private mutating func open(_ trace: Trace, _ record: Trace.Record) {
        let path = trace.path(of: record)
        if record.kind == .opened, case .file(let node)? = names[path] {
            nodes[record.inode] = node
            return
        }
        let node = Node()
        nodes[record.inode] = node
        names[path] = .file(node)
        pend(.file(path: path, node), in: path, record)
    }

    private mutating func changeNames(_ trace: Trace, _ record: Trace.Record) {
        switch record.kind {
        case .folderMade:
            let path = trace.path(of: record)
            names[path] = .folder
            // What lies above the folder is not watched, so its own name counts as flushed.
            if path == root {
                certainNames[path] = .folder
            } else {
                pend(.folder(path: path), in: path, record)
            }
        case .unlinked, .folderRemoved:
            let path = trace.path(of: record)
            names[path] = nil
            pend(.removed(path: path), in: path, record)
        case .renamed:
            guard let (from, to) = trace.paths(of: record) else { return }
            if let entry = names.removeValue(forKey: from) { names[to] = entry }
            pend(.renamed(from: from, to: to), in: to, record)
        default: break
        }
    }

    private mutating func pend(_ change: NameChange, in path: String, _ record: Trace.Record) {
        pendingNames[Self.parent(of: path), default: []].append(
            PendingName(change: change, place: record.place))
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    // MARK: What is certain

    private func settle(_ node: Node, _ isCertain: (Pending) -> Bool) {
        for pending in node.pending where isCertain(pending) {
            Self.apply(pending.change, to: node)
        }
        node.pending.removeAll(where: isCertain)
    }

    private mutating func settleNames(in folder: String, before place: UInt64) {
        for pending in pendingNames[folder] ?? [] where pending.place < place {
            apply(pending.change)
        }
        pendingNames[folder]?.removeAll { $0.place < place }
    }

    private static func apply(_ change: Pending.Change, to node: Node) {
        switch change {
        case .resize(let length):
            if length < node.certain.count {
                node.certain.removeLast(node.certain.count - length)
            } else {
                node.certain.append(
                    contentsOf: repeatElement(0, count: length - node.certain.count))
            }
        case .write(let offset, let bytes):
            let end = offset + bytes.count
            if end > node.certain.count {
                node.certain.append(contentsOf: repeatElement(0, count: end - node.certain.count))
            }
            node.certain.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<end])
                    .copyBytes(from: bytes)
            }
        }
    }

    private mutating func apply(_ change: NameChange) {
        switch change {
        case .file(let path, let node): certainNames[path] = .file(node)
        case .folder(let path): certainNames[path] = .folder
        case .removed(let path): certainNames[path] = nil
        case .renamed(let from, let to):
            if let entry = certainNames.removeValue(forKey: from) { certainNames[to] = entry }
        }
    }

    // MARK: The power cut

    /// How much of what was not flushed was lost.
    struct Losses {
        var kept = 0
        var dropped = 0
        var cut = 0
        var names = 0
    }

    /// Cuts the power: settles by chance what was not certain.
    mutating func cutPower() -> Losses {
        var losses = Losses()
        for folder in pendingNames.keys.sorted() {
            let pending = pendingNames[folder] ?? []
            let kept = Int.random(in: 0...pending.count, using: &random)
            for name in pending.prefix(kept) { apply(name.change) }
            losses.names += pending.count - kept
        }
        pendingNames = [:]
        for inode in nodes.keys.sorted() {
            guard let node = nodes[inode] else { continue }
            for pending in node.pending { settleByChance(pending.change, of: node, &losses) }
            node.pending = []
        }
        return losses
    }

    private mutating func settleByChance(
        _ change: Pending.Change, of node: Node, _ losses: inout Losses
    ) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            losses.kept += 1
            Self.apply(change, to: node)
        case 2, 3: losses.dropped += 1
        default:
            losses.cut += 1
            guard case .write(let offset, let bytes) = change else { return }
            var start = 0
            while start < bytes.count {
                let sectorEnd = (offset + start) / Self.sectorBytes * Self.sectorBytes
                let end = min(bytes.count, sectorEnd + Self.sectorBytes - offset)
                if Bool.random(using: &random) {
                    Self.apply(
                        .write(offset: offset + start, bytes: Array(bytes[start..<end])), to: node)
                }
                start = end
            }
        }
    }

    /// Writes the folder as the disk has it now; what was at its path is replaced.
    func write() throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: root) { try manager.removeItem(atPath: root) }
        for path in certainNames.keys.sorted() where isReachable(path) {
            switch certainNames[path] {
            case .folder?:
                try manager.createDirectory(
                    atPath: path, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
            case .file(let node)?:
                try Data(node.certain).write(to: URL(fileURLWithPath: path))
            case nil: break
            }
        }
    }

    /// Whether all folders above a path are there.
    private func isReachable(_ path: String) -> Bool {
        var path = path
        while path != root {
            path = Self.parent(of: path)
            guard path.count >= root.count, case .folder? = certainNames[path] else { return false }
        }
        return true
    }
}
