import Foundation

/// Runs blocking work on a thread of its own: what waits for a socket or a program holds up no
/// other test, nor the parts of a daemon that run in this process.
///
/// The work stays within the caller's task, so what it finds belongs to the caller's test.
package func onThread<Result: Sendable>(
    _ body: @Sendable () throws -> Result
) async throws -> Result {
    try await BlockingWork().run(body)
}

/// One piece of blocking work: an actor, since a custom executor of an actor keeps the task's own
/// values, which a thread that is merely started does not have.
private actor BlockingWork {
    private nonisolated let executor = ThreadExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func run<Result>(_ body: @Sendable () throws -> Result) throws -> Result { try body() }
}

/// A thread for each job; the actor has one job at a time, so jobs are in order.
private final class ThreadExecutor: SerialExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The thread holds the executor until the job is over: the actor may be gone before that.
        Thread { job.runSynchronously(on: self.asUnownedSerialExecutor()) }.start()
    }
}
