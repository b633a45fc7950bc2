internal import Client
internal import Foundation
internal import Records

/// What a daemon can be asked by name.
struct Names {
    /// A name and what it means.
    struct Entry: Equatable {
        let name: String
        let meaning: String
    }

    let commands: [Entry]
    let queries: [Entry]
    let verbs: [Entry]
    let events: [Entry]

    init(help body: JSONValue) {
        commands = Self.entries(body["commands"])
        queries = Self.entries(body["queries"])
        verbs = Self.entries(body["verbs"])
        events = Self.entries(body["events"])
    }

    private static func entries(_ list: JSONValue?) -> [Entry] {
        (list?.arrayValue ?? []).compactMap { entry in
            if let name = entry.stringValue { return Entry(name: name, meaning: "") }
            return entry["name"]?.stringValue.map {
                Entry(name: $0, meaning: entry["doc"]?.stringValue ?? "")
            }
        }
    }

    private static let completionSeconds = 2

    /// Names for the shell's completion; none where no daemon answers, for a completion is silent.
    static func completion(_ list: (Names) -> [Entry]) -> [String] {
        guard let path = ProcessInfo.processInfo.environment["DAYBOOK_SOCKET"],
            let connection = try? Connection(path: path),
            let answer = try? connection.ask("help {}", timeoutSeconds: completionSeconds),
            answer.isOK
        else { return [] }
        return list(Names(help: answer.body)).map(\.name)
    }
}
