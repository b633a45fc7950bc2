package import Business
internal import Records

/// Leads and deals: stages, conversion, forecast, win rates, and a deal from contact to cash.
package enum FunnelView: View {
    package static let name = "funnel"
    package static let documentation =
        "Leads and deals: stages, conversion and velocity, win rate, forecast, sources and reasons."
    package static let version: Int64 = 4

    package static var tables: [ViewTable] {
        [
            ViewTable(LeadRow.self), ViewTable(LeadStepRow.self), ViewTable(DealRow.self),
            ViewTable(DealStepRow.self),
            ViewTable(DealLinkRow.self), ViewTable(DealOrderRow.self), ViewTable(NameRow.self),
            ViewTable(EarlierNameRow.self),
        ]
    }

    package static var eventTypes: [String] {
        Views.eventTypes(of: Marketing.self, in: LeadState.streamType)
            + Views.eventTypes(of: Sales.self, in: OpportunityState.streamType)
            + DealFold.eventTypes
            + NameRow.eventTypes
    }

    package static var queries: [ViewQuery] {
        [
            StagesQuery.query, ForecastQuery.query, ConversionQuery.query, LeadsQuery.query,
            WinRateQuery.query, SourcesQuery.query, LostReasonsQuery.query, VelocityQuery.query,
            DealsQuery.query, DealQuery.query,
        ]
    }

    package static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.stream.type {
        case LeadState.streamType: try LeadFold.fold(event, into: &transaction)
        case OpportunityState.streamType: try DealFold.fold(event, into: &transaction)
        default:
            if try NameRow.fold(event, into: &transaction) { return }
            try DealFold.follow(event, into: &transaction)
        }
    }
}

/// Follows leads.
enum LeadFold {
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        let date = event.effectiveDate
        if let text = text(of: event.event) {
            try transaction.append(
                LeadStepRow(lead: id, position: event.position, step: TimeLineStep(text, event)))
        }
        if case let captured as LeadCaptured = event.event {
            try transaction.put(
                LeadRow(
                    id: id, status: .new, source: captured.source, campaign: captured.campaign,
                    capturedOn: captured.capturedOn))
            return
        }
        let isThere = try transaction.change(LeadRow.self, RowKey(id)) { row in
            switch event.event {
            case let assigned as LeadAssigned:
                row.owner = assigned.owner
                if row.status == .new { row.status = .assigned }
            case is LeadQualified:
                row.status = .qualified
                row.qualifiedOn = date
            case let converted as LeadConverted:
                row.status = .converted
                row.convertedOn = date
                row.opportunity = converted.opportunity.text
            case let disqualified as LeadDisqualified:
                row.status = .disqualified
                row.endedOn = date
                row.reason = disqualified.reason
            default: break
            }
        }
        guard isThere else { throw .missingRow(table: LeadRow.table, of: event.stream.description) }
    }

    private static func text(of event: any Event) -> String? {
        switch event {
        case let captured as LeadCaptured:
            "Lead captured" + (captured.source.map { ", source \($0)" } ?? "")
        case let assigned as LeadAssigned: "Assigned to \(assigned.owner)"
        case let qualified as LeadQualified: "Qualified: \(qualified.reason)"
        case is LeadConverted: "Converted"
        case let disqualified as LeadDisqualified: "Disqualified: \(disqualified.reason)"
        default: nil
        }
    }
}
