/// The department that keeps goods: products, warehouses, and what is in them, for whom, and at
/// what value.
package enum Inventory: BusinessModule {
    package static let name = "inventory"

    package static let commands: [any Command.Type] = [
        RegisterProduct.self, ChangeProduct.self, SetReplenishment.self, DiscontinueProduct.self,
        RegisterWarehouse.self, ReserveOrder.self, ReleaseReservation.self, TakeOnStock.self,
        CountStock.self, ApproveCount.self, RejectCount.self, TransferStock.self,
    ]

    package static let events: [any Event.Type] = [
        ProductRegistered.self, ProductChanged.self, ReplenishmentSet.self,
        ProductDiscontinued.self, WarehouseRegistered.self, StockReserved.self,
        ReservationReleased.self, MissingCleared.self, StockReceived.self, StockIssued.self,
        StockRevalued.self, SupplyChanged.self, StockTakenOn.self, StockCounted.self,
        StockTransferred.self, CountSubmitted.self, CountApproved.self, CountRejected.self,
        StockCountOpened.self, StockCountClosed.self,
    ]

    package static let consequences: [Consequence] =
        queueConsequences + orderConsequences + shipmentConsequences + supplyConsequences
        + purchaseConsequences
}
