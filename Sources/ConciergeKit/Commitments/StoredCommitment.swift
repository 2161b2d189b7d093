package import WorkingCalendar

/// A commitment of a request with all that has happened to it, as the ledger keeps it.
///
/// It is calculated by the working calendar of the moment at which it was made, whatever the configuration says later,
/// and keeps the explanation of its deadline.
package struct StoredCommitment: Sendable, Hashable {
    /// Which of the request's commitments it is, from 1, in the order in which they were made.
    package let number: Int
    /// The id of its declaration.
    package let name: String
    package let kind: CommitmentKind
    package private(set) var content: Content
    /// When it was done; nil while it is not, and after a reopening.
    package private(set) var keptAt: Instant?
    /// The deadline that has passed before it was done; it stays, whatever happens later.
    package private(set) var missedAt: Instant?
    /// When it ended without being done, because the request was closed or another commitment took its place.
    package private(set) var endedAt: Instant?
    /// How often it was said to be done and was not.
    package private(set) var reopened = 0
    /// What the resident thinks of what was done, from 1 to 10; nil if they have not said it.
    package private(set) var score: Int?

    /// What is needed to calculate and to explain it.
    package struct Content: Sendable, Hashable, Codable {
        /// What will have happened, in the words of the day on which it was made.
        package let title: Text
        /// Who owes an obligation.
        package let partner: String?
        package let term: Term
        /// The season for which it has this term; nil where the term depends on none.
        package let season: ChosenSeason?
        package let start: Instant
        package fileprivate(set) var alerts: Alerts
        /// The calendar: ``CalendarBook/Entry/id``.
        package let calendar: String
        package let calendarName: String?
        /// How often the escalation has gone on since the deadline passed.
        package fileprivate(set) var escalated = 0
        package fileprivate(set) var pauses: [Promise.Pause] = []
        package fileprivate(set) var changes: [Promise.Change] = []
        package fileprivate(set) var thoughtDone: [ThoughtDone] = []
        package fileprivate(set) var explanation: Explanation
    }

    /// Who is told when, before and after the deadline.
    package struct Alerts: Sendable, Hashable, Codable {
        /// How long before the deadline the alert is due; nil for none.
        package let lead: Duration?
        /// How long after it the further steps are due, in their order.
        package let escalation: [Duration]
        /// Whether safety is at stake: then the commitment does not pause, and the alerts come at any hour.
        package let isUrgent: Bool

        package init(lead: Duration?, escalation: [Duration] = [], isUrgent: Bool = false) {
            self.lead = lead
            self.escalation = escalation.sorted()
            self.isUrgent = isUrgent
        }
    }

    /// A time in which the work was thought done.
    package struct ThoughtDone: Sendable, Hashable, Codable {
        package let completed: Instant
        package fileprivate(set) var contested: Instant?
    }

    package enum State: String, Sendable, Hashable, CaseIterable, Codable {
        /// It is to be done.
        case open
        /// It is to be done, and stands still.
        case paused
        /// It was done in time.
        case kept
        /// It was done after its deadline, or ended after it.
        case missed
        /// It ended before its deadline without being done.
        case ended
    }

    /// A commitment that a ledger has kept.
    package init(
        number: Int, name: String, kind: CommitmentKind, content: Content, keptAt: Instant?, missedAt: Instant?,
        endedAt: Instant?, reopened: Int, score: Int?
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.content = content
        self.keptAt = keptAt
        self.missedAt = missedAt
        self.endedAt = endedAt
        self.reopened = reopened
        self.score = score
    }

    /// A commitment that is made now.
    package init(
        number: Int, name: String, kind: CommitmentKind, title: Text, partner: String?, term: SeasonalTerm.Choice,
        start: Instant, alerts: Alerts, by calendar: CalendarBook.Entry
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        let promise = Promise.made(term.term, season: term.season, from: start, isPausable: !alerts.isUrgent)
        content = Content(
            title: title, partner: partner, term: term.term, season: term.season, start: start, alerts: alerts,
            calendar: calendar.id, calendarName: calendar.name,
            explanation: calendar.calendar.explain(promise, name: calendar.name))
    }

    // MARK: What it says

    /// By when it must be done; nil while it is paused, and if the calendar is never open.
    package var due: Instant? { content.explanation.deadline.instant }

    /// Since when it stands still; nil if it does not.
    package var pausedSince: Instant? {
        guard isOpen, let last = content.pauses.last, last.end == nil else { return nil }
        return last.start
    }

    /// Whether it is still to be done.
    package var isOpen: Bool { keptAt == nil && endedAt == nil }

    package var state: State {
        if isOpen { return pausedSince == nil ? .open : .paused }
        if missedAt != nil { return .missed }
        return keptAt == nil ? .ended : .kept
    }

    /// Whether it is to be done and its deadline has passed.
    package func isLate(at now: Instant) -> Bool {
        isOpen && (missedAt != nil || due.map { $0 < now } ?? false)
    }

    // MARK: What happens to it

    /// The most pauses, changes and reopenings of one commitment.
    static let most = 1000

    /// Why something cannot happen to a commitment, as a refusal for staff.
    package enum Mistake: Error {
        case isUrgent
        case tooOften

        func words(_ title: Text) -> Text {
            switch self {
            case .isUrgent:
                Text(
                    fr: "« \(title) » ne se met pas en pause : la sécurité est en jeu.",
                    en: "\"\(title)\" does not pause: safety is at stake.")
            case .tooOften:
                Text(
                    fr: "« \(title) » a changé plus de \(Self.limit) fois.",
                    en: "\"\(title)\" has changed more than \(Self.limit) times.")
            }
        }

        private static var limit: Int { StoredCommitment.most }
    }

    /// Stops it until it is resumed. It has no effect if it is not open, or paused already.
    package mutating func pause(at now: Instant, because reason: Text, by calendar: WorkingCalendar) throws(Mistake) {
        guard isOpen, pausedSince == nil else { return }
        guard !content.alerts.isUrgent else { throw .isUrgent }
        guard let pause = Promise.Pause(from: now, to: nil, reason: reason) else { return }
        content.pauses.append(pause)
        noteMiss(at: now)
        try calculate(calendar)
    }

    /// Lets it run again.
    package mutating func resume(at now: Instant, by calendar: WorkingCalendar) throws(Mistake) {
        guard pausedSince != nil, let open = content.pauses.popLast() else { return }
        // A clock that was set back would end the pause before it began: then it took no time.
        if let pause = Promise.Pause(from: open.start, to: max(open.start, now), reason: open.reason) {
            content.pauses.append(pause)
        }
        try calculate(calendar)
    }

    /// Changes the urgency: another term counts from the same start, with the same pauses, and staff are told as the new
    /// urgency has it. If the term depends on the season, it is that of the day on which the commitment began.
    mutating func change(
        to term: SeasonalTerm, alerts: Alerts, at now: Instant, because reason: Text?, by calendar: WorkingCalendar
    ) throws(Mistake) {
        guard isOpen else { return }
        content.alerts = alerts
        let choice = calendar.choice(of: term, from: content.start)
        guard choice.term != (content.changes.last?.term ?? content.term) else { return }
        content.changes.append(
            Promise.Change(at: now, to: choice.term, season: choice.season, reasonToLower: reason))
        try calculate(calendar)
    }

    /// It is done.
    package mutating func keep(at now: Instant, by calendar: WorkingCalendar) throws(Mistake) {
        guard isOpen else { return }
        if pausedSince != nil { try resume(at: now, by: calendar) }
        noteMiss(at: now)
        keptAt = now
        if kind == .obligation { content.thoughtDone.append(ThoughtDone(completed: now)) }
    }

    /// It was not done after all. The deadline of a promise stays; that of an obligation does not count the time in
    /// which the work was thought done.
    package mutating func reopen(at now: Instant, by calendar: WorkingCalendar) throws(Mistake) {
        guard let kept = keptAt, endedAt == nil else { return }
        keptAt = nil
        // What was said of work that was not done says nothing of what will be.
        score = nil
        reopened += 1
        if kind == .obligation, !content.thoughtDone.isEmpty {
            content.thoughtDone[content.thoughtDone.count - 1].contested = max(kept, now)
            try calculate(calendar)
        }
    }

    /// The resident says what they think of what was done.
    package mutating func rate(_ score: Int) { if keptAt != nil { self.score = min(max(score, 1), 10) } }

    /// It ends, whether or not it was done.
    package mutating func end(at now: Instant) {
        guard isOpen else { return }
        noteMiss(at: now)
        endedAt = now
    }

    /// Records that its deadline has passed, if it has.
    package mutating func noteMiss(at now: Instant) {
        guard isOpen, missedAt == nil, let due, due < now else { return }
        missedAt = due
    }

    /// How often the escalation has gone on since the deadline passed.
    package var escalated: Int { content.escalated }

    /// Records that its deadline has passed, or that the next step after it is due, when the timer fires that says so.
    package mutating func miss(at now: Instant) {
        guard isOpen else { return }
        if missedAt == nil { missedAt = due ?? now } else { content.escalated += 1 }
    }

    private mutating func calculate(_ calendar: WorkingCalendar) throws(Mistake) {
        guard content.pauses.count <= Self.most, content.changes.count <= Self.most, reopened <= Self.most else {
            throw .tooOften
        }
        var promise: Promise
        do throws(Promise.Mistake) {
            promise = try Promise(
                content.term, season: content.season, from: content.start, pauses: content.pauses,
                // What has paused before safety was at stake has paused.
                isPausable: !content.alerts.isUrgent || !content.pauses.isEmpty, changes: content.changes)
        } catch {
            throw .tooOften
        }
        if kind == .obligation {
            promise = promise.obligation(thoughtDone: content.thoughtDone.map { ($0.completed, $0.contested) })
        }
        content.explanation = calendar.explain(promise, name: content.calendarName)
    }

    // MARK: Timers

    /// When its timers are due: the alert before the deadline, and the one that says that it has passed, which runs again
    /// for each step of the escalation. Unless safety
    /// is at stake, both come while the calendar is open, so that somebody is there who reads them.
    package func timers(at now: Instant, by calendar: WorkingCalendar) -> (approaching: Instant?, missed: Instant?) {
        guard isOpen, pausedSince == nil else { return (nil, nil) }
        let alerts = content.alerts
        if let missedAt {
            guard escalated < alerts.escalation.count else { return (nil, nil) }
            let step = missedAt + alerts.escalation[escalated]
            return (nil, alerts.isUrgent ? step : calendar.nextOpening(from: step) ?? step)
        }
        guard let due else { return (nil, nil) }
        // Nobody is warned of what has happened.
        let alert = due > now ? alerts.lead.map { due - $0 } : nil
        guard !alerts.isUrgent else { return (alert, due) }
        return (alert.map { opening(near: $0, before: due, calendar) }, calendar.nextOpening(from: due) ?? due)
    }

    /// The next opening, if it leaves a quarter of the time or more; else when the last one before began, if that is after the
    /// commitment was made; else the next opening, if it is before the deadline. Where nobody is there in between, the alert
    /// comes at its own time.
    private func opening(near alert: Instant, before due: Instant, _ calendar: WorkingCalendar) -> Instant {
        let next = calendar.nextOpening(from: alert).flatMap { $0 < due ? $0 : nil }
        if let next, due - next >= (due - alert) / 4 { return next }
        if let last = calendar.lastOpening(before: alert), last > content.start { return last }
        return next ?? alert
    }
}
