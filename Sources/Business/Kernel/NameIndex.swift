internal import Foundation

/// Numbers of names, found with a name's bytes: without an allocation and without a count of
/// references changing, for what looks at every event of the log.
package struct NameIndex: Sendable {
    private struct Slot: Sendable {
        var start = 0
        var count = 0
        var number = -1
    }

    private let slots: [Slot]
    private let text: [UInt8]
    private let mask: Int
    /// Slots for each name, so that most are found at the first look.
    private static let slotsPerName = 4

    /// An index of names; each has the number of its place, the first one where it stands twice.
    package init(_ names: [String]) {
        var size = 16
        while size < names.count * Self.slotsPerName { size *= 2 }
        var slots = Array(repeating: Slot(), count: size)
        var text: [UInt8] = []
        for (number, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            var place = bytes.withUnsafeBytes { Self.hash($0) } & (size - 1)
            while slots[place].number >= 0 {
                let slot = slots[place]
                if text[slot.start..<slot.start + slot.count].elementsEqual(bytes) { break }
                place = (place + 1) & (size - 1)
            }
            guard slots[place].number < 0 else { continue }
            slots[place] = Slot(start: text.count, count: bytes.count, number: number)
            text.append(contentsOf: bytes)
        }
        self.slots = slots
        self.text = text
        mask = size - 1
    }

    /// The number of the name with these bytes.
    package func number(of name: UnsafeRawBufferPointer) -> Int? {
        text.withUnsafeBytes { text in
            var place = Self.hash(name) & mask
            while true {
                let slot = slots[place]
                if slot.number < 0 { return nil }
                if slot.count == name.count, Self.isSame(text, slot.start, name) {
                    return slot.number
                }
                place = (place + 1) & mask
            }
        }
    }

    private static func isSame(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        guard let all = text.baseAddress, let bytes = name.baseAddress else {
            return name.isEmpty
        }
        return memcmp(all.advanced(by: start), bytes, name.count) == 0
    }

    /// Mixes the beginning, the middle and the end of a name with its length.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        let count = bytes.count
        var mixed = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        if count >= 8 {
            mixed = mix(mixed, bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            mixed = mix(
                mixed, bytes.loadUnaligned(fromByteOffset: (count - 8) / 2, as: UInt64.self))
            mixed = mix(mixed, bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
        } else {
            for byte in bytes { mixed = mix(mixed, UInt64(byte)) }
        }
        return Int(truncatingIfNeeded: mixed >> 20)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
        return product ^ (product >> 32)
    }
}
