import ConciergeKit

extension Batch {
    /// Pauses a provider or a schedule. If it is paused already, nothing changes.
    mutating func pause(_ what: Pausable, by actor: String) throws -> Answer {
        switch what {
        case .provider(let id):
            guard registry.concurrency(of: id) != nil else { throw Rejection.notFound(id.rawValue) }
            guard state.limits.pauses[id] == nil else { return .done }
            let pause = Pause(provider: id, since: now, actor: actor)
            state.limits.pause(pause)
            staged.pause(id, pause)
        case .schedule(let id):
            guard var mark = state.schedules[id] else { throw Rejection.notFound(id.rawValue) }
            guard mark.pausedAt == nil else { return .done }
            (mark.pausedAt, mark.pausedBy) = (now, actor)
            keep(mark)
        }
        events.append(.paused(what, by: actor))
        return .done
    }

    /// Resumes a provider or a schedule. A schedule elapses next after this moment: elapses during the pause are not
    /// caught up with.
    mutating func resume(_ what: Pausable, by actor: String) throws -> Answer {
        switch what {
        case .provider(let id):
            guard registry.concurrency(of: id) != nil else { throw Rejection.notFound(id.rawValue) }
            guard state.limits.pauses[id] != nil else { return .done }
            state.limits.resume(id)
            staged.pause(id, nil)
        case .schedule(let id):
            guard var mark = state.schedules[id], let schedule = registry.schedules[id] else {
                throw Rejection.notFound(id.rawValue)
            }
            guard mark.pausedAt != nil else { return .done }
            (mark.pausedAt, mark.pausedBy) = (nil, nil)
            let next = schedule.recurrence.next(after: now - registry.delay(of: id))
            mark.next = max(mark.next, next)
            keep(mark)
        }
        events.append(.resumed(what, by: actor))
        return .done
    }
}
