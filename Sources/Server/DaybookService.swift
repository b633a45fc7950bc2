internal import Business
package import Engine
internal import EventLog
internal import Foundation
internal import Logging
internal import Records
internal import Synchronization
package import Views

/// What stands behind the protocol of a running daemon: the engine and the views.
package final class DaybookService: RequestService {
    let engine: Engine
    let views: ViewHost
    let maintenance: Maintenance
    let afterSecondsMax: Int

    /// A service over an engine and its views.
    package init(
        engine: Engine, views: ViewHost, maintenance: Maintenance, limits: ServerLimits = .init()
    ) {
        self.engine = engine
        self.views = views
        self.maintenance = maintenance
        afterSecondsMax = limits.afterSecondsMax
    }

    // MARK: Commands

    /// Decides a command; the reply leaves after the commit.
    package func command(
        _ request: Request, peer: Peer, presence: ClientPresence,
        reply: @escaping @Sendable (String) -> Void
    ) {
        do throws(RequestFailure) {
            let submission = try Submission(request, peer: peer)
            engine.submit(submission, presence: presence) { reply($0.line) }
        } catch {
            reply(Self.refusal(error.code, error.message))
        }
    }

    static func refusal(_ code: String, _ message: String, _ details: [JSONMember] = []) -> String {
        "error \(code) \(JSONValue.object([JSONMember("message", .string(message))] + details))"
    }

    // MARK: Questions

    /// Answers what only reads; blocks its thread while it does.
    package func answer(
        _ request: Request, peer: Peer, progress: @escaping @Sendable (String) -> Void
    ) -> String {
        // Who is no actor here learns nothing either.
        do throws(Rejection) {
            _ = try engine.actor(for: peer, onBehalfOf: request.options["on-behalf-of"])
        } catch {
            return CommandReply.rejected(error).line
        }
        do throws(RequestFailure) {
            try request.requireOptionsInPlace()
        } catch {
            return Self.refusal(error.code, error.message)
        }
        switch request.verb {
        case "rebuild": return rebuild(request, peer, progress)
        case "backup": return backup(request, peer)
        case "query": return query(request, peer: peer)
        case "describe": return describe(request)
        default: return help()
        }
    }

    private func query(_ request: Request, peer: Peer) -> String {
        let operatingQuery = OperatingQuery.named(request.subject)
        let knowsOnlyPresent = operatingQuery != nil || PresentQuery.named(request.subject) != nil
        if knowsOnlyPresent, let failure = request.pastRefusal {
            return Self.refusal(failure.code, failure.description, failure.details)
        }
        do throws(RequestFailure) {
            switch request.subject {
            case PresentQuery.preview.name: return try preview(request, peer: peer)
            case PresentQuery.object.name: return try object(request, peer: peer)
            case PresentQuery.views.name: return try viewStatus(request)
            case PresentQuery.actor.name: return try whoAsks(request, peer: peer)
            default:
                if let operatingQuery { return operating(operatingQuery, request) }
                return try viewQuery(request, peer: peer)
            }
        } catch {
            return Self.refusal(error.code, error.message)
        }
    }

    private func viewQuery(_ request: Request, peer: Peer) throws(RequestFailure) -> String {
        let context = engine.queryContext(
            asOf: try request.date("as-of"), at: try request.position("at", in: engine))
        let after = try request.number("after")
        // What was acknowledged is in the log, so its end is a position that covers it whole.
        let target = after.map { max($0, min(engine.log.end.last.rawValue, $0 + 100_000)) }
        var parameters = request.payload
        if request.subject == "process.tasks" { parameters = mine(parameters, request, peer) }
        let seconds = try request.number("timeout").map { min(Int($0), afterSecondsMax) }
        do throws(QueryFailure) {
            let reply = try views.query(
                request.subject, parameters: parameters, context: context, after: target,
                timeoutMilliseconds: (seconds ?? afterSecondsMax) * 1_000)
            if request.subject == "process.tasks", reply.rows.isEmpty {
                if let refusal = refusalOfNames(request.payload) { return refusal }
            }
            return "ok \(withColumns(reply.json, request.subject))"
        } catch {
            return Self.refusal(error.code, error.description, error.details)
        }
    }

    /// Answers what is asked about running processes and their rules.
    private func operating(_ query: OperatingQuery, _ request: Request) -> String {
        let desk = OperatingDesk(engine: engine, views: views)
        let payload = request.payload
        let answer: Result<JSONValue, QueryFailure> = blocking {
            do throws(QueryFailure) {
                return .success(try await query.answer(desk, payload))
            } catch { return .failure(error) }
        }
        switch answer {
        case .success(let body): return "ok \(body)"
        case .failure(let failure):
            return Self.refusal(failure.code, failure.description, failure.details)
        }
    }

    private func withColumns(_ reply: JSONValue, _ name: String) -> JSONValue {
        guard case .object(let members) = reply, let query = views.catalog.query(name) else {
            return reply
        }
        return .object(members + [JSONMember("columns", Self.columns(of: query))])
    }

    static func columns(of query: ViewQuery) -> JSONValue {
        .array(
            query.columns.fields.map {
                .object([
                    "name": .string($0.name), "kind": .string($0.kind.name),
                    "doc": .string($0.documentation),
                ])
            })
    }

    private func object(_ request: Request, peer: Peer) throws(RequestFailure) -> String {
        let text = try request.parameters(as: ObjectParameters.self).object
        guard let name = StreamName(text) else {
            throw RequestFailure(
                code: "bad-value",
                message: "object: expected type/id, sales.order/SO-1, found \"\(text)\".")
        }
        let actor = try? engine.actor(for: peer, onBehalfOf: request.options["on-behalf-of"])
        let value = blocking { [engine] in
            await engine.object(type: name.type, id: name.id, for: actor)
        }
        guard let value else {
            throw RequestFailure(code: "unknown-object", message: "There is no \(text).")
        }
        return "ok \(value)"
    }

    private func viewStatus(_ request: Request) throws(RequestFailure) -> String {
        _ = try request.parameters(as: NoParameters.self)
        let rows = views.status.map { status in
            JSONValue.object([
                "view": .string(status.view), "state": .string(status.state.rawValue),
                "position": .integer(status.position), "lag": .integer(status.lag),
                "parked": .integer(status.parkedKeys),
                "reason": status.reason.map { .string($0) },
            ])
        }
        return "ok \(JSONValue.object(["rows": .array(rows)]))"
    }

    /// The vouchers that a command would make.
    private func preview(_ request: Request, peer: Peer) throws(RequestFailure) -> String {
        let parameters = try request.parameters(as: PreviewParameters.self)
        let submission = Submission(
            name: parameters.command, payload: parameters.payload ?? .object([]),
            date: try request.date("date"), peer: peer,
            onBehalfOf: request.options["on-behalf-of"])
        switch blocking({ [engine] in await engine.preview(submission) }) {
        case .failure(let rejection): return CommandReply.rejected(rejection).line
        case .success(let events):
            let context = JSONContext(currency: nil)
            let vouchers = events.compactMap { $0.event as? VoucherPosted }
            return
                "ok \(JSONValue.object(["rows": .array(vouchers.map { $0.json(context) }), "notes": vouchers.isEmpty ? .array([.string(Self.note(of: events))]) : nil]))"
        }
    }

    /// What a command does that makes no voucher: it may wait for somebody's approval first.
    private static func note(of events: [EmittedEvent]) -> String {
        guard !events.isEmpty else { return "No voucher: the command would change nothing." }
        let names = events.map { "\(type(of: $0.event).typeName) (\($0.stream))" }
        return
            "No voucher now: the command would write \(names.joined(separator: ", ")). Where that waits for an approval, the voucher comes with it."
    }

    // MARK: The log

    /// Why somebody may not follow the log: the owner, auditors and operators may.
    ///
    /// What is personal in the events is shown as everywhere: to the owner, to auditors, and to the
    /// roles that may see the kind of thing; from an operator it is withheld.
    package func refusalToFollow(_ caller: Caller) -> String? {
        do throws(Rejection) {
            let actor = try engine.actor(for: caller.peer, onBehalfOf: caller.onBehalfOf)
            let mayFollow =
                actor.isOwner || actor.roles.contains("auditor")
                || actor.roles.contains("operator")
            if mayFollow { return nil }
            return Self.refusal(
                "not-allowed", "Following the log needs the role auditor or operator.")
        } catch {
            return CommandReply.rejected(error).line
        }
    }

    /// Calls `body` after each commit until told to stop.
    package func observeTail(_ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let log = engine.log
        let observation = log.tail.observe { _ in body() }
        return { log.tail.stop(observation) }
    }

    /// Refuses types of events and of streams that the program does not have: such a subscription
    /// would wait for ever.
    package func check(_ filter: SubscriptionFilter) throws(RequestFailure) {
        let types = engine.registry.events.keys.sorted()
        for pattern in filter.types {
            try Self.require(
                pattern, among: types, what: "event type", list: "`help` lists them all")
        }
        let streams = Set(engine.registry.events.values.map(\.streamType)).sorted()
        for pattern in filter.streams {
            guard let slash = pattern.firstIndex(of: "/") else {
                try Self.require(
                    pattern, among: streams, what: "kind of stream",
                    list: "expected type/id or type/*, such as sales.order/*")
                continue
            }
            try Self.require(
                String(pattern[..<slash]), among: streams, what: "kind of stream",
                list: "expected type/id or type/*, such as sales.order/*")
        }
    }

    private static func require(
        _ pattern: String, among names: [String], what: String, list: String
    ) throws(RequestFailure) {
        if names.contains(where: { SubscriptionFilter.matches(pattern, $0) }) { return }
        let near = nearest(to: pattern, among: names).map { " Did you mean \($0)?" } ?? ""
        throw RequestFailure(
            code: "unknown-name",
            message: "There is no \(what) \(pattern.prefix(100)).\(near) \(list).")
    }

    /// Events from a position on as lines of the protocol.
    package func events(
        from position: UInt64, filter: SubscriptionFilter, bytesMax: Int, caller: Caller
    ) throws -> (lines: [String], next: UInt64) {
        var lines: [String] = []
        var bytes = 0
        let actor = try engine.actor(for: caller.peer, onBehalfOf: caller.onBehalfOf)
        let page = try engine.log.read(from: Position(max(1, position)))
        var next = page.next.rawValue
        for stored in page.events {
            let wanted = filter.wants(
                stream: stored.stream, type: stored.type)
            guard wanted else { continue }
            let event = try engine.decoder.recorded(stored)
            let json = EventJSON.json(
                of: event, currency: nil,
                showsPersonal: engine.showsPersonal(of: event.stream.type, to: actor))
            let line = "event \(json)"
            lines.append(line)
            bytes += line.utf8.count
            if bytes >= bytesMax {
                next = stored.position.rawValue + 1
                break
            }
        }
        return (lines, next)
    }
}

/// Waits for an asynchronous answer on a thread that may block.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
    let box = AnswerBox<Result>()
    Task {
        box.put(await body())
    }
    return box.take()
}

/// An answer on its way from a task to the thread that waits for it.
private final class AnswerBox<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    func put(_ answer: Value) {
        value.withLock { $0 = answer }
        ready.signal()
    }

    func take() -> Value {
        while true {
            ready.wait()
            if let answer = value.withLock({ $0 }) { return answer }
        }
    }
}
