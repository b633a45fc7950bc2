internal import ArgumentParser
internal import Client
internal import Engine
internal import Records

/// `daybook process explain`.
struct ProcessExplain: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says where an instance stands and why it does not go on.",
        discussion: """
            What it waits for, since when, how long that usually takes, what was tried, and which \
            events almost matched and why they did not.
            """)

    @Argument(help: "The instance's id.")
    var instance: String

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let body = try daemon.connect(console).require(
            RequestLine.text(
                "query", "process.explain",
                payload: .object(["instance": .string(instance)])))
        if daemon.json { return console.print(body.description) }
        for line in ExplanationText(body).lines() { console.print(SafeText.line(line)) }
    }
}

/// `daybook process stalled`.
struct ProcessStalled: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "stalled",
        abstract: "Lists what should have come by now, though nothing failed.",
        discussion: """
            Each wait has a time by which it should end: its due time or, without one, what 19 of \
            20 earlier stays at the same element took.
            """)

    @Option(help: "Only instances of this process.")
    var process: String?

    @Flag(help: "Every wait, also those whose time is not over.")
    var all = false

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let body = try daemon.connect(console).require(
            RequestLine.text(
                "query", "process.stalled",
                payload: .object([
                    "process": process.map { .string($0) }, "late": all ? nil : .boolean(true),
                ])))
        if daemon.json { return console.print(body.description) }
        let rows = body["rows"]?.arrayValue ?? []
        if rows.isEmpty {
            return console.print(all ? "Nothing waits." : "Nothing is past its time.")
        }
        var table = TextTable([
            .init("instance"), .init("document"), .init("element"), .init("waits for"),
            .init("since"), .init("by"), .init("late by"), .init("because"),
        ])
        table.rows = rows.map { row in
            ["instance", "document", "element", "waitsFor", "since", "by", "lateBy", "basis"].map {
                ReplyText.cell(row[$0])
            }
        }
        for line in table.lines() { console.print(line) }
    }
}

/// `daybook process clocks`.
struct ProcessClocks: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "clocks",
        abstract: "Lists agreed times (property sla) of running instances, and where they stand.")

    @Option(help: "Only instances of this process.")
    var process: String?

    @Flag(help: "Only those whose time is over.")
    var late = false

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let body = try daemon.connect(console).require(
            RequestLine.text(
                "query", "process.clocks",
                payload: .object([
                    "process": process.map { .string($0) }, "late": late ? .boolean(true) : nil,
                ])))
        if daemon.json { return console.print(body.description) }
        let rows = body["rows"]?.arrayValue ?? []
        if rows.isEmpty { return console.print("No clock runs.") }
        var table = TextTable([
            .init("instance"), .init("document"), .init("element"), .init("since"), .init("clock"),
        ])
        table.rows = rows.map { row in
            ["instance", "document", "element", "since", "sentence"].map {
                ReplyText.cell(row[$0])
            }
        }
        for line in table.lines() { console.print(line) }
    }
}

/// Why an instance stands still, for people.
struct ExplanationText {
    private let body: JSONValue

    init(_ body: JSONValue) { self.body = body }

    private func text(_ value: JSONValue, _ name: String) -> String {
        ReplyText.cell(value[name])
    }

    func lines() -> [String] {
        var head = "\(text(body, "instance")): \(text(body, "process"))"
        if let document = body["document"]?.stringValue { head += " for \(document)" }
        head += ", \(text(body, "status")), begun \(text(body, "startedAt")),"
        head += " last step \(text(body, "lastAt"))"
        var lines = [head]
        let incidents = body["incidents"]?.arrayValue ?? []
        for incident in incidents { lines += self.lines(ofIncident: incident) }
        let waits = body["waits"]?.arrayValue ?? []
        for wait in waits { lines += self.lines(ofWait: wait) }
        if let position = body["almostAfter"] {
            lines += [
                "",
                "What almost came was looked for from position \(ReplyText.cell(position)) on only.",
            ]
        }
        for clock in body["clocks"]?.arrayValue ?? [] {
            lines += ["", "clock \(text(clock, "element")): \(text(clock, "sentence"))"]
        }
        if incidents.isEmpty, waits.isEmpty {
            lines.append("It waits for nothing: it has ended, or its next step is on its way.")
        }
        let variables = (body["variables"]?.objectMembers ?? []).map {
            "\($0.name)=\(ReplyText.cell($0.value))"
        }
        if !variables.isEmpty { lines += ["", "variables  \(variables.joined(separator: "  "))"] }
        return lines
    }

    private func title(_ value: JSONValue) -> String {
        let name = text(value, "name")
        return text(value, "element") + (name.isEmpty ? "" : " (\(name))")
    }

    private func lines(ofIncident incident: JSONValue) -> [String] {
        var lines = [
            "", "\(title(incident)) is stuck: \(text(incident, "reason"))",
            "  says      \(text(incident, "message"))",
            "  since     \(text(incident, "since")), for \(text(incident, "for"))",
        ]
        lines += tried(incident)
        let seen = (incident["variables"]?.objectMembers ?? []).map {
            "\($0.name)=\(ReplyText.cell($0.value))"
        }
        if !seen.isEmpty { lines.append("  sees      \(seen.joined(separator: "  "))") }
        lines.append(
            "  remedy    daybook process retry \(text(body, "instance")) --incident \(text(incident, "incident")) --reason …, or set-variable, skip, jump, cancel"
        )
        return lines
    }

    private func lines(ofWait wait: JSONValue) -> [String] {
        var lines = [
            "", "\(title(wait)) \(text(wait, "sentence"))",
            "  since     \(text(wait, "since")), for \(text(wait, "for"))",
        ]
        if let median = wait["medianMilliseconds"]?.integerValue {
            lines.append(
                "  usually   \(DurationWords.text(milliseconds: median)), the median of \(text(wait, "known")) stays"
            )
        } else {
            lines.append("  usually   nothing is known: no stay there has ended yet")
        }
        if let by = wait["by"]?.stringValue {
            let late = wait["lateBy"]?.stringValue.map { ", late by \($0)" } ?? ", not late"
            lines.append("  by        \(by)\(late): \(text(wait, "basis"))")
        }
        for other in wait["besides"]?.arrayValue ?? [] {
            lines.append("  or else   \(ReplyText.cell(other))")
        }
        lines += tried(wait)
        for miss in wait["almost"]?.arrayValue ?? [] {
            lines.append(
                "  almost    \(text(miss, "event")) at position \(text(miss, "position")), \(text(miss, "at")): \(text(miss, "why"))"
            )
        }
        return lines
    }

    private func tried(_ value: JSONValue) -> [String] {
        (value["tried"]?.arrayValue ?? []).map {
            "  tried     \(text($0, "at")) by \(text($0, "by")): \(text($0, "what"))"
        }
    }
}
