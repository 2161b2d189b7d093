import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import JSON

/// The use cases of workers: processes that execute runs for the daemon.
struct Working: Sendable {
    typealias Completion = @Sendable (Result<Wire.Empty, ControlError>) -> Void

    let workers: Workers
    let watching: Watching
    let access: AccessRules
    /// Runs the decoding of answers, which is provider code.
    let pool: HandlerPool

    private var served: ServedRegistry { watching.submitting.views.served }

    /// Gives out runs to a worker for as long as its connection lasts.
    func take(
        _ call: WorkMethods.Take, by user: String, for principal: Principal, from connection: UInt64,
        on replies: some ReplyStream<WorkMethods.Take.Reply>
    ) {
        if let other = workers.worker(on: connection) {
            return replies.fail(refusal(.sameConnection, other, "", 0))
        }
        let tasks = Array(Set(call.tasks)).sorted()
        do throws(ControlError) {
            try check(call)
            guard access.mayExecute(tasks, principal) else { return replies.failForRole() }
        } catch {
            guard case .invalidInput("tasks", _) = error,
                let unserved = tasks.first(where: { served.task(TaskID($0)) == nil })
            else { return replies.fail(error) }
            return watching.submitting.supervisor.explain(unserved, error) { replies.fail($0) }
        }
        let id = workers.add(
            tasks: tasks.map { TaskID($0) }, limit: call.limit, name: call.name, user: user, uid: principal.uid,
            connection: connection, stream: WorkerStream(replies))
        // The stream stays open while the daemon begins to stop, so that the worker can finish what it has.
        let stream = watching.open(
            WorkMethods.Take.declaration, for: principal, on: replies, outlivesStop: true,
            while: { [access] in access.mayExecute(tasks, principal) }, ended: { [workers] in workers.remove(id) })
        guard stream != nil else { return workers.remove(id) }
        workers.begin(id)
    }

    private func check(_ call: WorkMethods.Take) throws(ControlError) {
        guard (1...Self.mostRuns).contains(call.limit) else {
            throw .invalid("limit", Text(fr: "attendu : de 1 à \(Self.mostRuns)", en: "expected 1 to \(Self.mostRuns)"))
        }
        if let name = call.name, let mistake = TextLimits.mistake(in: name, limit: 64) ?? TextLimits.blank(name) {
            throw .invalid("name", mistake)
        }
        guard !call.tasks.isEmpty else {
            throw .invalid("tasks", Text(fr: "nommez au moins une tâche", en: "name one task at least"))
        }
        for task in call.tasks {
            guard let definition = served.task(TaskID(task)) else {
                throw .invalid(
                    "tasks",
                    Text(
                        fr: "aucune tâche « \(verbatim: task) » n'est servie",
                        en: "no task \"\(verbatim: task)\" is served"))
            }
            guard definition.executor == .worker else {
                throw .invalid(
                    "tasks",
                    Text(
                        fr: "la tâche « \(verbatim: task) » est exécutée par la loge elle-même",
                        en: "the task \"\(verbatim: task)\" is executed by the daemon itself"))
            }
        }
    }

    /// How many runs a worker may ask for.
    private static let mostRuns = 1000

    /// Passes on the progress of an attempt.
    func progress(
        _ call: WorkMethods.Progress, for principal: Principal, from connection: UInt64
    ) throws(ControlError) -> Wire.Empty {
        if let text = call.text { try Self.check(text) }
        for (name, number) in [("done", call.done), ("total", call.total ?? 0)] where number < 0 {
            throw .invalid(name, Text(fr: "attendu : 0 ou plus", en: "expected 0 or more"))
        }
        let worker = WorkerID(call.worker)
        do throws(Workers.Refusal) {
            guard let run = RunID(call.run) else { throw .notHeld }
            try workers.take(
                TaskProgress(done: call.done, total: call.total, words: call.text), of: run, attempt: call.attempt,
                at: worker, uid: principal.uid, connection: connection)
        } catch {
            throw refusal(error, worker, call.run, call.attempt)
        }
        return Wire.Empty()
    }

