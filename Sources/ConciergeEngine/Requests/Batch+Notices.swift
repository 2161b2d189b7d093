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
            RequestView(request: request, timers: try staged.timers(of: id), commitments: try commitments(of: request)))
    }
}

extension RequestEvent {
    /// What a history says of a notice, besides its words.
    init(_ notice: Notice) { self = .notice(notice.name, to: notice.audience, isSecret: notice.isSecret) }
}
