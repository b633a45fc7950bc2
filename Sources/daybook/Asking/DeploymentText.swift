internal import Records

/// What a deployment came to, for people and for programs.
enum DeploymentText {
    private static let kinds = ["added", "changed", "removed"]

    /// The answer with the files that are concerned, for programs.
    static func json(_ body: JSONValue, difference: JSONValue, given: [String]) -> JSONValue {
        let members =
            (body.objectMembers ?? [])
            + kinds.map {
                JSONMember($0, difference[$0] ?? .array([]))
            }
        return .object(
            members + [
                JSONMember(
                    "unchanged",
                    .array(unchanged(given, difference).map { .string($0) }))
            ])
    }

    /// The answer in lines: what happened, from when, by whom it can be approved, and which files.
    static func lines(_ body: JSONValue, difference: JSONValue, given: [String]) -> [String] {
        let same = unchanged(given, difference).count
        if body["unchanged"] == .boolean(true) {
            return ["Nothing had to be changed: \(files(same)) as deployed."]
        }
        let place =
            "\(ReplyText.cell(body["stream"])) version \(ReplyText.cell(body["version"])), position \(ReplyText.cell(body["position"]))"
        let day = ReplyText.cell(body["validFrom"])
        var lines: [String]
        if body["outcome"]?.stringValue == "proposed" {
            lines = [
                "proposed, not in effect: \(SafeText.line(place))",
                waiting(for: body["approvers"], from: day),
            ]
        } else {
            lines = ["in effect, for postings from \(day): \(SafeText.line(place))"]
            if let proposer = body["proposedBy"]?.stringValue {
                lines.append("proposed by \(SafeText.line(proposer))")
            }
            if body["alone"] == .boolean(true) {
                lines.append(
                    "Nobody else may give definition.approve, so no second person was asked; `daybook audit` says so."
                )
            }
        }
        lines += changes(difference)
        if same > 0 { lines.append("  \(files(same)) as deployed already") }
        return lines
    }

    /// Who may put a proposal into effect.
    static func waiting(for approvers: JSONValue?, from day: String) -> String {
        let people = SafeText.line(ReplyText.cell(approvers))
        return
            "It waits for `daybook do definition.approve` by another person: \(people.isEmpty ? "nobody may" : people). Then it is in effect for postings from \(day)."
    }

    /// The files that are concerned, each with what becomes of it.
    static func changes(_ difference: JSONValue) -> [String] {
        kinds.flatMap { kind in
            (difference[kind]?.arrayValue ?? []).map {
                "  \(kind) \(SafeText.line(ReplyText.cell($0)))"
            }
        }
    }

    private static func unchanged(_ given: [String], _ difference: JSONValue) -> [String] {
        let concerned = Set(
            kinds.flatMap { difference[$0]?.arrayValue ?? [] }.compactMap(\.stringValue))
        return given.filter { !concerned.contains($0) }
    }

    private static func files(_ count: Int) -> String {
        count == 1 ? "1 file is" : "\(count) files are"
    }

    /// The difference between two lists of files with their hashes.
    static func difference(from old: JSONValue?, to new: JSONValue?) -> JSONValue {
        func hashes(_ files: JSONValue?) -> [String: String] {
            Dictionary(
                (files?.arrayValue ?? []).map {
                    (ReplyText.cell($0["name"]), ReplyText.cell($0["hash"]))
                }, uniquingKeysWith: { $1 })
        }
        let before = hashes(old)
        let after = hashes(new)
        func names(_ keep: (String) -> Bool) -> JSONValue {
            .array(Set(before.keys).union(after.keys).filter(keep).sorted().map { .string($0) })
        }
        return .object([
            "added": names { before[$0] == nil }, "removed": names { after[$0] == nil },
            "changed": names { before[$0] != nil && after[$0] != nil && before[$0] != after[$0] },
        ])
    }
}
