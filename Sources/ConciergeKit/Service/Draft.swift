package import JSON

/// A request as a rule may change it: its record, and the effects that are asked for.
///
/// All of it is committed together with the transition, or nothing is. Asking for an effect does nothing yet, so a rule
/// that refuses after asking leaves no trace. A draft does not leave its rule: it is not Sendable.
public struct DraftOf<S: Service> {
    /// What the service keeps of the case.
    public var record: S.Record
    /// When, by whom and for whom.
    public let moment: Moment
    /// The state in which the rule found the request. A request that is being opened is in none yet.
    public let state: StateOf<S>
    /// When the request was opened.
    public let openedAt: Instant

    package private(set) var effects: [Effect] = []
    package private(set) var destination: StateOf<S>?
    package private(set) var refusal: Text?
    package private(set) var postponed: Text?
    /// Keys that the rule takes.
    package private(set) var taken: [String] = []
    /// Keys that the request holds and the rule gives back.
    package private(set) var released: [String] = []

    /// A draft of a request with this record, in an opening or a test.
    public init(_ record: S.Record, at moment: Moment) {
        self.init(record, at: moment, in: .none, openedAt: moment.now)
    }

    package init(_ record: S.Record, at moment: Moment, in state: StateOf<S>, openedAt: Instant) {
        self.record = record
        self.moment = moment
        self.state = state
        self.openedAt = openedAt
    }

    /// When it happens. It is the same for all that one rule does.
    public var now: Instant { moment.now }
    /// The request's id, also while it is being opened.
    public var id: String { moment.request }
    /// For whom the request is, if that was said when it was opened.
    public var resident: String? { moment.resident }

    /// Starts a timer, or moves it where it is running. It fires once, at the due instant or, where that is past or
    /// the daemon was down, at the first moment after it. It ends by itself when the request gets into a state from
    /// which the table has no transition for it.
    public mutating func start(_ timer: TimerOf<S>, at due: Instant) {
        effects.append(.startTimer(name: timer.id, due: due))
    }

    /// Starts a timer so long after now.
    public mutating func start(_ timer: TimerOf<S>, after delay: Duration) {
        start(timer, at: now + delay)
    }

    /// Ends a timer; nothing happens where it is not running.
    public mutating func cancel(_ timer: TimerOf<S>) {
        effects.append(.cancelTimer(name: timer.id))
    }

    /// Takes a key that one open request of the provider holds at most, or refuses in these words where another holds it.
    /// A claim ends when it is released or the request is closed.
    ///
    /// What a timer does, and the end of a run, cannot be refused: there it is ``tryClaim(_:)``.
    public mutating func claim(_ key: String, otherwise reason: @autoclosure () -> Text) throws(Refusal) {
        guard tryClaim(key) else { throw Refusal(reason()) }
    }

    /// Takes a key that one open request of the provider holds at most. Returns whether the request holds it now.
    public mutating func tryClaim(_ key: String) -> Bool {
        if taken.contains(key) { return true }
        if let index = released.firstIndex(of: key) {
            released.remove(at: index)
            return true
        }
        guard let holder = moment.claims?.holder(of: key) else {
            taken.append(key)
            return true
        }
        return holder == id
    }

    /// The request that holds a key; nil where it is free.
    public func holder(of key: String) -> String? {
        if taken.contains(key) { return id }
        return released.contains(key) ? nil : moment.claims?.holder(of: key)
    }

    /// Whether no other request holds a key.
    public func isFree(_ key: String) -> Bool {
        holder(of: key).map { $0 == id } ?? true
    }

    /// Those of the keys that no other request holds, in their order: `limit` at most.
    public func free(among keys: some Sequence<String>, limit: Int = .max) -> [String] {
        var rest = Array(keys)[...]
        var free: [String] = []
        // A ledger that is asked over a network answers for all of a portion at once; one that looks each key up should
        // not do so for all where the first ones are free.
        var portion = limit < rest.count ? 2 * limit : rest.count
        while free.count < limit, !rest.isEmpty {
            let asked = rest.prefix(portion)
            rest = rest.dropFirst(portion)
            portion *= 4
            let holders = moment.claims?.holders(of: asked.filter { !taken.contains($0) && !released.contains($0) })
            free += asked.filter { key in holders?[key].map { $0 == id } ?? true }
        }
        return Array(free.prefix(limit))
    }

    /// Gives a key back; nothing happens where the request does not hold it.
    public mutating func release(_ key: String) {
        if let index = taken.firstIndex(of: key) {
            taken.remove(at: index)
        } else if !released.contains(key), moment.claims?.holder(of: key) == id {
            released.append(key)
        }
    }

    /// Puts off what a timer does, or the end of a run: nothing of this draft happens, and the rule runs again later,
    /// with a growing delay. It is for a claim that must be had: `guard loan.tryClaim(key) else { … }`. An opening and an
    /// action are refused with the reason.
    public mutating func postpone(because reason: Text) {
        postponed = reason
    }

    /// Tells somebody something: it stands in the history and is seen by whoever watches. Words that are `secret` are
    /// shown to staff and to nobody else.
    public mutating func notify(_ audience: Audience, _ name: String, _ words: Text, secret: Bool = false) {
        effects.append(.notify(Notice(audience: audience, name: name, words: words, isSecret: secret)))
    }

    /// Refuses an action of staff and keeps what else was drafted: the record, timers, notices, and a history line with
    /// the reason. The request stays in its state. It is for what must leave a trace, like a wrong code; all other
    /// refusals are thrown, and leave none.
    public mutating func refuse(_ reason: Text) {
        refusal = reason
    }

    /// Runs a task of the provider once this is committed.
    public mutating func run<Given, Answer>(_ task: TaskName<Given, Answer>, _ given: Given) {
        effects.append(.run(task.reference, input: try? task.encode(given)))
    }

    /// Runs a task of the provider that needs nothing, once this is committed.
    public mutating func run<Answer>(_ task: TaskName<NoInput, Answer>) {
        run(task, NoInput())
    }

    /// Takes another of the transition's states than the first. The table must name it.
    public mutating func go(to state: StateOf<S>) {
        destination = state
    }
}

/// For whom a notice is.
public enum Audience: String, Sendable, CaseIterable, Codable {
    /// The person the request is for.
    case resident
    /// The people of the lodge.
    case staff
}

/// What is told to somebody.
package struct Notice: Sendable, Hashable {
    package let audience: Audience
    package let name: String
    package let words: Text
    package let isSecret: Bool
}

/// What a rule asks for besides the new record.
package enum Effect: Sendable {
    case startTimer(name: String, due: Instant)
    case cancelTimer(name: String)
    case notify(Notice)
    /// The input is nil where it cannot be written as JSON.
    case run(TaskReference, input: JSONObject?)
}
