package import Records

extension Identifier {
    /// What stands in a state before the first event: it names nothing, and nothing reads it, for
    /// deciders refuse what has no event yet.
    package static var unset: Identifier {
        guard let identifier = Identifier("-") else {
            preconditionFailure("a hyphen is an identifier")
        }
        return identifier
    }
}

extension Currency {
    /// What stands in a state before the first event; nothing reads it.
    package static var unset: Currency {
        guard let currency = Currency(code: "USD") else {
            preconditionFailure("the dollar is a currency")
        }
        return currency
    }
}
