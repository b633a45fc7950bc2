internal import ArgumentParser
internal import Foundation
internal import Records

/// Plays a company over the socket of a daemon whose folder has a manual clock.
@main
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook-demo",
        abstract: "Plays a year of a trading company over the socket of a running daybookd.",
        discussion: """
            The folder must be new and on the manual clock, and the caller a gateway: tools/demo \
            sees to both. The same seed gives the same books.

            Exit status: 0 played; 1 refused, or a process cannot go on; 3 no daemon answers; \
            64 wrong arguments.
            """)

    @Option(help: "The daemon's socket.")
    var socket: String

    @Option(help: "The shipped roles file, to which the company's people are added.")
    var roles: String

    @Option(help: "What settles all that happens by chance.")
    var seed: UInt64 = 2_025

    @Option(help: "The last day that is played.")
    var until = "2025-12-23"

    func run() throws {
        guard let lastDay = BusinessDate(until), let firstDay = BusinessDate(Founding.firstDay),
            lastDay > firstDay
        else {
            throw ValidationError("--until takes a date after \(Founding.firstDay).")
        }
        guard let data = FileManager.default.contents(atPath: roles) else {
            throw ValidationError("The roles file \(roles) cannot be read.")
        }
        let rolesFile = String(decoding: data, as: UTF8.self)
        let line = ProgressLine(from: firstDay, to: lastDay)
        do throws(DemoFailure) {
            let company = try Company(
                socket: socket, seed: seed, start: Instant(startOf: firstDay))
            try requireNew(company)
            try company.advance(to: Instant(startOf: firstDay).adding(microseconds: 1))
            try Founding(company: company, rolesFile: rolesFile).run()
            let trade = Trade(company: company, seed: seed, from: firstDay, to: lastDay)
            try trade.run(progress: line.show)
            line.finish(
                "Played \(firstDay) to \(lastDay): \(company.commandCount) commands by \(Staff.all.count) people, \(company.taskCount) of them from the work list, \(company.position) events."
            )
        } catch {
            line.finish(nil)
            FileHandle.standardError.write(Data("daybook-demo: \(error)\n".utf8))
            if case .noDaemon = error { throw ExitCode(3) }
            throw ExitCode(1)
        }
    }

    private func requireNew(_ company: Company) throws(DemoFailure) {
        guard try company.objectIfAny("finance.company/\(Founding.id)") == nil else {
            throw .wrongFolder(
                "The company is there already; the demo plays in a new folder only.")
        }
    }
}
