import EventLog
import Foundation
import Testing

@Suite("The personal keys")
struct KeyStoreTests {
    private let folder: TemporaryFolder
    private let nonce = [UInt8](repeating: 3, count: 12)
    private let plain = Array("Maria Anders".utf8)

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> KeyStore { try KeyStore(path: folder.path) }

    @Test("what was sealed is opened, after a flush and reopening too")
    func seals() throws {
        var sealed: [UInt8] = []
        do {
            let store = try open()
            sealed = try store.seal(plain, for: "P-1", nonce: nonce, context: [1])
            #expect(sealed.count == plain.count + SealingKey.tagBytes)
            #expect(try store.open(sealed, for: "P-1", nonce: nonce, context: [1]) == plain)
            #expect(store.hasPendingKeys)
            try store.flush()
            #expect(!store.hasPendingKeys)
        }
        #expect(try open().open(sealed, for: "P-1", nonce: nonce, context: [1]) == plain)
    }

    @Test("a key that was not flushed is not there after reopening")
    func unflushed() throws {
        do { _ = try open().sealingKey(for: "P-1") }
        #expect(throws: KeyFailure.unknownPerson) { try open().openingKey(for: "P-1") }
    }

    @Test("many new keys go in one flush")
    func collects() throws {
        do {
            let store = try open()
            for number in 0..<300 { _ = try store.sealingKey(for: "P-\(number)") }
            try store.flush()
        }
        let store = try open()
        for number in 0..<300 { _ = try store.openingKey(for: "P-\(number)") }
    }

    @Test("another person, nonce, context or byte does not open")
    func authenticates() throws {
        let store = try open()
        let sealed = try store.seal(plain, for: "P-1", nonce: nonce, context: [1])
        _ = try store.sealingKey(for: "P-2")
        var other = nonce
        other[0] = 9
        #expect(throws: KeyFailure.notAuthentic) {
            try store.open(sealed, for: "P-2", nonce: nonce, context: [1])
        }
        #expect(throws: KeyFailure.notAuthentic) {
            try store.open(sealed, for: "P-1", nonce: other, context: [1])
        }
        #expect(throws: KeyFailure.notAuthentic) {
            try store.open(sealed, for: "P-1", nonce: nonce, context: [2])
        }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: KeyFailure.notAuthentic) {
                try store.open(changed, for: "P-1", nonce: nonce, context: [1])
            }
        }
        #expect(throws: KeyFailure.notAuthentic) {
            try store.open([1, 2, 3], for: "P-1", nonce: nonce)
        }
    }

    @Test("a destroyed key is forgotten, for ever and by the file's bytes too")
    func destroys() throws {
        do {
            let store = try open()
            for person in ["P-1", "P-2"] { _ = try store.sealingKey(for: person) }
            try store.flush()
        }
        let file = URL(fileURLWithPath: folder.path + "/data.mdb")
        // A row is the person's name, the mark of a live key, and the key.
        let before = try Data(contentsOf: file)
        let row = try #require(before.range(of: Data(Array("P-1".utf8) + [1])))
        let secret = before[row.upperBound..<(row.upperBound + 32)]
        let store = try open()
        let sealed = try store.seal(plain, for: "P-1", nonce: nonce)
        let kept = try store.seal(plain, for: "P-2", nonce: nonce)
        try store.destroy("P-1")
        #expect(throws: KeyFailure.forgotten) { try store.open(sealed, for: "P-1", nonce: nonce) }
        #expect(throws: KeyFailure.forgotten) { try store.sealingKey(for: "P-1") }
        #expect(try store.open(kept, for: "P-2", nonce: nonce) == plain)
        #expect(try Data(contentsOf: file).range(of: secret) == nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == ["CREATED", "data.mdb", "lock.mdb"])
    }

    @Test("a destroyed key is still forgotten after reopening")
    func staysDestroyed() throws {
        do {
            let store = try open()
            _ = try store.sealingKey(for: "P-1")
            try store.flush()
            try store.destroy("P-1")
        }
        #expect(throws: KeyFailure.forgotten) { try open().openingKey(for: "P-1") }
    }

    @Test("names and nonces have their lengths", arguments: [0, 11, 13])
    func lengths(_ count: Int) throws {
        let store = try open()
        #expect(throws: KeyFailure.nonceInvalid(bytes: count)) {
            try store.seal(plain, for: "P-1", nonce: [UInt8](repeating: 0, count: count))
        }
        #expect(throws: KeyFailure.personInvalid(bytes: 0)) { try store.sealingKey(for: "") }
        #expect(throws: KeyFailure.personInvalid(bytes: 201)) {
            try store.sealingKey(for: String(repeating: "x", count: 201))
        }
    }
}
