package import Records

extension PriceState {
    /// The price that applies, or nil: the most specific of those that are valid.
    ///
    /// A price for the customer's group goes before one for every group, then the one with the
    /// higher minimum quantity, then the one that began later.
    package func price(
        group: String, quantity: Quantity, on date: BusinessDate
    ) -> UnitPrice? {
        entries.lazy
            .filter { $0.applies(to: group, quantity: quantity, on: date) }
            .max { $1.isMoreSpecific(than: $0) }?
            .price
    }
}

extension PriceEntry {
    /// Whether the price applies.
    func applies(to group: String, quantity: Quantity, on date: BusinessDate) -> Bool {
        if let own = self.group, own != group { return false }
        if let validFrom, date < validFrom { return false }
        if let validTo, date > validTo { return false }
        return minimum <= quantity
    }

    /// Whether this price goes before another one that applies too.
    func isMoreSpecific(than other: PriceEntry) -> Bool {
        if (group != nil) != (other.group != nil) { return group != nil }
        if minimum != other.minimum { return minimum > other.minimum }
        return (validFrom?.daysSinceEpoch ?? .min) > (other.validFrom?.daysSinceEpoch ?? .min)
    }
}

extension Decision {
    /// The list price of a product for a customer; nil where the list has none.
    func listPrice(
        of product: ProductID, for account: AccountState, quantity: Quantity,
        on date: BusinessDate
    ) throws(Rejection) -> UnitPrice? {
        let list: PriceListID
        if let own = account.priceList {
            list = own
        } else {
            list = try id(of: PriceListState.standardName)
        }
        return try state(of: PriceState.self, PriceState.id(list, product))
            .price(group: account.group, quantity: quantity, on: date)
    }
}
