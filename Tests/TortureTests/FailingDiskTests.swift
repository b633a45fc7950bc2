import Client
import Foundation
import Records
import TestSupport
import Testing
import Workload

@Suite(
    "A disk that is full or fails: nothing that was acknowledged is lost, and it is said",
    .serialized)
struct FailingDiskTests {
    private static func open(_ number: Int) -> String {
        #"sales.open-account key=k-\#(number) {"account":"A-\#(number)","name":"Account"}"#
    }

    @Test("a full disk refuses what writes, and goes on when there is room")
    func full() async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch)
            let client = try disk.connect()
            #expect(try client.ask(Self.open(1)).isOK)
            try disk.set(.noSpace)
            #expect(try client.ask(Self.open(2)).code == "disk-full")
            // Reading goes on.
            #expect(try client.ask("query engine.object {\"object\":\"sales.account/A-1\"}").isOK)
            try disk.set(.sound)
            #expect(try client.ask(Self.open(2)).isOK)
            #expect(try client.ask(Self.open(1)).isOK)
            #expect(disk.daemon.stop() == 0)
        }
    }

    @Test("a disk that is nearly full refuses before it is full")
    func nearlyFull() async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch)
            let client = try disk.connect()
            try disk.set(.noneFree)
            #expect(try client.ask(Self.open(1)).code == "disk-low")
            try disk.set(.sound)
            #expect(try client.ask(Self.open(1)).isOK)
            #expect(disk.daemon.stop() == 0)
        }
    }

    @Test(
        "a disk that fails stops the daemon with code 2, and everything acknowledged is there after",
        arguments: [FailingDisk.State.writeError, .flushError, .metaError])
    func broken(_ state: FailingDisk.State) async throws {
        try await onThread {
            let scratch = try Scratch()
            do {
                let disk = try FailingDisk(scratch)
                let client = try disk.connect()
                #expect(try client.ask(Self.open(1)).isOK)
                try disk.set(state)
                // The answer is no `ok`; the daemon may be gone before it is read.
                #expect((try? client.ask(Self.open(2)).isOK) != true)
                #expect(disk.daemon.exitCode(withinSeconds: 30) == 2)
                #expect(disk.daemon.output.contains("engine stopped"))
            }
            let disk = try FailingDisk(scratch)
            let client = try disk.connect()
            let first = try client.ask(Self.open(1))
            #expect(first.isOK)
            #expect(first.body["stream"]?.stringValue == "sales.account/A-1")
            // Whatever became of the second, sending it again settles it, once.
            let second = try client.ask(Self.open(2))
            #expect(second.isOK)
            #expect(try client.ask(Self.open(2)) == second)
            #expect(disk.daemon.stop() == 0)
        }
    }
}
