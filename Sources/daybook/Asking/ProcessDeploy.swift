internal import ArgumentParser
internal import Client
internal import Foundation
internal import Records

/// `daybook process deploy`.
struct ProcessDeploy: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Checks definition files as a set with those deployed, and deploys them.",
        discussion: """
            A file is named by its path from the folder `processes` on, \
            processes/rules/order-blocks.dmn; a folder stands for all files in it. What is doubtful \
            is told first: gaps, overlaps and rules that never match as the inputs that show it.
            """)

    @OptionGroup var deployment: DeploymentOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try deployment.deploy(given, daemon, console)
    }
}

/// What is deployed, and how.
struct DeploymentOptions: ParsableArguments {
    @Argument(help: "Files or folders.", completion: .file())
    var files: [String]

    @Option(help: "From which posting date rules are chosen; today when absent.")
    var validFrom: String?

    @Flag(help: "Refuse warnings too.")
    var strict = false

    @Flag(help: "Only check, and show what would change.")
    var dryRun = false

    /// Bytes of one request, the protocol's limit of a line.
    static let lineBytesMax = 1 << 20

    /// Checks the files, tells what is doubtful, and deploys them unless that was all.
    func deploy(
        _ given: CommandOptions, _ daemon: DaemonOptions, _ console: Console
    ) throws(ToolFailure) {
        let read = try DefinitionFiles.read(files)
        let connection = try daemon.connect(console)
        let check = try connection.require(line(read, [], dryRun: true))
        if dryRun {
            if daemon.json { return console.print(check.description) }
            for line in Self.lines(check) { console.print(line) }
            return
        }
        if !daemon.json {
            for line in Self.warnings(check) { console.warn(line) }
        }
        let body = try connection.require(line(read, given.options(console), dryRun: false))
        let names = read.map(\.name)
        if daemon.json {
            return console.print(
                DeploymentText.json(body, difference: check, given: names).description)
        }
        for line in DeploymentText.lines(body, difference: check, given: names) {
            console.print(line)
        }
    }

    /// What would change, and what is doubtful about it, each on its own line.
    private static func lines(_ check: JSONValue) -> [String] {
        var lines: [String] = []
        for name in ["added", "changed", "removed"] {
            lines += (check[name]?.arrayValue ?? []).map {
                SafeText.line("\(name): \(ReplyText.cell($0))")
            }
        }
        if lines.isEmpty { lines.append("Nothing would change.") }
        return lines + warnings(check)
    }

    /// What is doubtful about the files that change, each on its own line.
    private static func warnings(_ check: JSONValue) -> [String] {
        (check["warnings"]?.arrayValue ?? []).map {
            SafeText.line("warning: \(ReplyText.cell($0))")
        }
    }

    private func line(
        _ read: [(name: String, content: String)], _ options: [(name: String, value: String)],
        dryRun: Bool
    ) throws(ToolFailure) -> String {
        let payload = JSONValue.object([
            "files": .array(
                read.map {
                    .object(["name": .string($0.name), "content": .string($0.content)])
                }),
            "validFrom": validFrom.map { .string($0) },
            "strict": strict ? .boolean(true) : nil, "dryRun": dryRun ? .boolean(true) : nil,
        ])
        let line = RequestLine.text("definition.deploy", options: options, payload: payload)
        guard line.utf8.count < Self.lineBytesMax else {
            throw ToolFailure(
                .usage,
                "The files make a request of \(line.utf8.count) bytes, at most \(Self.lineBytesMax) are taken; deploy fewer at a time."
            )
        }
        return line
    }
}

/// Definition files as they lie on the disk.
enum DefinitionFiles {
    /// Files that one deployment may have.
    static let filesMax = 1_000
    private static let root = "processes"

    /// Reads files and folders; a folder's files in the order of their names.
    static func read(_ paths: [String]) throws(ToolFailure) -> [(name: String, content: String)] {
        var found: [(name: String, content: String)] = []
        for path in paths {
            for file in try expand(path) {
                guard let data = FileManager.default.contents(atPath: file),
                    let content = String(validating: data, as: UTF8.self)
                else {
                    throw ToolFailure(
                        .usage, "\(file): expected a readable file in UTF-8; check the path.")
                }
                found.append((name(of: file), content))
            }
        }
        guard found.count <= filesMax else {
            throw ToolFailure(
                .usage, "\(found.count) files are given, at most \(filesMax) are deployed at once.")
        }
        return found
    }

    private static func expand(_ path: String) throws(ToolFailure) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ToolFailure(.usage, "\(path): there is no such file or folder.")
        }
        guard isFolder.boolValue else { return [path] }
        let entries = FileManager.default.subpaths(atPath: path) ?? []
        return entries.sorted().filter { !isHidden($0) }.map { path + "/" + $0 }.filter { entry in
            var isInner: ObjCBool = false
            return FileManager.default.fileExists(atPath: entry, isDirectory: &isInner)
                && !isInner.boolValue
        }
    }

    private static func isHidden(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    /// The path from the folder `processes` on, or the file's own name.
    static func name(of path: String) -> String {
        let full = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
        guard let start = full.lastIndex(of: root), start + 1 < full.count else {
            return full.last ?? path
        }
        return full[start...].joined(separator: "/")
    }
}
