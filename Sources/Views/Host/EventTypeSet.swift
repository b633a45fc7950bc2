internal import Business

/// A set of event types that is asked with the bytes of a stored event, without an allocation.
struct EventTypeSet: Sendable {
    private let names: NameIndex

    init(_ types: [String]) { names = NameIndex(types) }

    func contains(_ type: UnsafeRawBufferPointer) -> Bool { names.number(of: type) != nil }

    func contains(_ type: String) -> Bool {
        // Names of types stand in the program as they are, in one run of bytes.
        let found = type.utf8.withContiguousStorageIfAvailable {
            contains(UnsafeRawBufferPointer($0))
        }
        return found ?? Array(type.utf8).withUnsafeBytes { contains($0) }
    }
}
