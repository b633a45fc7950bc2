package import Records

/// A list of prices: its name and currency.
///
/// The prices themselves stand in ``PriceState``.
package struct PriceListState: StreamState, Equatable {
    package var exists: Bool
    package var name: String
    package var currency: Currency
    package var external: ExternalReference?

    package static let streamType = "sales.price-list"

    /// The list of customers that have no other.
    package static let standardName = "standard"

    package static let initial = PriceListState(exists: false, name: "", currency: .unset)

    package static let schema = Schema<PriceListState>(
        "sales.price-list", "A list of prices.",
        Field(1, "exists", \.exists, "Whether the list was opened.", default: false),
        Field(2, "name", \.name, "The list's name."),
        Field(3, "currency", \.currency, "The currency of its prices."),
        Field(4, "external", \.external, "Where the list came from."),
        make: PriceListState.init)
}

/// The prices of one product on one list.
///
/// A stream of its own for each product, so that looking a price up or setting one costs the same
/// on a list of ten products and on one of a million.
package struct PriceState: StreamState, Equatable {
    package var entries: [PriceEntry]

    package static let streamType = "sales.price"
    package static let initial = PriceState(entries: [])

    /// The stream of a product's prices on a list.
    package static func id(_ list: PriceListID, _ product: ProductID) -> String {
        "\(list):\(product)"
    }

    package static let schema = Schema<PriceState>(
        "sales.price", "The prices of one product on one list.",
        Field(1, "entries", \.entries, "The prices, in the order in which they were first set."),
        make: PriceState.init)
}

/// One price and to whom, from which quantity and when it applies.
package struct PriceEntry: Record, Hashable {
    /// The price of one unit.
    package var price: UnitPrice
    /// The customer group; every group where absent.
    package var group: String?
    /// The quantity from which it applies.
    package var minimum: Quantity
    /// The first day.
    package var validFrom: BusinessDate?
    /// The last day.
    package var validTo: BusinessDate?

    package static let schema = Schema<PriceEntry>(
        "sales.price-entry", "One price and to whom, from which quantity and when it applies.",
        Field(1, "price", \.price, "The price of one unit."),
        Field(2, "group", \.group, "The customer group; every group where absent."),
        Field(3, "minimum", { Counter($0.minimum) }, "The quantity from which it applies."),
        Field(4, "validFrom", \.validFrom, "The first day; always before where absent."),
        Field(5, "validTo", \.validTo, "The last day; without end where absent."),
        make: {
            PriceEntry(price: $0, group: $1, minimum: $2.quantity, validFrom: $3, validTo: $4)
        })
}

/// A price list was opened.
package struct PriceListOpened: Event, Equatable {
    package let name: String
    package let currency: Currency
    package var external: ExternalReference?

    package static let schema = Schema<PriceListOpened>(
        "sales.price-list-opened", "A price list was opened.",
        Field(1, "name", \.name, "The list's name."),
        Field(2, "currency", \.currency, "The currency of its prices."),
        Field(3, "external", \.external, "Where the list came from."),
        make: { PriceListOpened(name: $0, currency: $1, external: $2) })

    package func evolve(_ state: inout PriceListState) {
        state.exists = true
        state.name = name
        state.currency = currency
        state.external = external
    }
}

/// A price was set on a list.
package struct PriceSet: Event, Equatable {
    package let list: PriceListID
    package let product: ProductID
    package let entry: PriceEntry

    package static let schema = Schema<PriceSet>(
        "sales.price-set", "A price was set on a list.",
        Field(1, "list", \.list, "The list."),
        Field(2, "product", \.product, "The product."),
        Field(3, "entry", \.entry, "The price and to whom, from which quantity and when."),
        make: PriceSet.init)

    package func evolve(_ state: inout PriceState) {
        let same = state.entries.firstIndex {
            $0.group == entry.group && $0.minimum == entry.minimum
                && $0.validFrom == entry.validFrom
        }
        if let same {
            state.entries[same] = entry
        } else {
            state.entries.append(entry)
        }
    }
}
