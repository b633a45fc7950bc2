internal import Business

/// States that the writer keeps in memory, bounded: what was not asked for in a while falls out.
///
/// Two generations: a full young one becomes the old one, and what is asked for again returns.
struct StateCache {
    private var young: [StreamName: HeldState] = [:]
    private var old: [StreamName: HeldState] = [:]
    private let generationMax: Int

    /// A cache of at most twice `generationMax` states.
    init(generationMax: Int) { self.generationMax = generationMax }

    /// The kept state of a stream.
    mutating func entry(of stream: StreamName) -> HeldState? {
        if let entry = young[stream] { return entry }
        guard let entry = old[stream] else { return nil }
        keep(entry, of: stream)
        return entry
    }

    /// Keeps a state.
    mutating func keep(_ entry: HeldState, of stream: StreamName) {
        if young.count >= generationMax {
            old = young
            young = [:]
            young.reserveCapacity(generationMax)
        }
        young[stream] = entry
    }

    /// Forgets everything, after a failed commit whose outcome is not known.
    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
