internal import Client
internal import Records

/// The daemon as the demo sees it: people give commands, time passes, events are told.
///
/// After each command the clock is moved a little. The daemon answers that only when all that the
/// command set off in processes is done, so the same seed meets the same state at each step.
final class Company {
    private let asking: Connection
    private let following: Connection
    private let answerSecondsMax = 600
    private var numbers: SeededNumbers
    private let seed: UInt64
    private var lastKey = 0
    /// The company's time.
    private(set) var now: Instant
    /// How many commands were accepted.
    private(set) var commandCount = 0
    /// How many tasks were done from the work list.
    private(set) var taskCount = 0
    /// The last position that was told.
    private(set) var position: Int64 = 0
    /// Hears each event of the streams that are followed.
    var hear: ((JSONValue) -> Void)?

    /// Streams whose events others in the world hear of.
    private static let followed = [
        "clock.clock/*", "purchasing.order/*", "fulfillment.shipment/*", "finance.invoice/*",
    ]

    init(socket: String, seed: UInt64, start: Instant) throws(DemoFailure) {
        self.seed = seed
        numbers = SeededNumbers(seed: seed ^ 0xC10C)
        now = start
        do throws(ClientFailure) {
            asking = try Connection(path: socket)
            following = try Connection(path: socket)
            let streams = JSONValue.array(Self.followed.map { .string($0) })
            try following.send(
                line: RequestLine.text("subscribe", payload: .object(["streams": streams])))
            guard let reply = try following.receive(timeoutSeconds: answerSecondsMax),
                reply.hasPrefix("ok")
            else { throw ClientFailure.broken(reason: "it does not let the demo follow its log") }
        } catch { throw .noDaemon(error) }
    }

    // MARK: Asking

    private func ask(_ line: String) throws(DemoFailure) -> Answer {
        do throws(ClientFailure) {
            return try asking.ask(line, timeoutSeconds: answerSecondsMax)
        } catch { throw .noDaemon(error) }
    }

    /// The answer to a question; a refusal is a failure.
    func query(
        _ name: String, _ payload: JSONValue = .object([]), asOf: BusinessDate? = nil,
        after: Int64? = nil
    ) throws(DemoFailure) -> JSONValue {
        var options: [(name: String, value: String)] = []
        if let asOf { options.append((name: "as-of", value: asOf.description)) }
        if let after { options.append((name: "after", value: String(after))) }
        let line = RequestLine.text("query", name, options: options, payload: payload)
        let answer = try ask(line)
        guard answer.isOK else {
            throw .refused(request: line, code: answer.code, message: answer.message)
        }
        return answer.body
    }

    /// A thing as it stands: `sales.order/SO-1`.
    func object(_ name: String) throws(DemoFailure) -> JSONValue {
        try query("engine.object", .object(["object": .string(name)]))
    }

    /// A thing as it stands, or nil where there is none.
    func objectIfAny(_ name: String) throws(DemoFailure) -> JSONValue? {
        let payload = JSONValue.object(["object": .string(name)])
        let answer = try ask(RequestLine.text("query", "engine.object", payload: payload))
        return answer.isOK ? answer.body : nil
    }

    /// All that waits for people.
    func tasks() throws(DemoFailure) -> [JSONValue] {
        let body = try query(
            "process.tasks", .object(["all": .boolean(true)]), after: position)
        return body["rows"]?.arrayValue ?? []
    }

    /// The variables of a process instance.
    func variables(of instance: String) throws(DemoFailure) -> JSONValue {
        let body = try query(
            "process.instance", .object(["instance": .string(instance)]), after: position)
        let mark = "Variables: "
        let note = body["notes"]?.arrayValue?.compactMap(\.stringValue).first { $0.hasPrefix(mark) }
        guard let note, let variables = try? JSONValue.parse(String(note.dropFirst(mark.count)))
        else { throw .unexpected("process.instance tells no variables of \(instance)") }
        return variables
    }

    // MARK: Doing

    /// Gives a command as a person, or as the owner where none is named, and lets time pass.
    /// - Returns: The id of the thing that the command is about.
    @discardableResult
    func give(
        _ command: String, _ payload: JSONValue, as person: Person? = nil
    ) throws(DemoFailure) -> String {
        let (answer, line) = try offer(command, payload, as: person)
        guard answer.isOK else {
            throw .refused(request: line, code: answer.code, message: answer.message)
        }
        return answer.body["stream"]?.stringValue.map(Self.id) ?? ""
    }

    /// Gives a command that may be refused.
    func offer(
        _ command: String, _ payload: JSONValue, as person: Person?
    ) throws(DemoFailure) -> (answer: Answer, line: String) {
        lastKey += 1
        var options = [(name: "key", value: "demo-\(seed)-\(lastKey)")]
        if let person { options.append((name: "on-behalf-of", value: person.id)) }
        let line = RequestLine.text(command, options: options, payload: payload)
        let answer = try ask(line)
        if answer.isOK {
            commandCount += 1
            if command == "process.complete-task" { taskCount += 1 }
            try pass(seconds: numbers.number(in: 25...95))
        }
        return (answer, line)
    }

    /// The id in a stream's name.
    static func id(of stream: String) -> String {
        guard let slash = stream.firstIndex(of: "/") else { return stream }
        return String(stream[stream.index(after: slash)...])
    }

    // MARK: Time

    /// Lets time pass; all that is due until then is done.
    func pass(seconds: Int) throws(DemoFailure) {
        try advance(to: now.adding(microseconds: Int64(seconds) * 1_000_000))
    }

    /// Moves the clock; it never goes back.
    func advance(to instant: Instant) throws(DemoFailure) {
        let target = max(now, instant)
        let line = RequestLine.text(
            "clock.advance", payload: .object(["to": .string(target.description)]))
        let answer = try ask(line)
        guard answer.isOK, let reached = answer.body["position"]?.integerValue else {
            throw .refused(request: line, code: answer.code, message: answer.message)
        }
        now = target
        try follow(until: reached)
    }

    /// Hears what happened up to a position, whose event is among those that are followed.
    private func follow(until end: Int64) throws(DemoFailure) {
        while position < end {
            let line: String?
            do throws(ClientFailure) {
                line = try following.receive(timeoutSeconds: answerSecondsMax)
            } catch { throw .noDaemon(error) }
            guard let line else {
                throw .noDaemon(.broken(reason: "the daemon ended the subscription"))
            }
            guard line.hasPrefix("event "),
                let event = try? JSONValue.parse(String(line.dropFirst("event ".count))),
                let place = event["position"]?.integerValue
            else { throw .unexpected(String(line.prefix(200))) }
            position = place
            hear?(event)
        }
    }
}
