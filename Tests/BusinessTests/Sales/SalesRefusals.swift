import Business
import Records

/// The rows of ``SalesRefusalTests``, by what they are about.
enum SalesRefusals {
    private static let lead = ShopStep(
        "marketing.capture-lead", #"{"lead":"LD-1","company":"Nova"}"#)
    private static let qualify = ShopStep(
        "marketing.qualify-lead", #"{"lead":"LD-1","reason":"has budget"}"#)
    private static let disqualify = ShopStep(
        "marketing.disqualify-lead", #"{"lead":"LD-1","reason":"no-budget"}"#)

    private static func convert(_ rest: String = "") -> ShopStep {
        ShopStep(
            "marketing.convert-lead",
            #"{"lead":"LD-1","opportunityName":"Pumps","amount":"9"\#(rest)}"#)
    }

    static let leads: [SalesRefusal] = [
        SalesRefusal(.alreadyExists, lead, given: [lead]),
        SalesRefusal(.invalidValue, ShopStep("marketing.capture-lead", #"{"lead":"LD-2"}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("marketing.assign-lead", #"{"lead":"LD-9","owner":"Sam"}"#)),
        SalesRefusal(
            .wrongState, ShopStep("marketing.assign-lead", #"{"lead":"LD-1","owner":"Sam"}"#),
            given: [lead, disqualify]),
        SalesRefusal(.wrongState, qualify, given: [lead, qualify]),
        SalesRefusal(.wrongState, disqualify, given: [lead, qualify, convert()]),
        SalesRefusal(.wrongState, convert(), given: [lead]),
        SalesRefusal(
            .invalidValue, convert(),
            given: [ShopStep("marketing.capture-lead", #"{"lead":"LD-1","name":"Ada"}"#), qualify]),
        SalesRefusal(
            .customerInactive, convert(#","account":"acme""#),
            given: [
                lead, qualify, ShopStep("sales.close-account", #"{"account":"acme","reason":"x"}"#),
            ]),
        SalesRefusal(
            .currencyNotSupported,
            ShopStep(
                "marketing.convert-lead",
                #"{"lead":"LD-1","opportunityName":"Pumps","amount":"9 USD"}"#),
            given: [lead, qualify]),
    ]

    static let parties: [SalesRefusal] = [
        SalesRefusal(
            .alreadyExists, ShopStep("sales.open-account", #"{"account":"acme","name":"Acme"}"#)),
        SalesRefusal(
            .unknownObject,
            ShopStep("sales.open-account", #"{"name":"Sub","terms":{"parent":"nobody"}}"#)),
        SalesRefusal(
            .invalidValue,
            ShopStep("sales.change-account", #"{"account":"acme","terms":{"parent":"acme"}}"#)),
        SalesRefusal(
            .unknownTaxCode,
            ShopStep("sales.change-account", #"{"account":"acme","terms":{"taxCode":"luxury"}}"#)),
        SalesRefusal(
            .unknownTerms,
            ShopStep(
                "sales.change-account", #"{"account":"acme","terms":{"paymentTerms":"net-7000"}}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("sales.block-account", #"{"account":"nobody","reason":"x"}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("sales.unblock-account", #"{"account":"nobody","reason":"x"}"#)
        ),
        SalesRefusal(
            .unknownObject, ShopStep("sales.close-account", #"{"account":"nobody","reason":"x"}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("sales.add-contact", #"{"name":"Ada","account":"nobody"}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("sales.change-contact", #"{"contact":"nobody","role":"boss"}"#)
        ),
        SalesRefusal(
            .alreadyExists, ShopStep("sales.open-price-list", #"{"list":"standard","name":"S"}"#)),
        SalesRefusal(
            .currencyNotSupported,
            ShopStep("sales.open-price-list", #"{"list":"us","name":"U","currency":"USD"}"#)),
        SalesRefusal(
            .unknownObject, ShopStep("sales.set-price", #"{"product":"nothing","price":"1"}"#)),
        SalesRefusal(
            .unknownObject,
            ShopStep("sales.set-price", #"{"list":"none","product":"pump","price":"1"}"#)),
        SalesRefusal(
            .currencyNotSupported,
            ShopStep("sales.set-price", #"{"product":"pump","price":"1 USD"}"#)),
        SalesRefusal(
            .invalidValue,
            ShopStep(
                "sales.set-price",
                #"{"product":"pump","price":"1","validFrom":"2026-02-01","validTo":"2026-01-01"}"#
            )),
    ]

    private static let deal = ShopStep(
        "sales.open-opportunity",
        #"{"opportunity":"OP-1","name":"Pumps","stage":"Proposal","amount":"500"}"#)
    private static let lost = ShopStep(
        "sales.lose-opportunity", #"{"opportunity":"OP-1","reason":"price"}"#)
    private static let closeAcme = ShopStep(
        "sales.close-account", #"{"account":"acme","reason":"left"}"#)

    private static func win(_ rest: String) -> ShopStep {
        ShopStep("sales.win-opportunity", #"{"opportunity":"OP-1"\#(rest)}"#)
    }

    private static func open(_ rest: String) -> ShopStep {
        ShopStep("sales.open-opportunity", #"{"name":"Pumps","stage":"Proposal"\#(rest)}"#)
    }

    static let deals: [SalesRefusal] = [
        SalesRefusal(.alreadyExists, deal, given: [deal]),
        SalesRefusal(.unknownObject, open(#","account":"nobody""#)),
        SalesRefusal(.customerInactive, open(#","account":"acme""#), given: [closeAcme]),
        SalesRefusal(
            .productDiscontinued, open(#","product":"pump""#),
            given: [ShopStep("inventory.discontinue-product", #"{"product":"pump"}"#)]),
        SalesRefusal(.priceMissing, open(#","product":"gift""#)),
        SalesRefusal(.invalidValue, open(#","probability":"1.5""#)),
        SalesRefusal(.currencyNotSupported, open(#","amount":"5 USD""#)),
        SalesRefusal(
            .unknownStage, ShopStep("sales.open-opportunity", #"{"name":"P","stage":"Nirvana"}"#)),
        SalesRefusal(
            .wrongState,
            ShopStep(
                "sales.change-opportunity-stage", #"{"opportunity":"OP-1","stage":"Proposal"}"#),
            given: [deal, lost]),
        SalesRefusal(
            .wrongState,
            ShopStep("sales.change-opportunity-amount", #"{"opportunity":"OP-1","amount":"1"}"#),
            given: [deal, lost]),
        SalesRefusal(
            .currencyNotSupported,
            ShopStep(
                "sales.change-opportunity-amount", #"{"opportunity":"OP-1","amount":"1 USD"}"#),
            given: [deal]),
        SalesRefusal(
            .wrongState,
            ShopStep(
                "sales.change-opportunity-close-date",
                #"{"opportunity":"OP-1","closeDate":"2026-12-01"}"#), given: [deal, lost]),
        SalesRefusal(
            .customerInactive,
            ShopStep("sales.change-opportunity", #"{"opportunity":"OP-1","account":"acme"}"#),
            given: [deal, closeAcme]),
        SalesRefusal(.wrongState, lost, given: [deal, lost]),
        SalesRefusal(.accountNeeded, win(#","order":"none","reason":"x""#), given: [deal]),
        SalesRefusal(.orderNeeded, win(#","account":"acme""#), given: [deal]),
        SalesRefusal(.orderNeeded, win(#","account":"acme","order":"none""#), given: [deal]),
        SalesRefusal(
            .unknownObject, win(#","account":"acme","order":"SO-9""#), given: [deal]),
        SalesRefusal(
            .orderMismatch, win(#","account":"acme","order":"SO-1""#),
            given: [deal, order("pump", "1")]),
        SalesRefusal(
            .invalidValue, win(#","account":"zeta","order":"none","reason":"x""#),
            given: [
                deal,
                ShopStep("sales.change-opportunity", #"{"opportunity":"OP-1","account":"acme"}"#),
            ]),
        SalesRefusal(.wrongState, win(#","order":"none","reason":"x""#), given: [deal, lost]),
    ]

    static func order(_ product: String, _ quantity: String, _ rest: String = "") -> ShopStep {
        ShopStep(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"\#(product)","quantity":"\#(quantity)"\#(rest)}]}"#
        )
    }
}
