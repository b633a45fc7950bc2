internal import Audit
internal import Dispatch
internal import Synchronization

/// Shows how far work is, with rate and time left, on the error output.
///
/// On a terminal one line is overwritten; elsewhere a line is written now and then.
final class ProgressLine: Sendable {
    private struct State {
        var lastShown: UInt64 = 0
        var width = 0
    }

    /// Where lines go.
    ///
    /// The console is used by one thread at a time: everything goes through `state`.
    private nonisolated(unsafe) let console: Console
    private let state = Mutex(State())

    private static let terminalMilliseconds: UInt64 = 200
    private static let fileMilliseconds: UInt64 = 5_000

    init(_ console: Console) { self.console = console }

    /// Shows a progress when the last one is old enough, or the work is done.
    func show(_ progress: WorkProgress) {
        state.withLock { state in
            let now = DispatchTime.now().uptimeNanoseconds / 1_000_000
            let pause =
                console.showsProgress ? Self.terminalMilliseconds : Self.fileMilliseconds
            // What is quickly done is not worth a line in a file.
            if state.lastShown == 0, !console.showsProgress { state.lastShown = now }
            guard now - state.lastShown >= pause else { return }
            state.lastShown = now
            let text = Self.text(progress)
            if console.showsProgress {
                let blanks = String(repeating: " ", count: max(0, state.width - text.count))
                console.writeError("\r\(text)\(blanks)")
                state.width = text.count
            } else {
                console.warn(text)
            }
        }
    }

    /// Ends the line that was overwritten.
    func finish() {
        state.withLock { state in
            guard state.width > 0 else { return }
            console.writeError("\r\(String(repeating: " ", count: state.width))\r")
            state.width = 0
        }
    }

    /// What is done, how much of it, how fast, and how long it will take.
    static func text(_ progress: WorkProgress) -> String {
        let percent = progress.total == 0 ? 100 : progress.done * 100 / progress.total
        return
            "\(progress.work)  \(percent)%  \(progress.done) of \(progress.total) events  \(progress.eventsPerSecond)/s  \(time(progress.secondsLeft)) left"
    }

    private static func time(_ seconds: UInt64) -> String {
        seconds < 120
            ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }
}
