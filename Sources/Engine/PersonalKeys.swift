package import EventLog
package import Records

/// Seals and opens the personal fields of events with the keys of the people they are about.
///
/// - Shape: a sealed field is the length and name of the person (an id, no personal data), a nonce
///   of 12 bytes, cipher text and tag; the name is bound to the cipher text.
package struct PersonalKeys: FieldOpener {
    private let store: KeyStore

    /// Keys over their store.
    package init(store: KeyStore) { self.store = store }

    /// Seals the fields of one event about a person.
    struct Sealer: FieldSealer {
        let person: String
        let key: SealingKey

        func seal(_ plain: [UInt8]) -> [UInt8] {
            // The nonce is random and made here, outside every decision (design section 5).
            var generator = SystemRandomNumberGenerator()
            let nonce = (0..<SealingKey.nonceBytes).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            let name = Array(person.utf8)
            do throws(KeyFailure) {
                let sealed = try key.seal(plain, nonce: nonce, context: name)
                return [UInt8(name.count)] + name + nonce + sealed
            } catch {
                preconditionFailure("a nonce of 12 bytes seals: \(error)")
            }
        }
    }

    /// What seals the fields about a person; makes the person's key where there is none.
    func sealer(for person: String) throws(KeyFailure) -> Sealer {
        Sealer(person: person, key: try store.sealingKey(for: person))
    }

    /// Opens a sealed field; nil when the person was forgotten.
    package func open(_ sealed: [UInt8]) throws(CodecFailure) -> [UInt8]? {
        let nameStart = 1
        guard let count = sealed.first.map({ Int($0) }),
            sealed.count >= nameStart + count + SealingKey.nonceBytes + SealingKey.tagBytes
        else { throw .cutShort }
        let name = Array(sealed[nameStart..<nameStart + count])
        let nonceStart = nameStart + count
        let nonce = Array(sealed[nonceStart..<nonceStart + SealingKey.nonceBytes])
        let cipher = Array(sealed[(nonceStart + SealingKey.nonceBytes)...])
        do throws(KeyFailure) {
            let person = String(decoding: name, as: UTF8.self)
            return try store.open(cipher, for: person, nonce: nonce, context: name)
        } catch {
            switch error {
            case .forgotten, .unknownPerson: return nil
            default: throw .badValue(kind: "sealed field: \(error)")
            }
        }
    }

    /// Whether new keys wait for ``flush()``.
    var hasPendingKeys: Bool { store.hasPendingKeys }

    /// Puts new keys on the disk, before the events that need them.
    func flush() throws(KeyFailure) { try store.flush() }

    /// The longest name of a person that a sealed field can hold.
    static let personBytesMax = 255
}
