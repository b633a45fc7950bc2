import Foundation
import LMDB
import Testing

/// A folder that goes with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "daybook-lmdb-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension Environment {
    func put(_ rows: [String: String], in table: Table) throws(StoreFailure) {
        try write { (transaction) throws(StoreFailure) in
            for (key, value) in rows {
                try transaction.put(bytes(value), for: bytes(key), in: table)
            }
        }
    }

    func keys(of table: Table) throws(StoreFailure) -> [String] {
        try read { (transaction) throws(StoreFailure) in
            var keys: [String] = []
            var cursor = try transaction.cursor(in: table)
            while try cursor.move(.next) {
                keys.append(String(decoding: Array(cursor.key), as: UTF8.self))
            }
            return keys
        }
    }

    func text(_ key: String, in table: Table) throws(StoreFailure) -> String? {
        try read { (transaction) throws(StoreFailure) in
            guard let value = try transaction.value(for: bytes(key), in: table) else { return nil }
            return String(decoding: Array(value), as: UTF8.self)
        }
    }
}

@Suite("An LMDB environment")
struct EnvironmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ options: EnvironmentOptions = .init()) throws -> Environment {
        try Environment(path: folder.path, tables: ["rows"], options: options)
    }

    @Test("gives back what was committed, after reopening too")
    func keepsRows() throws {
        do {
            let environment = try open()
            let table = try environment.table("rows")
            try environment.put(["b": "2", "a": "1", "empty": ""], in: table)
            #expect(try environment.text("a", in: table) == "1")
        }
        let environment = try open()
        let table = try environment.table("rows")
        #expect(try environment.keys(of: table) == ["a", "b", "empty"])
        #expect(try environment.text("empty", in: table) == "")
        #expect(try environment.text("c", in: table) == nil)
    }

    @Test("keeps nothing of a write that throws")
    func aborts() throws {
        let environment = try open()
        let table = try environment.table("rows")
        #expect(throws: StoreFailure.keyExists) {
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(bytes("1"), for: bytes("a"), in: table)
                try transaction.put(bytes("2"), for: bytes("a"), in: table, mode: .insert)
            }
        }
        #expect(try environment.keys(of: table).isEmpty)
        try environment.put(["b": "1"], in: table)
        #expect(try environment.keys(of: table) == ["b"])
    }

    @Test("appends only behind the last key")
    func appends() throws {
        let environment = try open()
        let table = try environment.table("rows")
        try environment.put(["m": "1"], in: table)
        #expect(throws: StoreFailure.keyExists) {
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(bytes("2"), for: bytes("c"), in: table, mode: .append)
            }
        }
    }

    @Test("refuses a key of no bytes and one of 512", arguments: [0, 512])
    func keyLength(_ count: Int) throws {
        let environment = try open()
        let table = try environment.table("rows")
        #expect(throws: StoreFailure.keyLength(bytes: count)) {
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(
                    [1], for: [UInt8](repeating: 7, count: count), in: table)
            }
        }
    }

    @Test("a cursor finds the row at, after and before a key")
    func cursor() throws {
        let environment = try open()
        let table = try environment.table("rows")
        try environment.put(["b": "2", "d": "4"], in: table)
        let found = try environment.read { (transaction) throws(StoreFailure) in
            var cursor = try transaction.cursor(in: table)
            var found: [String] = []
            for (key, isBefore) in [
                ("a", false), ("b", false), ("c", false), ("e", false),
                ("a", true), ("b", true), ("c", true), ("e", true),
            ] {
                let isThere =
                    try isBefore ? cursor.seek(before: bytes(key)) : cursor.seek(bytes(key))
                found.append(isThere ? String(decoding: Array(cursor.key), as: UTF8.self) : "-")
            }
            return found
        }
        #expect(found == ["b", "b", "d", "-", "-", "-", "b", "d"])
    }

    @Test("deletes a row once and clears a table")
    func deletes() throws {
        let environment = try open()
        let table = try environment.table("rows")
        try environment.put(["a": "1", "b": "2"], in: table)
        let (first, second) = try environment.write { (transaction) throws(StoreFailure) in
            (
                try transaction.delete(bytes("a"), in: table),
                try transaction.delete(bytes("a"), in: table)
            )
        }
        #expect(first && !second)
        try environment.write { (transaction) throws(StoreFailure) in
            try transaction.clear(table)
        }
        #expect(try environment.keys(of: table).isEmpty)
    }

    @Test("says that a map is full, keeps what was there and goes on")
    func mapFull() throws {
        let environment = try open(.init(mapBytes: 64 << 10, mapBytesExact: true))
        let table = try environment.table("rows")
        try environment.put(["a": "1"], in: table)
        #expect(throws: StoreFailure.mapFull(operation: "put")) {
            try environment.put(["b": String(repeating: "x", count: 100_000)], in: table)
        }
        #expect(try environment.keys(of: table) == ["a"])
    }

    @Test("a copy holds the same rows and opens read-only")
    func copies() throws {
        let environment = try open()
        let table = try environment.table("rows")
        try environment.put(["a": "1", "b": "2"], in: table)
        let target = try TemporaryFolder()
        try environment.copyCompacted(toFolder: target.path)
        let copy = try Environment(
            path: target.path, tables: ["rows"], options: .init(readOnly: true))
        #expect(try copy.keys(of: copy.table("rows")) == ["a", "b"])
    }

    @Test("its file is never shorter than its last page, whatever was written and removed")
    func fileLength() throws {
        let environment = try open()
        let table = try environment.table("rows")
        var seed: UInt64 = 42
        func random(_ bound: UInt64) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % bound)
        }
        var shorter = 0
        for _ in 0..<400 {
            let isShrinking = random(2) == 0
            let (from, count) = (random(2_000), random(400))
            let valueBytes = 1 + random(1_900)
            try environment.write { (transaction) throws(StoreFailure) in
                for number in from..<(from + count) {
                    try transaction.put(
                        [UInt8](repeating: 1, count: valueBytes), for: bytes("key \(number)"),
                        in: table)
                }
                guard isShrinking else { return }
                for number in (from..<(from + count)).reversed() {
                    try transaction.delete(bytes("key \(number)"), in: table)
                }
            }
            let statistics = try environment.statistics()
            let length = try #require(
                FileManager.default.attributesOfItem(atPath: folder.path + "/data.mdb")[.size]
                    as? Int)
            if length < (statistics.lastPage + 1) * statistics.pageBytes { shorter += 1 }
        }
        #expect(shorter == 0)
    }

    @Test("a folder is open once in a process: the second opening is refused, the first goes on")
    func once() throws {
        let path = folder.path
        do {
            let environment = try open()
            let table = try environment.table("rows")
            #expect(throws: StoreFailure.openAlready(path: path + "/")) {
                _ = try Environment(path: path + "/", tables: ["rows"])
            }
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put([1], for: [1], in: table)
            }
        }
        // Closed, it can be opened again.
        let again = try Environment(path: path, tables: ["rows"])
        let table = try again.table("rows")
        let value = try again.read { (transaction) throws(StoreFailure) in
            let found = try transaction.value(for: [1], in: table)
            return found?.byteCount
        }
        #expect(value == 1)
    }

    @Test("an unknown table is named")
    func unknownTable() throws {
        do {
            let environment = try open()
            #expect(throws: StoreFailure.noSuchTable(name: "other")) {
                try environment.table("other")
            }
        }
        let path = folder.path
        #expect(throws: StoreFailure.noSuchTable(name: "other")) {
            _ = try Environment(path: path + "/", tables: ["other"], options: .init(readOnly: true))
        }
    }
}

