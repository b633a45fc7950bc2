/// What clients know of the commands that they sent, by key.
final class Ledger {
    /// What became of a command, as far as a client knows.
    enum Fate: Equatable {
        /// It was sent and not answered.
        case unknown
        /// It was acknowledged by this line; `place` is how long the trace was when it was read.
        case accepted(answer: String, place: UInt64)
        /// It was refused.
        case refused
    }

    struct Entry {
        let key: String
        let line: String
        let kind: CommandKind
        var fate: Fate
        /// The first answer ever given and still binding; an answer after it must be the same.
        var firstAnswer: String?
    }

    private(set) var entries: [String: Entry] = [:]
    /// Keys in the order in which they were first sent.
    private(set) var order: [String] = []
    /// Acknowledged commands of which a power cut may have taken the flush: sent again.
    private(set) var answersCompared = 0
    private(set) var contradictions: [String] = []

    /// Notes that a command is being sent.
    func send(_ key: String, _ line: String, _ kind: CommandKind) {
        guard entries[key] == nil else { return }
        entries[key] = Entry(key: key, line: line, kind: kind, fate: .unknown, firstAnswer: nil)
        order.append(key)
    }

    /// Notes the answer to a command.
    func take(_ key: String, _ answer: String, place: UInt64) {
        guard var entry = entries[key] else { return }
        let isAccepted = answer.hasPrefix("ok ")
        if let first = entry.firstAnswer {
            answersCompared += 1
            if first != answer {
                contradictions.append("\(key) was answered \(first), then \(answer)")
            }
        }
        if isAccepted, !answer.contains("unchanged") {
            // What was acknowledged earlier binds from then on, whatever is answered again.
            if case .accepted = entry.fate {
            } else {
                entry.fate = .accepted(answer: answer, place: place)
            }
            entry.firstAnswer = entry.firstAnswer ?? answer
        } else if answer.hasPrefix("error outcome-unknown") {
            entry.fate = .unknown
        } else {
            entry.fate = .refused
        }
        entries[key] = entry
    }

    /// After a kill every acknowledged command must be there, whenever it was acknowledged.
    func everythingIsBinding() {
        for key in order { bind(key, before: .max) }
    }

    /// After a power cut those must be there that were acknowledged before the moment; of the
    /// others nothing is known.
    func bind(before moment: UInt64) {
        for key in order { bind(key, before: moment) }
    }

    private func bind(_ key: String, before moment: UInt64) {
        guard var entry = entries[key], case .accepted(let answer, let place) = entry.fate else {
            return
        }
        if place <= moment {
            // The trace of the next round starts anew, so this one binds for good.
            entry.fate = .accepted(answer: answer, place: 0)
        } else {
            entry.fate = .unknown
            entry.firstAnswer = nil
        }
        entries[key] = entry
    }

    /// Commands to send again: all whose fate is unknown, and some whose answer is known.
    func toResend(sampling count: Int, using random: inout some RandomNumberGenerator) -> [Entry] {
        var unknown: [Entry] = []
        var known: [Entry] = []
        for key in order {
            guard let entry = entries[key] else { continue }
            switch entry.fate {
            case .unknown: unknown.append(entry)
            case .accepted: known.append(entry)
            case .refused: break
            }
        }
        return unknown + known.shuffled(using: &random).prefix(count)
    }

    /// Commands that were acknowledged and bind.
    var accepted: [Entry] {
        order.compactMap { key in
            guard let entry = entries[key], case .accepted = entry.fate else { return nil }
            return entry
        }
    }
}
