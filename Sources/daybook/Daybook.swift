internal import ArgumentParser
internal import Foundation

/// A subcommand that does its work on a console that it is given.
protocol ToolCommand: ParsableCommand {
    /// Does the work.
    func perform(_ console: Console) throws(ToolFailure)
}

extension ToolCommand {
    func run() throws {
        do throws(ToolFailure) {
            try perform(.standard())
        } catch { throw ExitCode(error.status.rawValue) }
    }
}

/// The tool's command line.
struct Daybook: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "Asks a running daybookd, and reads, proves and rebuilds its data folder.",
        discussion: """
            Commands, queries and views explain themselves: `daybook describe`, \
            `daybook describe sales.place-order`.

            A daemon is asked over the socket that --socket or DAYBOOK_SOCKET names; \
            files are read in the folder that --data names, also while the daemon writes there.

            Exit status:
            \(ToolStatus.table)
            """,
        subcommands: [
            DoCommand.self, QueryCommand.self, DescribeCommand.self, SubscribeCommand.self,
            TasksCommand.self, ProcessCommand.self, DecisionCommand.self, ReplayCommand.self,
            AuditCommand.self, RebuildCommand.self, BackupCommand.self, ImportCommand.self,
            SimulateCommand.self, WhoAmICommand.self,
        ])
}

/// Runs the tool and tells the exit status.
enum Tool {
    /// Parses the arguments, does what they say and writes failures for people.
    static func run(_ arguments: [String], _ console: Console) -> Int32 {
        do {
            var command = try Daybook.parseAsRoot(arguments)
            if let command = command as? any ToolCommand {
                try command.perform(console)
            } else {
                try command.run()
            }
            return ToolStatus.done.rawValue
        } catch let failure as ToolFailure {
            if let body = failure.body { console.print(body) }
            console.warn(failure.message)
            return failure.status.rawValue
        } catch {
            return report(error, console)
        }
    }

    /// Help that was asked for goes to the output; a wrong command line is status 2.
    private static func report(_ error: any Error, _ console: Console) -> Int32 {
        let text = Daybook.fullMessage(for: error)
        guard Daybook.exitCode(for: error).isSuccess else {
            console.warn(text)
            return ToolStatus.usage.rawValue
        }
        console.print(text)
        return ToolStatus.done.rawValue
    }
}

@main
enum Main {
    static func main() {
        exit(Tool.run(Array(CommandLine.arguments.dropFirst()), .standard()))
    }
}
