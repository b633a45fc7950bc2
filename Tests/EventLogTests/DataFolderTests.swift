import EventLog
import Foundation
import LMDB
import Testing

@Suite("The data folder")
struct DataFolderTests {
    private let temporary: TemporaryFolder
    private var path: String { temporary.path + "/data" }

    init() throws { temporary = try TemporaryFolder() }

    private func failure(_ access: DataFolder.Access = .write) -> DataFolderFailure? {
        do throws(DataFolderFailure) {
            _ = try DataFolder(path: path, access: access)
            return nil
        } catch { return error }
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("is created for its owner alone, with a room for each part")
    func creates() throws {
        let folder = try DataFolder(path: path, access: .write)
        #expect(try permissions(path) == 0o700)
        for room in [folder.logPath, folder.keysPath, folder.indexPath, folder.viewsPath] {
            #expect(try permissions(room) == 0o700)
        }
        #expect(try permissions(folder.viewPath("finance")) == 0o700)
        #expect(
            try String(contentsOfFile: path + "/FORMAT", encoding: .utf8) == "daybook-data 1\n")
    }

    @Test("has one writer at a time, and names it")
    func inUse() throws {
        do {
            let folder = try DataFolder(path: path, access: .write)
            let process = ProcessInfo.processInfo.processIdentifier
            #expect(failure() == .inUse(path: path, process: process))
            #expect(failure(.read) == nil)
            withExtendedLifetime(folder) {}
        }
        #expect(failure() == nil)
    }

    @Test("to read must be there and be one")
    func notFound() throws {
        #expect(failure(.read) == .notFound(path: path))
        _ = try temporary.folder("data")
        #expect(failure(.read) == .notFound(path: path))
    }

    @Test("is not a file")
    func notAFolder() {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(failure() == .notAFolder(path: path))
    }

    @Test("is not made in somebody else's folder")
    func foreign() throws {
        _ = try temporary.folder("data")
        #expect(
            FileManager.default.createFile(atPath: path + "/thesis.txt", contents: nil))
        #expect(failure() == .foreign(path: path, entry: "thesis.txt"))
    }

    @Test("of a newer program is refused, of a garbled format too")
    func format() throws {
        do { _ = try DataFolder(path: path, access: .write) }
        try "daybook-data 7\n".write(toFile: path + "/FORMAT", atomically: true, encoding: .utf8)
        #expect(failure() == .newerFormat(path: path, found: 7, known: 1))
        try "something".write(toFile: path + "/FORMAT", atomically: true, encoding: .utf8)
        #expect(failure() == .formatMalformed(path: path))
    }

    @Test("where nothing may be created it says so")
    func notWritable() {
        do throws(DataFolderFailure) {
            _ = try DataFolder(path: "/proc/daybook-test", access: .write)
            Issue.record("it was created")
        } catch {
            #expect(
                error == .notWritable(path: "/proc/daybook-test")
                    || error == .notFound(path: "/proc/daybook-test"))
        }
    }

    @Test("without write permission is refused", .enabled(if: getuid() != 0))
    func noPermission() throws {
        _ = try temporary.folder("data")
        #expect(chmod(path, 0o500) == 0)
        #expect(failure() == .notWritable(path: path))
    }

    @Test("with a log cut short names both lengths")
    func cutShort() throws {
        let folder = try DataFolder(path: path, access: .write)
        do {
            let log = try LMDBEventLog(path: folder.logPath, options: .unwatched)
            _ = try log.append(DraftEvent.samples(200), expecting: .first)
        }
        #expect(truncate(folder.logPath + "/data.mdb", 9_000) == 0)
        do throws(LogFailure) {
            _ = try LMDBEventLog(path: folder.logPath, options: .unwatched)
            Issue.record("it was opened")
        } catch {
            guard case .store(.cutShort(_, let expected, foundBytes: 9_000)) = error else {
                Issue.record("found \(error)")
                return
            }
            #expect(expected > 9_000)
        }
    }
}

@Suite("The creation of a log")
struct CreationTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/data.mdb" }

    init() throws { folder = try TemporaryFolder() }

    private func failure() -> LogFailure? {
        do throws(LogFailure) {
            _ = try LMDBEventLog(path: folder.path, options: .unwatched)
            return nil
        } catch { return error }
    }

    @Test(
        "that was cut off is begun again, and what it left is set aside",
        arguments: [1, 4_096, 8_192])
    func cutOff(_ left: Int) throws {
        let rest = Data(repeating: 0, count: left)
        try rest.write(to: URL(fileURLWithPath: file))
        let log = try LMDBEventLog(path: folder.path, options: .unwatched)
        #expect(log.end == .empty)
        #expect(try log.append(DraftEvent.samples(1), expecting: .first).count == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file + ".unfinished")) == rest)
    }

    @Test("once finished, a file emptied or gone is damage and no new log")
    func afterwards() throws {
        do {
            let log = try LMDBEventLog(path: folder.path, options: .unwatched)
            _ = try log.append(DraftEvent.samples(1), expecting: .first)
        }
        #expect(truncate(file, 0) == 0)
        guard case .store(.cutShort(_, _, foundBytes: 0))? = failure() else {
            Issue.record("found \(String(describing: failure()))")
            return
        }
        try FileManager.default.removeItem(atPath: file)
        #expect(failure() == .store(.notFound(path: file)))
    }
}

