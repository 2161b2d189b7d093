import ConciergeWorker
import Glibc

// Executes torture.carry, and writes each begin and end into a file, with one write(2) each, so that the lines survive any
// end of the process: torture-worker SOCKET FILE.

struct Load: Codable, Sendable { let number: Int, millis: Int }

let log = open(CommandLine.arguments[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)

@Sendable func note(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // A line that is missing is found by the checker.
    _ = write(log, bytes, bytes.count)
}

let carry = WorkerTask("torture.carry") { (load: Load, job) in
    note("begin \(getpid()) \(job.run) \(job.attempt)")
    job.progress(load.number)
    do {
        try await Task.sleep(for: .milliseconds(load.millis))
    } catch {
        note("end \(getpid()) \(job.run) \(job.attempt) interrupted")
        throw error
    }
    note("end \(getpid()) \(job.run) \(job.attempt) done")
    return WorkReport(["number": load.number], Text(fr: "Porté.", en: "Carried."))
}
try await Worker(
    of: [carry], atMost: 4, name: "torture-worker", socket: CommandLine.arguments[1], patience: .milliseconds(50)
).serve()
