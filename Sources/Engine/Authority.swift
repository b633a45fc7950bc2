internal import Business
internal import Records

/// Which user is which actor, from the file beside the daemon: the only thing about authority that
/// is not in the log.
package struct AccessConfiguration: Sendable, Hashable {
    /// Actor by user id.
    package var actors: [UInt32: String]
    /// User ids from which `on-behalf-of` is accepted.
    package var gateways: Set<UInt32>
    /// The user who owns the data folder: an owner when the file says nothing of him.
    package var ownerUserID: UInt32

    /// A configuration from its parts.
    package init(
        actors: [UInt32: String] = [:], gateways: Set<UInt32> = [], ownerUserID: UInt32
    ) {
        self.actors = actors
        self.gateways = gateways
        self.ownerUserID = ownerUserID
    }

    /// Whether a name is the engine's own or a process's: no user is that actor.
    package static func isReserved(_ actor: String) -> Bool {
        actor.hasPrefix(Actor.processPrefix) || actor == Actor.engine.id
    }
}

/// Who asks and what he may do.
struct Authority: Sendable {
    let access: AccessConfiguration
    /// The deployed roles file; nil where none is deployed: then the owner alone may do anything.
    let book: RoleBook?
    /// The currency of the limits.
    let currency: Currency?

    /// Everybody who has a role.
    static let employeeRole = "employee"
    /// Whoever proves what happened sees all of it.
    static let auditorRole = "auditor"
    /// The owner may everything but what separated duties forbid.
    static let ownerRole = "owner"

    /// The actor behind a connection, and the person for whom a gateway asks.
    func actor(for peer: Peer, onBehalfOf person: String?) throws(Rejection) -> Actor {
        let name: String
        let isGateway: Bool
        switch peer {
        case .actor(let given):
            name = given
            isGateway = true
        case .user(let id):
            guard let known = access.actors[id] ?? (id == access.ownerUserID ? Self.ownerRole : nil)
            else {
                throw Rejection(
                    .unknownActor,
                    "User \(id) is mapped to no actor; add the user to the daemon's configuration.")
            }
            name = known
            isGateway = access.gateways.contains(id)
        }
        guard let person, person != name else { return actor(named: name, onBehalfOf: nil) }
        guard isGateway else {
            throw Rejection(
                .notAGateway,
                "\(name) may not act for others; list the user under gateways in the daemon's configuration."
            )
        }
        guard IdentifierRules.allows(person) else {
            throw Rejection(
                .invalidValue, "on-behalf-of must be \(IdentifierRules.expectation).")
        }
        try requireRepresentable(person)
        return actor(named: name, onBehalfOf: person)
    }

    /// Refuses whom no gateway may speak for: who has no limits, and what is no person.
    private func requireRepresentable(_ person: String) throws(Rejection) {
        guard !AccessConfiguration.isReserved(person), !roles(of: person).contains(Self.ownerRole)
        else {
            throw Rejection(
                .notToActFor,
                "Nobody acts for \(person): a gateway acts for people, and the owner for himself; expected the name of a person with roles.",
                [JSONMember("person", .string(person))])
        }
    }

    private func actor(named name: String, onBehalfOf person: String?) -> Actor {
        let who = person ?? name
        return Actor(
            id: name, roles: roles(of: who), onBehalfOf: person, limits: limits(of: who))
    }

    /// Limits as the deployed file says, in the base currency; a rate such as a discount keeps its
    /// number.
    private func limits(of person: String) -> [String: Money] {
        guard let book, let currency else { return [:] }
        return book.limits(of: person).compactMapValues { try? Money($0.decimal, currency) }
    }

    func roles(of person: String) -> Set<String> {
        var roles = book?.roles(of: person) ?? []
        if person == Self.ownerRole { roles.insert(Self.ownerRole) }
        // Whoever has a role works here, and may do the tasks that are for the role.
        if !roles.isEmpty { roles.insert(Self.employeeRole) }
        return roles
    }

    /// An instance of a process as an actor.
    ///
    /// Its roles are the process's, the limits those of the person behind it. A timer acts for nobody, so nobody's limits are at hand.
    func actor(process: String, person: String?) -> Actor {
        Actor.process(
            process, person: person, roles: book?.roles(ofProcess: process) ?? [],
            limits: person.map(limits) ?? [:],
            isUnlimited: person.map { roles(of: $0).contains(Self.ownerRole) } ?? false)
    }

    /// Whether an actor may give a command.
    func allows(_ actor: Actor, command: String, roles: [String]) -> Bool {
        if actor.isOwner { return true }
        if actor.kind == .process, let book {
            let process = String(actor.id.dropFirst(Actor.processPrefix.count))
            return book.allows(command, process: process, declared: roles)
        }
        if roles.contains(where: actor.roles.contains) { return true }
        return book?.allows(command, roles: actor.roles) ?? false
    }

    /// Who may give a command besides somebody, in alphabetical order: people of the deployed file,
    /// and the owner.
    func people(
        whoMay command: String, _ declared: [String], besides person: String
    ) -> [String] {
        let known = Set(book?.people.map(\.person) ?? []).union([Self.ownerRole])
        return known.subtracting([person]).filter {
            allows(actor(named: $0, onBehalfOf: nil), command: command, roles: declared)
        }.sorted()
    }

    /// Whether an actor sees the personal fields of a kind of thing: the owner and auditors do, and
    /// roles to which the deployed file shows them.
    func showsPersonal(of streamType: String, to actor: Actor) -> Bool {
        if actor.isOwner || actor.roles.contains(Self.auditorRole) { return true }
        return book?.showsPersonal(of: streamType, roles: actor.roles) ?? false
    }
}
