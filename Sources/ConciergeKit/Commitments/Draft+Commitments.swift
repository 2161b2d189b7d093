import WorkingCalendar

// What a rule promises. Deadlines are counted by the working calendar of the provider, answer at once, and are committed
// with the transition.

extension DraftOf {
    /// Promises the resident something from now on, and returns the deadline.
    ///
    /// If the same is promised already and not done, its urgency changes: the new term counts from the first promise,
    /// with all its pauses, and takes effect only if it makes the promise due earlier, or with a reason to lower the
    /// urgency. The table must have a line `on(missed: …)` for it.
    ///
    /// - Parameters:
    ///   - promise: What will have happened.
    ///   - term: `.hours(24)`, `.workingHours(10)` or `.workingDays(5)`; the first working day is the one after today.
    ///   - warning: How long before the deadline the line `on(approaching: …)` runs: while the lodge is open, if it can
    ///     be.
    ///     For a resident who is ``KnownResident/isFragile(on:)`` it is twice as long before.
    ///   - escalation: How long after the deadline the line `on(missed: …)` runs again, as long as nothing is done:
    ///     ``escalation(_:)`` says how often it has run.
    ///   - safety: Whether safety is at stake. Then the promise does not pause, and its lines run at any hour.
    ///   - reason: Why the urgency is lowered, in words for the resident.
    @discardableResult
    public mutating func promise(
        _ promise: CommitmentOf<S>, in term: Term, warning: Duration? = nil, escalation: [Duration] = [],
        safety: Bool = false, because reason: Text? = nil
    ) -> Instant {
        make(
            promise, of: nil, in: SeasonalTerm(term), warning: { _ in warning }, escalation: escalation,
            safety: safety, because: reason)
    }

    /// Promises the resident something in a term that depends on the season in which the promise begins, by the clocks
    /// of its working calendar, and returns the deadline. A change of the urgency takes the term of that day too.
    ///
    /// `warning` is asked once, how long before the deadline of the term that is chosen the line `on(approaching: …)` runs.
    /// The rest is as for ``promise(_:in:warning:escalation:safety:because:)``.
    @discardableResult
    public mutating func promise(
        _ promise: CommitmentOf<S>, in term: SeasonalTerm, warningOf warning: (Term) -> Duration? = { _ in nil },
        escalation: [Duration] = [], safety: Bool = false, because reason: Text? = nil
    ) -> Instant {
        make(promise, of: nil, in: term, warning: warning, escalation: escalation, safety: safety, because: reason)
    }

    /// Notes what a partner owes from now on, and returns the deadline. If another partner owed it, that obligation
    /// ends. The rest is as for a promise.
    @discardableResult
    public mutating func oblige(
        _ partner: String, _ obligation: CommitmentOf<S>, in term: Term, warning: Duration? = nil,
        escalation: [Duration] = [], safety: Bool = false, because reason: Text? = nil
    ) -> Instant {
        make(
            obligation, of: partner, in: SeasonalTerm(term), warning: { _ in warning }, escalation: escalation,
            safety: safety, because: reason)
    }

    /// Notes what a partner owes in a term that depends on the season in which the obligation begins. The rest is as for
    /// such a promise.
    @discardableResult
    public mutating func oblige(
        _ partner: String, _ obligation: CommitmentOf<S>, in term: SeasonalTerm,
        warningOf warning: (Term) -> Duration? = { _ in nil }, escalation: [Duration] = [], safety: Bool = false,
        because reason: Text? = nil
    ) -> Instant {
        make(
            obligation, of: partner, in: term, warning: warning, escalation: escalation, safety: safety,
            because: reason)
    }

    private mutating func make(
        _ commitment: CommitmentOf<S>, of partner: String?, in term: SeasonalTerm, warning: (Term) -> Duration?,
        escalation: [Duration], safety: Bool, because reason: Text?
    ) -> Instant {
        let (answers, now) = (moment.answers, moment.now)
        let calendar = answers?.workingCalendar(at: moment.place) ?? officeCalendars.standard
        let warning = warning(calendar.calendar.choice(of: term, from: now).term)
        let alerts = StoredCommitment.Alerts(
            lead: lead(warning, on: calendar.calendar.zone.local(now).date), escalation: escalation, isUrgent: safety)
        let made = withBook { book in
            book.make(
                commitment, of: partner, in: term,
                alerts: alerts, because: reason, at: now,
                by: calendar, knownBy: { answers?.workingCalendar(id: $0.content.calendar) ?? calendar.calendar })
        }
        return made.due ?? .latest
    }

