internal import Foundation
internal import Records

/// One line on the error output that tells how far the year is; at most one a month where it is no
/// terminal.
final class ProgressLine {
    private let first: BusinessDate
    private let days: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastMonth = 0
    private static let width = 28

    init(from first: BusinessDate, to last: BusinessDate) {
        self.first = first
        days = max(1, last.days(since: first))
    }

    func show(_ date: BusinessDate, _ company: Company) {
        let month = date.parts.month
        guard isTerminal || month != lastMonth else { return }
        lastMonth = month
        let done = min(Self.width, date.days(since: first) * Self.width / days)
        let bar =
            String(repeating: "█", count: done) + String(repeating: "░", count: Self.width - done)
        let text =
            "\(date) \(bar) \(company.commandCount) commands, \(company.taskCount) tasks, position \(company.position)"
        write(isTerminal ? "\r\u{1B}[2K\(text)" : "\(text)\n")
    }

    func finish(_ text: String?) {
        if isTerminal { write("\r\u{1B}[2K") }
        if let text { write("\(text)\n") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
