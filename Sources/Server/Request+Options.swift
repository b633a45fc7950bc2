internal import Engine
internal import EventLog
internal import Records
internal import Views

extension Submission {
    /// The command of a request, its options checked.
    init(_ request: Request, peer: Peer) throws(RequestFailure) {
        let key = request.options["key"]
        if let key, key.isEmpty || key.utf8.count > Submission.keyBytesMax {
            throw RequestFailure(
                code: "bad-option",
                message: "key: expected a text of 1 to \(Submission.keyBytesMax) bytes.")
        }
        try request.requireOptionsInPlace()
        self.init(
            name: request.verb, payload: request.payload, key: key,
            expectedVersion: try request.number("expect"), date: try request.date("date"),
            peer: peer, onBehalfOf: request.options["on-behalf-of"])
    }
}

extension Request {
    /// The options that mean something for every line.
    private static let commonOptions: Set<String> = ["on-behalf-of", "tag"]

    /// What the line is, with an article, and the options that mean something for it.
    private var kindWithOptions: (kind: String, options: Set<String>) {
        switch verb {
        case "query" where subject == PresentQuery.preview.name:
            ("\(subject)", ["after", "as-of", "at", "date", "timeout"])
        case "query": ("a question", ["after", "as-of", "at", "timeout"])
        case "subscribe": ("subscribe", ["from"])
        case "describe", "help", "rebuild", "backup": (verb, [])
        default: ("a command", ["date", "expect", "key"])
        }
    }

    /// Refuses an option that the protocol knows and that says nothing here: a caller who gives it
    /// expects something of it.
    func requireOptionsInPlace() throws(RequestFailure) {
        let (kind, wanted) = kindWithOptions
        let known = wanted.union(Self.commonOptions)
        let misplaced = options.keys.filter { !known.contains($0) }.sorted()
        guard let name = misplaced.first else { return }
        throw RequestFailure(
            code: "option-not-supported",
            message:
                "\(name) is no option of \(kind); leave it out. There are: \(known.sorted().joined(separator: ", "))."
        )
    }

    /// An option that is a date.
    func date(_ name: String) throws(RequestFailure) -> BusinessDate? {
        guard let text = options[name] else { return nil }
        guard let date = BusinessDate(text) else {
            throw RequestFailure(
                code: "bad-option",
                message:
                    "\(name): expected a date that exists, such as 2026-09-30, found \"\(text)\".")
        }
        return date
    }

    /// An option that is a count.
    func number(_ name: String) throws(RequestFailure) -> UInt64? {
        guard let text = options[name] else { return nil }
        guard let number = UInt64(text) else {
            throw RequestFailure(
                code: "bad-option", message: "\(name): expected a number, found \"\(text)\".")
        }
        return number
    }

    /// An option that is a position, or a time up to which the log counts.
    func position(_ name: String, in engine: Engine) throws(RequestFailure) -> UInt64? {
        guard let text = options[name] else { return nil }
        if let number = UInt64(text) { return number }
        guard let instant = Instant(text) else {
            throw RequestFailure(
                code: "bad-option",
                message:
                    "\(name): expected a position or a time such as 2026-09-30T12:00:00Z, found \"\(text)\"."
            )
        }
        do {
            return try LogTime.position(at: instant, in: engine.log)
        } catch {
            throw RequestFailure(
                code: "log-unreadable", message: "The log could not be read: \(error).")
        }
    }
}
