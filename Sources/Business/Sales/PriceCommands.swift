package import Records

/// Open a price list.
package struct OpenPriceList: Command {
    package let list: PriceListID
    package let name: String
    package var currency: Currency?
    package var external: ExternalReference?

    package static let schema = Schema<OpenPriceList>(
        "sales.open-price-list",
        "Open a price list; `standard` is the one of customers that have no other.",
        Field(1, "list", \.list, "The list's id."),
        Field(2, "name", \.name, "The list's name.", limits: .count(1...200)),
        Field(3, "currency", \.currency, "The currency of its prices; the company's if absent."),
        Field(4, "external", \.external, "Where the list came from."),
        make: { OpenPriceList(list: $0, name: $1, currency: $2, external: $3) })

    package static let access = CommandAccess.roles("sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .currencyNotSupported, .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireNew(PriceListState.self, list.text)
        let base = try decision.company().baseCurrency
        let currency = self.currency ?? base
        try decision.requireBaseCurrency(currency)
        try decision.emit(
            PriceListOpened(name: name, currency: currency, external: external), to: list.text)
    }
}

/// Set the price of a product on a list.
package struct SetPrice: Command {
    package var list: PriceListID?
    package let product: ProductID
    package let price: UnitPrice
    package var group: String?
    package var minimum: Quantity
    package var validFrom: BusinessDate?
    package var validTo: BusinessDate?

    package static let schema = Schema<SetPrice>(
        "sales.set-price",
        "Set the price of a product; one of the same group, minimum and first day is replaced.",
        Field(1, "list", \.list, "The list; `standard` where absent."),
        Field(2, "product", \.product, "The product."),
        Field(3, "price", \.price, "The price of one unit.", limits: .notNegative),
        Field(
            4, "group", \.group, "The customer group; every group where absent.",
            limits: .count(1...64)),
        Field(
            5, "minimum", \.minimum, "The quantity from which it applies.",
            limits: .notNegative, default: .zero),
        Field(6, "validFrom", \.validFrom, "The first day; always before where absent."),
        Field(7, "validTo", \.validTo, "The last day; without end where absent."),
        make: {
            SetPrice(
                list: $0, product: $1, price: $2, group: $3, minimum: $4, validFrom: $5,
                validTo: $6)
        })

    package static let access = CommandAccess.roles("sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .invalidValue, .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let list: PriceListID
        if let named = self.list {
            list = named
        } else {
            list = try decision.id(of: PriceListState.standardName)
        }
        let known = try decision.existing(PriceListState.self, list.text)
        _ = try decision.existing(ProductState.self, product.text)
        guard price.currency == known.currency else {
            throw Rejection(
                .currencyNotSupported,
                "Expected a price in \(known.currency), the currency of list \(list), found \(price)."
            )
        }
        if let validFrom, let validTo, validTo < validFrom {
            throw Rejection(
                .invalidValue,
                "Expected a last day on or after the first, found \(validFrom) to \(validTo); exchange them."
            )
        }
        try decision.emit(
            PriceSet(
                list: list, product: product,
                entry: PriceEntry(
                    price: price, group: group, minimum: minimum, validFrom: validFrom,
                    validTo: validTo)),
            to: PriceState.id(list, product))
    }
}
