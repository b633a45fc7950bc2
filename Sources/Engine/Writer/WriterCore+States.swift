internal import Business
internal import EventLog
internal import Records

extension WriterCore: StateReader {
    /// The state of a stream as the batch left it, from memory or folded from the log.
    func state<State: StreamState>(
        of type: State.Type, id: String
    ) throws(Rejection) -> (state: State, version: UInt64) {
        let stream = StreamName(type: State.streamType, id: id)
        let entry = try entry(of: stream, initial: State.initial)
        guard let held = entry as? Held<State> else {
            throw Rejection(.logUnreadable, "\(stream) holds another kind of state than expected.")
        }
        return (held.value, held.version)
    }

    /// The highest number that the ids of a stream type carry behind a prefix.
    func highestNumber(of streamType: String, prefix: String) throws(Rejection) -> UInt64 {
        let series = "\(streamType)/\(prefix)"
        let committed = try committedNumber(of: series)
        return max(committed, batch.highestNumbers[series] ?? 0)
    }

    private func committedNumber(of series: String) throws(Rejection) -> UInt64 {
        if let known = committedNumbers[series] { return known }
        do throws(IndexFailure) {
            let rows = try index.rows(
                in: EngineTables.series, prefix: Array(series.utf8), limit: 1)
            // Rows stand highest first: the suffix is the number's complement.
            let number = rows.first.map { EngineTables.number(of: $0) } ?? 0
            committedNumbers[series] = number
            return number
        } catch {
            throw unreadable(error)
        }
    }

    /// Takes the numbers of a committed batch.
    func noteNumbers(of batch: Batch) {
        for (series, number) in batch.highestNumbers {
            guard let known = committedNumbers[series] else { continue }
            committedNumbers[series] = max(known, number)
        }
    }

    /// The state and version of a stream whose type the caller does not know.
    func entry(
        of stream: StreamName, initial: @autoclosure () -> any StreamState
    ) throws(Rejection) -> HeldState {
        if let entry = batch.states[stream] { return entry }
        if let entry = cache.entry(of: stream) { return entry }
        let entry = try load(stream, initial: initial())
        cache.keep(entry, of: stream)
        return entry
    }

    /// Events of one page while a state is folded from the log.
    private static let loadPageMax = 512

    private func load(
        _ stream: StreamName, initial: any StreamState
    ) throws(Rejection) -> HeldState {
        var state = initial
        var version: UInt64 = 0
        do {
            let name = stream.description
            if let kept = try snapshot(of: stream, initial: initial) {
                state = kept.state
                version = kept.version
            }
            while true {
                let places = try index.positions(
                    of: name, from: Int(version) + 1, limit: Self.loadPageMax)
                try fold(places.map(\.position), into: &state)
                version += UInt64(places.count)
                if places.count < Self.loadPageMax { break }
            }
        } catch {
            throw unreadable(error)
        }
        let entry = HeldState.holding(state, version: version)
        keepSnapshots(of: [(key: stream, value: entry)])
        return entry
    }

    /// Folds events of a stream, read under one transaction and without their envelopes.
    private func fold(_ positions: [Position], into state: inout any StreamState) throws {
        var failure: DecodingFailure?
        try log.visit(positions) { (view) throws(LogFailure) in
            guard failure == nil else { return }
            do throws(DecodingFailure) {
                let event = try events.recorded(view)
                event.event.apply(to: &state, at: event.version)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func unreadable(_ error: any Error) -> Rejection {
        Rejection(
            .logUnreadable,
            "The log could not be read: \(error). Run `daybook audit`; nothing was decided.")
    }
}
