internal import Business
internal import Records

/// Follows requisitions, orders to suppliers and suppliers' invoices.
enum PurchaseFold {
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        let date = event.effectiveDate
        try transaction.upsert(
            RowKey(id), new: PurchaseRow(id: id, state: .initial)
        ) { (row) throws(FoldFailure) in
            guard event.event.fold(into: &row.state, at: event.version) else {
                throw .unexpected("\(event.type) does not belong to \(event.stream)")
            }
            switch event.event {
            case is PurchaseOrderDrafted: row.draftedOn = date
            case let approved as PurchaseOrderApproved where approved.isFinal:
                row.approvedOn = date
            case is PurchaseOrderSent: row.sentOn = row.sentOn ?? date
            case is PurchaseOrderConfirmed: row.confirmedOn = date
            case let progressed as PurchaseOrderProgressed:
                if row.firstReceiptOn == nil,
                    progressed.changes.contains(where: \.received.isPositive)
                {
                    row.firstReceiptOn = date
                }
            case is PurchaseOrderReceivedInFull: row.receivedOn = date
            case is PurchaseOrderReopened: row.receivedOn = nil
            case is PurchaseOrderCompleted, is PurchaseOrderClosed, is PurchaseOrderCancelled:
                row.endedOn = date
            default: break
            }
        }
    }

    static func foldRequisition(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        try transaction.upsert(
            RowKey(id), new: RequisitionRow(id: id, state: .initial, since: nil)
        ) { (row) throws(FoldFailure) in
            guard event.event.fold(into: &row.state, at: event.version) else {
                throw .unexpected("\(event.type) does not belong to \(event.stream)")
            }
            if event.event is RequisitionRaised { row.since = event.effectiveDate }
        }
    }

    static func foldBill(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        try transaction.upsert(
            RowKey(id), new: BillRow(id: id, state: .initial, since: nil)
        ) { (row) throws(FoldFailure) in
            let before = row.state.status
            guard event.event.fold(into: &row.state, at: event.version) else {
                throw .unexpected("\(event.type) does not belong to \(event.stream)")
            }
            if row.state.status != before { row.since = event.effectiveDate }
        }
    }
}
