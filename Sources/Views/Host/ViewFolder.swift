internal import EventLog
internal import Foundation
internal import LMDB

/// The folder of one view: a folder for each generation and a file that names the live one.
///
/// The file is replaced by a rename, so that a reader sees the old or the new name. It need not
/// survive a power cut: a view whose folder makes no sense is rebuilt.
struct ViewFolder: Sendable {
    let path: String
    private static let currentName = "current"

    init(_ path: String) { self.path = path }

    func create() throws(DataFolderFailure) { try DataFolder.createFolder(path) }

    /// The folder of a generation.
    func generation(_ number: Int) -> String { "\(path)/\(number)" }

    /// The live generation; nil where there is none.
    var current: Int? {
        guard let data = FileManager.default.contents(atPath: "\(path)/\(Self.currentName)"),
            let number = Int(
                String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)),
            FileManager.default.fileExists(atPath: generation(number))
        else { return nil }
        return number
    }

    /// All generations that have a folder, in ascending order.
    var generations: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { Int($0) }.sorted()
    }

    /// Makes a generation the live one.
    func setCurrent(_ number: Int) throws(StoreFailure) {
        do {
            try Data("\(number)\n".utf8).write(
                to: URL(filePath: "\(path)/\(Self.currentName)"), options: .atomic)
        } catch {
            throw .notPermitted(path: "\(path)/\(Self.currentName)")
        }
    }

    /// Makes the empty folder of a new generation.
    func createGeneration() throws(DataFolderFailure) -> Int {
        try create()
        let number = (generations.last ?? 0) + 1
        try DataFolder.createFolder(generation(number))
        return number
    }

    /// Removes all generations but those named; what cannot be removed is left for the next time.
    func keepOnly(_ kept: Set<Int>) {
        for number in generations where !kept.contains(number) {
            try? FileManager.default.removeItem(atPath: generation(number))
        }
    }
}
