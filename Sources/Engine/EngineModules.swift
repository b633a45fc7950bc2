package import Business

/// The folder's clock.
enum ClockModule: BusinessModule {
    static let name = "clock"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = [
        ClockStarted.self, LogIdentityRenewed.self, ClockAdvanced.self, ClockAdvanceBegun.self,
    ]
    static let consequences: [Consequence] = []
}

/// Deployed definitions and field lists.
enum DefinitionModule: BusinessModule {
    static let name = "definition"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = [
        FileRecorded.self, SetDeployed.self, SetProposed.self, SchemaRecorded.self,
    ]
    static let consequences: [Consequence] = []
}

/// Process instances, and messages and signals from outside.
enum ProcessModule: BusinessModule {
    static let name = "process"
    static let commands: [any Command.Type] = []
    static let events: [any Event.Type] = [
        InstanceAdvanced.self, MessagePublished.self, SignalBroadcast.self,
        ConditionsEvaluated.self,
    ]
    static let consequences: [Consequence] = []
}

extension Registry {
    /// The modules of the engine itself; their commands are decided by the writer, not by deciders.
    package static var engineModules: [any BusinessModule.Type] {
        [ClockModule.self, DefinitionModule.self, ProcessModule.self]
    }
}
