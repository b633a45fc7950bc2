internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Logging
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
/// ```
struct Configuration {
    var access: AccessConfiguration
    var freeBytesMin: UInt64?
    var logLevel: Logger.Level?
    /// Opens the log without flushes, so that a power cut may take what was acknowledged.
    ///
    /// It is named nowhere else: `tools/torture` sets it to show that it finds such a loss.
    var logWithoutSync = false

    /// The configuration of a file, or the default: the folder's owner is the owner.
    init(file: String?, ownerUserID: UInt32) throws {
        access = AccessConfiguration(ownerUserID: ownerUserID)
        guard let file else { return }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("The configuration \(file) cannot be read.")
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let mapping = try Self.node(of: text, file)?.mapping else {
            throw ValidationError(
                "The configuration \(file) is no YAML mapping; write settings such as `actors:`.")
        }
        for (key, value) in mapping {
            switch key.string {
            case "actors": try readActors(value, file)
            case "gateways": try readGateways(value, file)
            case "freeBytesMin":
                guard let bytes = value.int, bytes >= 0 else {
                    throw ValidationError("\(file): freeBytesMin is a count of bytes.")
                }
                freeBytesMin = UInt64(bytes)
            case "logLevel": logLevel = try Self.level(value, file)
            case "logWithoutSync":
                guard let isSet = value.bool else {
                    throw ValidationError("\(file): logWithoutSync is true or false.")
                }
                logWithoutSync = isSet
            default:
                throw ValidationError(
                    "\(file): there is no setting \"\(key.string ?? "?")\"; there are: actors, gateways, freeBytesMin, logLevel."
                )
            }
        }
    }

    private static func node(of text: String, _ file: String) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            throw ValidationError("The configuration \(file) is no YAML: \(error)")
        }
    }

    private static func level(_ node: Node, _ file: String) throws -> Logger.Level {
        guard let level = node.string.flatMap({ Logger.Level(rawValue: $0) }) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                "\(file): expected logLevel to be one of \(levels), found \"\(node.string ?? "?")\"."
            )
        }
        return level
    }

    private mutating func readActors(_ node: Node, _ file: String) throws {
        guard let mapping = node.mapping else {
            throw ValidationError("\(file): actors maps users to actors.")
        }
        for (user, actor) in mapping {
            guard let user = user.string, let id = Self.userID(user) else {
                throw ValidationError("\(file): there is no user \"\(user.string ?? "?")\".")
            }
            guard let actor = actor.string, !actor.isEmpty else {
                throw ValidationError("\(file): the user \(user) needs the name of one actor.")
            }
            access.actors[id] = actor
        }
    }

    private mutating func readGateways(_ node: Node, _ file: String) throws {
        guard let sequence = node.sequence else {
            throw ValidationError("\(file): gateways lists users.")
        }
        for user in sequence {
            guard let name = user.string, let id = Self.userID(name) else {
                throw ValidationError("\(file): there is no user \"\(user.string ?? "?")\".")
            }
            access.gateways.insert(id)
        }
    }

    private static func userID(_ user: String) -> UInt32? {
        if let id = UInt32(user) { return id }
        return getpwnam(user)?.pointee.pw_uid
    }
}
