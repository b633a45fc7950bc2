internal import Client
internal import Records

/// What the form of a task shows and asks for, as the daemon tells it.
struct FormQuestions {
    /// One thing that is asked for.
    struct Question {
        /// Where the answer goes, `lines[0].quantity` within a list.
        let name: String
        let label: String
        let help: String
        let isRequired: Bool
        let options: [(label: String, value: String)]
        /// What the process knows of it already.
        let known: JSONValue?
        /// What each entry of a list asks for; nil for a single value.
        let entry: [Question]?

        init(_ field: JSONValue) {
            name = field["name"]?.stringValue ?? ""
            label = field["label"]?.stringValue ?? name
            help = field["help"]?.stringValue ?? ""
            isRequired = field["required"] == .boolean(true)
            options = (field["options"]?.arrayValue ?? []).map {
                (ReplyText.cell($0["label"]), ReplyText.cell($0["value"]))
            }
            known = field["value"]
            entry = field["entry"]?.arrayValue?.map(Question.init)
        }
    }

    private let body: JSONValue
    let questions: [Question]

    /// The schema of the answers.
    var schema: JSONValue? { body["schema"] }

    private init(_ body: JSONValue) {
        self.body = body
        questions = (body["fields"]?.arrayValue ?? []).map(Question.init)
    }

    /// The questions of a task on the work list; nil where it has no form.
    static func ask(_ row: JSONValue, _ daemon: Daemon) throws(ToolFailure) -> FormQuestions? {
        guard row["form"] != nil, let task = row["task"] else { return nil }
        return FormQuestions(
            try daemon.require(
                RequestLine.text("query", "process.form", payload: .object(["task": task]))))
    }

    /// What the form shows: its title, and what the process knows.
    func head() -> [String] {
        var lines: [String] = []
        if let title = body["title"]?.stringValue { lines.append(SafeText.line(title)) }
        let shown = (body["shown"]?.arrayValue ?? []).map { shown in
            ["label", "value"].map { SafeText.line(ReplyText.cell(shown[$0])) }
        }
        let width = shown.map { WidthTable.columns($0[0]) }.max() ?? 0
        for pair in shown {
            let gap = String(repeating: " ", count: width - WidthTable.columns(pair[0]))
            lines.append("\(pair[0])\(gap)  \(pair[1])")
        }
        return lines
    }

    /// The whole form for a reader.
    func lines() -> [String] {
        var table = TextTable([.init("field"), .init("what"), .init("choices"), .init("known")])
        func add(_ questions: [Question], _ indent: String) {
            for question in questions {
                table.rows.append([
                    indent + question.name + (question.isRequired ? "*" : ""),
                    question.label + (question.help.isEmpty ? "" : ": \(question.help)"),
                    question.options.map(\.value).joined(separator: ", "),
                    ReplyText.cell(question.known),
                ])
                add(question.entry ?? [], indent + "  ")
            }
        }
        add(questions, "")
        let head = head()
        if table.rows.isEmpty { return head }
        return head + ["", "ASKS FOR (* must be given)"] + table.lines()
    }
}

extension TaskForm {
    /// Entries of a list that are asked for one after another.
    private static let entriesMax = 1_000

    /// Asks for what the form asks for and was not given yet.
    mutating func ask(_ form: FormQuestions, _ console: Console) throws(ToolFailure) {
        for line in form.head() { console.print(line) }
        for question in form.questions where !isGiven(question.name) {
            guard let entry = question.entry else {
                _ = try ask(question, at: question.name, console)
                continue
            }
            console.print("\(SafeText.line(question.label)) (entries; an empty one ends them)")
            for index in 0..<Self.entriesMax {
                let place = "\(question.name)[\(index)]"
                guard try askEntry(entry, at: place, console) else { break }
            }
        }
    }

    /// Asks for the fields of one entry; false when its first one was left empty.
    private mutating func askEntry(
        _ entry: [FormQuestions.Question], at place: String, _ console: Console
    ) throws(ToolFailure) -> Bool {
        for (index, question) in entry.enumerated() {
            let wasGiven = try ask(
                question, at: "\(place).\(question.name)", console, mayBeEmpty: index == 0)
            if index == 0, !wasGiven { return false }
        }
        return !entry.isEmpty
    }

    private func isGiven(_ name: String) -> Bool {
        name.split(separator: ".").reduce(Optional(payload)) { $0?[String($1)] } != nil
    }

    /// Asks until the answer is of the field's kind; false when it was left empty.
    private mutating func ask(
        _ question: FormQuestions.Question, at place: String, _ console: Console,
        mayBeEmpty: Bool = false
    ) throws(ToolFailure) -> Bool {
        let isNeeded = question.isRequired && question.known == nil && !mayBeEmpty
        while true {
            for line in prompt(of: question, isNeeded: isNeeded) { console.print(line) }
            guard let text = console.ask("  ? ") else {
                throw ToolFailure(.usage, "The input ended at \(place); the task stays open.")
            }
            if text.isEmpty {
                if !isNeeded { return false }
                console.warn("\(place): expected something, found nothing; it must be given.")
                continue
            }
            do throws(ToolFailure) {
                try set(place, chosen(text, of: question))
                return true
            } catch { console.warn(error.message) }
        }
    }

    private func prompt(of question: FormQuestions.Question, isNeeded: Bool) -> [String] {
        var line = SafeText.line(question.label)
        if let known = question.known {
            line += " [\(SafeText.line(ReplyText.cell(known)))]"
        } else if !isNeeded {
            line += " (may be left empty)"
        }
        var lines = [line]
        if !question.help.isEmpty { lines.append("  \(SafeText.line(question.help))") }
        for option in question.options {
            let name = option.label == option.value ? "" : "  \(option.label)"
            lines.append("  - \(SafeText.line(option.value + name))")
        }
        return lines
    }

    /// The value behind a choice, named by itself or by its label.
    private func chosen(
        _ text: String, of question: FormQuestions.Question
    ) throws(ToolFailure) -> String {
        guard !question.options.isEmpty else { return text }
        let found = question.options.first { $0.value == text || $0.label == text }
        guard let found else {
            let values = question.options.map(\.value).joined(separator: ", ")
            throw ToolFailure(.usage, "Expected one of \(values), found \"\(text)\".")
        }
        return found.value
    }
}
