package import ConciergeKit
import JSON

/// The attempt of a run whose handler sends a command.
package struct CallingAttempt: Sendable, Hashable {
    package let run: RunID
    package let attempt: Int
    /// The service that the request of the command must have; nil if the command is about no request.
    let service: ServiceID?
}

extension Command {
    /// What the handler of a run under way submits.
    ///
    /// - Throws: ``Rejection/notFound(_:)`` if the id of its request cannot be one.
    package init(_ command: RunCommand, of run: StoredRun) throws(Rejection) {
        let tag = command.tag.map { [$0] } ?? []
        func about(_ id: String, _ service: String) throws(Rejection) -> (RequestID, CallingAttempt) {
            guard let request = RequestID(id) else { throw .notFound(id) }
            return (request, CallingAttempt(run: run.id, attempt: run.attempt, service: ServiceID(service)))
        }
        switch command.kind {
        case .act(let id, let service, let action):
            let (request, calling) = try about(id, service)
            self = .act(
                id: request, action: action, input: command.input,
                caller: Caller(calling, doing: ["act", request.description, action] + tag))
        case .notify(let id, let service, let name):
            let (request, calling) = try about(id, service)
            guard let notice = command.notice else { throw .notFound(name) }
            self = .notify(
                id: request, notice: notice,
                caller: Caller(calling, doing: ["notify", request.description, name] + tag))
        case .open(let service, let opening, let resident):
            let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: nil)
            self = .open(
                service: ServiceID(service), by: opening, resident: resident, input: command.input,
                caller: Caller(calling, doing: ["open", service, opening] + tag))
        case .run(let task):
            let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: nil)
            self = .trigger(
                task: TaskID(task), input: command.input, caller: Caller(calling, doing: ["trigger", task] + tag))
        }
    }
}

extension RunCommandAnswer {
    /// The answer of the engine, for the handler that submitted the command.
    ///
    /// - Throws: ``TaskFailure`` if the handler, or the provider's rule, made a mistake.
    package init(_ answer: Answer) throws(TaskFailure) {
        switch answer {
        case .request(let view), .repeated(.request(let view)):
            self = .request(RawRequest(view.request, commitments: view.commitments))
        case .run(let run), .repeated(.run(let run)): self = .run(run.id.description)
        case .rejected(let rejection): self = try Self(rejection)
        case .dossier, .repeated(.dossier), .done: throw .retry(reason: "an answer of another kind", after: nil)
        }
    }

    /// The answer for a rejected command.
    package init(_ rejection: Rejection) throws(TaskFailure) {
        switch rejection {
        case .refused, .notFound: self = .refused(rejection.words)
        case .invalid: throw .final(reason: rejection.diagnosis)
        case .broken: throw .retry(reason: rejection.diagnosis, after: nil)
        }
    }
}

extension Caller {
    /// What distinguishes two inputs of calls with the same key. A handler's key says which action it is, and another
    /// attempt may give it another input, for example with the time.
    func distinguishing(_ input: JSONObject) -> String { attempt == nil ? input.canonicalText : "" }
}

extension Batch {
    /// Refuses what a handler may not do to a request: that of another service than it says, or of another provider. A
    /// person has no attempt, and is not refused here.
    func admit(_ attempt: CallingAttempt?, on id: RequestID) throws {
        guard let attempt else { return }
        let run = try currentRun(of: attempt)
        guard let service = try staged.request(id)?.service, service == attempt.service else {
            throw Rejection.notFound(id.description)
        }
        guard let provider = registry.service(service)?.provider, provider != run.provider else { return }
        throw Rejection.refused(
            Text(
                fr: "La demande \(id) est d'un autre module que la tâche « \(run.task) ».",
                en: "Request \(id) is of another provider than the task \"\(run.task)\"."))
    }

    /// Refuses a request of another provider's service.
    func admit(_ attempt: CallingAttempt?, toOpen service: ServiceID) throws {
        guard let attempt else { return }
        let run = try currentRun(of: attempt)
        guard let provider = registry.service(service)?.provider, provider != run.provider else { return }
        throw Rejection.refused(
            Text(
                fr: "Le service « \(service) » est d'un autre module que la tâche « \(run.task) ».",
                en: "The service \"\(service)\" is of another provider than the task \"\(run.task)\"."))
    }

    /// Refuses a run of another provider's task.
    func admit(_ attempt: CallingAttempt?, toRun task: TaskID) throws {
        guard let attempt else { return }
        let run = try currentRun(of: attempt)
        guard let provider = registry.task(task)?.provider, provider != run.provider else { return }
        throw Rejection.refused(
            Text(
                fr: "La tâche « \(task) » est d'un autre module que la tâche « \(run.task) ».",
                en: "The task \"\(task)\" is of another provider than the task \"\(run.task)\"."))
    }

    /// The run of an attempt. An attempt that is over changes nothing any more, although its handler may not have
    /// returned.
    private func currentRun(of attempt: CallingAttempt) throws -> StoredRun {
        if let run = try staged.run(attempt.run), run.state == .running, run.attempt == attempt.attempt { return run }
        throw Rejection.refused(
            Text(
                fr: "Cette tentative du traitement \(attempt.run) est finie et ne change plus rien.",
                en: "This attempt of run \(attempt.run) is over and changes nothing any more."))
    }
}
