internal import Records

/// An event as one readable line.
enum EventText {
    /// Facts of an event that the line shows at the most; the rest is counted.
    private static let factsMax = 8
    /// Columns of one fact; contents of files and long texts are cut.
    private static let factColumnsMax = 60

    /// Position, time, type, stream and version, who, and the facts.
    static func line(_ event: JSONValue) -> String {
        func text(_ name: String) -> String {
            event[name].map { ReplyText.cell($0) } ?? ""
        }
        var line = "\(text("position"))  \(text("recordedAt"))  \(text("type"))  "
        line += "\(text("stream"))#\(text("version"))  by \(text("actor"))"
        if let person = event["onBehalfOf"]?.stringValue { line += " for \(person)" }
        if let date = event["date"]?.stringValue, !text("recordedAt").hasPrefix(date) {
            line += "  effective \(date)"
        }
        if let cause = event["causedBy"]?.integerValue { line += "  from \(cause)" }
        let facts = facts(of: event["data"])
        if !facts.isEmpty { line += ": " + facts }
        return SafeText.line(line)
    }

    /// The facts of an event, lists counted.
    static func facts(of data: JSONValue?) -> String {
        guard let members = data?.objectMembers else { return "" }
        var facts = members.prefix(factsMax).map {
            "\($0.name)=\(SafeText.cut(ReplyText.cell($0.value), to: factColumnsMax))"
        }
        if members.count > factsMax { facts.append("and \(members.count - factsMax) more") }
        return facts.joined(separator: " ")
    }
}
