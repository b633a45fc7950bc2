package import Records

/// An intent: accepted as events or refused, nothing in between.
///
/// The schema's name is the command's name, `sales.place-order`. A decider is pure (law 5): all it
/// knows comes from its own fields and from the ``Decision``; all it does is `emit`.
package protocol Command: Record {
    /// Who may give the command.
    static var access: CommandAccess { get }
    /// The refusals that the command can give, beyond those that any command can.
    static var rejections: [RejectionCode] { get }
    /// Decides: emits events, or refuses.
    func decide(_ decision: Decision) throws(Rejection)
}

extension Command {
    /// The command's name, `sales.place-order`.
    package static var commandName: String { schema.description.name }
}

/// Who may give a command.
package struct CommandAccess: Sendable, Hashable {
    /// The roles that may; the role `owner` always may.
    package let roles: [String]
    /// Whether only a person may decide this: a service task is refused unless a decision approved.
    package let isHuman: Bool

    /// Access from its parts.
    package init(_ roles: [String], isHuman: Bool = false) {
        self.roles = roles
        self.isHuman = isHuman
    }

    /// For these roles.
    package static func roles(_ roles: String...) -> CommandAccess { CommandAccess(roles) }
    /// For people in these roles, and never for a process of its own accord.
    package static func human(_ roles: String...) -> CommandAccess {
        CommandAccess(roles, isHuman: true)
    }
}

/// Who asks.
package struct Actor: Sendable, Hashable {
    /// What kind of actor.
    package enum Kind: Sendable, Hashable {
        /// A person or an outside program acting as one.
        case person
        /// An instance of a process; `process:ID`.
        case process
        /// The engine's own clock.
        case timer
    }

    /// The actor's name in the log: a short name, never personal data.
    package let id: String
    /// What kind of actor.
    package let kind: Kind
    /// The roles that the actor, or the person on whose behalf it acts, has.
    package let roles: Set<String>
    /// The person on whose behalf it acts, where that is somebody else.
    package let onBehalfOf: String?
    /// Amounts up to which the person may decide, by kind of decision, in the base currency.
    package let limits: [String: Money]
    /// Whether no limit binds: the owner's, and a process's that acts for the owner.
    package let isUnlimited: Bool

    /// An actor from its parts.
    package init(
        id: String, kind: Kind = .person, roles: Set<String>, onBehalfOf: String? = nil,
        limits: [String: Money] = [:], isUnlimited: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.roles = roles
        self.onBehalfOf = onBehalfOf
        self.limits = limits
        self.isUnlimited = isUnlimited ?? roles.contains("owner")
    }

    /// The person whose duties and limits count; nil when a timer acts for nobody.
    package var person: String? {
        if let onBehalfOf { return onBehalfOf }
        return kind == .person ? id : nil
    }

    /// Whether the actor may do everything that is not a separated duty.
    package var isOwner: Bool { roles.contains("owner") }
}
