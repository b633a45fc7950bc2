import Business
import Processes
import Records
import Testing

@Suite("Order to cash, from the order to the money")
struct OrderToCashTests {
    @Test("three lines on the way that runs by itself")
    func goldenPath() async throws {
        let firm = try await Firm.trading()
        let before = firm.end
        let instance = try await firm.order("SO-1", [("P1", 2), ("P2", 3), ("P3", 5)])
        #expect(try await firm.incidents(of: instance) == [])
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "240.00")
        print("names:", try firm.names(after: before))
        print("events of a cycle:", firm.end - before)
        #expect(try await firm.state(instance).status == .completed)
        #expect(firm.end - before <= 60)
    }
}
