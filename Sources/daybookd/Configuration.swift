internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Logging
internal import Records
internal import Server
internal import Yams

/// What stands in the file that `--config` names: the map from users to actors, and limits.
///
/// ```yaml
/// actors:
///   1000: alice        # user id or user name: actor
///   deploy: import
/// gateways: [1000]     # users who may act for others with on-behalf-of
/// freeBytesMin: 268435456
/// logLevel: notice
/// limits:
///   connections: 64
/// ```
struct Configuration {
    var access: AccessConfiguration
    var freeBytesMin: UInt64?
    var logLevel: Logger.Level?
    /// Limits of the protocol.
    var server = ServerLimits()
    /// Limits of the writer.
    var engine = EngineLimits()
    /// Opens the log without flushes, so that a power cut may take what was acknowledged.
    ///
    /// It is named nowhere else: `tools/torture` sets it to show that it finds such a loss.
    var logWithoutSync = false

    /// What counts without a file: the folder's owner is the owner.
    init(ownerUserID: UInt32) {
        access = AccessConfiguration(ownerUserID: ownerUserID)
    }

    /// The configuration of a file, or the default.
    init(file: String?, ownerUserID: UInt32) throws {
        self.init(ownerUserID: ownerUserID)
        guard let file else { return }
        try ConfigurationReader(file: file).read(into: &self)
    }
}

/// Reads a configuration; a mistake is told with its place, what was expected, and what to do.
private struct ConfigurationReader {
    /// Bytes of a configuration file.
    private static let bytesMax = 1 << 20
    private static let settings = ["actors", "freeBytesMin", "gateways", "limits", "logLevel"]

    let file: String

    private func fault(_ message: String) -> ValidationError {
        ValidationError("The configuration \(file): \(message)")
    }

    func read(into configuration: inout Configuration) throws {
        for (key, value) in try settings() {
            switch key.string {
            case "actors": try readActors(value, &configuration.access)
            case "gateways": try readGateways(value, &configuration.access)
            case "limits": try readLimits(value, &configuration)
            case "freeBytesMin":
                guard let bytes = value.int, bytes >= 0 else {
                    throw fault(
                        "freeBytesMin: expected a count of bytes, found \(Self.words(value)).")
                }
                configuration.freeBytesMin = UInt64(bytes)
            case "logLevel": configuration.logLevel = try level(value)
            case "logWithoutSync":
                guard let isSet = value.bool else {
                    throw fault(
                        "logWithoutSync: expected true or false, found \(Self.words(value)).")
                }
                configuration.logWithoutSync = isSet
            default:
                throw unknown("setting", key, among: Self.settings)
            }
        }
        try checkGateways(configuration.access)
    }

    private func settings() throws -> Node.Mapping {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw fault("expected a file that can be read; check the path and its permissions.")
        }
        guard data.count <= Self.bytesMax else {
            throw fault("expected at most \(Self.bytesMax) bytes, found \(data.count).")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw fault("expected text in UTF-8; save it so.")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch { throw fault("expected YAML: \(error)") }
        guard let mapping = node?.mapping else {
            throw fault(
                "expected a YAML mapping, found \(Self.words(node)); write settings such as `actors:`."
            )
        }
        return mapping
    }

    /// What stands in a place, for a message.
    private static func words(_ node: Node?) -> String {
        switch node {
        case .scalar(let scalar)? where scalar.string.isEmpty: "nothing"
        case .scalar(let scalar)?: "\"\(scalar.string.prefix(60))\""
        case .mapping?: "a mapping"
        case .sequence?: "a list"
        case .alias?: "an alias"
        case nil: "nothing"
        }
    }

    private func unknown(_ what: String, _ key: Node, among known: [String]) -> ValidationError {
        let name = key.string ?? Self.words(key)
        let hint = nearest(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
        return fault(
            "there is no \(what) \"\(name.prefix(60))\".\(hint) There are: \(known.joined(separator: ", "))."
        )
    }

    private func level(_ node: Node) throws -> Logger.Level {
        guard let level = node.string.flatMap({ Logger.Level(rawValue: $0) }) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("logLevel: expected one of \(levels), found \(Self.words(node)).")
        }
        return level
    }

    // MARK: Users

    private func readActors(_ node: Node, _ access: inout AccessConfiguration) throws {
        guard let mapping = node.mapping else {
            throw fault(
                "actors: expected a mapping from users to actors, found \(Self.words(node)).")
        }
        var names: [UInt32: String] = [:]
        for (key, value) in mapping {
            let (user, id) = try user(key, "actors")
            if let other = names.updateValue(user, forKey: id) {
                throw fault(
                    "actors: expected each user once, found \(other) and \(user), which are the same; take one out."
                )
            }
            access.actors[id] = try actor(value, of: user)
        }
    }

    private func actor(_ node: Node, of user: String) throws -> String {
        guard let actor = node.string, IdentifierRules.allows(actor) else {
            throw fault(
                "actors: expected for the user \(user) the name of one actor, which is \(IdentifierRules.expectation), found \(Self.words(node))."
            )
        }
        guard !AccessConfiguration.isReserved(actor) else {
            throw fault(
                "actors: expected for the user \(user) a person or a program, found \"\(actor)\", which is the engine's own; choose another name."
            )
        }
        return actor
    }

    private func readGateways(_ node: Node, _ access: inout AccessConfiguration) throws {
        guard let sequence = node.sequence else {
            throw fault("gateways: expected a list of users, found \(Self.words(node)).")
        }
        for entry in sequence {
            let (user, id) = try user(entry, "gateways")
            guard access.gateways.insert(id).inserted else {
                throw fault("gateways: expected each user once, found \(user) again.")
            }
        }
    }

    /// Who is nobody here cannot speak for others either.
    private func checkGateways(_ access: AccessConfiguration) throws {
        for id in access.gateways.sorted()
        where access.actors[id] == nil && id != access.ownerUserID {
            throw fault(
                "gateways: expected users that are mapped to actors, found user \(id); add the user under actors."
            )
        }
    }

    private func user(_ node: Node, _ place: String) throws -> (name: String, id: UInt32) {
        guard let name = node.string, !name.isEmpty else {
            throw fault("\(place): expected a user id or name, found \(Self.words(node)).")
        }
        guard let id = UInt32(name) ?? getpwnam(name)?.pointee.pw_uid else {
            throw fault(
                "\(place): expected a user of this machine, found \"\(name.prefix(60))\"; give the user's id or correct the name."
            )
        }
        return (name, id)
    }

    // MARK: Limits

    private func readLimits(_ node: Node, _ configuration: inout Configuration) throws {
        guard let mapping = node.mapping else {
            throw fault("limits: expected a mapping, found \(Self.words(node)).")
        }
        for (key, value) in mapping {
            guard let limit = LimitSetting.all.first(where: { $0.name == key.string }) else {
                throw unknown("limit", key, among: LimitSetting.all.map(\.name))
            }
            guard let number = value.int, limit.range.contains(number) else {
                throw fault(
                    "limits: expected \(limit.name) to be a whole number from \(limit.range.lowerBound) to \(limit.range.upperBound), found \(Self.words(value))."
                )
            }
            configuration[keyPath: limit.value] = number
        }
        let server = configuration.server
        guard server.unfinishedBytesMax >= server.lineBytesMax else {
            throw fault(
                "limits: expected unfinishedBytes to be at least lineBytes, found \(server.unfinishedBytesMax) and \(server.lineBytesMax)."
            )
        }
    }
}
