package import Business

extension RejectionCode {
    /// No command has this name.
    package static let unknownCommand = RejectionCode("unknown-command")
    /// Only a person may give this command.
    package static let humanOnly = RejectionCode("human-only")
    /// An event would be larger than the log stores.
    package static let eventTooLarge = RejectionCode("event-too-large")
    /// Free disk is below the threshold.
    package static let diskLow = RejectionCode("disk-low")
    /// The disk is full; nothing was written.
    package static let diskFull = RejectionCode("disk-full")
    /// A clock is to move further at once than it may.
    package static let advanceTooFar = RejectionCode("advance-too-far")
    /// The folder's clock is not a manual one.
    package static let clockNotManual = RejectionCode("clock-not-manual")
    /// A person whose key was destroyed.
    package static let personForgotten = RejectionCode("person-forgotten")
    /// An option that this command or question does not take.
    package static let optionNotSupported = RejectionCode("option-not-supported")
    /// More commands wait than may wait.
    package static let overloaded = RejectionCode("overloaded")
    /// `on-behalf-of` came from a user that is no gateway.
    package static let notAGateway = RejectionCode("not-a-gateway")
    /// `on-behalf-of` names somebody for whom nobody may act: the owner, a process, the engine.
    package static let notToActFor = RejectionCode("not-to-act-for")
    /// The caller is mapped to no actor.
    package static let unknownActor = RejectionCode("unknown-actor")
    /// A set of definitions has errors.
    package static let definitionInvalid = RejectionCode("definition-invalid")
    /// No process, instance, task, job or incident of that name.
    package static let unknownTask = RejectionCode("unknown-task")
    /// A task is somebody else's.
    package static let taskNotYours = RejectionCode("task-not-yours")
}

extension RejectionCode {
    /// Refusals that any command can give.
    package static let common: [RejectionCode] = [
        .unknownObject, .alreadyExists, .wrongState, .wrongVersion, .notAllowed,
        .separatedDuties, .limitExceeded, .quantityExceeds, .invalidValue, .periodLocked,
        .companyNotFounded, .currencyNotSupported, .amountOverflow, .noRule, .badRuleResult,
        .tooManyConsequences, .tooManyStreams, .humanOnly, .eventTooLarge, .dateOutOfRange,
    ]
}

extension Actor {
    /// The engine itself: clocks and field lists.
    static let engine = Actor(id: "daybook", kind: .timer, roles: ["engine"])
}
