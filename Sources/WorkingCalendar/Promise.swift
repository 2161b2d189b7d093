public import Civil
public import Wording

/// What is promised to a resident, or what a partner owes: a term, its start, and what has happened to it since.
public struct Promise: Sendable, Hashable {
    /// The term that was promised first.
    public let term: Term
    /// The season for which it has this term; nil where the term depends on none.
    public let season: ChosenSeason?
    /// When it began to run.
    public let start: Instant
    /// The times in which it does not run, in any order; they may overlap.
    public let pauses: [Pause]
    /// False where safety is at stake: then ``pauses`` have no effect.
    public let isPausable: Bool
    /// The changes of its urgency, from the first to the last.
    public let changes: [Change]

    /// A change of the urgency. The new term counts from the promise's own start, with all its pauses.
    public struct Change: Sendable, Hashable, Codable {
        /// When it was changed.
        public let moment: Instant
        /// The term that the new urgency has.
        public let term: Term
        /// The season for which the new urgency has this term; nil where the term depends on none.
        public let season: ChosenSeason?
        /// Why the urgency was lowered. Only with such a reason may the promise become later; without one, a change
        /// that would win time has no effect.
        public let reasonToLower: Text?

        /// A change to another term; without a reason to lower the urgency, it never wins time.
        public init(at moment: Instant, to term: Term, season: ChosenSeason? = nil, reasonToLower: Text? = nil) {
            (self.moment, self.term, self.season, self.reasonToLower) = (moment, term, season, reasonToLower)
        }
    }

    /// Why a promise cannot be calculated.
    public enum Mistake: Error, Hashable, Sendable {
        /// A pause reaches more than 100 years beyond the start.
        case pauseTooLong(Pause)

        /// What is wrong, without a full stop.
        public var words: Text {
            Text(
                fr: "une pause finit plus de 100 ans après le début",
                en: "a pause ends more than 100 years after the start")
        }
    }

    /// A promise with all that has happened to it.
    ///
    /// - Throws: ``Mistake`` if a pause reaches too far.
    public init(
        _ term: Term, season: ChosenSeason? = nil, from start: Instant, pauses: [Pause] = [], isPausable: Bool = true,
        changes: [Change] = []
    ) throws(Mistake) {
        for pause in pauses where (pause.end ?? pause.start) > start + .days(36_525) { throw .pauseTooLong(pause) }
        self.term = term
        self.season = season
        self.start = start
        self.pauses = pauses
        self.isPausable = isPausable
        self.changes = changes
        thoughtDone = []
    }

    /// A promise to which nothing has happened yet.
    public static func made(
        _ term: Term, season: ChosenSeason? = nil, from start: Instant, isPausable: Bool
    ) -> Promise {
        Promise(term, season, start, isPausable)
    }

    private init(_ term: Term, _ season: ChosenSeason?, _ start: Instant, _ isPausable: Bool) {
        (self.term, self.season, self.start, self.isPausable) = (term, season, start, isPausable)
        (pauses, changes, thoughtDone) = ([], [], [])
    }

    private init(_ promise: Promise, thoughtDone: [Pause]) {
        term = promise.term
        season = promise.season
        start = promise.start
        pauses = promise.pauses
        isPausable = promise.isPausable
        changes = promise.changes
        self.thoughtDone = thoughtDone
    }

    /// The times in which a partner thought that the work was done.
    let thoughtDone: [Pause]

    /// The partner's obligation of this promise: the times between "it is done" and "it is not" do not count, also where
    /// pauses are refused. What the resident was promised has no such exception: reopening keeps it.
    public func obligation(
        thoughtDone times: [(completed: Instant, contested: Instant?)]
    ) -> Promise {
        let reason = Text(fr: "travail annoncé comme terminé", en: "the work was said to be done")
        return Promise(
            self, thoughtDone: times.compactMap { Pause(from: $0.completed, to: $0.contested, reason: reason) })
    }

    /// The pauses that have an effect.
    var effectivePauses: [Pause] { (isPausable ? pauses : []) + thoughtDone }
}

/// When a promise is due.
public enum Deadline: Sendable, Hashable {
    /// It must be kept by this instant.
    case due(Instant)
    /// It is not over, and has stood still since this instant.
    case paused(since: Instant)
    /// It is never due: the calendar is not open within 20 years.
    case never

    /// The instant by which it must be kept; nil if there is none, or none yet.
    public var instant: Instant? { if case .due(let instant) = self { instant } else { nil } }
}

extension Deadline: Comparable {
    /// Whether the left one is earlier. What stands still is later than every instant, and never is later than that.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        switch (left, right) {
        case (.due(let left), .due(let right)), (.paused(let left), .paused(let right)): left < right
        case (.due, _): true
        case (.paused, .never): true
        case (.paused, .due), (.never, _): false
        }
    }
}
