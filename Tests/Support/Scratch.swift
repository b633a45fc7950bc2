import Foundation

/// A folder for one test, removed with its last user; its path is short enough for a socket's.
package final class Scratch: Sendable {
    package let path: String

    package init() throws {
        path = "/tmp/daybook-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package var data: String { path + "/data" }
    package var socket: String { path + "/socket" }
}
