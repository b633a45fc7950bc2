internal import ArgumentParser
internal import Client
internal import Engine
internal import Foundation
internal import Records

/// `daybook process show`.
struct ProcessShow: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draws a process as SVG; an instance's path in colour, or a period's figures.",
        discussion: """
            daybook process show order-to-cash --output order-to-cash.svg
            daybook process show order-to-cash-71 > path.svg
            daybook process show procure-to-pay-90 --process supplier-invoice > called.svg
            daybook process show order-to-cash --heat --from 2026-09-01 --to 2026-09-30 > heat.svg
            daybook process show --file processes/order-to-cash.bpmn > draft.svg

            A diagram without a layout of its own is laid out. With --file no daemon is asked.
            """)

    @Argument(help: "A process's id, or an instance.")
    var subject: String?

    @Option(help: "Draw this file, deployed or not.", completion: .file(extensions: ["bpmn"]))
    var file: String?

    @Option(help: "For an instance: a process that it called, in place of its own.")
    var process: String?

    @Flag(help: "Write counts and median times at the elements, the slowest in red.")
    var heat = false

    @Option(help: "The first day of the figures, 2026-09-01, in UTC.")
    var from: String?

    @Option(help: "The last day of the figures.")
    var to: String?

    @Option(name: .shortAndLong, help: "Write the drawing to this file.", completion: .file())
    var output: String?

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard subject != nil || file != nil else {
            throw ValidationError("Name a process or an instance, or give --file.")
        }
        if file != nil, process != nil {
            throw ValidationError("--process goes with an instance; with --file name the process.")
        }
        if file != nil, heat || from != nil || to != nil {
            throw ValidationError("--heat, --from and --to ask a daemon; --file asks none.")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        if let file {
            return try write(Self.drawing(of: file, subject), told: file, console)
        }
        try AskedTimes.check(
            from: from.flatMap { BusinessDate($0) }, to: to.flatMap { BusinessDate($0) })
        let body = try daemon.connect(console).require(
            RequestLine.text(
                "query", "process.drawing",
                payload: .object([
                    "of": subject.map { .string($0) }, "heat": heat ? .boolean(true) : nil,
                    "from": from.map { .string($0) }, "to": to.map { .string($0) },
                    "process": process.map { .string($0) },
                ])))
        if daemon.json { return console.print(body.description) }
        let others = (body["processes"]?.arrayValue ?? []).filter { $0 != body["process"] }
        let besides =
            others.isEmpty
            ? "" : "; it has also been in \(others.map(ReplyText.cell).joined(separator: ", "))"
        try write(
            body["svg"]?.stringValue ?? "",
            told:
                "\(ReplyText.cell(body["file"])), set \(ReplyText.cell(body["set"]))\(besides)",
            console)
    }

    private static func drawing(
        of path: String, _ process: String?
    ) throws(ToolFailure) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ToolFailure(.usage, "\(path): expected a readable file; check the path.")
        }
        do throws(PictureFailure) {
            return try ProcessPicture.svg(of: Array(data), name: path, processID: process)
        } catch { throw ToolFailure(.refused, "\(error)") }
    }

    private func write(_ svg: String, told: String, _ console: Console) throws(ToolFailure) {
        guard let output else { return console.write(svg) }
        do {
            try Data(svg.utf8).write(to: URL(fileURLWithPath: output))
        } catch {
            throw ToolFailure(.usage, "\(output) cannot be written: \(error.localizedDescription)")
        }
        console.print("\(output): \(svg.utf8.count) bytes of SVG, from \(SafeText.line(told))")
    }
}
