import ConciergeEngine
import ConciergeKit
import Logging

extension Journal {
    /// Writes the line for an event of a batch.
    func tell(_ event: EngineEvent) {
        guard let level = event.lineLevel else { return }
        switch event {
        case .runStarted, .runGiven, .runStopped: break
        case .runGivenUp(let run), .runLost(let run): tell(run)
        case .fault(let provider, let request, let event, let reason):
            log(
                level, .ruleFault, "\(event) of request \(request) went wrong: \(reason)",
                [
                    "provider": provider.rawValue, "request": request.description, "event": event.description,
                ])
        case .released(let subject, let actor): tellReleased(subject, by: actor)
        case .tripped(let provider, let until, let reason):
            log(
                level, .runsHeldBack,
                "\(provider) fails over and over, its runs are held back until \(until): \(reason)",
                ["provider": provider.rawValue])
        case .recovered(let provider):
            log(level, .runsGoOn, "\(provider) works again, its runs go on", ["provider": provider.rawValue])
        case .skipped(let schedule, let moment, let reason):
            log(
                level, .elapseSkipped,
                "\(schedule) did not run for \(moment): \(reason.words.en)", ["schedule": schedule.rawValue])
        case .postponed(let provider, let request, let event, let until, let reason):
            log(
                level, .rulePostponed,
                "\(event) of request \(request) is put off until \(until), another request holds what it asks for: "
                    + reason,
                [
                    "provider": provider.rawValue, "request": request.description, "event": event.description,
                ])
        case .looping(let request, let quarantine, let provider, let service):
            log(
                level, .quarantined,
                "the request \(request) is in quarantine: \(quarantine.event) starts a timer without delay over "
                    + "and over; when its cause is mended: conciergectl requests release \(request)",
                [
                    "provider": provider.rawValue, "service": service.rawValue, "request": request.description,
                    "event": quarantine.event,
                    "cause": quarantine.cause,
                ])
        case .paused(let what, let actor):
            log(level, .runsHeldBack, "\(actor) paused \(what.name)", what.fields(actor))
        case .resumed(let what, let actor):
            log(level, .runsGoOn, "\(actor) resumed \(what.name)", what.fields(actor))
        }
    }

    /// Writes that a handler is still running although its attempt is over.
    func tellThatItGoesOn(_ run: StoredRun) {
        log(
            .warning, .handlerGoesOn,
            "\(run.task) does not heed cancellation: its handler goes on and keeps a place of \(run.provider)",
            [
                "run": run.id.description, "task": run.task.rawValue, "provider": run.provider.rawValue,
                "attempt": "\(run.attempt)",
            ])
    }
}

extension EngineEvent {
    /// The level of the line that is written for it; nil if there is none.
    var lineLevel: Logger.Level? {
        switch self {
        case .runStarted, .runGiven, .runStopped: nil
        case .runGivenUp(let run), .runLost(let run): run.lineLevel
        case .fault, .tripped, .looping: .error
        case .postponed: .warning
        case .recovered, .released, .paused, .resumed: .notice
        case .skipped(_, _, let reason): reason == .paused ? .info : .notice
        }
    }
}

extension Pausable {
    fileprivate var name: String {
        switch self {
        case .provider(let id): "the provider \(id)"
        case .schedule(let id): "the schedule \(id)"
        }
    }

    fileprivate func fields(_ actor: String) -> [String: String?] {
        switch self {
        case .provider(let id): ["provider": id.rawValue, "actor": actor]
        case .schedule(let id): ["schedule": id.rawValue, "actor": actor]
        }
    }
}
