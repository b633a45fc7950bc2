/// Entries by name, in the order in which they were written.
package struct Context: Sendable {
    /// Up to this many entries a look-up compares names one after another.
    private static let scannedEntriesMaximum = 8

    private final class Storage: Sendable {
        let names: [String]
        let values: [Value]
        let places: [String: Int]

        init(names: [String], values: [Value]) {
            self.names = names
            self.values = values
            var places: [String: Int] = [:]
            if names.count > Context.scannedEntriesMaximum {
                for (place, name) in names.enumerated() { places[name] = place }
            }
            self.places = places
        }
    }

    private let storage: Storage

    package static let empty = Context(names: [], values: [])

    /// Names must differ from each other.
    init(names: [String], values: [Value]) {
        storage = Storage(names: names, values: values)
    }

    /// A later entry replaces an earlier one of the same name, in the earlier one's place.
    package init(_ entries: [(String, Value)]) {
        var names: [String] = []
        var values: [Value] = []
        var places: [String: Int] = [:]
        for (name, value) in entries {
            if let place = places[name] {
                values[place] = value
            } else {
                places[name] = names.count
                names.append(name)
                values.append(value)
            }
        }
        self.init(names: names, values: values)
    }

    package var count: Int { storage.names.count }
    package var names: [String] { storage.names }
    package var values: [Value] { storage.values }

    /// The entry of that name; nil when there is none.
    package subscript(name: String) -> Value? {
        place(of: name).map { storage.values[$0] }
    }

    func place(of name: String) -> Int? {
        if storage.names.count > Self.scannedEntriesMaximum { return storage.places[name] }
        for place in storage.names.indices where storage.names[place] == name { return place }
        return nil
    }

    /// The same context with one entry set.
    package func setting(_ name: String, to value: Value) -> Context {
        var (names, values) = (storage.names, storage.values)
        if let place = place(of: name) {
            values[place] = value
        } else {
            names.append(name)
            values.append(value)
        }
        return Context(names: names, values: values)
    }

    /// The entries in order.
    package var entries: [(name: String, value: Value)] {
        zip(storage.names, storage.values).map { (name: $0, value: $1) }
    }
}

extension Context: Equatable {
    /// Same names and values, in any order.
    package static func == (left: Context, right: Context) -> Bool {
        guard left.count == right.count else { return false }
        for (name, value) in zip(left.storage.names, left.storage.values) {
            guard let other = right[name], other == value else { return false }
        }
        return true
    }
}

extension Context: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
