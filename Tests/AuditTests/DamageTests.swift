import Audit
import Business
import EventLog
import Foundation
import LMDB
import Records
import Testing

@testable import daybook

/// `daybook audit` on a log that was damaged in one way: it ends with status 4 and names every fault.
@Suite("Audit of a damaged folder")
struct DamageTests {
    @Test("a sound log is clean, and says that one person may do everything")
    func sound() async throws {
        let folder = try SoundLog.write(try await SoundLog.read().events)
        let told = try AuditTold(folder.path, withoutViews: true)
        #expect(told.status == 0)
        #expect(told.faults.map(AuditTold.line) == [])
        #expect(
            told.notices.map(AuditTold.line) == [
                "single-person Golden Trading: the company is declared single-person: separated duties do not bind"
            ])
        #expect(told.text.contains("single-person"))
        #expect(told.text.hasSuffix("clean\n"))
    }

    @Test("every fault is named, and nothing else", arguments: Damage.table)
    func named(_ row: Damage) async throws {
        let sound = try await SoundLog.read()
        let folder: TemporaryFolder
        let place: UInt64?
        switch row.change {
        case .rewritten(let change):
            var forgery = Forgery(events: sound.events)
            try change(&forgery)
            folder = try SoundLog.write(forgery.events)
            place = forgery.place
        case .stored(let change):
            folder = try SoundLog.write(sound.events)
            var store = try DamagedStore("\(folder.path)/log")
            try change(&store)
            place = store.place
        }
        let told = try AuditTold(folder.path, withoutViews: true)
        #expect(told.status == ToolStatus.faults.rawValue)
        let lines = told.faults.map(AuditTold.line)
        #expect(
            lines.count == row.says.count && zip(lines, row.says).allSatisfy(matches),
            "\(lines.joined(separator: "\n"))")
        let positions = told.faults.compactMap { $0["position"]?.integerValue.map { UInt64($0) } }
        if row.isPointedTo, let place { #expect(positions.contains(place), "\(positions)") }
        // A person reads the same words, and how many faults there are.
        for fault in told.faults {
            #expect(told.text.contains(fault["code"]?.stringValue ?? "?"))
        }
        #expect(told.text.hasSuffix("NOT CLEAN\n"))
        let count = told.faults.count
        #expect(
            told.errors.contains("The audit found \(count) \(count == 1 ? "fault" : "faults")."))
    }

    @Test("a log whose end cannot be read is a fault, too")
    func withoutEnd() async throws {
        let folder = try SoundLog.write(try await SoundLog.read().events)
        var store = try DamagedStore("\(folder.path)/log")
        try store.end { $0 = [1, 0] }
        let told = try AuditTold(folder.path, withoutViews: true)
        #expect(told.status == ToolStatus.faults.rawValue)
        #expect(told.errors.contains("The log cannot be audited: "))
    }
}

/// `daybook audit` on views that are not what the log says.
@Suite("Audit of damaged views", .serialized)
struct DamagedViewTests {
    /// Changes the last byte of the first row of a view's table.
    private func damage(_ view: String, _ table: String, in folder: String) throws {
        let views = "\(folder)/views/\(view)"
        let current = try String(contentsOfFile: "\(views)/current", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let environment = try Environment(
            path: "\(views)/\(current)", tables: [table],
            options: EnvironmentOptions(withoutSync: true))
        try environment.write { (transaction) throws(StoreFailure) in
            let rows = try environment.table(table)
            var cursor = try transaction.cursor(in: rows)
            guard try cursor.move(.first) else { return }
            let key = [UInt8](cursor.key)
            var value = [UInt8](cursor.value)
            value[value.count - 1] ^= 1
            try transaction.put(value, for: key, in: rows)
        }
    }

    @Test(
        "rows that differ from a fresh fold are named with the view that is to be rebuilt",
        arguments: [("finance", "finance.voucher"), ("fulfillment", "fulfillment.order")])
    func differs(_ row: (view: String, table: String)) async throws {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path)
        try damage(row.view, row.table, in: folder.path)
        let told = try AuditTold(folder.path, withoutViews: false)
        #expect(told.status == ToolStatus.faults.rawValue)
        let lines = told.faults.map(AuditTold.line)
        #expect(lines.count == 1)
        #expect(
            matches(
                lines.first ?? "",
                "view-differs view \(row.view): expected the rows of a fresh fold: *; run `daybook rebuild \(row.view)`"
            ), "\(lines)")
        #expect(told.text.contains("daybook rebuild \(row.view)"))
    }

    @Test("rows that are not there are a notice")
    func absent() async throws {
        let folder = try SoundLog.write(try await SoundLog.read().events)
        let told = try AuditTold(folder.path, withoutViews: false)
        #expect(told.status == 0)
        let absent = told.notices.filter { $0["code"]?.stringValue == "view-absent" }
        #expect(absent.count >= 3)
        #expect(
            absent.map(AuditTold.line).allSatisfy {
                matches($0, "view-absent view *: there are no rows to compare: *")
            })
    }

    @Test("a thing that a view cannot fold is named with the reason; the other things are folded")
    func parked() async throws {
        var forgery = Forgery(events: try await SoundLog.read().events)
        forgery.remove(at: try forgery.last(ShipmentPlanned.self))
        let folder = try SoundLog.write(forgery.events)
        let told = try AuditTold(folder.path, withoutViews: false)
        #expect(told.status == ToolStatus.faults.rawValue)
        let parked = told.faults.filter { $0["code"]?.stringValue == "view-parked" }
        #expect(
            parked.map(AuditTold.line).allSatisfy {
                matches(
                    $0, "view-parked view fulfillment, fulfillment.shipment/*: there is no row of *"
                )
            })
        #expect(parked.count == 1)
        #expect(parked.first?["position"] != nil)
    }

    @Test("a view of money that cannot go on is a fault: no number is better than a wrong one")
    func stopped() async throws {
        var forgery = Forgery(events: try await SoundLog.read().events)
        let index = try forgery.last(VoucherPosted.self)
        forgery.events[index].payload = [0xFF, 0xFF, 0xFF]
        let folder = try SoundLog.write(forgery.events)
        let told = try AuditTold(folder.path, withoutViews: false)
        #expect(told.status == ToolStatus.faults.rawValue)
        let views = told.faults.map(AuditTold.line).filter { $0.hasPrefix("view ") }
        #expect(views.count == 1)
        #expect(matches(views.first ?? "", "view view finance: *"), "\(views)")
    }
}
