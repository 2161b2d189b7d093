import ConciergeKit

extension Engine {
    /// Pauses something; where it is paused already, nothing changes.
    func pause(_ what: Pausable, by actor: String, at desk: inout Desk) throws -> Answer {
        switch what {
        case .provider(let id):
            guard registry.concurrency(of: id) != nil else { throw Rejection.notFound(id) }
            guard desk.slots.pauses[id] == nil else { return .done }
            let pause = Pause(provider: id, since: desk.now, actor: actor)
            desk.slots.pause(pause)
            desk.book.pause(id, pause)
        case .schedule(let id):
            guard var mark = desk.schedules[id] else { throw Rejection.notFound(id) }
            guard mark.pausedAt == nil else { return .done }
            (mark.pausedAt, mark.pausedBy) = (desk.now, actor)
            keep(mark, at: &desk)
        }
        desk.decision.remarks.append(.paused(what, by: actor))
        return .done
    }

    /// Lets something go on. A schedule elapses next after this moment: what passed meanwhile is not caught up with.
    func resume(_ what: Pausable, by actor: String, at desk: inout Desk) throws -> Answer {
        switch what {
        case .provider(let id):
            guard registry.concurrency(of: id) != nil else { throw Rejection.notFound(id) }
            guard desk.slots.pauses[id] != nil else { return .done }
            desk.slots.resume(id)
            desk.book.pause(id, nil)
        case .schedule(let id):
            guard var mark = desk.schedules[id], let schedule = registry.schedules[id] else {
                throw Rejection.notFound(id)
            }
            guard mark.pausedAt != nil else { return .done }
            (mark.pausedAt, mark.pausedBy) = (nil, nil)
            let next = schedule.recurrence.next(after: desk.now - registry.delay(of: id))
            mark.next = max(mark.next, next)
            keep(mark, at: &desk)
        }
        desk.decision.remarks.append(.resumed(what, by: actor))
        return .done
    }
}