@Suite("A damaged store file")
struct FileCheckTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/data.mdb" }

    init() throws {
        folder = try TemporaryFolder()
        let environment = try Environment(path: folder.path, tables: ["rows"])
        let table = try environment.table("rows")
        for number in 0..<50 {
            try environment.put(
                ["key \(number)": String(repeating: "x", count: 1_000)], in: table)
        }
    }

    private func failure() -> StoreFailure? {
        do throws(StoreFailure) {
            _ = try Environment(path: folder.path, tables: ["rows"])
            return nil
        } catch { return error }
    }

    @Test(
        "is refused with both lengths when a page or more is missing",
        arguments: [1, 4_096, 40_000])
    func cutShort(_ missing: Int) throws {
        let whole = try #require(
            FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(truncate(file, whole - missing) == 0)
        guard case .cutShort(let path, let expected, let found)? = failure() else {
            Issue.record("expected cutShort, found \(String(describing: failure()))")
            return
        }
        #expect(path == file)
        #expect(expected <= UInt64(whole) && found == UInt64(whole - missing))
        #expect(expected > found)
    }

    @Test("is refused when less than its header is left", arguments: [1, 100, 4_096, 8_191])
    func headerOnly(_ left: Int) {
        #expect(truncate(file, left) == 0)
        guard case .cutShort? = failure() else {
            Issue.record("expected cutShort, found \(String(describing: failure()))")
            return
        }
    }

    @Test("is refused when it is no store at all")
    func foreign() throws {
        try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: file))
        guard case .notAStore? = failure() else {
            Issue.record("expected notAStore, found \(String(describing: failure()))")
            return
        }
    }

    @Test("an empty file is a new store, as a crash right after creation leaves it")
    func emptyFile() {
        #expect(truncate(file, 0) == 0)
        #expect(failure() == nil)
    }

    @Test("a missing folder is named")
    func missingFolder() {
        #expect(throws: StoreFailure.notFound(path: folder.path + "/none")) {
            _ = try Environment(path: folder.path + "/none", tables: [])
        }
    }
}
