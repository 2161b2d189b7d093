package import JSON

/// A request as a rule may change it: its record, and the effects that the rule asks for.
///
/// Everything is committed together with the transition, or nothing is. A rule only collects effects, so that a rule
/// that refuses after asking for some leaves no trace. A draft does not leave its rule: it is not Sendable.
public struct DraftOf<S: Service> {
    /// What the service keeps of the request. A rule changes it in place; the change is committed with the transition.
    public var record: S.Record
    /// The time, the actor, the resident and the place of the transition.
    public let moment: Moment
    /// The state of the request before the transition. A request that is being opened has none yet.
    public var state: StateOf<S> {
        get { StateOf(origin) }
        @available(*, unavailable, message: "the line says where the request goes; among its states, write go(to: …)")
        // The compiler refuses each use of the setter, so it is never executed.
        set { fatalError() }
    }
    /// When the request began; the time of the transition while it is being opened.
    public let openedAt: Instant

    private let origin: DeclaredState
    package private(set) var effects: [Effect] = []
    /// The id of the state that the rule chose; nil for the first of its line.
    package internal(set) var destination: String?
    package private(set) var refusal: Text?
    package private(set) var postponed: Text?
    package internal(set) var claimBook: ClaimBook
    /// Nil as long as the rule has nothing to do with commitments.
    package internal(set) var commitmentBook: CommitmentBook?
    /// The ids of the states in which the rule lets the request wait in line, whether or not it has to.
    package internal(set) var waitingStates: [String] = []

    /// A draft of a request with this record, in an opening or a test.
    public init(_ record: S.Record, at moment: Moment) {
        self.init(record, at: moment, from: .none, openedAt: moment.now)
    }

    package init(_ record: S.Record, at moment: Moment, in state: StateOf<S>, openedAt: Instant) {
        self.init(record, at: moment, from: state.declared, openedAt: openedAt)
    }

    private init(_ record: S.Record, at moment: Moment, from origin: DeclaredState, openedAt: Instant) {
        self.record = record
        self.moment = moment
        self.origin = origin
        self.openedAt = openedAt
        claimBook = ClaimBook(moment)
    }

    /// The time of the transition. It is the same for everything that one rule does.
    public var now: Instant { moment.now }
    /// The request's id; it exists already while the request is being opened.
    public var id: String { moment.request }
    /// The resident for whom the request was opened, if one was given.
    public var resident: String? { moment.resident }
    /// What the lodge's directory knows of the resident: ``Moment/knownResident``.
    public var knownResident: KnownResident? { moment.knownResident }

    /// Starts a timer, or sets a running one to a new time. It fires once: at the due instant or, if that is past or
    /// the daemon was down, at the first moment after it. It ends by itself when the request enters a state from which
    /// the table has no transition for it.
    public mutating func start(_ timer: TimerOf<S>, at due: Instant) {
        effects.append(.startTimer(name: timer.id, due: due))
    }

    /// Starts a timer that is due `delay` after now.
    public mutating func start(_ timer: TimerOf<S>, after delay: Duration) {
        start(timer, at: now + delay)
    }

    /// Ends a timer; nothing happens if it is not running.
    public mutating func cancel(_ timer: TimerOf<S>) {
        effects.append(.cancelTimer(name: timer.id))
    }

    /// The timers that run, with what the rule has started and ended so far. The timer that fires runs no more.
    public var timers: RunningTimers<S> {
        // A request that is being opened has none of before.
        var due = origin.id.isEmpty ? [:] : moment.answers?.timers(of: id) ?? [:]
        for effect in effects {
            switch effect {
            case .startTimer(let name, let instant): due[name] = instant
            case .cancelTimer(let name): due[name] = nil
            default: break
            }
        }
        return RunningTimers(due: due)
    }

    /// Postpones the rule of a timer or of the end of a run: nothing of this draft is applied, and the rule runs again
    /// later, with a growing delay. Use it for a claim that the rule needs: `guard loan.tryClaim(key) else { … }`. An
    /// opening or an action is refused with the reason.
    public mutating func postpone(because reason: Text) {
        postponed = reason
    }

    /// Sends a notice to somebody: it is added to the history, and watchers receive it. One for the resident or a partner is
    /// also delivered: by mail, or by staff where there is no address.
    ///
    /// A notice that is not on its way yet is withdrawn when the request sends the same person another one of its name. A
    /// request about a place that is for nobody has no notices for the resident: those who follow it are told.
    ///
    /// - Parameters:
    ///   - audience: Whom it is for.
    ///   - name: A short name of the notice, the same in each language, without anything personal.
    ///   - words: What it says.
    ///   - secret: Whether it is shown to staff only.
    ///   - usefulUntil: Later than this it is not delivered any more, and is counted as too late.
    ///   - onlyInState: Whether it is true only as long as the request stays in the state after the transition: it is
    ///     withdrawn when the request leaves the state before it is on its way. A reminder is such a notice.
    ///   - urgent: Whether it is delivered at once, alone and at any hour, because somebody's safety is at stake.
    public mutating func notify(
        _ audience: Audience, _ name: String, _ words: Text, secret: Bool = false, usefulUntil: Instant? = nil,
        onlyInState: Bool = false, urgent: Bool = false
    ) {
        effects.append(
            .notify(
                WrittenNotice(
                    audience: audience, name: name, words: words, isSecret: secret, usefulUntil: usefulUntil,
                    isOnlyInState: onlyInState, isUrgent: urgent)))
    }

