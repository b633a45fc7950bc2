import Records
import Testing

/// Seals by turning each byte over, so that a test sees whether it was sealed.
struct TestKey: FieldSealer, FieldOpener {
    let isForgotten: Bool

    func seal(_ plain: [UInt8]) -> [UInt8] { [0xEE] + plain.map { ~$0 } }

    func open(_ sealed: [UInt8]) throws(CodecFailure) -> [UInt8]? {
        guard sealed.first == 0xEE else { throw .badValue(kind: "sealed field") }
        return isForgotten ? nil : sealed.dropFirst().map { ~$0 }
    }
}

@Suite("What is about a person is sealed with the person's key")
struct PersonalTests {
    private let key = TestKey(isForgotten: false)
    private let destroyed = TestKey(isForgotten: true)

    private func contact() throws -> Contact {
        Contact(
            id: try #require(Identifier("C-1")), name: .value("Ada 箱"),
            phones: [.value("+49 1"), .value("")],
            birthday: .value(try #require(BusinessDate("1815-12-10"))), nickname: .value(nil))
    }

    @Test("with the key, the values come back")
    func sealed() throws {
        let bytes = try contact().encoded(sealer: key)
        #expect(!bytes.contains(Array("Ada".utf8)))
        #expect(bytes.contains(Array("C-1".utf8)))
        #expect(try Contact.decoded(from: bytes, opener: key) == contact())
    }

    @Test("once the key is destroyed, the record is read and its values are forgotten")
    func forgotten() throws {
        let read = try Contact.decoded(
            from: try contact().encoded(sealer: key), opener: destroyed)
        #expect(read.id.text == "C-1")
        #expect(read.name == .forgotten && read.name.known == nil)
        #expect(read.phones == [.forgotten, .forgotten])
        #expect(read.birthday == .forgotten)
        #expect(read.json(JSONContext(currency: nil))["name"] == .string("forgotten"))
        #expect(read.content(of: "name") == .null)
    }

    @Test("without keys at hand, the values are sealed")
    func withoutKeys() throws {
        let read = try Contact.decoded(from: try contact().encoded(sealer: key))
        #expect(read.name == .sealed)
        #expect(read.phones == [.sealed, .sealed])
        #expect(read.json(JSONContext(currency: nil))["name"] == .string("sealed"))
    }

    @Test("a state in memory keeps what each value was")
    func unsealed() throws {
        #expect(try Contact.decoded(from: contact().encoded()) == contact())
        let mixed = Contact(
            id: try contact().id, name: .forgotten, phones: [.sealed, .value("1"), .forgotten],
            birthday: nil, nickname: .value("A"))
        #expect(try Contact.decoded(from: mixed.encoded()) == mixed)
        #expect(try Contact.decoded(from: mixed.encoded(), opener: key) == mixed)
    }

    @Test("broken seals and broken contents are refused")
    func broken() {
        let id: [UInt8] = [0x05, 0x01, 0x41]
        #expect(throws: CodecFailure.badValue(kind: "sealed field")) {
            try Contact.decoded(from: id + [0x0A, 0x01, 0x00], opener: key)
        }
        #expect(throws: CodecFailure.badValue(kind: "personal field")) {
            try Contact.decoded(from: id + [0x09, 0x00])
        }
        #expect(throws: CodecFailure.badValue(kind: "personal field")) {
            try Contact.decoded(from: id + [0x09, 0x01, 0x09])
        }
        #expect(throws: CodecFailure.malformed) {
            try Contact.decoded(from: id + [0x08, 0x01])
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        count >= part.count
            && (0...(count - part.count)).contains {
                self[$0..<$0 + part.count].elementsEqual(part)
            }
    }
}
