/// The department that buys: suppliers, needs, orders to suppliers, receipts and their bills.
package enum Purchasing: BusinessModule {
    package static let name = "purchasing"

    package static let commands: [any Command.Type] =
        supplierCommands + requisitionCommands + orderCommands + receiptCommands + invoiceCommands

    private static let supplierCommands: [any Command.Type] = [
        RegisterSupplier.self, ChangeSupplier.self, BlockSupplier.self, UnblockSupplier.self,
        SetSupplierTerms.self,
    ]

    private static let requisitionCommands: [any Command.Type] = [
        RaiseRequisition.self, AssignSupplier.self, WithdrawRequisition.self,
    ]

    private static let orderCommands: [any Command.Type] = [
        CreatePurchaseOrder.self, SubmitPurchaseOrder.self, ApprovePurchaseOrder.self,
        RejectPurchaseOrder.self, SendPurchaseOrder.self, ConfirmPurchaseOrder.self,
        AcceptConfirmation.self, AmendPurchaseOrder.self, CancelPurchaseOrderLine.self,
        CancelPurchaseOrder.self, ClosePurchaseOrder.self,
    ]

    private static let receiptCommands: [any Command.Type] = [
        ReceiveGoods.self, ReverseReceipt.self, TakeOnReceipt.self, ReverseTakeOnReceipt.self,
    ]

    private static let invoiceCommands: [any Command.Type] = [
        CaptureSupplierInvoice.self, MatchSupplierInvoice.self, ReleaseSupplierInvoiceBlock.self,
        ApproveSupplierInvoice.self, RejectSupplierInvoice.self, PostSupplierInvoice.self,
        CreditSupplierInvoice.self,
    ]

    package static let events: [any Event.Type] =
        supplierEvents + requisitionEvents + orderEvents + receiptEvents + invoiceEvents

    private static let supplierEvents: [any Event.Type] = [
        SupplierRegistered.self, SupplierChanged.self, SupplierBlocked.self,
        SupplierUnblocked.self, SupplierTermsSet.self, RequisitionQueued.self,
        RequisitionDequeued.self, ProductSourceAdded.self, RequisitionListed.self,
        RequisitionUnlisted.self, SupplierDocumentTaken.self,
        SupplierDocumentFreed.self,
    ]

    private static let requisitionEvents: [any Event.Type] = [
        RequisitionRaised.self, RequisitionIncreased.self, RequisitionAssigned.self,
        RequisitionUnassigned.self, RequisitionOrdered.self, RequisitionWithdrawn.self,
    ]

    private static let orderEvents: [any Event.Type] = [
        PurchaseOrderDrafted.self, PurchaseOrderSubmitted.self, PurchaseOrderApproved.self,
        PurchaseOrderRejected.self, PurchaseOrderSent.self, PurchaseOrderConfirmed.self,
        PurchaseOrderDeviated.self, PurchaseOrderAmended.self, PurchaseOrderLineCancelled.self,
        PurchaseOrderCancelled.self, PurchaseOrderClosed.self, PurchaseOrderProgressed.self,
        PurchaseOrderReceivedInFull.self, PurchaseOrderReopened.self, WaitingInvoicesChanged.self,
        PurchaseOrderInvoicedInFull.self, PurchaseOrderCompleted.self, PurchaseOrderTakenOn.self,
        PurchaseOrderCounted.self, PurchaseOrderUncounted.self,
    ]

    private static let receiptEvents: [any Event.Type] = [
        GoodsReceived.self, ReceiptReversed.self, ReceiptTakenOn.self, ReceiptTakeOnReversed.self,
    ]

    private static let invoiceEvents: [any Event.Type] = [
        SupplierInvoiceCaptured.self, SupplierInvoiceMatched.self, SupplierInvoiceBlocked.self,
        SupplierInvoiceBlockReleased.self, SupplierInvoiceApproved.self,
        SupplierInvoiceRejected.self, SupplierInvoicePosted.self,
        SupplierInvoiceCredited.self,
    ]

    package static let consequences: [Consequence] = Shortage.consequences
}
