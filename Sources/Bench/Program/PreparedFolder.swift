internal import Foundation
internal import Workload

/// A folder with a million events, kept and used again: for cycles, rebuilds and restarts.
///
/// What writes gets a copy, so that the folder stays as long as it was made.
struct PreparedFolder {
    static let customers = 10_000
    static let products = 1_000
    static let inFlight = 256

    /// The data folder.
    let path: String
    /// Events in it.
    let events: UInt64
}

extension Workplace {
    /// The folder with at least that many events; made where it is not there, which takes minutes.
    func prepared(events wanted: Int) throws -> PreparedFolder {
        let path = "\(root)/prepared-\(wanted)"
        if FileManager.default.fileExists(atPath: path + "/PREPARED") {
            return PreparedFolder(path: path, events: try LogReading(data: path).events)
        }
        remove(path)
        var options = options(data: path)
        // Nothing is lost when making it is cut off: it is made again then.
        options.configuration = "logWithoutSync: true\n"
        let daemon = try DaemonProcess(options)
        defer { if daemon.isRunning { daemon.stop() } }
        try daemon.waitUntilServing()
        try TradingCompany(
            customers: PreparedFolder.customers, products: PreparedFolder.products
        ).found(socket: options.socket)
        let cycles = OrderCycles(
            customers: PreparedFolder.customers, products: PreparedFolder.products, seed: 1,
            prefix: "prepared")
        try cycles.run(
            inFlight: PreparedFolder.inFlight, socket: options.socket
        ) { cycles.position >= UInt64(wanted) }
        guard daemon.stop() == 0 else { throw WorkloadFailure(daemon.output) }
        _ = FileManager.default.createFile(atPath: path + "/PREPARED", contents: nil)
        return PreparedFolder(path: path, events: try LogReading(data: path).events)
    }

    /// A copy of a prepared folder, to write to; who asked removes it.
    func copy(of folder: PreparedFolder, named name: String) throws -> PreparedFolder {
        let path = "\(root)/\(name)"
        remove(path)
        try FileManager.default.copyItem(atPath: folder.path, toPath: path)
        return PreparedFolder(path: path, events: folder.events)
    }
}
