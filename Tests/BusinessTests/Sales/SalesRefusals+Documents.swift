import Business
import Records

extension SalesRefusals {
    private static let draft = ShopStep(
        "sales.draft-quote",
        #"{"quote":"QU-1","customer":"acme","lines":[{"product":"pump","quantity":"4"}]}"#)
    private static let send = ShopStep(
        "sales.send-quote", #"{"quote":"QU-1","validUntil":"2026-09-30"}"#)

    private static func accept(_ rest: String = "", on date: String? = nil) -> ShopStep {
        ShopStep("sales.accept-quote", #"{"quote":"QU-1"\#(rest)}"#, on: date)
    }

    static let quotes: [SalesRefusal] = [
        SalesRefusal(
            .unknownTerms,
            ShopStep(
                "sales.draft-quote",
                #"{"customer":"acme","lines":[],"terms":{"paymentTerms":"net-7000"}}"#)),
        SalesRefusal(.alreadyExists, draft, given: [draft]),
        SalesRefusal(
            .priceMissing,
            ShopStep(
                "sales.draft-quote",
                #"{"customer":"acme","lines":[{"product":"gift","quantity":"1"}]}"#)),
        SalesRefusal(
            .unitMismatch,
            ShopStep(
                "sales.draft-quote",
                #"{"customer":"acme","lines":[{"product":"pump","quantity":"1 kg"}]}"#)),
        SalesRefusal(
            .orderMismatch,
            ShopStep(
                "sales.draft-quote",
                #"{"customer":"acme","lines":[],"terms":{"opportunity":"OP-1"}}"#),
            given: [
                ShopStep(
                    "sales.open-opportunity",
                    #"{"opportunity":"OP-1","name":"P","stage":"Proposal","account":"zeta"}"#)
            ]),
        SalesRefusal(
            .invalidValue, ShopStep("sales.send-quote", #"{"quote":"QU-1"}"#),
            given: [
                ShopStep("sales.draft-quote", #"{"quote":"QU-1","customer":"acme","lines":[]}"#)
            ]),
        SalesRefusal(
            .invalidValue,
            ShopStep("sales.send-quote", #"{"quote":"QU-1","validUntil":"2026-08-31"}"#),
            given: [draft]),
        SalesRefusal(.wrongState, send, given: [draft, send]),
        SalesRefusal(
            .discountExceeds,
            ShopStep("sales.send-quote", #"{"quote":"QU-1"}"#, by: .person("sam", ["sales"])),
            given: [
                ShopStep(
                    "sales.draft-quote",
                    #"{"quote":"QU-1","customer":"acme","lines":[{"product":"pump","quantity":"1","discount":"0.5"}]}"#
                )
            ]),
        SalesRefusal(.wrongState, accept(), given: [draft]),
        SalesRefusal(.quoteSuperseded, accept(#","revision":2"#), given: [draft, send]),
        SalesRefusal(.quoteExpired, accept(on: "2026-10-01"), given: [draft, send]),
        SalesRefusal(
            .unknownLine, accept(#","lines":[{"line":2,"quantity":"1"}]"#), given: [draft, send]),
        SalesRefusal(
            .quantityExceeds, accept(#","lines":[{"line":1,"quantity":"5"}]"#),
            given: [draft, send]),
        SalesRefusal(
            .quantityExceeds,
            accept(#","lines":[{"line":1,"quantity":"2"},{"line":1,"quantity":"3"}]"#),
            given: [draft, send]),
        SalesRefusal(
            .wrongState, ShopStep("sales.decline-quote", #"{"quote":"QU-1","reason":"price"}"#),
            given: [draft]),
        SalesRefusal(
            .wrongState, ShopStep("sales.expire-quote", #"{"quote":"QU-1"}"#), given: [draft]),
        SalesRefusal(
            .quoteStillValid, ShopStep("sales.expire-quote", #"{"quote":"QU-1"}"#),
            given: [draft, send]),
        SalesRefusal(
            .wrongState, ShopStep("sales.withdraw-quote", #"{"quote":"QU-1","reason":"x"}"#),
            given: [draft, send, accept()]),
        SalesRefusal(
            .wrongState, ShopStep("sales.revise-quote", #"{"quote":"QU-1","lines":[]}"#),
            given: [draft, send, accept()]),
    ]

    private static let pumps = order("pump", "4")
    private static let discontinuePump = ShopStep(
        "inventory.discontinue-product", #"{"product":"pump"}"#)

    private static func amend(_ line: String) -> ShopStep {
        ShopStep("sales.amend-order", #"{"order":"SO-1","lines":[{\#(line)}]}"#)
    }

    static let orders: [SalesRefusal] = [
        SalesRefusal(
            .dateOutOfRange,
            ShopStep(
                "sales.place-order",
                #"{"customer":"acme","requestedDate":"1826-01-01","lines":[{"product":"pump","quantity":"1"}]}"#
            )),
        SalesRefusal(
            .unknownTerms,
            ShopStep(
                "sales.place-order",
                #"{"customer":"acme","paymentTerms":"net-7000","lines":[{"product":"pump","quantity":"1"}]}"#
            )),
        SalesRefusal(
            .unknownTerms,
            ShopStep("sales.amend-order", #"{"order":"SO-1","paymentTerms":"net-7000"}"#),
            given: [pumps]),
        SalesRefusal(.alreadyExists, pumps, given: [pumps]),
        SalesRefusal(.unknownObject, order("nothing", "1")),
        SalesRefusal(.unknownObject, order("pump", "1", #","warehouse":"moon""#)),
        SalesRefusal(
            .customerInactive, pumps,
            given: [ShopStep("sales.close-account", #"{"account":"acme","reason":"left"}"#)]),
        SalesRefusal(.productDiscontinued, pumps, given: [discontinuePump]),
        SalesRefusal(.taxNotDeterminable, order("gift", "1", #","price":"5""#)),
        SalesRefusal(.unknownTaxCode, order("gift", "1", #","price":"5","taxCode":"luxury""#)),
        SalesRefusal(.priceMissing, order("gift", "1", #","taxCode":"standard""#)),
        SalesRefusal(.invalidValue, order("pump", "1", #","discount":"1.01""#)),
        SalesRefusal(.unitMismatch, order("pump", "1 kg")),
        SalesRefusal(.currencyNotSupported, order("pump", "1", #","price":"5 USD""#)),
        SalesRefusal(
            .orderMismatch,
            ShopStep(
                "sales.place-order",
                #"{"customer":"acme","opportunity":"OP-1","lines":[{"product":"pump","quantity":"1"}]}"#
            ),
            given: [
                ShopStep(
                    "sales.open-opportunity",
                    #"{"opportunity":"OP-1","name":"P","stage":"Proposal","account":"zeta"}"#)
            ]),
        SalesRefusal(
            .periodLocked, pumps,
            given: [
                ShopStep(
                    "finance.close-period", #"{"period":"2026-09"}"#)
            ]),
        SalesRefusal(
            .wrongState, amend(#""line":1,"quantity":"1""#),
            given: [pumps, ShopStep("sales.cancel-order", #"{"order":"SO-1","reason":"x"}"#)]),
        SalesRefusal(.unknownLine, amend(#""line":7,"quantity":"1""#), given: [pumps]),
        SalesRefusal(.invalidValue, amend(#""product":"hose""#), given: [pumps]),
        SalesRefusal(
            .invalidValue, amend(#""line":1,"product":"hose","quantity":"1""#), given: [pumps]),
        SalesRefusal(
            .quantityExceeds, amend(#""line":1,"quantity":"1""#), given: [pumps] + picked),
        SalesRefusal(
            .alreadyInvoiced, amend(#""line":1,"price":"99""#),
            given: [serviceAndGoods, invoice]),
        SalesRefusal(
            .alreadyInvoiced,
            ShopStep("sales.amend-order", #"{"order":"SO-1","invoicing":"on-delivery"}"#),
            given: [onOrder, invoice]),
    ]

    private static let serviceAndGoods = ShopStep(
        "sales.place-order",
        #"{"order":"SO-1","customer":"acme","lines":[{"product":"setup","quantity":"4"},{"product":"pump","quantity":"1"}]}"#
    )
    private static let invoice = ShopStep("finance.post-invoice", #"{"order":"SO-1"}"#)
    private static let picked = [
        ShopStep("inventory.reserve", #"{"order":"SO-1"}"#),
        ShopStep("fulfillment.plan-shipment", #"{"order":"SO-1","shipment":"SH-1"}"#),
        ShopStep("fulfillment.start-pick", #"{"shipment":"SH-1"}"#),
        ShopStep("fulfillment.confirm-pick", #"{"shipment":"SH-1"}"#),
    ]
    private static let shipped = [
        ShopStep("inventory.reserve", #"{"order":"SO-1"}"#),
        ShopStep(
            "fulfillment.ship", #"{"order":"SO-1","lines":[{"line":1,"quantity":"1"}]}"#),
    ]
    private static let cancel = ShopStep("sales.cancel-order", #"{"order":"SO-1","reason":"x"}"#)
    private static let close = ShopStep(
        "sales.close-order-short", #"{"order":"SO-1","reason":"x"}"#)
    private static let onOrder = ShopStep(
        "sales.place-order",
        #"{"order":"SO-1","customer":"acme","invoicing":"on-order","lines":[{"product":"pump","quantity":"4"}]}"#
    )

    private static func cancelLine(_ rest: String) -> ShopStep {
        ShopStep("sales.cancel-order-line", #"{"order":"SO-1","reason":"x",\#(rest)}"#)
    }

    static let orderEnds: [SalesRefusal] = [
        SalesRefusal(.unknownObject, cancel),
        SalesRefusal(.wrongState, cancel, given: [pumps, cancel]),
        SalesRefusal(.alreadyShipped, cancel, given: [pumps] + shipped),
        SalesRefusal(.goodsPicked, cancel, given: [pumps] + picked),
        SalesRefusal(.alreadyInvoiced, cancel, given: [onOrder, invoice]),
        SalesRefusal(.unknownLine, cancelLine(#""line":2"#), given: [pumps]),
        SalesRefusal(
            .quantityExceeds, cancelLine(#""line":1,"quantity":"5""#), given: [pumps]),
        SalesRefusal(
            .quantityExceeds, cancelLine(#""line":1,"quantity":"4""#), given: [pumps] + shipped),
        SalesRefusal(.quantityExceeds, cancelLine(#""line":1"#), given: [pumps] + picked),
        SalesRefusal(
            .unitMismatch, cancelLine(#""line":1,"quantity":"1 kg""#), given: [pumps]),
        SalesRefusal(.wrongState, cancelLine(#""line":1"#), given: [pumps, cancel]),
        SalesRefusal(.nothingShipped, close, given: [pumps]),
        SalesRefusal(.wrongState, close, given: [order("pump", "1", #","price":"1""#)]),
        SalesRefusal(.wrongState, close, given: [pumps] + shipped + [close]),
        SalesRefusal(
            .goodsPicked, close,
            given: [pumps] + shipped + [
                ShopStep("fulfillment.plan-shipment", #"{"order":"SO-1","shipment":"SH-2"}"#),
                ShopStep("fulfillment.start-pick", #"{"shipment":"SH-2"}"#),
                ShopStep("fulfillment.confirm-pick", #"{"shipment":"SH-2"}"#),
            ]),
        SalesRefusal(.alreadyInvoiced, close, given: [onOrder, invoice] + shipped),
    ]

    private static let blocked = ShopStep(
        "sales.place-order",
        #"{"order":"SO-1","customer":"acme","lines":[{"product":"pump","quantity":"1","price":"50"}]}"#,
        by: .person("sam", ["sales", "sales-manager"]))

    private static func raise(_ kind: String) -> ShopStep {
        ShopStep("sales.raise-block", #"{"order":"SO-1","kind":"\#(kind)","reason":"x"}"#)
    }

    private static func release(_ kind: String, by actor: Actor? = nil) -> ShopStep {
        ShopStep(
            "sales.release-block", #"{"order":"SO-1","kind":"\#(kind)","reason":"x"}"#, by: actor)
    }

    static let blocks: [SalesRefusal] = [
        SalesRefusal(.blockExists, raise("price"), given: [blocked]),
        SalesRefusal(.wrongState, raise("manual"), given: [pumps, cancel]),
        SalesRefusal(.unknownObject, raise("manual")),
        SalesRefusal(.noSuchBlock, release("credit"), given: [blocked]),
        SalesRefusal(
            .notAllowed, release("price", by: .person("cleo", ["credit-controller"])),
            given: [blocked]),
        SalesRefusal(
            .separatedDuties, release("price", by: .person("sam", ["sales-manager"])),
            given: [blocked]),
        SalesRefusal(
            .separatedDuties, release("address"), given: [blocked, raise("address")]),
        SalesRefusal(
            .limitExceeded, release("price", by: .person("mia", ["sales-manager"])),
            given: [blocked]),
        SalesRefusal(.wrongState, release("price"), given: [blocked, cancel]),
    ]
}