    /// Sends a notice in these words.
    public mutating func notify(
        _ audience: Audience, _ name: String, fr: Phrase, en: Phrase, secret: Bool = false,
        usefulUntil: Instant? = nil, onlyInState: Bool = false, urgent: Bool = false
    ) {
        notify(
            audience, name, Text(fr: fr, en: en), secret: secret, usefulUntil: usefulUntil, onlyInState: onlyInState,
            urgent: urgent)
    }

    /// Sends a notice that is declared as a type: ``Notice``. The parameters are those of
    /// ``notify(_:_:_:secret:usefulUntil:onlyInState:urgent:)``.
    public mutating func notify(
        _ audience: Audience, _ notice: some Notice, secret: Bool = false, usefulUntil: Instant? = nil,
        onlyInState: Bool = false, urgent: Bool = false
    ) {
        effects.append(
            .notify(
                WrittenNotice(
                    notice, to: audience, isSecret: secret, usefulUntil: usefulUntil, isOnlyInState: onlyInState,
                    isUrgent: urgent)))
    }

    /// Withdraws the notices of these types for somebody that are not on their way yet, because they are true no more.
    public mutating func recall(_ notices: [any Notice.Type], for audience: Audience) {
        effects.append(.recall(audience, Set(notices.map { $0.name })))
    }

    /// Refuses an action of staff and keeps the rest of the draft: the record, timers, notices, and a history line with
    /// the reason. The request stays in its state. Use it for attempts that must be recorded, like a wrong code; all
    /// other refusals are thrown and leave no trace.
    public mutating func refuse(_ reason: Text) {
        refusal = reason
    }

    /// Runs a task of the provider once the transition is committed.
    public mutating func run<Given, Answer>(_ task: TaskName<Given, Answer>, _ given: Given) {
        effects.append(.run(task.reference, input: try? task.encode(given)))
    }

    /// Runs a task of the provider that needs no input, once the transition is committed.
    public mutating func run<Answer>(_ task: TaskName<NoInput, Answer>) {
        run(task, NoInput())
    }

    /// Makes the history line of this transition a link of the request's chain of custody: it carries a hash of the request's
    /// history up to itself, which `conciergectl requests verify` checks. Use it where something changes hands.
    public mutating func seal() { effects.append(.seal) }

    mutating func raise(_ signal: String, _ values: JSONObject?) {
        effects.append(.raise(signal, values))
    }

    /// Chooses a state of the transition other than its first. The table must name it.
    public mutating func go(to state: StateOf<S>) {
        destination = state.id
    }
}

/// The timers of a request that run: `loan.timers[.overdue]` is when one is due.
public struct RunningTimers<S: Service>: Sendable, Hashable {
    fileprivate let due: [String: Instant]

    /// When a timer is due; nil if it does not run.
    public subscript(timer: TimerOf<S>) -> Instant? { due[timer.id] }
    /// Whether nothing will wake the request by itself.
    public var isEmpty: Bool { due.isEmpty }
    /// How many are running, those included that the rule has just started.
    public var count: Int { due.count }
    /// When the first of them is due; nil if none runs.
    public var next: Instant? { due.values.min() }
}

/// To whom a notice is addressed.
public enum Audience: Sendable, Hashable {
    /// The person the request is for.
    case resident
    /// Whoever works at the lodge or in the office, not one person.
    case staff
    /// A partner, as the office calls it: the contractor who owes something. One whose address the configuration has
    /// (`partners`) is written to; any other one is told by staff. Where no partner is configured, it is a notice for staff.
    case partner(String)
}

extension Audience {
    /// Whether a notice is brought to somebody, and kept until they have it. Staff read theirs in the history.
    package var isDelivered: Bool { self != .staff }

    /// The name of the partner; nil for any other audience.
    package var partner: String? { if case .partner(let name) = self { name } else { nil } }
}

/// What a rule asks for in addition to the new record.
package enum Effect: Sendable {
    case startTimer(name: String, due: Instant)
    case cancelTimer(name: String)
    case notify(WrittenNotice)
    /// Withdraws what waits of notices with these names.
    case recall(Audience, Set<String>)
    /// The input is nil if it cannot be encoded as JSON.
    case run(TaskReference, input: JSONObject?)
    /// A signal, by its id. The values are nil if they cannot be encoded as a JSON object.
    case raise(String, JSONObject?)
    /// The history line carries a hash of the history.
    case seal
}

extension Effect {
    /// Whose notices of which names it withdraws; nil for any other effect.
    package var recalled: (audience: Audience, names: Set<String>)? {
        if case .recall(let audience, let names) = self { (audience, names) } else { nil }
    }

    /// Whether it seals the history line.
    package var isSeal: Bool { if case .seal = self { true } else { false } }
}