    /// Ends an attempt; answered once the end is on disk.
    func finish(
        _ call: WorkMethods.Finish, for principal: Principal, from connection: UInt64,
        _ completion: @escaping Completion
    ) {
        let worker = WorkerID(call.worker)
        let definition: TaskDefinition
        do throws(Workers.Refusal) {
            guard let run = RunID(call.run) else { throw .notHeld }
            definition = try workers.definition(
                of: run, attempt: call.attempt, at: worker, uid: principal.uid, connection: connection)
        } catch {
            return completion(.failure(refusal(error, worker, call.run, call.attempt)))
        }
        let finish: @Sendable (Workers.Outcome) -> Void = { [self] outcome in
            workers.finish(
                RunID(call.run) ?? RunID(number: 0), attempt: call.attempt, outcome, at: worker, uid: principal.uid,
                connection: connection
            ) { result in
                switch result {
                case .success: completion(.success(Wire.Empty()))
                case .failure(let error as Workers.Refusal):
                    completion(.failure(refusal(error, worker, call.run, call.attempt)))
                case .failure(let error): completion(.failure(ControlError(anyOf: error)))
                }
            }
        }
        do throws(ControlError) {
            if let outcome = try Self.outcome(call) { return finish(outcome) }
        } catch {
            return completion(.failure(error))
        }
        let words = call.text ?? Text(fr: "Fait.", en: "Done.")
        // The answer's type is the provider's: whatever its decoding does is blamed on the run, and not on the daemon.
        let executor = pool.executor(
            for: CodeLocation(
                .handler, provider: definition.key.provider, owner: definition.id, subject: call.run,
                event: "attempt \(call.attempt)"))
        Task.detached(executorPreference: executor) {
            let answer = Result { () throws(ControlError) in try Self.answer(call, to: definition) }
            executor.leave()
            switch answer {
            case .success(let answer): finish(.succeeded(words: words, answer: answer))
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    /// What the ledger keeps of the answer of a call.
    private static func answer(
        _ call: WorkMethods.Finish, to task: TaskDefinition
    ) throws(ControlError) -> [UInt8]? {
        let given = call.answer?.members ?? [:]
        let answer: [UInt8]?
        do {
            answer = try task.answer(given)
        } catch {
            let why = (error as? DecodingError)?.withoutValues ?? String(plainly: error)
            throw .invalid(
                "answer",
                Text(
                    fr: "elle n'est pas comme la tâche la déclare (\(verbatim: why))",
                    en: "it is not as the task declares it (\(verbatim: why))"))
        }
        if answer == nil, !given.isEmpty {
            throw .invalid(
                "answer",
                Text(
                    fr: "la tâche « \(verbatim: task.id) » n'a pas de réponse",
                    en: "the task \"\(verbatim: task.id)\" has no answer"))
        }
        if let size = answer?.count, size > TextLimits.input {
            throw .invalid(
                "answer",
                Text(
                    fr: "elle compte \(size) octets ; elle peut en compter \(TextLimits.input) au plus",
                    en: "it has \(size) bytes, and may have \(TextLimits.input) at most"))
        }
        return answer
    }

    /// The outcome of an attempt that has not succeeded; nil for one that has.
    private static func outcome(_ call: WorkMethods.Finish) throws(ControlError) -> Workers.Outcome? {
        if let text = call.text { try check(text) }
        switch call.outcome {
        case .succeeded: return nil
        case .failed:
            let seconds = call.retryAfter ?? 0
            guard seconds.isFinite, (0...Self.longestWait).contains(seconds) else {
                throw .invalid(
                    "retry_after",
                    Text(
                        fr: "attendu : de 0 à \(Int(longestWait)) secondes",
                        en: "expected 0 to \(Int(longestWait)) seconds"))
            }
            return .failed(
                reason: try reason(call), retryAfter: call.retryAfter.map { .milliseconds(Int64($0 * 1000)) })
        case .rejected: return .rejected(reason: try reason(call))
        case .returned: return .returned
        default:
            throw .invalid(
                "outcome",
                Text(
                    fr: "attendu : succeeded, failed, rejected ou returned",
                    en: "expected succeeded, failed, rejected or returned"))
        }
    }

    /// A month, in seconds.
    private static let longestWait = 31.0 * 86_400

    private static func reason(_ call: WorkMethods.Finish) throws(ControlError) -> String {
        let reason = call.reason ?? ""
        if let mistake = TextLimits.blank(reason) ?? TextLimits.mistake(in: reason, limit: TextLimits.lines, .lines) {
            throw .invalid("reason", mistake)
        }
        return reason
    }

    private static func check(_ text: Text) throws(ControlError) {
        for words in [text.fr, text.en] {
            let mistake = TextLimits.blank(words) ?? TextLimits.mistake(in: words, limit: TextLimits.lines, .lines)
            if let mistake { throw .invalid("text", mistake) }
        }
    }

    /// Gives the worker no more runs.
    func leave(
        _ call: WorkMethods.Leave, for principal: Principal, from connection: UInt64
    ) throws(ControlError) -> Wire.Empty {
        let worker = WorkerID(call.worker)
        do throws(Workers.Refusal) {
            try workers.leave(worker, uid: principal.uid, connection: connection)
        } catch {
            throw refusal(error, worker, "", 0)
        }
        return Wire.Empty()
    }

    /// The workers that are connected.
    func list() -> WorkMethods.List.Reply {
        WorkMethods.List.Reply(
            workers: workers.connected.map { worker, attempts in
                Wire.Worker(
                    id: worker.id.rawValue, name: worker.name, user: worker.user, since: worker.since,
                    tasks: worker.tasks.map(\.rawValue), limit: worker.limit,
                    runs: attempts.map { run, since, isOver in
                        Wire.Worker.Held(
                            run: run.id.description, attempt: run.attempt, task: run.task.rawValue, since: since,
                            over: isOver ? true : nil)
                    })
            })
    }

    private func refusal(_ refusal: Workers.Refusal, _ worker: WorkerID, _ run: String, _ attempt: Int) -> ControlError
    {
        switch refusal {
        case .unknownWorker: return .notFound(worker.rawValue)
        case .sameConnection:
            let words = Text(
                fr: "cet appel demande une autre connexion que celle de Take, où sa réponse viendrait en dernier",
                en: "this call needs another connection than that of Take, where its reply would come last")
            // The stream ends, because the worker could read no other answer.
            workers.end(worker, .refused(words))
            return .refused(words)
        case .notHeld:
            return .refused(
                Text(
                    fr: "l'essai \(attempt) du traitement \(verbatim: run) n'est pas en cours chez cet exécutant",
                    en: "attempt \(attempt) of run \(verbatim: run) is not under way at this worker"))
        case .over:
            return .refused(
                Text(
                    fr: "l'essai \(attempt) du traitement \(verbatim: run) est déjà fini : annulé, ou trop long",
                    en:
                        "attempt \(attempt) of run \(verbatim: run) has ended before: cancelled, or beyond its time limit"
                ))
        case .ending:
            return .refused(
                Text(
                    fr: "la fin de l'essai \(attempt) du traitement \(verbatim: run) est déjà annoncée",
                    en: "the end of attempt \(attempt) of run \(verbatim: run) is reported already"))
        case .mustLeave:
            return .refused(
                Text(
                    fr: "seul un exécutant qui s'en va (Leave) rend un traitement",
                    en: "only a worker that leaves (Leave) returns a run"))
        }
    }
}
