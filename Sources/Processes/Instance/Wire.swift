/// Why stored bytes are not an advance or value that this program can read.
package enum WireFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes end in the middle of a field.
    case cutShort
    /// Written by a newer program: the format version or a tag is not known.
    case unknown(what: String, found: UInt64)
    /// Not the bytes that this format writes.
    case damaged(String)

    package var description: String {
        switch self {
        case .cutShort: "expected more bytes, found the end of the advance"
        case .unknown(let what, let found):
            "unknown \(what) \(found); the log was written by a newer program"
        case .damaged(let what): "damaged advance: \(what)"
        }
    }
}

/// Writes the compact form: unsigned LEB128 numbers, zigzag for signed ones, counted UTF-8 text.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func signed(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func number(_ value: Int) { signed(Int64(value)) }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func text(_ value: String) {
        unsigned(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func list<Item>(_ items: [Item], _ write: (inout WireWriter, Item) -> Void) {
        unsigned(UInt64(items.count))
        for item in items { write(&self, item) }
    }

    mutating func optional<Item>(_ item: Item?, _ write: (inout WireWriter, Item) -> Void) {
        flag(item != nil)
        if let item { write(&self, item) }
    }

    mutating func texts(_ items: [String]) { list(items) { $0.text($1) } }

    mutating func value(_ value: ProcessValue) {
        switch value {
        case .null: byte(0)
        case .boolean(false): byte(1)
        case .boolean(true): byte(2)
        case .integer(let number):
            byte(3)
            signed(number)
        case .decimal(let digits):
            byte(4)
            text(digits)
        case .text(let content):
            byte(5)
            text(content)
        case .temporal(let kind, let content):
            byte(6)
            byte(kind.rawValue)
            text(content)
        case .list(let items):
            byte(7)
            list(items) { $0.value($1) }
        case .context(let fields):
            byte(8)
            self.fields(fields)
        }
    }

    mutating func fields(_ fields: [ProcessField]) {
        list(fields) {
            $0.text($1.name)
            $0.value($1.value)
        }
    }
}

/// Reads what ``WireWriter`` writes; never reads past the end and never nests without limit.
struct WireReader {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    /// Lists and contexts inside each other.
    private let depthMax = 64

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool { index == bytes.count }

    mutating func byte() throws(WireFailure) -> UInt8 {
        guard index < bytes.count else { throw .cutShort }
        index += 1
        return bytes[index - 1]
    }

    mutating func unsigned() throws(WireFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw .damaged("a number of more than 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    mutating func signed() throws(WireFailure) -> Int64 {
        let raw = try unsigned()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    mutating func number() throws(WireFailure) -> Int { Int(try signed()) }

    mutating func flag() throws(WireFailure) -> Bool {
        let byte = try byte()
        guard byte <= 1 else { throw .damaged("a flag that is neither 0 nor 1") }
        return byte == 1
    }

    mutating func text() throws(WireFailure) -> String {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - index) else { throw .cutShort }
        let range = index..<index + Int(count)
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw .damaged("text that is not UTF-8")
        }
        index = range.upperBound
        return text
    }

    mutating func list<Item>(
        _ read: (inout WireReader) throws(WireFailure) -> Item
    ) throws(WireFailure) -> [Item] {
        let count = try unsigned()
        // Every item takes at least one byte.
        guard count <= UInt64(bytes.count - index) else { throw .cutShort }
        depth += 1
        defer { depth -= 1 }
        guard depth <= depthMax else { throw .damaged("more than \(depthMax) levels") }
        var items: [Item] = []
        items.reserveCapacity(Int(count))
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    mutating func optional<Item>(
        _ read: (inout WireReader) throws(WireFailure) -> Item
    ) throws(WireFailure) -> Item? {
        try flag() ? try read(&self) : nil
    }

    mutating func texts() throws(WireFailure) -> [String] {
        try list { (reader: inout WireReader) throws(WireFailure) in try reader.text() }
    }

    mutating func value() throws(WireFailure) -> ProcessValue {
        let tag = try byte()
        switch tag {
        case 0: return .null
        case 1: return .boolean(false)
        case 2: return .boolean(true)
        case 3: return .integer(try signed())
        case 4: return .decimal(try text())
        case 5: return .text(try text())
        case 6:
            let kind = try byte()
            guard let temporal = ProcessValue.Temporal(rawValue: kind) else {
                throw .unknown(what: "kind of date or time", found: UInt64(kind))
            }
            return .temporal(temporal, try text())
        case 7:
            return .list(
                try list { (reader: inout WireReader) throws(WireFailure) in try reader.value() })
        case 8: return .context(try fields())
        default: throw .unknown(what: "value tag", found: UInt64(tag))
        }
    }

    mutating func fields() throws(WireFailure) -> [ProcessField] {
        try list { (reader: inout WireReader) throws(WireFailure) in
            let name = try reader.text()
            return ProcessField(name, try reader.value())
        }
    }
}

extension ProcessValue {
    /// The value in the compact form that advances use.
    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.value(self)
        return writer.bytes
    }

    /// Reads one value from its compact form.
    package static func decode(_ bytes: [UInt8]) throws(WireFailure) -> ProcessValue {
        var reader = WireReader(bytes)
        let value = try reader.value()
        guard reader.atEnd else { throw .damaged("bytes after the value") }
        return value
    }

    /// Size that limits count: at least the bytes of the compact form, numbers taken at their longest.
    package var encodedByteCount: Int {
        func counted(_ text: String) -> Int { text.utf8.count + (text.utf8.count < 128 ? 1 : 3) }
        switch self {
        case .null, .boolean: return 1
        case .integer: return 10
        case .decimal(let text), .text(let text): return 1 + counted(text)
        case .temporal(_, let text): return 2 + counted(text)
        case .list(let items): return items.reduce(4) { $0 + $1.encodedByteCount }
        case .context(let fields):
            return fields.reduce(4) { $0 + counted($1.name) + $1.value.encodedByteCount }
        }
    }
}
