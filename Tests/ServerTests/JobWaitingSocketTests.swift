import Client
import Foundation
import Records
import Server
import TestSupport
import Testing

@Suite("Waiting for jobs over the socket", .serialized)
struct JobWaitingSocketTests {
    private static let process = """
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
          <bpmn:process id="label" isExecutable="true">
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="print-label"/>
            </bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
            <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
          </bpmn:process>
        </bpmn:definitions>
        """

    private static func ask(_ worker: String, milliseconds: Int = 60_000) -> String {
        #"process.activate-jobs {"type":"print-label","worker":"\#(worker)","waitMilliseconds":\#(milliseconds)}"#
    }

    /// Talks to a founded company, then stops it.
    private func talk(
        _ body: @escaping @Sendable (_ client: Connection, _ path: String) throws -> Void
    ) async throws {
        let company = try await company()
        let path = company.socketPath
        try await onThread {
            let client = try Connection(path: path)
            try Self.found(client)
            try body(client, path)
        }
        await company.stop()
    }

    private func company() async throws -> SocketCompany {
        try await SocketCompany.start(adding: ["processes/label.bpmn": Self.process])
    }

    private static func found(_ connection: Connection) throws {
        let founding =
            #"finance.found-company {"name":"Labels","country":"DE","baseCurrency":"EUR","singlePerson":true}"#
        #expect(try connection.ask(founding, timeoutSeconds: 30).isOK)
    }

    private static func start(_ connection: Connection) throws {
        let answer = try connection.ask(
            #"process.start {"process":"label"}"#, timeoutSeconds: 30)
        #expect(answer.isOK, "\(answer.code) \(answer.message)")
    }

    private static func jobs(_ line: String?) throws -> Int {
        let answer = try #require(line.flatMap { Answer(line: $0) })
        #expect(answer.isOK, "\(answer.code) \(answer.message)")
        return answer.body["jobs"]?.arrayValue?.count ?? -1
    }

    @Test("a waiting worker is answered by the job that another client makes")
    func served() async throws {
        try await talk { client, path in
            let worker = try Connection(path: path)
            try worker.send(line: Self.ask("w"))
            usleep(100_000)
            try Self.start(client)
            #expect(try Self.jobs(worker.line()) == 1)
        }
    }

    @Test("a worker whose connection is gone is not served; the next one is")
    func gone() async throws {
        try await talk { client, path in
            do {
                let lost = try Connection(path: path)
                try lost.send(line: Self.ask("lost"))
                usleep(100_000)
            }
            let worker = try Connection(path: path)
            try worker.send(line: Self.ask("stays"))
            usleep(100_000)
            try Self.start(client)
            #expect(try Self.jobs(worker.line()) == 1)
        }
    }

    @Test("a worker that has sent everything still gets its job")
    func halfClosed() async throws {
        try await talk { client, path in
            let worker = try Connection(path: path)
            try worker.send(line: Self.ask("w"))
            worker.finishSending()
            usleep(100_000)
            try Self.start(client)
            #expect(try Self.jobs(worker.line()) == 1)
            #expect(try worker.line() == nil)
        }
    }

    // Who is answered only when the wait is over meets the limit of this test.
    @Test(
        "a server that stops answers those who wait, before their time and before it cuts them off")
    func stopped() async throws {
        var limits = ServerLimits()
        // Longer than this test may take: nobody is cut off.
        limits.stopSecondsMax = 3_600
        let company = try await SocketCompany.start(
            adding: ["processes/label.bpmn": Self.process], limits: limits)
        let workers = try ["w", "v"].map { name in
            let worker = try Connection(path: company.socketPath)
            try worker.send(line: Self.ask(name, milliseconds: 60_000))
            return worker
        }
        // Each waits: nothing came yet.
        for worker in workers {
            #expect(throws: ClientFailure.timedOut(seconds: 1)) {
                try worker.receive(timeoutSeconds: 1)
            }
        }
        // With them connected the server ends only when they were answered and let go.
        await company.stop()
        for worker in workers {
            #expect(try Self.jobs(worker.line()) == 0)
            #expect(try worker.line() == nil)
        }
    }
}
