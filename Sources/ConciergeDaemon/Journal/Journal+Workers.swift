import ConciergeEngine
import ConciergeKit
import Logging

extension Journal {
    /// Writes that a worker has connected.
    func tellCame(_ worker: Workers.Connected) {
        let tasks = worker.tasks.map(\.rawValue).joined(separator: ", ")
        log(
            .info, .workerCame, "a worker of \(worker.user) executes \(tasks), \(worker.limit) at once", worker.fields)
    }

    /// Writes that a worker's connection has ended.
    func tellWent(_ worker: Workers.Connected, lost: Int) {
        guard lost > 0 else { return log(.info, .workerWent, "a worker of \(worker.user) has left", worker.fields) }
        log(
            .warning, .workerWent,
            "the connection of a worker of \(worker.user) ended, "
                + "and \(lost.counted("attempt was", "attempts were")) lost with it", worker.fields)
    }

    /// Writes that a worker does not answer for an attempt that is over.
    func tellThatItGoesOn(_ run: StoredRun, at worker: Workers.Connected) {
        log(
            .warning, .handlerGoesOn,
            "\(run.task) is over at a worker of \(worker.user), which does not answer for it: "
                + "it gets no other run in its place",
            worker.fields.merging(
                [
                    "run": run.id.description, "task": run.task.rawValue, "provider": run.provider.rawValue,
                    "attempt": "\(run.attempt)",
                ]
            ) { $1 })
    }
}

extension Workers.Connected {
    fileprivate var fields: [String: String?] {
        ["worker": id.rawValue, "worker_name": name, "actor": user]
    }
}
