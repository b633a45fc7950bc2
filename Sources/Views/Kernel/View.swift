package import Business

/// What a view does at an event that it cannot fold.
package enum UnfoldablePolicy: Sendable {
    /// It stops before the event and answers `view-stopped`: no number is better than a wrong one.
    case stop
    /// It passes over the event's stream from then on and names it in each answer.
    case park
}

/// A fold over the log with the tables that it keeps and the questions that it answers.
///
/// A fold is pure and total over known facts; it reads no clock and evaluates no definition. What
/// it changes and the position that it reached are committed together.
package protocol View: Sendable {
    /// The view's name, `finance`.
    static var name: String { get }
    /// What the view tells, in a sentence.
    static var documentation: String { get }
    /// The version of the fold; another one than the stored means that the view is rebuilt.
    static var version: Int64 { get }
    /// The tables that it keeps.
    static var tables: [ViewTable] { get }
    /// The types of the events that it folds; all others are passed over without being decoded.
    static var eventTypes: [String] { get }
    /// The questions that it answers.
    static var queries: [ViewQuery] { get }
    /// What it does at an event of a type that it cannot fold.
    static func policy(for eventType: String) -> UnfoldablePolicy
    /// Folds one event.
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure)
}

extension View {
    /// Passes over what it cannot fold.
    package static func policy(for eventType: String) -> UnfoldablePolicy { .park }
}
