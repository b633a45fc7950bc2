internal import LMDB
internal import Synchronization

extension LogIndex {
    /// Version and position of a stream's last event; nil when the stream has none.
    package func head(of stream: String) throws(IndexFailure) -> StreamHead? {
        let name = ByteText(stream)
        let (found, frozen, mayBeInFile) = state.withLock { state in
            (
                state.active.streams[name]?.last, state.frozen,
                state.filters.mayContain { .stream(stream) }
            )
        }
        if let last = found ?? frozen?.changes.streams[name]?.last {
            return StreamHead(version: last.version, position: last.position)
        }
        guard mayBeInFile else { return nil }
        return try inFile { (transaction) throws(IndexFailure) in
            try transaction.head(of: stream, in: tables.streams)
        }
    }

    /// Position of one event of a stream; nil when the stream has no such version.
    package func position(of stream: String, version: Int) throws(IndexFailure) -> Position? {
        guard version > 0 else { return nil }
        return try positions(of: stream, from: version, limit: 1).first {
            $0.version == version
        }?.position
    }

    /// Versions and positions of a stream's events, in order, from a version on, at most `limit`.
    package func positions(
        of stream: String, from version: Int = 1, limit: Int
    ) throws(IndexFailure) -> [StreamHead] {
        guard limit > 0 else { return [] }
        let name = ByteText(stream)
        let (active, frozen, mayBeInFile) = state.withLock { state in
            (
                state.active.streams[name] ?? [], state.frozen,
                state.filters.mayContain { .stream(stream) }
            )
        }
        let tail = (frozen?.changes.streams[name] ?? []) + active
        var found: [StreamHead] = []
        // What memory has from the wanted version on need not be looked for in the file.
        if mayBeInFile, tail.first.map({ $0.version > version }) ?? true {
            found = try inFile { (transaction) throws(IndexFailure) in
                try transaction.positions(
                    of: stream, from: version, limit: limit, in: tables.streams)
            }
        }
        for event in tail where event.version >= version && found.count < limit {
            if let last = found.last, last.version >= event.version { continue }
            found.append(StreamHead(version: event.version, position: event.position))
        }
        return found
    }

    /// Position of the first event that carries an idempotency key in a company; nil when none does.
    package func position(
        ofKey key: String, company: String
    ) throws(IndexFailure) -> Position? {
        let key = IndexKey.idempotency(company: company, key: key)
        let (active, frozen, mayBeInFile) = state.withLock { state in
            (
                state.active.keys[key], state.frozen,
                state.filters.mayContain { .idempotency(key) }
            )
        }
        // A hit in memory is a resent command, so rare that asking the file too costs nothing; the
        // first event counts, wherever it is.
        guard mayBeInFile else { return nil }
        let inFile = try inFile { (transaction) throws(IndexFailure) in
            try transaction.number(of: key, in: tables.keys).map { Position($0) }
        }
        return inFile ?? frozen?.changes.keys[key] ?? active
    }

    /// Positions of the events that concern an object, in log order, at most `limit`.
    ///
    /// - Parameters:
    ///   - object: Text `type/id`, as in the envelope.
    ///   - type: Only events of this name; all when nil.
    ///   - after: Only events after this position.
    ///   - limit: Most positions to give; go on after the last one.
    /// - Returns: The positions, ascending.
    /// - Throws: ``IndexFailure`` when the file cannot be read.
    package func positions(
        concerning object: String, type: String? = nil, after: Position = .origin, limit: Int
    ) throws(IndexFailure) -> [Position] {
        guard limit > 0 else { return [] }
        let name = ByteText(object)
        let (active, frozen) = state.withLock { state in
            (state.active.objects[name] ?? [], state.frozen)
        }
        var found = try inFile { (transaction) throws(IndexFailure) in
            try transaction.positions(
                concerning: object, type: type, after: after, limit: limit, in: tables.objects)
        }
        for event in (frozen?.changes.objects[name] ?? []) + active where found.count < limit {
            guard event.position > (found.last ?? after) else { continue }
            if let type, ByteText(type) != ByteText(event.type) { continue }
            found.append(event.position)
        }
        return found
    }