    /// Stops a promise or an obligation until it is resumed, for a named reason. An action in which it is not promised, or
    /// in which safety is at stake, is refused; a pause of what is paused already has no effect.
    public mutating func pause(_ commitment: CommitmentOf<S>, because reason: PauseOf<S>) {
        let (now, words) = (moment.now, reason.words)
        let isOpen = withBook { book in
            guard book[commitment.id]?.isOpen ?? false else {
                book.refuse(
                    Text(
                        fr: "« \(commitment.name) » n'est pas promis : il n'y a rien à mettre en pause.",
                        en: "\"\(commitment.name)\" is not promised: there is nothing to pause."))
                return false
            }
            return true
        }
        guard isOpen else { return }
        change(commitment) { stored, calendar throws(StoredCommitment.Mistake) in
            try stored.pause(at: now, because: words, by: calendar)
        }
    }

    /// Lets a paused promise or obligation run again. It has no effect if it is not paused.
    public mutating func resume(_ commitment: CommitmentOf<S>) {
        let now = moment.now
        change(commitment) { stored, calendar throws(StoredCommitment.Mistake) in
            try stored.resume(at: now, by: calendar)
        }
    }

    /// What was promised is done now. It has no effect if it is not promised, or done already.
    public mutating func keep(_ commitment: CommitmentOf<S>) {
        let now = moment.now
        change(commitment) { stored, calendar throws(StoredCommitment.Mistake) in
            try stored.keep(at: now, by: calendar)
        }
    }

    /// It was not done after all. The promise holds as it was made, with its own deadline; an obligation does not count
    /// the time in which the work was thought done. It has no effect if it was not done.
    public mutating func reopen(_ commitment: CommitmentOf<S>) {
        let now = moment.now
        change(commitment) { stored, calendar throws(StoredCommitment.Mistake) in
            try stored.reopen(at: now, by: calendar)
        }
    }

    /// The resident says what they think of what was done, from 1 to 10. There is no score until somebody gives one, and a
    /// reopening voids it. It has no effect on what is not done.
    public mutating func rate(_ commitment: CommitmentOf<S>, _ score: Int) {
        change(commitment) { stored, _ throws(StoredCommitment.Mistake) in stored.rate(score) }
    }

    /// It does not have to be done any more. If its deadline has passed, it stays missed. A request that is closed ends
    /// all its commitments by itself.
    public mutating func withdraw(_ commitment: CommitmentOf<S>) {
        let now = moment.now
        change(commitment) { stored, _ throws(StoredCommitment.Mistake) in stored.end(at: now) }
    }

    /// By when it must be done; nil if it is not promised, done, or paused.
    public func due(_ commitment: CommitmentOf<S>) -> Instant? {
        stored(commitment).flatMap { $0.isOpen ? $0.due : nil }
    }

    /// Whether it is promised and not done yet.
    public func isOpen(_ commitment: CommitmentOf<S>) -> Bool { stored(commitment)?.isOpen ?? false }

    /// Whether it is promised and stands still.
    public func isPaused(_ commitment: CommitmentOf<S>) -> Bool { stored(commitment)?.pausedSince != nil }

    /// Whether its deadline passed before it was done, whatever has happened since.
    public func isMissed(_ commitment: CommitmentOf<S>) -> Bool { stored(commitment)?.missedAt != nil }

    /// How often the line of the missed deadline has run again after it; 0 when it runs first.
    public func escalation(_ commitment: CommitmentOf<S>) -> Int { stored(commitment)?.escalated ?? 0 }

    /// The first instant from this one on at which the lodge is open, by the working calendar of the request's
    /// residence, else of the provider.
    public func nextOpening(from instant: Instant) -> Instant {
        let calendar = moment.answers?.workingCalendar(at: moment.place) ?? officeCalendars.standard
        return calendar.calendar.nextOpening(from: instant) ?? instant
    }

    /// How long before the deadline somebody is warned: twice as long for a fragile resident.
    private func lead(_ warning: Duration?, on day: LocalDate) -> Duration? {
        guard let warning else { return nil }
        let isFragile = moment.knownResident?.isFragile(on: day) ?? false
        return isFragile ? warning * 2 : warning
    }

    // MARK: The book

    private func stored(_ commitment: CommitmentOf<S>) -> StoredCommitment? {
        (commitmentBook ?? CommitmentBook(before))[commitment.id]
    }

    /// The commitments from before; a request that is being opened has none.
    private var before: [StoredCommitment] {
        state.id.isEmpty ? [] : moment.answers?.commitments(of: moment.request) ?? []
    }

    private mutating func withBook<Value>(_ body: (inout CommitmentBook) -> Value) -> Value {
        var book = commitmentBook ?? CommitmentBook(before)
        defer { commitmentBook = book }
        return body(&book)
    }

    private mutating func change(
        _ commitment: CommitmentOf<S>,
        _ body: (inout StoredCommitment, WorkingCalendar) throws(StoredCommitment.Mistake) -> Void
    ) {
        let answers = moment.answers
        withBook { book in
            book.change(commitment.id) { stored throws(StoredCommitment.Mistake) in
                let calendar =
                    answers?.workingCalendar(id: stored.content.calendar) ?? officeCalendars.standard.calendar
                try body(&stored, calendar)
            }
        }
    }
}

/// Usual office hours in UTC, for a draft that a test made itself.
let officeCalendars = CalendarBook()
