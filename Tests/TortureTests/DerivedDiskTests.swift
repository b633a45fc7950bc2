import Client
import Foundation
import Records
import TestSupport
import Testing
import Workload

@Suite(
    "A disk that fails where only derived data is written: the daemon goes on, and catches up",
    .serialized)
struct DerivedDiskTests {
    private static func open(_ number: Int) -> String {
        #"sales.open-account key=d-\#(number) {"account":"D-\#(number)","name":"Account"}"#
    }

    /// Waits until the daemon has said something.
    private static func said(_ words: String, _ daemon: DaemonProcess) -> Bool {
        let watch = Stopwatch()
        while watch.seconds < 30 {
            if daemon.output.contains(words) { return true }
            usleep(20_000)
        }
        return false
    }

    /// Everything that was acknowledged is there, and found by what was full.
    private static func holds(_ count: Int, _ client: Connection) throws {
        for number in 1...count {
            let account = #"query engine.object {"object":"sales.account/D-\#(number)"}"#
            #expect(try client.ask(account).isOK)
            let again = try client.ask(open(number))
            #expect(again.body["stream"]?.stringValue == "sales.account/D-\(number)")
        }
    }

    @Test(
        "the index cannot be written: commands are answered, and it is written when that goes again",
        arguments: [FailingDisk.State.noSpace, .writeError])
    func index(_ state: FailingDisk.State) async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch, below: "/index")
            let client = try disk.connect()
            #expect(try client.ask(Self.open(1)).isOK)
            try disk.set(state)
            for number in 2...40 { #expect(try client.ask(Self.open(number)).isOK) }
            #expect(Self.said("index flush failed", disk.daemon))
            for number in 41...60 { #expect(try client.ask(Self.open(number)).isOK) }
            try Self.holds(60, client)
            try disk.set(.sound)
            #expect(try client.ask(Self.open(61)).isOK)
            #expect(disk.daemon.stop() == 0)
            let again = try FailingDisk(scratch, below: "/index")
            try Self.holds(61, try again.connect())
            #expect(again.daemon.stop() == 0)
        }
    }

    @Test("the index is never written: the next start reads it from the log")
    func indexNeverWritten() async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch, below: "/index")
            let client = try disk.connect()
            try disk.set(.noSpace)
            for number in 1...20 { #expect(try client.ask(Self.open(number)).isOK) }
            #expect(disk.daemon.stop() == 0)
            let again = try FailingDisk(scratch, below: "/index")
            try Self.holds(20, try again.connect())
            #expect(again.daemon.stop() == 0)
        }
    }

    @Test("an index that LMDB gives up stops the daemon with code 2, and nothing is lost")
    func indexGivenUp() async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch, below: "/index")
            let client = try disk.connect()
            for number in 1...20 { #expect(try client.ask(Self.open(number)).isOK) }
            try disk.set(.metaError)
            _ = try? client.ask(Self.open(21))
            #expect(disk.daemon.exitCode(withinSeconds: 30) == 2)
            #expect(disk.daemon.output.contains("The index failed"))
            let again = try FailingDisk(scratch, below: "/index")
            try Self.holds(21, try again.connect())
            #expect(again.daemon.stop() == 0)
        }
    }

    @Test(
        "the views cannot be written: commands are answered, questions say so, then they catch up",
        arguments: [FailingDisk.State.noSpace, .writeError])
    func views(_ state: FailingDisk.State) async throws {
        try await onThread {
            let scratch = try Scratch()
            let disk = try FailingDisk(scratch, below: "/views")
            let client = try disk.connect()
            #expect(try client.ask("query funnel.stages").isOK)
            try disk.set(state)
            for number in 1...20 { #expect(try client.ask(Self.open(number)).isOK) }
            #expect(Self.said("view cannot go on and tries again", disk.daemon))
            let last = try client.ask(Self.open(21))
            #expect(last.isOK)
            let position = try #require(last.body["position"]?.integerValue)
            // Who must read his own writes is told that the view is not there yet.
            let behind = try client.ask("query funnel.stages after=\(position)")
            #expect(!behind.isOK)
            try disk.set(.sound)
            let watch = Stopwatch()
            var isThere = false
            while !isThere, watch.seconds < 30 {
                isThere = try client.ask("query funnel.stages after=\(position)").isOK
            }
            #expect(isThere)
            try Self.holds(21, client)
            #expect(disk.daemon.stop() == 0)
            #expect(
                try MendedFolderTests.tool("audit", "--data", scratch.data).contains("\nclean"))
        }
    }
}
