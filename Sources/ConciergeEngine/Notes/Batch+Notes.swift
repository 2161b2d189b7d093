import ConciergeKit

extension Batch {
    /// The greatest length of a note, in bytes of UTF-8.
    static let noteLimit = TextLimits.lines

    /// Adds a note of staff to the history of a request, open or closed. No rule runs, and the request stays as it is.
    mutating func note(_ text: String, on id: RequestID, by actor: String) throws -> Answer {
        let request = try find(id)
        let timers = try staged.timers(of: request.id)
        let commitments = try commitments(of: request)
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor, event: .noted,
                from: request.state, to: request.state, note: Text(verbatim: text)))
        return .request(
            RequestView(
                request: request, timers: timers, commitments: commitments,
                followers: try staged.followers(of: request)))
    }
}
