internal import Records
internal import Views

/// The questions about work.
enum WorkQueries {
    /// Which instances.
    struct InstancesParameters: Record {
        let process: String?
        let status: String?
        let document: String?

        static let schema = Schema<InstancesParameters>(
            "process.instances-parameters", "Which instances.",
            Field(1, "process", \.process, "Only those of this process."),
            Field(
                2, "status", \.status,
                "Only active, completed, terminated or stuck ones; open are active and stuck."),
            Field(
                3, "document", \.document,
                "Only those about this thing, `type/id`, or of this business case."),
            make: InstancesParameters.init)
    }

    /// An instance in a list.
    struct InstanceLine: Record {
        let instance: String
        let process: String
        let status: String
        let document: String
        let element: String
        let waitsFor: String
        let startedAt: Instant
        let lastAt: Instant
        let incidents: Int64

        static let schema = Schema<InstanceLine>(
            "process.instances", "Process instances and where they stand.",
            Field(1, "instance", \.instance, "The instance."),
            Field(2, "process", \.process, "Its process."),
            Field(3, "status", \.status, "Active, completed or terminated."),
            Field(4, "document", \.document, "What it is about."),
            Field(5, "element", \.element, "Where it stands."),
            Field(6, "waitsFor", \.waitsFor, "What it waits for."),
            Field(7, "startedAt", \.startedAt, "When it began."),
            Field(8, "lastAt", \.lastAt, "When it made its last step."),
            Field(9, "incidents", \.incidents, "Open incidents."),
            make: InstanceLine.init)

        init(
            instance: String, process: String, status: String, document: String, element: String,
            waitsFor: String, startedAt: Instant, lastAt: Instant, incidents: Int64
        ) {
            self.instance = instance
            self.process = process
            self.status = status
            self.document = document
            self.element = element
            self.waitsFor = waitsFor
            self.startedAt = startedAt
            self.lastAt = lastAt
            self.incidents = incidents
        }

        init(_ row: InstanceRow) {
            self.init(
                instance: row.instance, process: row.process,
                status: row.incidents > 0 ? "stuck" : row.status, document: row.document,
                element: row.open.dropFirst().map(\.element).joined(separator: ", "),
                waitsFor: row.waits.map(\.what).joined(separator: "; "),
                startedAt: row.startedAt, lastAt: row.lastAt, incidents: row.incidents)
        }
    }

    /// Which instance.
    struct InstanceParameters: Record {
        let instance: String

        static let schema = Schema<InstanceParameters>(
            "process.instance-parameters", "Which instance.",
            Field(1, "instance", \.instance, "The instance."),
            make: InstanceParameters.init)
    }

    /// Which tasks.
    struct TasksParameters: Record {
        let person: String?
        let roles: [String]
        let late: Bool
        let document: String?
        let all: Bool
        let ready: Bool
        let heldBack: Bool

        static let schema = Schema<TasksParameters>(
            "process.tasks-parameters", "Which tasks.",
            Field(1, "person", \.person, "Those that this person has or may take."),
            Field(2, "roles", \.roles, "Those that these roles may take."),
            Field(3, "late", \.late, "Only those past their due time.", default: false),
            Field(4, "document", \.document, "Only those about this thing or business case."),
            Field(
                5, "all", \.all,
                "Everybody's; without it, a person or roles, the list is one's own.",
                default: false),
            Field(
                6, "ready", \.ready,
                "Only those whose follow-up date has come, or that have none.", default: false),
            Field(
                7, "heldBack", \.heldBack, "Only those whose follow-up date is still to come.",
                default: false),
            make: TasksParameters.init)
    }

