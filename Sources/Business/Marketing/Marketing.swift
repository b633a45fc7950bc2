/// The department that finds people and companies who may become customers.
package enum Marketing: BusinessModule {
    package static let name = "marketing"

    package static let commands: [any Command.Type] = [
        CaptureLead.self, AssignLead.self, QualifyLead.self, ConvertLead.self,
        DisqualifyLead.self,
    ]

    package static let events: [any Event.Type] = [
        LeadCaptured.self, LeadAssigned.self, LeadQualified.self, LeadConverted.self,
        LeadDisqualified.self,
    ]

    package static let consequences: [Consequence] = []
}
