internal import FEEL
internal import Processes
internal import Records

/// What changed definitions would have done, beside what was done.
struct SimulationReport {
    private struct Pair {
        let instance: String
        let document: String?
        let before: RunFigures
        let after: RunFigures
        let isFaithful: Bool
        let assumptions: Set<Assumption>
    }

    private var pairs: [Pair] = []
    private var left: [String] = []

    /// Instances that are listed one by one.
    private static let listedMax = 1_000

    mutating func add(
        _ instance: String, document: String?, before: RunFigures, after: RunFigures,
        isFaithful: Bool, assumptions: Set<Assumption>
    ) {
        pairs.append(
            Pair(
                instance: instance, document: document, before: before, after: after,
                isFaithful: isFaithful, assumptions: assumptions))
    }

    /// An instance whose process the changed set does not have.
    mutating func leaveOut(_ instance: String) { left.append(instance) }

    func json(_ question: Simulation.Question) -> JSONValue {
        let differing = pairs.filter { !differences($0).isEmpty }
        var assumptions: [String: Int64] = [:]
        for pair in pairs {
            for assumption in pair.assumptions { assumptions[assumption.text, default: 0] += 1 }
        }
        return .object([
            "process": .string(question.process), "from": .string(question.from.description),
            "to": .string(question.to.description),
            "changed": .array(question.changed.map { .string($0.name) }),
            "instances": .integer(pairs.count), "differing": .integer(differing.count),
            "faithful": .integer(pairs.count { $0.isFaithful }),
            "leftOut": .integer(left.count),
            "outcomes": counts { [$0.outcome] },
            "cycle": cycle,
            "amounts": amounts,
            "decisions": counts { figures in
                figures.decisions.map { "\($0.name) = \($0.value.asText ?? $0.value.json)" }
            },
            "commands": counts(\.commands),
            "rows": .array(differing.prefix(Self.listedMax).map(row)),
            "assumptions": .array(
                assumptions.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                    .object(["text": .string($0.key), "count": .integer($0.value)])
                }),
        ])
    }

    /// How often something was the case, before and after.
    private func counts(_ names: (RunFigures) -> [String]) -> JSONValue {
        var found: [String: (before: Int, after: Int)] = [:]
        for pair in pairs {
            for name in names(pair.before) { found[name, default: (0, 0)].before += 1 }
            for name in names(pair.after) { found[name, default: (0, 0)].after += 1 }
        }
        return .array(
            found.sorted { $0.key < $1.key }.map { name, count in
                .object([
                    "name": .string(name), "recorded": .integer(count.before),
                    "simulated": .integer(count.after),
                ])
            })
    }

    private var cycle: JSONValue {
        func told(_ figures: (Pair) -> RunFigures) -> JSONValue {
            let durations = pairs.compactMap { figures($0).cycleMilliseconds }.sorted()
            func quantile(_ permille: Int) -> Int64? {
                if durations.isEmpty { return nil }
                return durations[max(0, (durations.count * permille + 999) / 1_000 - 1)]
            }
            return .object([
                "ended": .integer(durations.count),
                "medianMilliseconds": quantile(500).map { .integer($0) },
                "percentile95Milliseconds": quantile(950).map { .integer($0) },
            ])
        }
        return .object(["recorded": told(\.before), "simulated": told(\.after)])
    }

    /// Sums of the variables that are amounts.
    private var amounts: JSONValue {
        var sums: [String: (before: Decimal34, after: Decimal34)] = [:]
        let zero = Decimal34(0)
        for pair in pairs {
            for (name, value) in pair.before.amounts {
                let sum = sums[name, default: (zero, zero)]
                sums[name] = (sum.before.adding(value) ?? sum.before, sum.after)
            }
            for (name, value) in pair.after.amounts {
                let sum = sums[name, default: (zero, zero)]
                sums[name] = (sum.before, sum.after.adding(value) ?? sum.after)
            }
        }
        return .array(
            sums.sorted { $0.key < $1.key }.map { name, sum in
                .object([
                    "name": .string(name), "recorded": .string(sum.before.description),
                    "simulated": .string(sum.after.description),
                    "difference": sum.after.subtracting(sum.before).map {
                        .string($0.description)
                    },
                ])
            })
    }

    // MARK: One by one

    private func differences(_ pair: Pair) -> [String] {
        var found: [String] = []
        let (before, after) = (pair.before, pair.after)
        if before.outcome != after.outcome {
            found.append("\(before.outcome) → \(after.outcome)")
        }
        for field in after.decisions where before.decisions.value(of: field.name) != field.value {
            let old = before.decisions.value(of: field.name).map { $0.asText ?? $0.json } ?? "none"
            found.append("\(field.name): \(old) → \(field.value.asText ?? field.value.json)")
        }
        for (name, value) in after.amounts.sorted(by: { $0.key < $1.key }) {
            guard let old = before.amounts[name], old != value else { continue }
            found.append("\(name): \(old) → \(value)")
        }
        if let old = before.cycleMilliseconds, let new = after.cycleMilliseconds,
            Self.areApart(old, new)
        {
            found.append(
                "\(DurationWords.text(milliseconds: old)) → \(DurationWords.text(milliseconds: new))"
            )
        }
        if found.isEmpty { found += Self.detours(before.path, after.path) }
        return found
    }

    /// Elements that one path has oftener than the other; their order tells nothing where paths run
    /// beside each other.
    private static func detours(_ left: [String], _ right: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for element in right { counts[element, default: 0] += 1 }
        for element in left { counts[element, default: 0] -= 1 }
        let more = counts.filter { $0.value > 0 }.keys.sorted()
        let less = counts.filter { $0.value < 0 }.keys.sorted()
        return (more.isEmpty ? [] : ["goes through \(more.joined(separator: ", "))"])
            + (less.isEmpty ? [] : ["not through \(less.joined(separator: ", "))"])
    }

    /// Cycle times within a second or a hundredth are the same: a timer fires a moment after it is
    /// due, and what is played does not wait.
    private static func areApart(_ left: Int64, _ right: Int64) -> Bool {
        let difference = abs(left - right)
        return difference > 1_000 && difference > max(left, right) / 100
    }

    private func row(_ pair: Pair) -> JSONValue {
        .object([
            "instance": .string(pair.instance), "document": pair.document.map { .string($0) },
            "recorded": .string(pair.before.outcome), "simulated": .string(pair.after.outcome),
            "differences": .array(differences(pair).map { .string($0) }),
            "faithful": .boolean(pair.isFaithful),
            "recordedPath": .array(pair.before.path.map { .string($0) }),
            "simulatedPath": .array(pair.after.path.map { .string($0) }),
            "assumptions": .array(pair.assumptions.map(\.text).sorted().map { .string($0) }),
        ])
    }
}
