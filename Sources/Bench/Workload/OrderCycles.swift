internal import Client
internal import Foundation
package import Records

/// Where the views of a daemon are, from its answer to `query engine.views`.
package struct ViewPositions {
    /// Position of each view and events that it is behind.
    package let views: [(name: String, state: String, position: Int64, lag: Int64)]

    /// Reads an answer.
    package init(_ body: JSONValue) {
        views = (body["rows"]?.arrayValue ?? []).map { row in
            (
                row["view"]?.stringValue ?? "", row["state"]?.stringValue ?? "",
                Self.number(row["position"]), Self.number(row["lag"])
            )
        }
    }

    private static func number(_ value: JSONValue?) -> Int64 {
        value.flatMap { Int64($0.description) } ?? 0
    }

    /// Whether all of them fold what comes.
    package var areLive: Bool { views.allSatisfy { $0.state == "live" } }
}

/// Waiting without an event loop.
package enum Pause {
    /// Sleeps.
    package static func milliseconds(_ count: UInt32) throws { usleep(count * 1_000) }
}

/// Orders of three lines on their way from placing to cash, many at once.
///
/// A client places an order and pays it when it is billed; the process of the order does the rest.
/// What the process did is heard from a subscription to the milestones of orders.
package final class OrderCycles {
    /// Orders that are paid; when `run` returns their processes are complete, too.
    package private(set) var completed = 0
    /// Cycles per second while all clients were at work: from when as many were completed as are in
    /// flight until no more were begun.
    package var ratePerSecond: Double {
        guard let from = steadyFrom, let to = steadyTo, to.seconds > from.seconds else { return 0 }
        return Double(to.completed - from.completed) / (to.seconds - from.seconds)
    }
    private var steadyFrom: (seconds: Double, completed: Int)?
    private var steadyTo: (seconds: Double, completed: Int)?
    private var watch = Stopwatch()
    private var inFlight = 0
    /// The last position that a client heard of.
    package fileprivate(set) var position: UInt64 = 0
    /// The longest time that a view was behind the log.
    package fileprivate(set) var lagSecondsMax = 0.0
    /// From placing to payment.
    package private(set) var latencies = Latencies()
    fileprivate var failure: String?

    private let customers: Int
    private let products: Int
    private let prefix: String
    private var random: SeededGenerator
    private var placed = 0
    private var isOver = false
    private var waiting: [Substring: CycleClient] = [:]

    /// Cycles over a company of that size.
    package init(customers: Int, products: Int, seed: UInt64, prefix: String) {
        self.customers = customers
        self.products = products
        self.prefix = prefix
        random = SeededGenerator(seed: seed)
    }

    /// Goes on until `isOver`, then finishes what was begun: every process is complete.
    package func run(
        inFlight: Int, socket: String, until isOver: @escaping () -> Bool
    ) throws {
        self.inFlight = inFlight
        watch = Stopwatch()
        let clients = (0..<inFlight).map { _ in CycleClient(cycles: self) }
        let listener = MilestoneListener(cycles: self, from: try Self.position(socket) + 1)
        let probe = LagProbe(cycles: self)
        let fleet = try Fleet(
            [listener] + clients.map { $0 as any FleetClient } + [probe], socket: socket)
        fleet.run(drains: false) {
            if !self.isOver, isOver() {
                self.isOver = true
                self.steadyTo = (self.watch.seconds, self.completed)
            }
            return self.failure != nil || (self.isOver && clients.allSatisfy(\.isIdle))
        }
        if let failure { throw WorkloadFailure(failure) }
        if fleet.hasLostConnection { throw WorkloadFailure("the daemon closed a connection") }
        try Self.waitForInstances(socket)
    }

    /// Waits until no order's process is active any more: the last order was paid in a commit before
    /// the one in which its process ends.
    private static func waitForInstances(_ socket: String) throws {
        let connection = try Connection(path: socket)
        var hasOpen = true
        while hasOpen {
            let end = try position(socket)
            let answer = try connection.ask(
                #"query process.instances after=\#(end) {"process":"order-to-cash","status":"open"}"#
            )
            guard answer.isOK else { throw WorkloadFailure("\(answer.code): \(answer.message)") }
            hasOpen = answer.body["rows"]?.arrayValue?.isEmpty == false
        }
    }

    private static func position(_ socket: String) throws(ClientFailure) -> UInt64 {
        let answer = try Connection(path: socket).ask("query engine.views")
        let ends = ViewPositions(answer.body).views.map { $0.position + $0.lag }
        return UInt64(ends.max() ?? 0)
    }

    fileprivate func begin(_ client: CycleClient) -> (order: String, line: String)? {
        guard !isOver else { return nil }
        placed += 1
        let order = "SO-\(prefix)-\(placed)"
        let customer = Int.random(in: 1...customers, using: &random)
        var chosen: Set<Int> = []
        while chosen.count < min(3, products) {
            chosen.insert(Int.random(in: 1...products, using: &random))
        }
        let lines = chosen.sorted().map {
            #"{"product":"P-\#($0)","quantity":"\#(Int.random(in: 1...5, using: &random))","price":"14.00"}"#
        }
        waiting[order[...]] = client
        return (
            order,
            #"sales.place-order key=\#(order) {"order":"\#(order)","customer":"C-\#(customer)","channel":"web","lines":[\#(lines.joined(separator: ","))]}"#
        )
    }

    fileprivate func heard(_ type: String, of order: Substring) {
        guard let client = waiting[order] else { return }
        if type == "sales.order-paid" {
            waiting[order] = nil
            completed += 1
            if completed == inFlight { steadyFrom = (watch.seconds, completed) }
            latencies.add(microseconds: client.finish())
        } else {
            client.isBilled = true
        }
    }

    fileprivate func refused(_ line: String) { failure = failure ?? line }
}

