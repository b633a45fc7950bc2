/// The department that wins deals and takes orders.
package enum Sales: BusinessModule {
    package static let name = "sales"

    package static let commands: [any Command.Type] =
        partyCommands + dealCommands + quoteCommands + orderCommands

    private static let partyCommands: [any Command.Type] = [
        OpenAccount.self, ChangeAccount.self, BlockAccount.self, UnblockAccount.self,
        CloseAccount.self, AddContact.self, ChangeContact.self, OpenPriceList.self,
        SetPrice.self,
    ]

    private static let dealCommands: [any Command.Type] = [
        OpenOpportunity.self, ChangeOpportunityStage.self, ChangeOpportunityAmount.self,
        ChangeOpportunityCloseDate.self, ChangeOpportunity.self, WinOpportunity.self,
        LoseOpportunity.self,
    ]

    private static let quoteCommands: [any Command.Type] = [
        DraftQuote.self, ReviseQuote.self, SendQuote.self, AcceptQuote.self,
        DeclineQuote.self, ExpireQuote.self, WithdrawQuote.self,
    ]

    private static let orderCommands: [any Command.Type] = [
        PlaceOrder.self, AmendOrder.self, RaiseBlock.self, ReleaseBlock.self,
        CancelOrderLine.self, CancelOrder.self, CloseOrderShort.self,
    ]

    package static let events: [any Event.Type] =
        partyEvents + dealEvents + quoteEvents + orderEvents

    private static let partyEvents: [any Event.Type] = [
        AccountOpened.self, AccountChanged.self, AccountBlocked.self, AccountUnblocked.self,
        AccountClosed.self, ContactAdded.self, ContactChanged.self, PriceListOpened.self,
        PriceSet.self,
    ]

    private static let dealEvents: [any Event.Type] = [
        OpportunityOpened.self, OpportunityStageEntered.self, OpportunityAmountChanged.self,
        OpportunityCloseDateChanged.self, OpportunityChanged.self, OpportunityWon.self,
        OpportunityLost.self,
    ]

    private static let quoteEvents: [any Event.Type] = [
        QuoteDrafted.self, QuoteRevised.self, QuoteSent.self, QuoteAccepted.self,
        QuoteDeclined.self, QuoteExpired.self, QuoteWithdrawn.self,
    ]

    private static let orderEvents: [any Event.Type] = [
        OrderPlaced.self, OrderReleased.self, OrderBlockRaised.self, OrderBlockReleased.self,
        OrderAmended.self, OrderLineCancelled.self, OrderCancelled.self,
        OrderClosedShort.self, OrderProgressed.self, OrderReservedInFull.self,
        OrderShippedInFull.self, OrderDeliveredInFull.self, OrderInvoicedInFull.self,
        OrderPaid.self, OrderUnpaid.self, OrderCompleted.self,
    ]
}
