internal import ArgumentParser
internal import Audit
internal import EventLog
internal import Records
internal import Views

/// `daybook replay`.
struct ReplayCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Prints the log or a part of it, or shows a view as it was.",
        discussion: """
            daybook replay --data DIR --stream 'sales.order/*' --since 2026-09-01
            daybook replay --data DIR --until 4711 --query finance.trial-balance

            Events whose type or version this program does not know are printed as they were stored, \
            by the field list that the log has of them.
            """)

    @OptionGroup var folder: FolderOptions

    @Option(help: "From this position, date or time on.")
    var since: String?

    @Option(help: "Up to this position, date or time.")
    var until: String?

    @OptionGroup var filter: ReplayFilter

    @Flag(help: "Print all events as they were stored, old versions in their old form.")
    var stored = false

    @Option(help: "Fold the question's view up to --until, and ask it.")
    var query: String?

    @Option(help: "The question's parameters as a JSON object.")
    var parameters = "{}"

    @Option(help: "With --query: as effective on this date.")
    var asOf: String?

    func validate() throws {
        if query == nil, asOf != nil { throw ValidationError("--as-of goes with --query.") }
        if query == nil, parameters != "{}" {
            throw ValidationError("--parameters goes with --query.")
        }
        // A view is folded from all of the log up to a place; a part of it would be no past.
        if query != nil, since != nil || stored || filter.isGiven {
            throw ValidationError(
                "--query takes --until, --parameters and --as-of; the other options choose events of a listing, leave them out."
            )
        }
        if let count = filter.count, count < 1 {
            throw ValidationError("--count: expected a number from 1 on, found \(count).")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let folder = try folder.open()
        let last = try until.map { (text) throws(ToolFailure) in
            try LogPlace.last(text, in: folder)
        }
        if let query { return try show(query, through: last, folder, console) }
        let first = try since.map { (text) throws(ToolFailure) in
            try LogPlace.first(text, in: folder)
        }
        // A part that begins after the end of the log is empty; one between two times that are
        // exchanged is a mistake.
        if let first, let last, let since, let until, last + 1 < first {
            throw ToolFailure(
                .usage,
                "--since: expected a place on or before --until \(until), found \(since); exchange the two."
            )
        }
        var left = filter.count ?? .max
        let showsStored = self.stored
        do throws(LogFolder.Failure) {
            try folder.walk(from: first ?? 1, through: last) { stored in
                guard left > 0 else { return false }
                guard filter.wants(stored.envelope) else { return true }
                left -= 1
                let event =
                    showsStored ? folder.jsonAsStored(stored) : folder.json(of: stored)
                console.print(
                    self.folder.json
                        ? event.description
                        : SafeText.cut(EventText.line(event), to: console.width))
                return true
            }
        } catch { throw FolderOptions.failure(error) }
    }

    private func show(
        _ query: String, through last: UInt64?, _ folder: LogFolder, _ console: Console
    ) throws(ToolFailure) {
        guard let views = ViewsAudit(folder) else {
            throw ToolFailure(.folder, "The log has no first event; there is nothing to fold.")
        }
        let given: JSONValue
        do throws(JSONFailure) {
            given = try JSONValue.parse(parameters)
        } catch { throw ToolFailure(.usage, "--parameters is no JSON: \(error).") }
        let date = try asOf.map { (text) throws(ToolFailure) in
            guard let date = BusinessDate(text) else {
                throw ToolFailure(.usage, "--as-of takes a date 2026-09-30, found \"\(text)\".")
            }
            return date
        }
        let line = ProgressLine(console)
        let reply: QueryReply
        do throws(ViewsAudit.PastFailure) {
            reply = try views.query(
                query, given, through: last ?? folder.log.end.last.rawValue, asOf: date,
                progress: line.show)
        } catch {
            line.finish()
            if case .query = error { throw ToolFailure(.refused, "\(error)") }
            throw ToolFailure(.folder, "\(error)")
        }
        line.finish()
        var members = reply.json.objectMembers ?? []
        members.append(JSONMember("columns", views.columns(of: query)))
        let body = JSONValue.object(members)
        if self.folder.json { return console.print(body.description) }
        for line in ReplyText(body).lines() { console.print(line) }
        console.print("as at position \(reply.position)")
    }
}

/// Which events of a stretch of the log are wanted.
struct ReplayFilter: ParsableArguments {
    @Option(
        name: .customLong("stream"), parsing: .unconditionalSingleValue,
        help: "Only this stream, sales.order/SO-1 or sales.order/*. May be repeated.")
    var streams: [String] = []

    @Option(help: "Only events that concern this thing, sales.order/SO-1.")
    var object: String?

    @Option(help: "Only what this actor did, or had done on his behalf.")
    var actor: String?

    @Option(
        name: .customLong("type"), parsing: .unconditionalSingleValue,
        help: "Only events of this type, sales.order-placed or sales.*. May be repeated.")
    var types: [String] = []

    @Option(help: "At most so many events.")
    var count: Int?

    /// Whether anything is chosen.
    var isGiven: Bool {
        !streams.isEmpty || object != nil || actor != nil || !types.isEmpty || count != nil
    }

    func wants(_ envelope: Envelope) -> Bool {
        if !streams.isEmpty, !streams.contains(where: { Self.matches($0, envelope.stream) }) {
            return false
        }
        if !types.isEmpty, !types.contains(where: { Self.matches($0, envelope.type) }) {
            return false
        }
        if let actor, envelope.actor != actor, envelope.onBehalfOf != actor { return false }
        guard let object else { return true }
        return envelope.stream == object || envelope.objects.contains { $0.object == object }
    }

    private static func matches(_ pattern: String, _ text: String) -> Bool {
        pattern.last == "*" ? text.hasPrefix(pattern.dropLast()) : pattern == text
    }
}
