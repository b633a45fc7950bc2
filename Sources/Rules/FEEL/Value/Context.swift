internal import Synchronization

/// Entries that are read only when they are asked for: a host's record, of which an expression
/// needs little.
package protocol ContextSource: Sendable {
    /// The entries' names in order; no two are the same.
    var names: [String] { get }
    /// The entry of that name; nil when there is none. The same whenever it is asked for.
    func value(named name: String) -> Value?
}

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

    /// A source, and the lists that were made of it: those are dear, and a loop asks again and again.
    private final class Reading: Sendable {
        let source: any ContextSource
        let lists = Mutex<[(name: String, items: Value)]>([])

        init(_ source: any ContextSource) { self.source = source }

        func value(named name: String) -> Value? {
            if let known = lists.withLock({ $0.first { $0.name == name } }) { return known.items }
            let value = source.value(named: name)
            if case .list(let items)? = value, !items.isEmpty {
                lists.withLock { $0.append((name, .list(items))) }
            }
            return value
        }

        func whole() -> Storage {
            let names = source.names
            return Storage(names: names, values: names.map { value(named: $0) ?? .null })
        }
    }

    private enum Form: Sendable {
        case whole(Storage)
        case read(Reading)
    }

    private let form: Form

    private var storage: Storage {
        switch form {
        case .whole(let storage): storage
        case .read(let reading): reading.whole()
        }
    }

    package static let empty = Context(names: [], values: [])

    /// Names must differ from each other.
    init(names: [String], values: [Value]) {
        form = .whole(Storage(names: names, values: values))
    }

    /// Entries that are read from a source when they are asked for.
    package init(reading source: some ContextSource) { form = .read(Reading(source)) }

    /// What the entries are read from; nil for a context that was written out.
    package var source: (any ContextSource)? {
        switch form {
        case .whole: nil
        case .read(let reading): reading.source
        }
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

    package var count: Int { names.count }
    package var names: [String] {
        switch form {
        case .whole(let storage): storage.names
        case .read(let reading): reading.source.names
        }
    }
    package var values: [Value] { storage.values }

    /// The entry of that name; nil when there is none.
    package subscript(name: String) -> Value? {
        switch form {
        case .whole(let storage): Self.place(of: name, in: storage).map { storage.values[$0] }
        case .read(let reading): reading.value(named: name)
        }
    }

    private static func place(of name: String, in storage: Storage) -> Int? {
        if storage.names.count > scannedEntriesMaximum { return storage.places[name] }
        for place in storage.names.indices where storage.names[place] == name { return place }
        return nil
    }

    /// The same context with one entry set.
    package func setting(_ name: String, to value: Value) -> Context {
        let storage = storage
        var (names, values) = (storage.names, storage.values)
        if let place = Self.place(of: name, in: storage) {
            values[place] = value
        } else {
            names.append(name)
            values.append(value)
        }
        return Context(names: names, values: values)
    }

    /// The entries in order.
    package var entries: [(name: String, value: Value)] {
        let storage = storage
        return zip(storage.names, storage.values).map { (name: $0, value: $1) }
    }
}

extension Context: Equatable {
    /// Same names and values, in any order.
    package static func == (left: Context, right: Context) -> Bool {
        guard left.count == right.count else { return false }
        for (name, value) in left.entries {
            guard let other = right[name], other == value else { return false }
        }
        return true
    }
}

extension Context: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
