/// An event's place in the whole log, and its identity.
///
/// - Units: counted from 1 and without gaps; 0, ``origin``, means "before the first event".
package struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The count itself.
    package let rawValue: UInt64

    /// The place with that count.
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Before the first event.
    package static let origin = Position(0)
    /// The first event.
    package static let first = Position(1)

    /// The place after this one.
    package var next: Position { Position(rawValue + 1) }
    /// The place before this one; ``origin`` stays where it is.
    package var previous: Position { Position(rawValue == 0 ? 0 : rawValue - 1) }

    /// The place that many events further.
    package func advanced(by count: Int) -> Position { Position(rawValue + UInt64(count)) }

    /// Log order.
    package static func < (left: Position, right: Position) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The count as digits.
    package var description: String { String(rawValue) }

    /// Key of this event in a table: 8 bytes, big-endian, so that byte order is log order.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: rawValue >> (56 - 8 * UInt64(index)))
            }
            count = 8
        }
    }

    /// ``bytes`` without an allocation.
    var key: InlineArray<8, UInt8> {
        InlineArray { index in UInt8(truncatingIfNeeded: rawValue >> (56 - 8 * UInt64(index))) }
    }

    /// Reads what ``bytes`` wrote; nil for any other length than 8.
    package init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 8 else { return nil }
        self.init(
            UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)))
    }
}
