package import Records

/// Who may do what: `processes/roles/roles.yaml`.
package struct RoleBook: Record {
    /// What each role may do.
    package let roles: [RoleGrant]
    /// Who has which roles and limits.
    package let people: [PersonGrant]
    /// What each process may do; a process that is not listed has the role ``processRole``.
    package let processes: [ProcessGrant]

    /// The role of a process that has no grant of its own.
    package static let processRole = "process"
    package static let file = "processes/roles/roles.yaml"
    package static let schema = Schema<RoleBook>(
        "role-book", "Who may do what.",
        Field(1, "roles", \.roles, "What each role may do.", limits: .notEmpty),
        Field(2, "people", \.people, "Who has which roles and limits."),
        Field(3, "processes", \.processes, "What each process may do."),
        make: RoleBook.init)

    /// Whether somebody with these roles may give a command; the owner may give any.
    package func allows(_ command: String, roles held: Set<String>) -> Bool {
        if held.contains("owner") { return true }
        return roles.contains { grant in
            held.contains(grant.role) && grant.commands.contains { Self.matches($0, command) }
        }
    }

    /// Whether somebody with these roles sees the personal fields of a kind of thing.
    package func showsPersonal(of streamType: String, roles held: Set<String>) -> Bool {
        roles.contains { grant in
            held.contains(grant.role)
                && grant.personal.contains { Self.matches($0, streamType) }
        }
    }

    /// The limits of a person as plain numbers of the base currency: their own, else the highest
    /// of their roles.
    package func limits(of person: String) -> [String: Rate] {
        guard let grant = people.first(where: { $0.person == person }) else { return [:] }
        var limits: [String: Rate] = [:]
        for role in roles where grant.roles.contains(role.role) {
            for limit in role.limits {
                if let held = limits[limit.name], held >= limit.amount { continue }
                limits[limit.name] = limit.amount
            }
        }
        for limit in grant.limits { limits[limit.name] = limit.amount }
        return limits
    }

    /// The roles of a person; empty for a person who is not listed.
    package func roles(of person: String) -> Set<String> {
        Set(people.first { $0.person == person }?.roles ?? [])
    }

    /// The roles of a process: those of its grant, else ``processRole`` alone.
    package func roles(ofProcess process: String) -> Set<String> {
        guard let grant = processes.first(where: { $0.process == process }) else {
            return [Self.processRole]
        }
        return Set(grant.roles)
    }

    /// Whether a process may give a command: by its own grant or by one of its roles.
    ///
    /// `declared` are the roles that the command itself names.
    package func allows(
        _ command: String, process: String, declared: some Sequence<String>
    ) -> Bool {
        let grant = processes.first { $0.process == process }
        if let grant, grant.commands.contains(where: { Self.matches($0, command) }) { return true }
        let held = roles(ofProcess: process)
        return declared.contains(where: held.contains) || allows(command, roles: held)
    }

    /// Whether a pattern such as `finance.*` or `sales.place-order` fits a command.
    package static func matches(_ pattern: String, _ command: String) -> Bool {
        if pattern == "*" || pattern == command { return true }
        return pattern.hasSuffix(".*") && command.hasPrefix(pattern.dropLast())
    }
}

/// What one role may do.
package struct RoleGrant: Record {
    /// The role.
    package let role: String
    /// Commands, whole or as `module.*`.
    package let commands: [String]
    /// Amounts up to which the role may decide, in the base currency.
    package let limits: [AmountLimit]
    /// Kinds of things whose personal fields the role sees, whole or as `module.*`.
    package let personal: [String]

    package static let schema = Schema<RoleGrant>(
        "role-grant", "What one role may do.",
        Field(1, "role", \.role, "The role.", limits: .count(1...64)),
        Field(2, "commands", \.commands, "Commands, whole or as `module.*`."),
        Field(3, "limits", \.limits, "Amounts up to which the role may decide."),
        Field(
            4, "personal", \.personal,
            "Kinds of things whose personal fields the role sees, whole or as `module.*`."),
        make: RoleGrant.init)
}

/// Who somebody is.
package struct PersonGrant: Record {
    /// The person's short name.
    package let person: String
    /// The roles.
    package let roles: [String]
    /// Limits that are the person's own.
    package let limits: [AmountLimit]

    package static let schema = Schema<PersonGrant>(
        "person-grant", "Who somebody is.",
        Field(1, "person", \.person, "The person's short name.", limits: .count(1...64)),
        Field(2, "roles", \.roles, "The roles."),
        Field(3, "limits", \.limits, "Limits that are the person's own."),
        make: PersonGrant.init)
}

/// What one process may do, given when it is deployed.
package struct ProcessGrant: Record {
    /// The process's id.
    package let process: String
    /// Roles that the process acts with.
    package let roles: [String]
    /// Commands beyond those of its roles, whole or as `module.*`.
    package let commands: [String]

    package static let schema = Schema<ProcessGrant>(
        "process-grant", "What one process may do.",
        Field(1, "process", \.process, "The process's id.", limits: .count(1...64)),
        Field(2, "roles", \.roles, "The roles that it acts with."),
        Field(3, "commands", \.commands, "Commands beyond those of its roles."),
        make: ProcessGrant.init)
}

/// An amount up to which somebody may decide.
package struct AmountLimit: Record {
    /// The kind of decision, `write-off`.
    package let name: String
    /// The amount in the base currency.
    package let amount: Rate

    package static let schema = Schema<AmountLimit>(
        "amount-limit", "An amount up to which somebody may decide.",
        Field(1, "name", \.name, "The kind of decision.", limits: .count(1...64)),
        Field(2, "amount", \.amount, "The amount in the base currency."),
        make: AmountLimit.init)
}
