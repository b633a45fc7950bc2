/// A set of event types that is asked with the bytes of a stored event, without an allocation.
struct EventTypeSet: Sendable {
    private var slots: [[UInt8]]
    private let mask: Int

    init(_ types: [String]) {
        var size = 16
        while size < types.count * 4 { size *= 2 }
        slots = Array(repeating: [], count: size)
        mask = size - 1
        for type in Set(types) {
            let bytes = Array(type.utf8)
            var place = bytes.withUnsafeBytes { Self.hash($0) } & mask
            while !slots[place].isEmpty { place = (place + 1) & mask }
            slots[place] = bytes
        }
    }

    func contains(_ type: RawSpan) -> Bool {
        type.withUnsafeBytes { bytes in
            var place = Self.hash(bytes) & mask
            while !slots[place].isEmpty {
                if slots[place].count == bytes.count, slots[place].elementsEqual(bytes) {
                    return true
                }
                place = (place + 1) & mask
            }
            return false
        }
    }

    func contains(_ type: String) -> Bool {
        Array(type.utf8).withUnsafeBytes { contains(RawSpan(_unsafeBytes: $0)) }
    }

    /// FNV-1a, folded to an index.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 20)
    }
}
