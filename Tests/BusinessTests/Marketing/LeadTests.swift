import Business
import Records
import Testing

/// A lead from capture to account, contact and deal.
struct LeadTests {
    static let capture =
        #"{"lead":"LD-1","company":"Nova","name":"Ada Byron","email":"ada@nova.example","source":"fair"}"#

    private func qualified() throws -> Shop {
        let shop = try Shop(isStocked: false)
        try shop.run("marketing.capture-lead", Self.capture)
        try shop.run("marketing.assign-lead", #"{"lead":"LD-1","owner":"Sam Seller"}"#)
        try shop.run(
            "marketing.qualify-lead", #"{"lead":"LD-1","reason":"has budget","score":80}"#)
        return shop
    }

    @Test func `converting opens account, contact and deal once`() throws {
        let shop = try qualified()
        let convert =
            #"{"lead":"LD-1","account":"nova","contact":"ada","opportunity":"OP-1","opportunityName":"Pumps","amount":"900"}"#
        let names = try shop.names("marketing.convert-lead", convert)
        #expect(
            names == [
                "marketing.lead-converted", "sales.account-opened", "sales.contact-added",
                "sales.opportunity-opened", "sales.opportunity-stage-entered",
            ])
        let account = shop.fixture.state(AccountState.self, "nova")
        #expect(account.name == "Nova")
        #expect(account.owner == "Sam Seller")
        #expect(shop.deal().lead?.text == "LD-1")
        #expect(shop.deal().source == "fair")
        #expect(shop.deal().account?.text == "nova")
        #expect(shop.deal().stage == "Qualification")
        let again = try shop.refusal(ShopStep("marketing.convert-lead", convert))
        #expect(again.code == .wrongState)
        #expect(again.message.contains("OP-1"))
    }

    @Test func `converting into an account that exists opens none`() throws {
        let shop = try qualified()
        let names = try shop.names(
            "marketing.convert-lead",
            #"{"lead":"LD-1","account":"acme","opportunityName":"Pumps","amount":"900"}"#)
        #expect(!names.contains("sales.account-opened"))
        let lead = shop.fixture.state(LeadState.self, "LD-1")
        #expect(lead.account?.text == "acme")
        #expect(lead.contact?.text == "CT-2026-000001")
        #expect(lead.opportunity?.text == "OP-2026-000001")
    }

    @Test func `a refused stage leaves lead and account as they were`() throws {
        let shop = try qualified()
        let refusal = try shop.refusal(
            ShopStep(
                "marketing.convert-lead",
                #"{"lead":"LD-1","account":"nova","opportunityName":"Pumps","amount":"9","stage":"Nirvana"}"#
            ))
        #expect(refusal.code == .unknownStage)
        #expect(shop.fixture.state(LeadState.self, "LD-1").status == .qualified)
        #expect(!shop.fixture.state(AccountState.self, "nova").exists)
    }

    @Test func `a person is sealed with one key from lead to contact`() throws {
        let shop = try qualified()
        try shop.run(
            "marketing.convert-lead",
            #"{"lead":"LD-1","account":"nova","contact":"ada","opportunityName":"P","amount":"9"}"#
        )
        try shop.run(
            "sales.change-contact", #"{"contact":"ada","phone":"+49 30 123"}"#)
        let people = shop.fixture.log.compactMap { $0.event.person }
        #expect(people == ["marketing.lead/LD-1", "marketing.lead/LD-1", "marketing.lead/LD-1"])
        let contact = shop.fixture.state(ContactState.self, "ada")
        #expect(contact.name?.known == "Ada Byron")
        #expect(contact.phone?.known == "+49 30 123")
    }

    @Test func `personal values stand in sealed fields alone`() throws {
        let shop = try qualified()
        try shop.run(
            "marketing.convert-lead",
            #"{"lead":"LD-1","account":"nova","contact":"ada","opportunityName":"P","amount":"9"}"#
        )
        for emitted in shop.fixture.log {
            let bytes = emitted.event.encoded(sealer: Blackout())
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("Ada") && !text.contains("ada@nova"))
        }
    }

    /// A sealer that keeps nothing of what it seals.
    private struct Blackout: FieldSealer {
        func seal(_ plain: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: 28) }
    }

    @Test func `a lead captured with an owner is assigned`() throws {
        let shop = try Shop(isStocked: false)
        let names = try shop.names(
            "marketing.capture-lead", #"{"lead":"LD-2","company":"Orbit","owner":"Sam Seller"}"#)
        #expect(names == ["marketing.lead-captured", "marketing.lead-assigned"])
        #expect(shop.fixture.state(LeadState.self, "LD-2").status == .assigned)
    }
}
