/// The department that sends goods to customers: shipments from plan to delivery.
///
/// Goods alone are shipped. Services and charges have no stock: they are never planned, and are
/// billed as ordered.
package enum Fulfillment: BusinessModule {
    package static let name = "fulfillment"

    package static let commands: [any Command.Type] = [
        PlanShipment.self, Ship.self, StartPick.self, ConfirmPick.self, ShortPick.self,
        PackShipment.self, UnpackShipment.self, IssueGoods.self, ConfirmDelivery.self,
        CancelShipment.self, ReverseIssue.self,
    ]

    package static let events: [any Event.Type] = [
        ShipmentPlanned.self, PickStarted.self, PickConfirmed.self, ShortPicked.self,
        ShipmentPacked.self, ShipmentUnpacked.self, GoodsIssued.self, ShipmentDelivered.self,
        ShipmentCancelled.self, GoodsIssueReversed.self,
    ]

    /// Other departments' events mean nothing for a shipment by themselves: its guards read the
    /// order and the stock when it is picked and issued.
    package static let consequences: [Consequence] = []
}
