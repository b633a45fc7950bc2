internal import Foundation
internal import Workload

/// The kinds of command that the torture sends, and what each must leave in the log as a whole.
enum CommandKind: CaseIterable {
    case setUp, openAccount, changeAccount, captureLead, placeOrder, ship, postInvoice
    case postFreeInvoice, receivePayment, takeOnStock

    /// Types of events without which the command would be there by half.
    var requiredTypes: Set<String> {
        switch self {
        case .setUp: []
        case .openAccount: ["sales.account-opened"]
        case .changeAccount: ["sales.account-changed"]
        case .captureLead: ["marketing.lead-captured", "marketing.lead-assigned"]
        case .placeOrder: ["sales.order-placed"]
        // No plan among them: what is planned already is issued by its plan, and only the rest
        // is planned by the command itself.
        case .ship:
            [
                "fulfillment.goods-issued", "inventory.stock-issued", "finance.voucher-posted",
                "sales.order-progressed",
            ]
        case .postInvoice:
            ["finance.invoice-posted", "finance.voucher-posted", "sales.order-progressed"]
        case .postFreeInvoice: ["finance.invoice-posted", "finance.voucher-posted"]
        case .receivePayment: ["finance.payment-received", "finance.voucher-posted"]
        case .takeOnStock:
            [
                "inventory.stock-taken-on", "inventory.stock-received", "finance.voucher-posted",
            ]
        }
    }
}

/// A client that sends random commands, each with a key of its own.
final class TortureClient: FleetClient {
    private let name: String
    private let ledger: Ledger
    private let queue: ResendQueue
    private let tracePlace: () -> UInt64
    private var random: SeededGenerator
    private var number = 0
    private var sent: String?
    private var orders: [String] = []
    private var accounts: [String] = []
    private(set) var accepted = 0

    private static let ordersMax = 16

    init(
        _ name: String, ledger: Ledger, queue: ResendQueue, random: SeededGenerator,
        tracePlace: @escaping () -> UInt64
    ) {
        self.name = name
        self.ledger = ledger
        self.queue = queue
        self.random = random
        self.tracePlace = tracePlace
    }

    func next() -> [UInt8]? {
        if let entry = queue.take() {
            sent = entry.key
            return Array((entry.line + "\n").utf8)
        }
        guard queue.isOpen else { return nil }
        number += 1
        let key = "\(name)-\(number)"
        let (kind, verb, payload) = command(key)
        let line = "\(verb) key=\(key) \(payload)"
        ledger.send(key, line, kind)
        sent = key
        return Array((line + "\n").utf8)
    }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        guard let key = sent else { return }
        sent = nil
        let text = String(decoding: answer, as: UTF8.self)
        if text.hasPrefix("ok") { accepted += 1 }
        ledger.take(key, text, place: tracePlace())
    }

    private func command(_ key: String) -> (kind: CommandKind, verb: String, payload: String) {
        let customer = "C-\(Int.random(in: 1...Torture.customers, using: &random))"
        let product = "P-\(Int.random(in: 1...Torture.products, using: &random))"
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<3:
            accounts.append("A-\(key)")
            return (
                .openAccount, "sales.open-account",
                #"{"account":"A-\#(key)","name":"Account \#(key)"}"#
            )
        case 3:
            let account = accounts.randomElement(using: &random) ?? customer
            return (
                .changeAccount, "sales.change-account",
                #"{"account":"\#(account)","name":"Renamed \#(key)"}"#
            )
        case 4..<7:
            return (
                .captureLead, "marketing.capture-lead",
                #"{"lead":"L-\#(key)","name":"Person \#(key)","email":"\#(key)@example.com","owner":"erika"}"#
            )
        case 7..<11:
            orders.append("SO-\(key)")
            if orders.count > Self.ordersMax { orders.removeFirst() }
            return (
                .placeOrder, "sales.place-order",
                #"{"order":"SO-\#(key)","customer":"\#(customer)","lines":[{"product":"\#(product)","quantity":"\#(Int.random(in: 1...9, using: &random))","price":"14.00"}]}"#
            )
        case 11..<14: return (.ship, "fulfillment.ship", ofOrder)
        case 14..<16: return (.postInvoice, "finance.post-invoice", ofOrder)
        case 16, 17: return (.receivePayment, "finance.receive-payment", ofOrder)
        case 18:
            return (
                .postFreeInvoice, "finance.post-invoice",
                #"{"customer":"\#(customer)","lines":[{"text":"Work","quantity":"1","price":"\#(Int.random(in: 1...500, using: &random)).00","taxCode":"standard"}]}"#
            )
        default:
            return (
                .takeOnStock, "inventory.take-on-stock",
                #"{"product":"\#(product)","warehouse":"main","quantity":"100","value":"500"}"#
            )
        }
    }

    private var ofOrder: String {
        #"{"order":"\#(orders.randomElement(using: &random) ?? "SO-none")"}"#
    }
}

/// Commands that clients send before anything new.
final class ResendQueue {
    private var entries: ArraySlice<Ledger.Entry>
    /// Whether new commands may follow.
    var isOpen = true

    init(_ entries: [Ledger.Entry] = []) { self.entries = entries[...] }

    var isEmpty: Bool { entries.isEmpty }

    func take() -> Ledger.Entry? { entries.popFirst() }
}
