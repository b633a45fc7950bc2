/// What is wrong with a decision model, where, and what to do about it.
package struct ModelProblem: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable {
        /// The model cannot run.
        case error
        /// The model runs, but probably not as meant.
        case warning
    }

    package let severity: Severity
    /// The element: its kind and name, and the rule or column where there is one.
    package let element: String
    /// What was expected, what was found, and what to do.
    package let message: String
    package let line: Int
    package let column: Int

    package var description: String {
        "line \(line), column \(column): \(severity.rawValue) in \(element): \(message)"
    }
}

/// Why a file is no decision model that can run: every error that was found.
package struct ModelFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package let problems: [ModelProblem]

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
