import ConciergeKit

extension Batch {
    /// Stages a notice about a request, open or closed. Nothing else of the request changes.
    mutating func notify(_ notice: Notice, about id: RequestID, by actor: String) throws -> Answer {
        let request = try find(id)
        // A line of its own has the request's state, so that it is not taken for a notice of the rule before it.
        staged.append(
            Entry(
                request: id, service: request.service, at: now, actor: actor,
                event: RequestEvent(notice), from: request.state,
                to: request.state, note: notice.words))
        return .request(
            RequestView(
                request: request, timers: try staged.timers(of: id), commitments: try commitments(of: request),
                followers: try staged.followers(of: request)))
    }

    /// Stages that a resident was told what a notice says, by whom and when. Once it is told, nothing more happens.
    mutating func tell(_ number: Int64, by actor: String) throws -> Answer {
        guard let notice = try staged.notice(number) else { throw Rejection.notFound("\(number)") }
        let request = try find(notice.line.entry.request)
        if notice.state != .told, case .notice(let name, _, _) = notice.line.entry.event {
            staged.changes.notices[number] = .told
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: actor, event: .told(name),
                    from: request.state, to: request.state))
        }
        return .request(RequestView(request: request, timers: try staged.timers(of: request.id)))
    }
}

extension RequestEvent {
    /// What a history says of a notice, besides its words.
    init(_ notice: Notice) { self = .notice(notice.name, to: notice.audience, isSecret: notice.isSecret) }
}
