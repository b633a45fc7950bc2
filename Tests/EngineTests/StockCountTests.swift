import Business
import Processes
import Records
import Testing

@Suite("A count whose difference somebody else must approve")
struct StockCountTests {
    @Test(
        "it waits on the accountant's list until it is approved or rejected",
        arguments: [true, false])
    func waits(isApproved: Bool) async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "inventory.count-stock",
            """
            {"count": "CNT-1", "warehouse": "main",
             "lines": [{"product": "P1", "counted": "150"}, {"product": "P2", "counted": "100"}]}
            """, as: "dora")
        let instance = try #require(try firm.instances(of: "stock-count").last)
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.task.candidateGroups == ["accountant"])
        let row = try Desk(firm).rows("process.tasks").first {
            $0["task"]?.stringValue == task.id
        }
        #expect(
            row?["variables"]?["difference"]?.stringValue == "P1: expected 100, found 150")
        #expect(row?["document"]?.stringValue == "inventory.count/CNT-1")
        let before = firm.end
        if isApproved {
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "gina")
        } else {
            try await firm.run(
                "inventory.reject-count", #"{"count": "CNT-1", "reason": "twice"}"#, as: "gina")
        }
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .completed)
        #expect(
            try firm.vouchers(after: before)
                == (isApproved
                    ? ["inventory.stock-counted": ["STOCK D 500.00", "INV_ADJ C 500.00"]] : [:]))
    }
}
