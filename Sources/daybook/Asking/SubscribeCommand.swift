internal import ArgumentParser
internal import Client
internal import Records

/// `daybook subscribe`.
struct SubscribeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribe", abstract: "Prints events as they are written, until stopped.",
        discussion: """
            With --timeout it ends when no event came for so many seconds; the status is then 6 \
            where --count asked for more.
            """)

    @Option(help: "The first position wanted; 1 is the beginning of the log.")
    var from: UInt64 = 1

    @Option(
        name: .customLong("stream"), parsing: .unconditionalSingleValue,
        help: "Only this stream, sales.order/SO-1 or sales.order/*. May be repeated.")
    var streams: [String] = []

    @Option(
        name: .customLong("type"), parsing: .unconditionalSingleValue,
        help: "Only events of this type, sales.order-placed or sales.*. May be repeated.",
        completion: .custom { _, _, _ in Names.completion(\.events) })
    var types: [String] = []

    @Option(help: "Stop after so many events.")
    var count: Int?

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let filter = JSONValue.object([
            "streams": streams.isEmpty ? nil : .array(streams.map { .string($0) }),
            "types": types.isEmpty ? nil : .array(types.map { .string($0) }),
        ])
        try connection.send(
            RequestLine.text(
                "subscribe", options: [(name: "from", value: String(from))], payload: filter))
        var seen = 0
        while seen < count ?? .max {
            guard let line = try connection.next() else { break }
            if let event = Daemon.body(of: line, after: "event") {
                seen += 1
                console.print(
                    daemon.json
                        ? event.description
                        : SafeText.cut(EventText.line(event), to: console.width))
                continue
            }
            guard let answer = Answer(line: line) else { continue }
            guard answer.isOK else { throw connection.refusal(answer) }
        }
        if daemon.timeout != nil, let count, seen < count {
            throw ToolFailure(
                .unknownOutcome, "Expected \(count) events, \(seen) came in the time given.")
        }
    }
}