    static let all: [ViewQuery] = [
        ViewQuery(
            "process.instances", "Process instances, where they stand and what they wait for.",
            InstancesParameters.self, rows: InstanceLine.self
        ) { (reader, parameters, _) throws(QueryFailure) in
            var lines: [InstanceLine] = []
            func take(_ row: InstanceRow) {
                let line = InstanceLine(row)
                let isOpen = row.status == "active"
                let isWanted =
                    (parameters.process.map { $0 == row.process } ?? true)
                    && (parameters.status.map { $0 == line.status || $0 == "open" && isOpen }
                        ?? true)
                    && (parameters.document.map { $0 == row.businessCase || $0 == line.document }
                        ?? true)
                if isWanted { lines.append(line) }
            }
            // Most instances have ended: who asks for the others does not wait for them.
            if ["active", "stuck", "open"].contains(parameters.status ?? "") {
                try reader.scan(ActiveRow.self) { (active) throws(QueryFailure) in
                    if let row = try reader.row(InstanceRow.self, RowKey(active.instance)) {
                        take(row)
                    }
                    return lines.count <= ViewQuery.rowsMax
                }
                return QueryResult(lines)
            }
            try reader.scan(InstanceRow.self) { (row) throws(QueryFailure) in
                take(row)
                return lines.count <= ViewQuery.rowsMax
            }
            return QueryResult(lines)
        },
        ViewQuery(
            "process.instance", "One instance: where it stands, and every step that it made.",
            InstanceParameters.self, rows: StepLine.self
        ) { (reader, parameters, _) throws(QueryFailure) in
            guard let row = try reader.row(InstanceRow.self, RowKey(parameters.instance)) else {
                throw .unknownObject(
                    "There is no process instance \"\(parameters.instance)\"; see process.instances."
                )
            }
            var steps: [StepLine] = []
            for row in try reader.rows(StepRow.self, prefix: RowKey(parameters.instance)) {
                steps.append(try StepLine(row))
            }
            let incidents = try reader.rows(
                IncidentRow.self, prefix: RowKey(parameters.instance))
            return QueryResult(steps, notes: notes(row, incidents))
        },
        ViewQuery(
            "process.tasks", "The work list: tasks that wait for people.",
            TasksParameters.self, rows: TaskRow.self
        ) { (reader, parameters, context) throws(QueryFailure) in
            let today = context.todayBegins
            var tasks = try reader.rows(TaskRow.self).map { $0.standing(on: context.today) }
                .filter { isWanted($0, parameters, today) }
            // What is to be looked at on a later day stands behind the rest, by that day.
            func day(_ task: TaskRow) -> Instant {
                task.isHeldBack(today) ? task.followUp ?? today : today
            }
            tasks.sort {
                (day($0), $1.priority, $0.due ?? .distantFuture, $0.since) < (
                    day($1), $0.priority, $1.due ?? .distantFuture, $1.since
                )
            }
            return QueryResult(tasks)
        },
        ViewQuery(
            "process.incidents", "What cannot go on, with the reason.",
            NoParameters.self, rows: IncidentRow.self
        ) { (reader, _, _) throws(QueryFailure) in
            QueryResult(try reader.rows(IncidentRow.self))
        },
    ]

    private static func isWanted(
        _ task: TaskRow, _ parameters: TasksParameters, _ today: Instant
    ) -> Bool {
        if parameters.late {
            guard let due = task.due, due < today else { return false }
        }
        if parameters.ready, task.isHeldBack(today) { return false }
        if parameters.heldBack, !task.isHeldBack(today) { return false }
        if let document = parameters.document, document != task.document,
            document != task.businessCase
        {
            return false
        }
        guard parameters.person != nil || !parameters.roles.isEmpty else { return true }
        return task.isFor(person: parameters.person, roles: parameters.roles)
    }

    private static func notes(_ row: InstanceRow, _ incidents: [IncidentRow]) -> [String] {
        var notes = [
            "\(row.process) for \(row.businessCase): \(row.status), begun \(row.startedAt), last step \(row.lastAt), \(row.steps) steps."
        ]
        for wait in row.waits {
            notes.append("Waits at \(wait.element) for \(wait.what) since \(wait.since).")
        }
        for incident in incidents {
            notes.append(
                "Incident \(incident.incident) at \(incident.element) since \(incident.since): \(incident.reason), \(incident.message)"
            )
            let event = incident.position.map { " (position \($0))" } ?? ""
            notes.append("Set off by \(incident.cause)\(event).")
            for attempt in incident.attempts {
                notes.append("Tried at \(attempt.at) by \(attempt.actor): \(attempt.what)")
            }
        }
        notes.append("Variables: \(row.variables)")
        return notes
    }
}
