internal import Records

/// Gives lines that all clients of a fleet share, and counts the answers.
package final class SharedLines {
    private let make: () -> String?
    private var isOver = false
    /// Answers that began with `ok`.
    package private(set) var accepted = 0
    /// Answers that did not, the first few of them.
    package private(set) var refusals: [String] = []
    /// How many did not.
    package private(set) var refused = 0
    /// How long the answers took.
    package private(set) var latencies = Latencies()
    private static let refusalsKeptMax = 5

    /// Lines from a closure, until it gives nil.
    package init(_ make: @escaping () -> String?) { self.make = make }

    /// Lines of a list, in order.
    package convenience init(_ lines: [String]) {
        var rest = lines[...]
        self.init { rest.popFirst() }
    }

    /// Whether there are no more lines.
    package var isEmpty: Bool { isOver }

    fileprivate func next() -> [UInt8]? {
        guard !isOver, let line = make() else {
            isOver = true
            return nil
        }
        return Array((line + "\n").utf8)
    }

    fileprivate func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        latencies.add(microseconds: microseconds)
        if answer.starts(with: "ok".utf8) {
            accepted += 1
            return
        }
        refused += 1
        if refusals.count < Self.refusalsKeptMax {
            refusals.append(String(decoding: answer, as: UTF8.self))
        }
    }

    /// So many clients that send these lines.
    package func clients(_ count: Int) -> [any FleetClient] {
        (0..<count).map { _ in LineClient(lines: self) }
    }
}

private final class LineClient: FleetClient {
    private let lines: SharedLines

    init(lines: SharedLines) { self.lines = lines }

    func next() -> [UInt8]? { lines.next() }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        lines.take(answer, microseconds: microseconds)
    }
}

/// A daemon that refused what a measurement needs.
package struct WorkloadFailure: Error, CustomStringConvertible {
    /// What happened.
    package let description: String

    /// A failure with its description.
    package init(_ description: String) { self.description = description }
}

extension Fleet {
    /// Sends all lines, many at a time; an answer that is not `ok` is a failure.
    package static func send(
        _ lines: SharedLines, clients: Int, socket: String
    ) throws {
        let fleet = try Fleet(lines.clients(clients), socket: socket)
        fleet.run { lines.isEmpty }
        if fleet.hasLostConnection { throw WorkloadFailure("the daemon closed the connection") }
        if let refusal = lines.refusals.first {
            throw WorkloadFailure("the daemon refused \(lines.refused) commands, first: \(refusal)")
        }
    }
}
