import Business
import Records
import Testing

@Suite("Finance events as the log holds them")
struct StoredFormTests {
    @Test("a founded company reads back as it was written")
    func company() throws {
        let fixture = try BusinessFixture([Finance.self])
        #expect(fixture.registry.events["finance.voucher-posted"] != nil)
    }
}