@Suite("The boot marker")
struct BootMarkerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("trusts what was written under this boot or closed in order, and nothing else")
    func verdicts() throws {
        let monday = try BootMarker(folder: folder.path, boot: "monday")
        let tuesday = try BootMarker(folder: folder.path, boot: "tuesday")
        #expect(try monday.verdict() == .unmarked)
        try monday.begin()
        #expect(try monday.verdict() == .trusted)
        #expect(try tuesday.verdict() == .suspect)
        try monday.end()
        #expect(try tuesday.verdict() == .trusted)
        try tuesday.begin()
        #expect(try monday.verdict() == .suspect)
    }

    @Test("knows the kernel's boot")
    func currentBoot() throws {
        #expect(try BootMarker.currentBoot().count == 36)
        #expect(try BootMarker(folder: folder.path).verdict() == .unmarked)
    }

    @Test("garbled is suspect")
    func garbled() throws {
        try "?".write(
            toFile: folder.path + "/boot-marker", atomically: true, encoding: .utf8)
        #expect(try BootMarker(folder: folder.path).verdict() == .suspect)
    }
}

@Suite("A backup")
struct BackupTests {
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    @Test("taken while writing goes on is a data folder with log and keys as they stood")
    func whileWriting() throws {
        let folder = try DataFolder(path: temporary.path + "/data", access: .write)
        let log = try LMDBEventLog(path: folder.logPath, options: .unwatched)
        let keys = try KeyStore(path: folder.keysPath)
        _ = try log.append(DraftEvent.samples(500), expecting: .first)
        let sealed = try keys.seal([1, 2, 3], for: "P-1", nonce: [UInt8](repeating: 1, count: 12))
        let done = DispatchSemaphore(value: 0)
        let writer = Thread {
            for number in 501...700 {
                _ = try? log.append([.sample(number)], expecting: Position(UInt64(number)))
            }
            done.signal()
        }
        writer.start()
        let target = temporary.path + "/backup"
        let end = try Backup.make(of: log, keys: keys, in: folder.path, into: target)
        done.wait()
        #expect(log.end.last == Position(700))
        #expect(end.last >= Position(500) && end.last <= Position(700))
        let copyFolder = try DataFolder(path: target, access: .write)
        let copy = try LMDBEventLog(path: copyFolder.logPath, options: .unwatched)
        #expect(copy.end == end)
        #expect(copy.copiedAt == end.last)
        #expect(log.copiedAt == nil)
        #expect(
            try copy.read(from: .first).events
                == log.read(from: .first, budget: .init(events: Int(end.last.rawValue))).events)
        let copiedKeys = try KeyStore(path: copyFolder.keysPath)
        #expect(
            try copiedKeys.open(sealed, for: "P-1", nonce: [UInt8](repeating: 1, count: 12))
                == [1, 2, 3])
        #expect(throws: BackupFailure.exists(path: target)) {
            try Backup.make(of: log, keys: keys, in: folder.path, into: target)
        }
        let nowhere = temporary.path + "/nowhere/backup"
        let failure = #expect(throws: BackupFailure.self) {
            try Backup.make(of: log, keys: keys, in: folder.path, into: nowhere)
        }
        #expect(
            failure?.description
                == "\(nowhere): the folder around it is not there; make it first, or give another path"
        )
    }

    @Test("a backup into the data folder is refused, whatever the place is called")
    func inside() throws {
        let folder = try DataFolder(path: temporary.path + "/data", access: .write)
        let log = try LMDBEventLog(path: folder.logPath, options: .unwatched)
        let keys = try KeyStore(path: folder.keysPath)
        let link = temporary.path + "/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: folder.path)
        let places = [
            folder.path, folder.path + "/", folder.path + "/copy", folder.logPath,
            folder.path + "/log/copy/", link, link + "/copy", folder.path + "/log/../copy",
        ]
        for place in places {
            let failure = #expect(throws: BackupFailure.self, "\(place)") {
                try Backup.make(of: log, keys: keys, in: folder.path, into: place)
            }
            guard case .inside(place, _)? = failure else {
                Issue.record("\(place): \(String(describing: failure))")
                continue
            }
        }
        let entries = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!entries.contains("copy"))
        // A name that only begins like the folder's is another place.
        try Backup.make(of: log, keys: keys, in: folder.path, into: folder.path + "-copy")
    }

    @Test("a backup that fails says why in words")
    func failures() {
        #expect(
            BackupFailure.keys(.closed).description
                == "the personal keys could not be copied: their store is closed or damaged; see the daemon's log"
        )
        #expect(
            BackupFailure.exists(path: "/copy").description
                == "expected a folder that is not there yet, found /copy; name another one")
    }

    @Test("a copy says where it was made, and a copy of it where that one was")
    func copies() throws {
        let folder = try DataFolder(path: temporary.path + "/data", access: .write)
        let log = try LMDBEventLog(path: folder.logPath, options: .unwatched)
        let keys = try KeyStore(path: folder.keysPath)
        _ = try log.append(DraftEvent.samples(5), expecting: .first)
        let first = temporary.path + "/first"
        try Backup.make(of: log, keys: keys, in: folder.path, into: first)
        let copy = try LMDBEventLog(path: first + "/log", options: .unwatched)
        #expect(copy.copiedAt == Position(5))
        for number in 6...8 {
            _ = try copy.append([.sample(number)], expecting: Position(UInt64(number)))
        }
        #expect(copy.copiedAt == Position(5) && copy.end.last == Position(8))
        try copy.reopen()
        #expect(copy.copiedAt == Position(5))
        let second = temporary.path + "/second"
        try Backup.make(of: copy, keys: keys, in: first, into: second)
        let grandchild = try LMDBEventLog(path: second + "/log", options: .unwatched)
        #expect(grandchild.copiedAt == Position(8) && grandchild.end == copy.end)
    }
}
