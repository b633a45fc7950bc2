/// The department that keeps the books: every event that touches money or stock ends here.
package enum Finance: BusinessModule {
    package static let name = "finance"

    package static let commands: [any Command.Type] =
        [
            FoundCompany.self, ClosePeriod.self, OpenPeriod.self, LockPeriod.self,
            TakeOnBalance.self, TakeOnItem.self, TakeOnPayment.self, FinishTakeOn.self,
            SetCreditLimit.self,
        ] + documentCommands + paymentCommands + journalCommands

    private static let documentCommands: [any Command.Type] = [
        PostInvoice.self, PostCreditNote.self, AllocateCreditNote.self, RefundCreditNote.self,
        WriteOffItem.self, DisputeItem.self,
    ]

    private static let paymentCommands: [any Command.Type] = [
        ReceivePayment.self, MakePayment.self, AllocatePayment.self, ReverseAllocation.self,
        BouncePayment.self, RefundPayment.self,
    ]

    private static let journalCommands: [any Command.Type] = [
        DraftJournalEntry.self, PostJournalEntry.self, DiscardJournalEntry.self,
        ReverseJournalEntry.self,
    ]

    package static let events: [any Event.Type] =
        [
            CompanyFounded.self, CompanyListed.self, BooksCompleted.self, PeriodOpened.self,
            PeriodClosed.self, PeriodLocked.self, NumberTaken.self, VoucherPosted.self,
        ] + takeOnEvents + documentEvents + paymentEvents + journalEvents

    private static let takeOnEvents: [any Event.Type] = [
        OpeningBalanceTakenOn.self, ControlTotalStated.self, TakeOnProgressed.self,
        TakeOnFinished.self, OpenItemTakenOn.self, PaymentTakenOn.self,
    ]

    private static let documentEvents: [any Event.Type] = [
        InvoicePosted.self, CreditNotePosted.self, InvoiceCredited.self,
        CreditNoteAllocated.self, CreditNoteAllocationReversed.self, CreditNoteRefunded.self,
        CreditLimitSet.self,
        ExposureChanged.self, PayablesChanged.self, RevenueDeferred.self,
        RevenueRecognised.self, RecognitionReversed.self, DeferralCredited.self,
    ]

    private static let paymentEvents: [any Event.Type] = [
        PaymentReceived.self, PaymentMade.self, PaymentAllocated.self, AllocationReversed.self,
        PaymentBounced.self, RefundPaid.self, ItemOpened.self, ItemReduced.self,
        ItemCleared.self, ItemReopened.self, ItemWrittenOff.self, ItemDisputeChanged.self,
    ]

    private static let journalEvents: [any Event.Type] = [
        JournalEntryDrafted.self, JournalEntryDiscarded.self, JournalEntryPosted.self,
        JournalEntryReversed.self,
    ]
}
