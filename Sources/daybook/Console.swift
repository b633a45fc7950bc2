internal import Foundation

/// What a run of the tool reads and writes; tests give their own.
final class Console {
    /// Writes text to the output, as it is.
    let write: (String) -> Void
    /// Writes text to the error output, as it is.
    let writeError: (String) -> Void
    /// The next line of the input; nil at its end.
    let readLine: () -> String?
    /// Whether a person sits at input and output.
    let isInteractive: Bool
    /// Whether the error output is a terminal, on which a line can be overwritten.
    let showsProgress: Bool
    /// Columns of the output; nil where lines may have any length.
    let width: Int?
    /// The environment's variables.
    let environment: [String: String]
    /// A fresh idempotency key.
    let makeKey: () -> String

    init(
        write: @escaping (String) -> Void, writeError: @escaping (String) -> Void,
        readLine: @escaping () -> String? = { nil }, isInteractive: Bool = false,
        showsProgress: Bool = false, width: Int? = nil, environment: [String: String] = [:],
        makeKey: @escaping () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.write = write
        self.writeError = writeError
        self.readLine = readLine
        self.isInteractive = isInteractive
        self.showsProgress = showsProgress
        self.width = width
        self.environment = environment
        self.makeKey = makeKey
    }

    /// Writes a line to the output.
    func print(_ line: String = "") { write(line + "\n") }

    /// Writes a line to the error output.
    func warn(_ line: String) { writeError(line + "\n") }

    /// Asks a person for a line; nil at the end of the input.
    func ask(_ prompt: String) -> String? {
        write(prompt)
        return readLine()
    }

    /// Everything that the input still holds.
    func readAll() -> String {
        var lines: [String] = []
        while let line = readLine() { lines.append(line) }
        return lines.joined(separator: "\n")
    }
}

extension Console {
    /// The process's own input and outputs.
    static func standard() -> Console {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return Console(
            write: { FileHandle.standardOutput.write(Data($0.utf8)) },
            writeError: { FileHandle.standardError.write(Data($0.utf8)) },
            readLine: { Swift.readLine() },
            isInteractive: isTerminal && isatty(STDIN_FILENO) == 1,
            showsProgress: isatty(STDERR_FILENO) == 1,
            width: isTerminal ? terminalColumns() : nil,
            environment: ProcessInfo.processInfo.environment)
    }

    private static func terminalColumns() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
