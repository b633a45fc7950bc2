import Foundation
import TestSupport
import Testing
import Workload

@testable import daybook_torture

@Suite("Killed and without power: every promise is kept", .serialized)
struct TortureTests {
    private func settings(_ scratch: Scratch) -> TortureSettings {
        var settings = TortureSettings(
            daemon: Programs.daemon, shim: Programs.shim, tool: Programs.tool)
        settings.seed = UInt64.random(in: 1...UInt64(UInt32.max))
        settings.definitions = Programs.definitions
        settings.work = scratch.path + "/torture"
        settings.loadMillisecondsMax = 400
        settings.clients = 8
        return settings
    }

    @Test("a short torture finds nothing")
    func short() async throws {
        let scratch = try Scratch()
        var settings = settings(scratch)
        settings.rounds = 6
        settings.roundsPerFolder = 4
        let chosen = settings
        let outcome = try await onThread { try Torture(chosen).run { print($0) } }
        #expect(outcome.findings == [], "seed \(chosen.seed)")
        #expect(outcome.rounds == 6)
        #expect(outcome.powerCuts == 3)
        #expect(outcome.acknowledged > 0)
    }

    @Test("the same torture finds what a log without flushes loses")
    func withoutSync() async throws {
        let scratch = try Scratch()
        var settings = settings(scratch)
        settings.rounds = 12
        settings.powerCutsOnly = true
        // What is found without flushes is their lack, for the same run with them finds nothing.
        let control = settings
        let kept = try await onThread { try Torture(control).run { print($0) } }
        #expect(kept.findings == [], "seed \(control.seed), with flushes")
        settings.logWithoutSync = true
        let chosen = settings
        let outcome = try await onThread { () -> [String] in
            do {
                return try Torture(chosen).run { print($0) }.findings
            } catch let failure as TortureFailure {
                // A daemon that does not start any more on what is left of its log.
                return ["\(failure)"]
            }
        }
        #expect(outcome != [], "seed \(chosen.seed): a log that is not flushed lost nothing")
        print("without flushes: \(outcome.first ?? "nothing was found")")
    }
}

@Suite("The disk that forgets")
struct DiskTests {
    /// A trace as the preloaded library writes it.
    private struct TraceWriter {
        var bytes: [UInt8] = []

        mutating func add(
            _ kind: Trace.Record.Kind, inode: UInt64 = 0, offset: UInt64 = 0, extra: UInt64 = 0,
            _ payload: [UInt8] = []
        ) -> UInt64 {
            let place = UInt64(bytes.count)
            var head: [UInt8] = []
            for word in [UInt32(0x4653_4831), kind.rawValue] {
                withUnsafeBytes(of: word) { head.append(contentsOf: $0) }
            }
            for word in [inode, offset, UInt64(payload.count), extra, 0] {
                withUnsafeBytes(of: word) { head.append(contentsOf: $0) }
            }
            bytes += head + payload
            return place
        }
    }

    private func disk(
        _ scratch: Scratch, seed: UInt64, _ write: (inout TraceWriter) -> Void
    ) throws -> Disk.Losses {
        var writer = TraceWriter()
        write(&writer)
        let path = scratch.path + "/trace"
        try Data(writer.bytes).write(to: URL(fileURLWithPath: path))
        var disk = try Disk(
            base: scratch.path + "/none", root: scratch.data,
            random: SeededGenerator(seed: seed))
        try disk.replay(try Trace(path: path), before: .max)
        let losses = disk.cutPower()
        try disk.write()
        return losses
    }

    @Test("what was flushed is there, with its name, whatever chance says", arguments: 1...20)
    func flushed(_ seed: Int) throws {
        let scratch = try Scratch()
        let data = scratch.data
        _ = try disk(scratch, seed: UInt64(seed)) { trace in
            _ = trace.add(.folderMade, Array(data.utf8))
            _ = trace.add(.created, inode: 5, Array("\(data)/a".utf8))
            _ = trace.add(.written, inode: 5, Array("hello".utf8))
            let end = UInt64(trace.bytes.count)
            _ = trace.add(.flushed, inode: 5, extra: end)
            _ = trace.add(.folderFlushed, extra: UInt64(trace.bytes.count), Array(data.utf8))
            _ = trace.add(.written, inode: 5, offset: 5, Array(" world".utf8))
        }
        let text = try String(contentsOfFile: data + "/a", encoding: .utf8)
        #expect(text.hasPrefix("hello"))
    }

    @Test("what was not flushed is sometimes there and sometimes not")
    func unflushed() throws {
        var kept = 0
        for seed in 1...40 {
            let scratch = try Scratch()
            let data = scratch.data
            _ = try disk(scratch, seed: UInt64(seed)) { trace in
                _ = trace.add(.folderMade, Array(data.utf8))
                _ = trace.add(.created, inode: 5, Array("\(data)/a".utf8))
                _ = trace.add(.folderFlushed, extra: UInt64(trace.bytes.count), Array(data.utf8))
                _ = trace.add(.written, inode: 5, Array("hello".utf8))
            }
            if try String(contentsOfFile: data + "/a", encoding: .utf8) == "hello" { kept += 1 }
        }
        #expect((1..<40).contains(kept))
    }

    @Test("a write that goes through by itself is there, the one before it need not be")
    func writtenThrough() throws {
        var alone = 0
        for seed in 1...40 {
            let scratch = try Scratch()
            let data = scratch.data
            _ = try disk(scratch, seed: UInt64(seed)) { trace in
                _ = trace.add(.folderMade, Array(data.utf8))
                _ = trace.add(.created, inode: 5, Array("\(data)/a".utf8))
                _ = trace.add(.folderFlushed, extra: UInt64(trace.bytes.count), Array(data.utf8))
                _ = trace.add(.written, inode: 5, offset: 4_096, Array("data".utf8))
                let meta = trace.add(.written, inode: 5, offset: 0, Array("meta".utf8))
                _ = trace.add(.writtenThrough, inode: 5, extra: meta)
            }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: data + "/a"))
            #expect(bytes.prefix(4) == Data("meta".utf8))
            if bytes.count <= 4_096 { alone += 1 }
        }
        #expect((1..<40).contains(alone))
    }
}
