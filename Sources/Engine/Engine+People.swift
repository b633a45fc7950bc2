package import Business
package import Records

/// Who is known here: for who asks who he is, and against names that are misspelt.
extension Engine {
    /// The people of the roles that are in force, in the file's order.
    package var people: [PersonGrant] { shared.authority?.book?.people ?? [] }

    /// Whether a user may act for others.
    package func isGateway(_ peer: Peer) -> Bool {
        switch peer {
        case .actor: true
        case .user(let id): shared.authority?.access.gateways.contains(id) ?? false
        }
    }

    /// Whatever roles somebody may have: those of the roles file, and those that commands name.
    package var knownRoles: Set<String> {
        let book = shared.authority?.book
        var roles: Set<String> = [
            Authority.ownerRole, Authority.employeeRole, Authority.auditorRole,
        ]
        roles.formUnion(book?.roles.map(\.role) ?? [])
        roles.formUnion(book?.people.flatMap(\.roles) ?? [])
        roles.formUnion(book?.processes.flatMap(\.roles) ?? [])
        for description in commandDescriptions.values { roles.formUnion(description.access.roles) }
        return roles
    }

    /// Whoever may be asked after: people of the roles file, actors of the configuration, the owner.
    package var knownPeople: Set<String> {
        guard let authority = shared.authority else { return [Authority.ownerRole] }
        return Set(people.map(\.person)).union(authority.access.actors.values)
            .union([Authority.ownerRole])
    }
}

extension PersonGrant {
    /// The person with roles and limits as an answer shows them, the limits that come with a role
    /// among them.
    fileprivate func json(_ limits: [String: Rate]) -> JSONValue {
        .object([
            "person": .string(person), "roles": .array(roles.map { .string($0) }),
            "limits": Engine.json(limits),
        ])
    }
}

extension Engine {
    fileprivate static func json(_ limits: [String: Rate]) -> JSONValue? {
        if limits.isEmpty { return nil }
        return .object(
            limits.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string("\($0.value)")) })
    }

    /// Who asks, as the daemon sees him, and who the people are.
    package func whoAsks(_ peer: Peer, _ actor: Actor) -> JSONValue {
        let book = shared.authority?.book
        let person = actor.person ?? actor.id
        let user: JSONValue? =
            switch peer {
            case .user(let id): .integer(UInt64(id))
            case .actor: nil
            }
        return .object([
            "user": user, "actor": .string(actor.id),
            "onBehalfOf": actor.onBehalfOf.map { .string($0) },
            "roles": .array(actor.roles.sorted().map { .string($0) }),
            "limits": Self.json(book?.limits(of: person) ?? [:]),
            "actsForOthers": .boolean(isGateway(peer)),
            "rows": .array(people.map { $0.json(book?.limits(of: $0.person) ?? [:]) }),
        ])
    }
}