/// One order after the other.
private final class CycleClient: FleetClient {
    private unowned let cycles: OrderCycles
    private var order: String?
    private var hasPaid = false
    private var watch = Stopwatch()
    var isBilled = false

    init(cycles: OrderCycles) { self.cycles = cycles }

    var isIdle: Bool { order == nil }

    func next() -> [UInt8]? {
        if let order {
            guard isBilled, !hasPaid else { return nil }
            hasPaid = true
            return Array("finance.receive-payment key=pay-\(order) {\"order\":\"\(order)\"}\n".utf8)
        }
        guard let (order, line) = cycles.begin(self) else { return nil }
        self.order = order
        watch = Stopwatch()
        return Array((line + "\n").utf8)
    }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        if !answer.starts(with: "ok".utf8) {
            cycles.refused("\(order ?? "?"): \(String(decoding: answer, as: UTF8.self))")
        }
    }

    func finish() -> UInt64 {
        order = nil
        hasPaid = false
        isBilled = false
        return watch.microseconds
    }
}

/// Hears the milestones of orders.
private final class MilestoneListener: FleetClient {
    private unowned let cycles: OrderCycles
    private let from: UInt64
    private var hasSubscribed = false

    init(cycles: OrderCycles, from: UInt64) {
        self.cycles = cycles
        self.from = from
    }

    func next() -> [UInt8]? {
        guard !hasSubscribed else { return nil }
        hasSubscribed = true
        return Array(
            "subscribe from=\(from) {\"types\":[\"sales.order-invoiced-in-full\",\"sales.order-paid\"]}\n"
                .utf8)
    }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        let line = String(decoding: answer, as: UTF8.self)
        guard line.hasPrefix("event") else {
            if !line.hasPrefix("ok") { cycles.refused(line) }
            return
        }
        guard let type = Self.text("\"type\":\"", in: line),
            let stream = Self.text("\"stream\":\"sales.order/", in: line)
        else { return }
        if let number = line.range(of: "\"position\":") {
            cycles.position = UInt64(line[number.upperBound...].prefix { $0.isNumber }) ?? 0
        }
        cycles.heard(String(type), of: stream)
    }

    private static func text(_ start: String, in line: String) -> Substring? {
        guard let found = line.range(of: start) else { return nil }
        return line[found.upperBound...].prefix { $0 != "\"" }
    }
}

/// Asks every now and then how far the views are.
private final class LagProbe: FleetClient {
    private unowned let cycles: OrderCycles
    private var lastAsked: Double = -1
    private let watch = Stopwatch()
    /// When the log's end was seen at which position.
    private var ends: [(seconds: Double, position: Int64)] = []
    private static let pauseSeconds = 0.1

    init(cycles: OrderCycles) { self.cycles = cycles }

    func next() -> [UInt8]? {
        guard watch.seconds - lastAsked >= Self.pauseSeconds else { return nil }
        lastAsked = watch.seconds
        return Array("query engine.views\n".utf8)
    }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        guard let answer = Answer(line: String(decoding: answer, as: UTF8.self)) else { return }
        let now = watch.seconds
        for view in ViewPositions(answer.body).views {
            // The view has all that the log had at the last sample that it has reached.
            let reached = ends.last { $0.position <= view.position }?.seconds
            if let reached, view.lag > 0 {
                cycles.lagSecondsMax = max(cycles.lagSecondsMax, now - reached)
            }
            ends.append((now, view.position + view.lag))
        }
        if ends.count > 1_000 { ends.removeFirst(500) }
    }
}
