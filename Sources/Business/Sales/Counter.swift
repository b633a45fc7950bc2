package import Records

/// A quantity that is mostly nothing: then it is neither stored nor shown.
package struct Counter: FieldValue, Hashable {
    /// How much.
    package let quantity: Quantity

    /// A counter at a quantity.
    package init(_ quantity: Quantity) { self.quantity = quantity }

    /// A quantity.
    package static var kind: FieldKind { Quantity.kind }
    /// As a quantity is stored.
    package static var wire: WireKind { Quantity.wire }
    /// Nothing.
    package static var absent: Counter? { Counter(.zero) }
    /// Whether there is nothing.
    package var isAbsent: Bool { quantity.isZero }

    /// Stored as its quantity is.
    package func wire(in writer: borrowing ByteWriter) -> WireKind { quantity.wire(in: writer) }
    /// Appends the quantity.
    package func encode(into writer: inout ByteWriter) { quantity.encode(into: &writer) }
    /// Reads the quantity.
    package static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Counter { Counter(try Quantity.decode(from: &reader, wire: wire)) }
    /// Reads the quantity from JSON.
    package static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Counter { Counter(try Quantity.read(json, context)) }
    /// The quantity as JSON.
    package func json(_ context: JSONContext) -> JSONValue { quantity.json(context) }
    /// The quantity as rules see it.
    package var content: FieldContent { quantity.content }
    /// The quantity's violation.
    package func violation(of limits: Limits) -> String? { quantity.violation(of: limits) }
}

extension Quantity {
    /// The difference where a fold may not refuse: recorded facts keep to amounts that fit, since
    /// the decider computed with checks before they were recorded.
    func less(_ other: Quantity) -> Quantity {
        Quantity(millionths: millionths &- other.millionths, unit: unit)
    }

    /// The sum where a fold may not refuse; see ``less(_:)``.
    func plus(_ other: Quantity) -> Quantity {
        Quantity(millionths: millionths &+ other.millionths, unit: unit)
    }
}
