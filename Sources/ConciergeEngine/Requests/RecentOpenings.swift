import ConciergeKit

/// What callers have opened in the last seconds, so that a command that was sent twice by mistake is noticed. It is in
/// memory alone: a daemon that was restarted knows of none.
struct RecentOpenings: Sendable {
    /// For how long the same opening by the same caller is taken for a mistake.
    static let span = Duration.seconds(30)

    private var all: [UInt64: (request: RequestID, at: Instant)] = [:]

    /// The request that was opened by the same call a moment ago.
    func request(openedBy call: UInt64, at now: Instant) -> (request: RequestID, at: Instant)? {
        guard let recent = all[call], now - recent.at <= Self.span, recent.at <= now else { return nil }
        return recent
    }

    mutating func note(_ request: RequestID, openedBy call: UInt64, at now: Instant) {
        all = all.filter { now - $0.value.at <= Self.span }
        all[call] = (request, now)
    }
}

extension Batch {
    /// Refuses an opening that the same call has just made.
    ///
    /// - Parameter call: Identifies who calls and what is given.
    func refuseJustOpened(by call: UInt64) throws {
        guard let recent = state.recentOpenings.request(openedBy: call, at: now),
            let request = try staged.request(recent.request), request.isOpen
        else { return }
        throw Rejection.refused(
            Text(
                fr: "Vous venez d’ouvrir la même demande : \(recent.request). Pour en ouvrir une autre : --again.",
                en: "You have just opened the same request: \(recent.request). To open another one: --again."))
    }

    /// Notes what a call has opened.
    mutating func noteOpening(_ answer: Answer, by call: UInt64) {
        guard case .request(let view) = answer else { return }
        state.recentOpenings.note(view.request.id, openedBy: call, at: now)
    }
}
