package import Records

/// Capture a person or company that may become a customer.
package struct CaptureLead: Command {
    package var lead: LeadID?
    package var company: String?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var source: String?
    package var campaign: String?
    package var owner: String?
    package var external: ExternalReference?

    package static let schema = Schema<CaptureLead>(
        "marketing.capture-lead", "Capture a person or company that may become a customer.",
        Field(1, "lead", \.lead, "The lead's id; the next of the series LD where absent."),
        Field(2, "company", \.company, "The company's name.", limits: .count(1...200)),
        Field(3, "name", \.name, "The person's name; sealed.", limits: .count(1...200)),
        Field(4, "email", \.email, "The person's e-mail address; sealed.", limits: .count(3...200)),
        Field(
            5, "phone", \.phone, "The person's telephone number; sealed.", limits: .count(1...60)),
        Field(
            6, "source", \.source, "From where it came: campaign, referral, web.",
            limits: .count(1...64)),
        Field(
            7, "campaign", \.campaign, "The campaign that brought it.", limits: .count(1...64)),
        Field(8, "owner", \.owner, "Who looks after it, where known.", limits: .count(1...64)),
        Field(9, "external", \.external, "Where the lead came from."),
        make: {
            CaptureLead(
                lead: $0, company: $1, name: $2, email: $3, phone: $4, source: $5, campaign: $6,
                owner: $7, external: $8)
        })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.alreadyExists, .invalidValue]

    package func decide(_ decision: Decision) throws(Rejection) {
        guard company != nil || name != nil else {
            throw Rejection(
                .invalidValue,
                "Expected a company or a person's name in a lead, found neither; give one.")
        }
        let lead = try decision.newID(LeadState.self, self.lead, series: "LD")
        try decision.emit(
            LeadCaptured(
                sealedFor: "\(LeadState.streamType)/\(lead)",
                capturedOn: decision.facts.effectiveDate, company: company, name: name,
                email: email, phone: phone, source: source, campaign: campaign,
                external: external),
            to: lead.text)
        if let owner { try decision.emit(LeadAssigned(owner: owner), to: lead.text) }
    }
}

/// Tell somebody to look after a lead.
package struct AssignLead: Command {
    package let lead: LeadID
    package let owner: String

    package static let schema = Schema<AssignLead>(
        "marketing.assign-lead", "Tell somebody to look after a lead.",
        Field(1, "lead", \.lead, "Which lead."),
        Field(2, "owner", \.owner, "Who looks after it.", limits: .count(1...64)),
        make: AssignLead.init)

    package static let access = CommandAccess.roles("marketing", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openLead(lead, to: "assign it")
        if known.owner == owner { return }
        try decision.emit(LeadAssigned(owner: owner), to: lead.text)
    }
}

/// Find a lead worth a deal.
package struct QualifyLead: Command {
    package let lead: LeadID
    package let reason: String
    package var score: Int64?

    package static let schema = Schema<QualifyLead>(
        "marketing.qualify-lead", "Find a lead worth a deal.",
        Field(1, "lead", \.lead, "Which lead."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        Field(
            3, "score", \.score, "How promising it is, 0 to 100.",
            limits: Limits(sign: .notNegative, magnitudeMax: 100)),
        make: { QualifyLead(lead: $0, reason: $1, score: $2) })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openLead(lead, to: "qualify it")
        guard known.status != .qualified else {
            throw Rejection.wrongState(
                "Lead \(lead)", is: "qualified", expected: "new or assigned",
                remedy: "convert it with marketing.convert-lead")
        }
        try decision.emit(LeadQualified(reason: reason, score: score), to: lead.text)
    }
}

/// Say that nothing comes of a lead.
package struct DisqualifyLead: Command {
    package let lead: LeadID
    package let reason: String
    package var note: String?

    package static let schema = Schema<DisqualifyLead>(
        "marketing.disqualify-lead", "Say that nothing comes of a lead.",
        Field(1, "lead", \.lead, "Which lead."),
        Field(
            2, "reason", \.reason, "Why, as a word that reports can count: no-budget.",
            limits: .count(1...64)),
        Field(3, "note", \.note, "What there is to say about it.", limits: .count(1...500)),
        make: { DisqualifyLead(lead: $0, reason: $1, note: $2) })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.openLead(lead, to: "disqualify it")
        try decision.emit(LeadDisqualified(reason: reason, note: note), to: lead.text)
    }
}

extension Decision {
    /// A lead that is neither converted nor disqualified.
    func openLead(_ lead: LeadID, to deed: String) throws(Rejection) -> LeadState {
        let known = try existing(LeadState.self, lead.text)
        switch known.status {
        case .new, .assigned, .qualified: return known
        case .none, .converted, .disqualified:
            throw Rejection.wrongState(
                "Lead \(lead)", is: known.status.rawValue,
                expected: "new, assigned or qualified to \(deed)",
                remedy: "capture a new lead if it came back")
        }
    }
}
