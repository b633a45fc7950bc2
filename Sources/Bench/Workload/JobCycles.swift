/// Instances of a process of one task, from their start to the end that a worker outside gives them.
///
/// Workers wait for jobs over the socket and complete them; starters keep so many instances open.
package final class JobCycles {
    /// The process that is run.
    package static let process = "bench-job"
    private static let jobType = "bench-work"

    /// The process as a file.
    package static let diagram = """
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="bench" targetNamespace="urn:bench">
          <bpmn:process id="\(process)" name="One task" isExecutable="true">
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work" name="Work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="\(jobType)"/>
            </bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            <bpmn:sequenceFlow id="start-work" sourceRef="start" targetRef="work"/>
            <bpmn:sequenceFlow id="work-end" sourceRef="work" targetRef="end"/>
          </bpmn:process>
        </bpmn:definitions>
        """

    /// Instances that a worker has completed.
    package private(set) var completed = 0
    /// Seconds from the beginning to the last completion.
    package private(set) var seconds = 0.0
    /// From asking for the completion to its answer.
    package private(set) var latencies = Latencies()

    private let inFlight: Int
    private let prefix: String
    private let watch = Stopwatch()
    private var started = 0
    private var failure: String?
    private var isOver = false

    /// Cycles of which so many are open at once; the prefix makes the keys of a run its own.
    package init(inFlight: Int, prefix: String) {
        self.inFlight = inFlight
        self.prefix = prefix
    }

    /// Goes on until `isOver`, then finishes what was begun.
    package func run(
        starters: Int, workers: Int, socket: String, until isOver: @escaping () -> Bool
    ) throws {
        let clients =
            (0..<starters).map { _ in JobStarter(cycles: self) as any FleetClient }
            + (1...workers).map { JobWorker(cycles: self, name: "worker-\($0)") }
        let fleet = try Fleet(clients, socket: socket)
        fleet.run(drains: false) {
            if !self.isOver { self.isOver = isOver() }
            return self.failure != nil || (self.isOver && self.completed == self.started)
        }
        if let failure { throw WorkloadFailure(failure) }
        if fleet.hasLostConnection { throw WorkloadFailure("the daemon closed a connection") }
    }

    /// The line that starts an instance; nil while enough are open.
    fileprivate func start() -> String? {
        guard !isOver, started - completed < inFlight else { return nil }
        started += 1
        return Self.startLine(key: "\(prefix)-\(started)")
    }

    /// The line that starts an instance under a key.
    package static func startLine(key: String) -> String {
        #"process.start key=\#(key) {"process":"\#(process)"}"#
    }

    /// The line that asks for jobs.
    package static func activateLine(
        worker: String, count: Int, waitMilliseconds: Int = 0
    ) -> String {
        #"process.activate-jobs {"type":"\#(jobType)","worker":"\#(worker)","count":\#(count),"waitMilliseconds":\#(waitMilliseconds)}"#
    }

    /// The line that completes a job.
    package static func completeLine(job: String) -> String {
        #"process.complete-job {"job":"\#(job)"}"#
    }

    /// The ids of the jobs in an answer, read without the rest: a client is not what is measured.
    package static func jobs(in answer: some Collection<UInt8>) -> [String] {
        let mark = Array(#""job":""#.utf8)
        var jobs: [String] = []
        var rest = answer[...]
        while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
            rest = rest[quote...]
            guard rest.starts(with: mark) else {
                rest = rest.dropFirst()
                continue
            }
            let id = rest.dropFirst(mark.count).prefix { $0 != UInt8(ascii: "\"") }
            jobs.append(String(decoding: id, as: UTF8.self))
            rest = rest.dropFirst(mark.count + id.count)
        }
        return jobs
    }

    fileprivate func isCompleted(microseconds: UInt64) {
        completed += 1
        seconds = watch.seconds
        latencies.add(microseconds: microseconds)
    }

    fileprivate func isRefused(_ answer: ArraySlice<UInt8>) {
        failure = failure ?? String(decoding: answer, as: UTF8.self)
    }
}

/// Starts an instance when one more may be open.
private final class JobStarter: FleetClient {
    private unowned let cycles: JobCycles

    init(cycles: JobCycles) { self.cycles = cycles }

    func next() -> [UInt8]? { cycles.start().map { Array(($0 + "\n").utf8) } }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        if !answer.starts(with: "ok".utf8) { cycles.isRefused(answer) }
    }
}

/// Waits for jobs, completes them one after the other, and waits again.
private final class JobWorker: FleetClient {
    private unowned let cycles: JobCycles
    private let name: String
    private var jobs: ArraySlice<String> = []
    private var isAsking = false
    private static let jobsAtOnce = 4
    private static let waitMilliseconds = 1_000

    init(cycles: JobCycles, name: String) {
        self.cycles = cycles
        self.name = name
    }

    func next() -> [UInt8]? {
        let job = jobs.popFirst()
        isAsking = job == nil
        let line =
            job.map(JobCycles.completeLine)
            ?? JobCycles.activateLine(
                worker: name, count: Self.jobsAtOnce, waitMilliseconds: Self.waitMilliseconds)
        return Array((line + "\n").utf8)
    }

    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64) {
        guard answer.starts(with: "ok".utf8) else {
            cycles.isRefused(answer)
            return
        }
        if isAsking {
            jobs = JobCycles.jobs(in: answer)[...]
        } else {
            cycles.isCompleted(microseconds: microseconds)
        }
    }
}
