package import JSON

/// A request as a rule may change it: its record, and the effects that are asked for.
///
/// All of it is committed together with the transition, or nothing is. An effect is an entry in a list: asking for it
/// does nothing yet, so a rule that refuses after asking leaves no trace.
public struct Draft<S: Service>: Sendable {
    /// What the service keeps of the case.
    public var record: S.Record
    /// When, by whom and for whom.
    public let moment: Moment

    package private(set) var effects: [Effect] = []
    package private(set) var destination: S.State?
    package private(set) var refusal: Text?

    /// A draft of a request with this record.
    public init(_ record: S.Record, at moment: Moment) {
        self.record = record
        self.moment = moment
    }

    /// Starts a timer, or moves it where it is running. It fires once, at the due instant or, where that is past or
    /// the daemon was down, at the first moment after it. It ends by itself when the request gets into a state from
    /// which the table has no transition for it.
    public mutating func start(_ timer: S.Timer, at due: Instant) {
        effects.append(.startTimer(name: timer.rawValue, due: due))
    }

    /// Starts a timer so long after now.
    public mutating func start(_ timer: S.Timer, after delay: Duration) {
        start(timer, at: moment.now + delay)
    }

    /// Ends a timer; nothing happens where it is not running.
    public mutating func cancel(_ timer: S.Timer) {
        effects.append(.cancelTimer(name: timer.rawValue))
    }

    /// Takes a key that one open request of the provider holds at most. Where another holds it, the transition is
    /// refused in these words. A claim ends when it is released or the request is closed.
    public mutating func claim(_ key: String, otherwise reason: Text) {
        effects.append(.claim(ClaimWanted(key: key, alternatives: [], shown: 0, refusal: { _ in reason })))
    }

    /// Takes a key and, where another request holds it, refuses with those of the alternatives that are free, in
    /// their order, as many as are to be shown.
    public mutating func claim(
        _ key: String, alternatives: @autoclosure @escaping @Sendable () -> [String], shown: Int = 3,
        otherwise reason: @escaping @Sendable (_ free: [String]) -> Text
    ) {
        effects.append(.claim(ClaimWanted(key: key, alternatives: alternatives, shown: shown, refusal: reason)))
    }

    /// Gives a key back; nothing happens where the request does not hold it.
    public mutating func release(_ key: String) {
        effects.append(.release(key: key))
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
    public mutating func run(_ task: String, _ input: some Input = NoInput()) {
        effects.append(.run(task: task, input: input.object))
    }

    /// Takes another of the transition's states than the first. The table must name it.
    public mutating func go(to state: S.State) {
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

/// A key that a request wants to hold.
package struct ClaimWanted: Sendable {
    package let key: String
    /// Other keys that would do, made only where the wanted one is taken.
    package let alternatives: @Sendable () -> [String]
    package let shown: Int
    package let refusal: @Sendable (_ free: [String]) -> Text

    init(
        key: String, alternatives: @escaping @Sendable () -> [String], shown: Int,
        refusal: @escaping @Sendable ([String]) -> Text
    ) {
        self.key = key
        self.alternatives = alternatives
        self.shown = shown
        self.refusal = refusal
    }

    init(key: String, alternatives: [String], shown: Int, refusal: @escaping @Sendable ([String]) -> Text) {
        self.init(key: key, alternatives: { alternatives }, shown: shown, refusal: refusal)
    }
}

/// What a rule asks for besides the new record.
package enum Effect: Sendable {
    case startTimer(name: String, due: Instant)
    case cancelTimer(name: String)
    case claim(ClaimWanted)
    case release(key: String)
    case notify(Notice)
    case run(task: String, input: JSONObject)
}
