import Business
import EventLog
import Records
import Testing

@testable import Engine

extension Damage {
    /// Each fault that the audit can find, and the words that the auditor reads.
    static let table = bytes + envelopes + vouchers + subledgers

    // MARK: The log's bytes

    private static let bytes = [
        stored(
            "a byte of an event has changed",
            "leaf-hash event *: expected the stored leaf hash *, the bytes give another; restore a backup"
        ) { store in
            // Another posting date: the rest can still be read.
            try store.ordinaryEvent { bytes in bytes?[10] ^= 1 }
        },
        stored(
            "an event is gone",
            "position-gap position *: expected an event at every position, found none; restore a backup",
            "tree log: the tree over * events cannot be built: * leaves could be read"
        ) { store in
            try store.ordinaryEvent { $0 = nil }
        },
        stored(
            "an event is cut short",
            "event-unreadable event *: *",
            "tree log: the tree over * events cannot be built: * leaves could be read"
        ) { store in
            try store.ordinaryEvent { $0 = $0.map { Array($0.prefix(60)) } }
        },
        stored(
            "an event's time is before that of the event before it",
            "recorded-time event *: expected a recorded time not before 20*, found 1970-*",
            "tree log: expected the root *, the leaves give *; restore a backup"
        ) { store in
            try store.ordinaryEvent { bytes in
                guard var record = bytes?.dropLast(32).map({ $0 }) else { return }
                for index in 2..<10 { record[index] = 0 }
                bytes = record + MerkleFrontier.leaf(record.span.bytes).bytes
            }
        },
        stored(
            "another tree stands at the end of the log",
            "tree log: expected the root *, the leaves give *; restore a backup"
        ) { store in
            try store.end { $0?[30] ^= 1 }
        },
        stored(
            "another time stands at the end of the log",
            "recorded-time log: the end of the log names another time than its last event"
        ) { store in
            try store.end { $0?[16] ^= 1 }
        },
    ]

    // MARK: What stands around an event