    /// Runs `body` on a snapshot of the file.
    func inFile<Result>(
        _ body: (borrowing ReadTransaction) throws(IndexFailure) -> Result
    ) throws(IndexFailure) -> Result {
        let transaction: ReadTransaction
        do throws(StoreFailure) {
            transaction = try environment.beginRead()
        } catch { throw .store(error) }
        return try body(transaction)
    }
}

extension ReadTransaction {
    fileprivate func number(
        of key: [UInt8], in table: Table
    ) throws(IndexFailure) -> UInt64? {
        do throws(StoreFailure) {
            guard let value = try value(for: key, in: table) else { return nil }
            return IndexKey.trailingNumber(value)
        } catch { throw .store(error) }
    }

    fileprivate func head(
        of stream: String, in table: Table
    ) throws(IndexFailure) -> StreamHead? {
        let start = IndexKey.start(stream)
        var head: StreamHead?
        var isMalformed = false
        do throws(StoreFailure) {
            var cursor = try cursor(in: table)
            guard try cursor.seek(before: IndexKey.stream(stream, version: .max)),
                cursor.key.begins(with: start)
            else { return nil }
            head = StreamHead(key: cursor.key, value: cursor.value)
            isMalformed = head == nil
        } catch { throw .store(error) }
        guard !isMalformed else { throw .malformed(table: table.name) }
        return head
    }

    fileprivate func positions(
        of stream: String, from version: Int, limit: Int, in table: Table
    ) throws(IndexFailure) -> [StreamHead] {
        let start = IndexKey.start(stream)
        var found: [StreamHead] = []
        var isMalformed = false
        do throws(StoreFailure) {
            var cursor = try cursor(in: table)
            let lower = IndexKey.stream(stream, version: UInt64(max(version, 0)))
            var isThere = try cursor.seek(lower)
            while isThere, found.count < limit, cursor.key.begins(with: start) {
                guard let head = StreamHead(key: cursor.key, value: cursor.value) else {
                    isMalformed = true
                    break
                }
                found.append(head)
                isThere = try cursor.move(.next)
            }
        } catch { throw .store(error) }
        guard !isMalformed else { throw .malformed(table: table.name) }
        return found
    }

    /// Rows lie by object, type, position; without a type each type is visited and the lists merged.
    fileprivate func positions(
        concerning object: String, type: String?, after: Position, limit: Int, in table: Table
    ) throws(IndexFailure) -> [Position] {
        let start = IndexKey.start(object)
        let from = after.next.rawValue
        var found: [Position] = []
        do throws(StoreFailure) {
            var cursor = try cursor(in: table)
            var lower = type.map { IndexKey.object(object, type: $0, position: from) } ?? start
            while try cursor.seek(lower), cursor.key.begins(with: start) {
                let key = Array(cursor.key)
                guard key.count >= start.count + 9 else { break }
                let typeBytes = key[start.count..<(key.count - 9)]
                if let type {
                    guard typeBytes.elementsEqual(type.utf8) else { break }
                }
                // Rows of this type lie from here to the separator's successor.
                let typeStart = start + typeBytes + [0]
                lower = typeStart + Position(from).bytes
                var isThere = try cursor.seek(lower)
                var count = 0
                while isThere, count < limit, cursor.key.begins(with: typeStart),
                    cursor.key.byteCount == typeStart.count + 8
                {
                    found.append(Position(IndexKey.trailingNumber(cursor.key) ?? 0))
                    count += 1
                    isThere = try cursor.move(.next)
                }
                if type != nil { break }
                lower = IndexKey.afterType(typeBytes, of: start)
            }
        } catch { throw .store(error) }
        if type == nil { found.sort() }
        return Array(found.prefix(limit))
    }
}

extension StreamHead {
    /// Reads a row of the streams table.
    fileprivate init?(key: RawSpan, value: RawSpan) {
        guard let number = IndexKey.trailingNumber(key), let version = Int(exactly: number),
            let position = Position(value)
        else { return nil }
        self.init(version: version, position: position)
    }
}

extension RawSpan {
    /// Whether the bytes begin with others.
    func begins(with start: [UInt8]) -> Bool {
        guard byteCount >= start.count else { return false }
        return withUnsafeBytes { $0.prefix(start.count).elementsEqual(start) }
    }
}