    private static let envelopes = [
        rewritten(
            "a version is left out",
            "stream-version sales.order/SO-1: expected version 2, found 3"
        ) { log in
            let index = try #require(
                log.events.firstIndex {
                    $0.envelope.stream == "sales.order/SO-1" && $0.envelope.version == 2
                })
            log.remove(at: index)
        },
        rewritten(
            "a cause comes after its effect",
            "causation *: expected a cause before the event, found position 1000000"
        ) { log in
            log.events[log.events.count - 1].envelope.causation = Position(1_000_000)
            log.place = UInt64(log.events.count)
        },
        rewritten(
            "a key belongs to two commands",
            "key-reused key k-3: expected a key to belong to one command, found it in another one as well"
        ) { log in
            let index = try log.last(VoucherPosted.self)
            log.events[index].envelope.key = "k-3"
            log.place = UInt64(index) + 1
        },
        rewritten(
            "a field list is lost",
            "schema-missing *: expected the field list in the log before the first event of its type"
        ) { log in
            log.remove(at: try log.last(SchemaRecorded.self))
        },
        rewritten(
            "an event is of a newer program", "newer-log *: *finance.teleported*"
        ) { log in
            let index = try log.last(AccountOpened.self)
            log.events[index].envelope.type = "finance.teleported"
            log.place = UInt64(index) + 1
        },
        rewritten("a field list is newer than the program", "newer-log *: *99*") { log in
            let index = try log.last(AccountOpened.self)
            log.events[index].envelope.schemaVersion = 99
            log.place = UInt64(index) + 1
        },
        rewritten(
            "an identity that the log had comes back",
            "identity-repeated clock.clock/main: expected an identity that the log never had, found * again",
            "schema-missing clock.log-identity-renewed.v1: expected the field list in the log"
        ) { log in
            let first = log.events[0]
            let started = try ClockStarted.decoded(from: first.payload)
            var envelope = first.envelope
            envelope.type = LogIdentityRenewed.typeName
            envelope.version = 2
            envelope.recordedAtMicroseconds = try #require(log.events.last).envelope
                .recordedAtMicroseconds
            let again = LogIdentityRenewed(logIdentity: started.logIdentity)
            log.events.append(DraftEvent(envelope: envelope, payload: again.encoded()))
            log.place = UInt64(log.events.count)
        },
        rewritten("a payload is none", "event-undecodable *: *") { log in
            let index = try log.last(AccountOpened.self)
            log.events[index].payload = [0xFF, 0xFF, 0xFF]
            log.place = UInt64(index) + 1
        },
        rewritten("a stream's name is none", "stream-name nothing: *") { log in
            let index = try log.last(AccountOpened.self)
            log.events[index].envelope.stream = "nothing"
            log.place = UInt64(index) + 1
        },
        rewritten(
            "an event stands in another kind of stream",
            "stream-name sales.order/SO-9: expected * in another kind of stream"
        ) { log in
            let index = try log.last(ProductRegistered.self)
            log.events[index].envelope.stream = "sales.order/SO-9"
            log.place = UInt64(index) + 1
        },
    ]

    // MARK: Vouchers

    /// What the last voucher leaves behind where it is missing, and where it is there twice.
    private static let notHeld =
        "unallocated purchasing.supplier/S2: expected 20.00 EUR as kept, found 0.00 EUR in the ledger"
    private static let heldTwice =
        "unallocated purchasing.supplier/S2: expected 20.00 EUR as kept, found 40.00 EUR in the ledger"

    private static let vouchers = [
        rewritten(
            "a voucher is dropped",
            "voucher-missing finance.payment/PAY-2026-000002@1: expected a voucher of finance.payment-made, found none",
            notHeld
        ) { log in
            log.remove(at: try log.last(VoucherPosted.self))
        },
        rewritten(
            "a voucher is there twice",
            "voucher-number *: expected number * in the series",
            "voucher-source *: expected one voucher of * version *, found another",
            "voucher-number *: expected its version * as its number",
            "voucher-source *: expected a posted event * as version * of *, found none that waits for a voucher",
            heldTwice
        ) { log in
            try log.repeatVoucher(renumbered: false)
        },
        rewritten(
            "two vouchers have one source",
            "voucher-source *: expected one voucher of * version *, found another",
            "voucher-source *: expected a posted event * as version * of *, found none that waits for a voucher",
            heldTwice
        ) { log in
            try log.repeatVoucher(renumbered: true)
        },
        rewritten(
            "a voucher's debits are not its credits",
            "voucher-unbalanced *: expected debits equal to credits in base, found a difference of *1.00 EUR"
        ) { log in
            try log.edit(VoucherPosted.self, #""base":"1000.00 EUR""#, #""base":"999.00 EUR""#)
        },
        rewritten(
            "a voucher is not balanced in its own currency",
            "voucher-unbalanced *: expected debits equal to credits in EUR, found a difference of *100 minor units"
        ) { log in
            try log.edit(VoucherPosted.self, #""amount":"1000.00 EUR""#, #""amount":"999.00 EUR""#)
        },
        rewritten(
            "a line of a voucher is negative",
            "voucher-negative *: expected no negative line, found -1000.00 EUR",
            "voucher-unbalanced *"
        ) { log in
            try log.edit(
                VoucherPosted.self, #""amount":"1000.00 EUR""#, #""amount":"-1000.00 EUR""#)
        },
        rewritten(
            "numbers of vouchers are not contiguous",
            "voucher-number main.bank.2026/7: expected number 1 in the series",
            "voucher-number main.bank.2026/7: expected its version 1 as its number",
            "voucher-number main.bank.2026/2: expected number 8 in the series"
        ) { log in
            try log.edit(VoucherPosted.self, #""number":1,"#, #""number":7,"#)
        },
        rewritten(
            "something is posted into a locked month",
            "locked-period *: expected nothing in the locked period 2026-01"
        ) { log in
            let index = try log.last(VoucherPosted.self)
            let january = try #require(BusinessDate("2026-01-31"))
            log.events[index].envelope.effectiveDay = january.daysSinceEpoch
            log.place = UInt64(index) + 1
        },
        rewritten(
            "the chart of accounts is not in the log",
            "chart processes/chart/sample.yaml: expected the company's chart among the deployed definitions, found none that can be read"
        ) { log in
            try log.edit(FileRecorded.self, "processes/chart/sample.yaml", "elsewhere/sample.yaml")
            log.place = nil
        },
    ]

    // MARK: What the books are made of

    // These are found at the end, and belong to no single event.
    private static let subledgers = [
        books(
            "a receivable is another in the ledger",
            "control-account INV-2026-000001: expected 81.00 EUR as kept, found 80.00 EUR in the ledger"
        ) { log in
            try log.edit(ItemReduced.self, #""open":"80.00 EUR""#, #""open":"81.00 EUR""#)
        },
        books(
            "a payable is another in the ledger",
            "control-account BILL-2026-000001: expected 78.00 EUR as kept, found 79.00 EUR in the ledger"
        ) { log in
            try log.edit(ItemReduced.self, #""open":"79.00 EUR""#, #""open":"78.00 EUR""#)
        },
        books(
            "goods received and not billed are worth more than in the ledger",
            "control-account PO-1*1: expected 601.00 EUR as kept, found 600.00 EUR in the ledger"
        ) { log in
            try log.edit(
                PurchaseOrderProgressed.self, #""receivedValue":"1000.00 EUR""#,
                #""receivedValue":"1001.00 EUR""#)
        },
        books(
            "a line of a control account has no open item",
            "control-account 1200: expected an open item behind every line, found -1000.00 EUR without",
            "control-account INV-2026-000001: expected 80.00 EUR as kept, found 1080.00 EUR in the ledger"
        ) { log in
            try log.edit(VoucherPosted.self, #","openItem":"INV-2026-000001""#, "")
        },
        books(
            "a line of a stock account has no product",
            "stock-account 1300: expected a product and a warehouse behind every line, found -600.00 EUR without",
            "stock-account W1:P1: expected 400.00 EUR as kept, found 1000.00 EUR in the ledger"
        ) { log in
            try log.edit(
                VoucherPosted.self,
                #""side":"credit","amount":"600.00 EUR","rate":"1","base":"600.00 EUR","product":"P1""#,
                #""side":"credit","amount":"600.00 EUR","rate":"1","base":"600.00 EUR""#)
        },
        books(
            "a line of held money belongs to nobody",
            "unallocated 2200: expected a customer or supplier behind every line, found *",
            "unallocated sales.account/C2: expected 50.00 EUR as kept, found *"
        ) { log in
            try log.edit(VoucherPosted.self, #","partner":"sales.account/C2""#, "")
        },
        books(
            "what is held for a customer is another in the ledger",
            "unallocated sales.account/C2: expected 51.00 EUR as kept, found 50.00 EUR in the ledger"
        ) { log in
            try log.edit(
                PaymentReceived.self, #""unallocated":"50.00 EUR""#, #""unallocated":"51.00 EUR""#)
        },
        books(
            "what was paid ahead to a supplier is another in the ledger",
            "unallocated purchasing.supplier/S2: expected 21.00 EUR as kept, found 20.00 EUR in the ledger"
        ) { log in
            try log.edit(
                PaymentMade.self, #""unallocated":"20.00 EUR""#, #""unallocated":"21.00 EUR""#)
        },
        books(
            "revenue that is not earned is another in the ledger",
            "control-account SO-2*1: expected 101.00 EUR as kept, found 100.00 EUR in the ledger"
        ) { log in
            try log.edit(
                RevenueDeferred.self, #""amount":"100.00 EUR""#, #""amount":"101.00 EUR""#)
        },
        books(
            "stock is worth more than in the ledger",
            "stock-account W1:P1: expected 401.00 EUR as kept, found 400.00 EUR in the ledger"
        ) { log in
            try log.edit(StockReceived.self, "1000.00 EUR", "1001.00 EUR")
        },
        books(
            "more is shipped than was ordered", "quantity sales.order/SO-1: line 1: *"
        ) { log in
            try log.edit(OrderProgressed.self, #""shipped":"60"#, #""shipped":"61"#)
        },
        books(
            "less is in stock than nothing",
            "quantity inventory.stock/W1:P1: 60 held of 50 on hand",
            "quantity inventory.stock/W1:P1: a quantity is below zero",
            "quantity inventory.stock/W1:P1: 0 held of -10 on hand"
        ) { log in
            try log.edit(StockReceived.self, #""quantity":"100"#, #""quantity":"50"#)
        },
        books(
            "a customer's items are not what he owes",
            "credit-items finance.credit/C1: expected the sum of the items, 80.00 EUR"
        ) { log in
            try log.edit(
                ExposureChanged.self, #""openItems":"80.00 EUR""#, #""openItems":"8.00 EUR""#)
        },
        books(
            "a customer's orders are not what he may owe",
            "credit-orders finance.credit/C2: expected the sum of the orders, 0.00 EUR"
        ) { log in
            try log.edit(
                ExposureChanged.self, #""openOrders":"0.00 EUR""#, #""openOrders":"8.00 EUR""#)
        },
        books(
            "a supplier's items are not what we owe him",
            "payables-items finance.payables/S1: expected the sum of the items, 79.00 EUR"
        ) { log in
            try log.edit(
                PayablesChanged.self, #""openItems":"79.00 EUR""#, #""openItems":"7.00 EUR""#)
        },
    ]
}
