// The states and timers of a service, each declared once with its name in both languages, in an extension of the type
// that takes the service:
//
//     extension StateOf<Loan> {
//         static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
//         static var returned: Self { closed(fr: "rendue", en: "returned") }
//     }
//
// The id is derived from the name in code. A declaration that lacks a language does not compile.

/// Who has to act while a request is in a state.
public enum Turn: String, Sendable, Hashable, CaseIterable {
    /// Whoever works at the lodge or in the office.
    case staff
    /// Somebody outside: a contractor, a practice, an association.
    case partner
    /// The person the request is for.
    case resident
    /// Nobody: a timer or a task is pending.
    case clock
}

/// A state of a service's requests.
///
/// It must be a `static var`, not a `static let`: its id is derived from the name of the property, `onHold` is
/// `on-hold`. A stored id must not change with the name in code: `open(fr: …, en: …, turn: .staff, id: "on-hold")`
/// keeps it.
public struct StateOf<S: Service>: Sendable, Hashable, CustomStringConvertible {
    /// The state as drafts keep it.
    let declared: DeclaredState

    init(_ declared: DeclaredState) { self.declared = declared }

    /// The id in the ledger and on the wire.
    public var id: String { declared.id }
    /// Who has to act; nil if a request in this state is closed.
    public var turn: Turn? { declared.turn }
    /// The ids of the actions that usually lead on.
    package var next: [String] { declared.next() }

    /// A state in which a request is open: it waits for somebody or something.
    ///
    /// `next` are the actions that usually lead on, the most usual one first. They are proposed to staff before the others.
    /// Without any, the first action of the table that leads to another state is.
    public static func open(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        turn: Turn, next: @autoclosure @escaping @Sendable () -> [any Input.Type] = [], id: String? = nil,
        _ name: StaticString = #function
    ) -> Self {
        Self(
            DeclaredState(
                id: id ?? Naming.state(name), turn: turn, french: fr, english: en,
                next: { next().map { Naming.action(String(describing: $0)) } }))
    }

    /// A state in which a request is closed, and holds no claim.
    public static func closed(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(DeclaredState(id: id ?? Naming.state(name), turn: nil, french: fr, english: en))
    }

    /// What people call it: an adjective or participle that fits the request, `en loge`, `held`.
    public var name: Text { Text(fr: declared.french(), en: declared.english()) }
    /// Whether a request in this state is open.
    public var isOpen: Bool { turn != nil }
    /// The id.
    public var description: String { id }

    /// States with the same id are equal.
    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    /// States with the same id are equal.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A state without the type of its service. A draft is created for each rule that runs, and to look up the types of its
/// properties at run time takes as long as to decide what it says: so these do not depend on the service.
package struct DeclaredState: Sendable {
    package let id: String
    package let turn: Turn?
    // The property is computed at each use, and its name is needed only when the state is shown.
    package let french: @Sendable () -> Phrase
    package let english: @Sendable () -> Phrase
    /// The ids of the actions that usually lead on.
    package var next: @Sendable () -> [String] = { [] }

    /// The state of a request while its opening rule runs: it has none yet.
    static let none = Self(id: "", turn: nil, french: { "" }, english: { "" })
}

extension DeclaredState {
    /// The state of a request whose opening was taken back. Every service has it, without a line of its table.
    package static let enteredInError = Self(
        id: "entered-in-error", turn: nil, french: { "saisie par erreur" }, english: { "entered in error" })
}

/// A timer of a service's requests: a durable wake-up. It is a `static var`, and its id is derived from its name, like
/// a state's.
public struct TimerOf<S: Service>: Sendable, Hashable, CustomStringConvertible {
    /// The id in the ledger and on the wire.
    public let id: String
    private let french: @Sendable () -> Phrase
    private let english: @Sendable () -> Phrase

    /// A timer, with a few words on what happens when it fires.
    public static func timer(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id: id ?? Naming.state(name), fr, en)
    }

    private init(
        id: String, _ french: @escaping @Sendable () -> Phrase, _ english: @escaping @Sendable () -> Phrase
    ) {
        (self.id, self.french, self.english) = (id, french, english)
    }

    /// A timer of a commitment.
    init(
        _ timer: DeadlineTimer, fr: @autoclosure @escaping @Sendable () -> Phrase,
        en: @autoclosure @escaping @Sendable () -> Phrase
    ) {
        (id, french, english) = (timer.id, fr, en)
    }

    /// What happens when it fires, in a few words.
    public var name: Text { Text(fr: french(), en: english()) }
    /// The id.
    public var description: String { id }

    /// Timers with the same id are equal.
    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    /// Timers with the same id are equal.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Naming {
    /// `onHold` becomes `on-hold`.
    static func state(_ name: StaticString) -> String {
        let text = name.description
        let isPlain = text.utf8.allSatisfy { $0 != UInt8(ascii: "_") && !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0) }
        return isPlain ? text : action(text)
    }
}

/// The states, timers and commitments that the table of a service names, and its upgrades. States are in the order of the table, the
/// open ones first.
package struct TableNames<S: Service>: Sendable {
    package let states: [StateOf<S>]
    package let timers: [TimerOf<S>]
    package let commitments: [CommitmentOf<S>]
    package let mistakes: [String]
    package let upgrades: Upgrades<S>
    private let statesByID: [String: StateOf<S>]

    /// - Parameter lifecycle: The table of the service.
    package init(_ service: S, _ lifecycle: [Transition<S>]) {
        upgrades = service.upgrades
        var states: [StateOf<S>] = []
        var timers: [TimerOf<S>] = []
        var commitments: [CommitmentOf<S>] = []
        var mistakes: [String] = []
        for transition in lifecycle {
            for state in transition.from + transition.to {
                guard let known = states.first(where: { $0 == state }) else {
                    states.append(state)
                    continue
                }
                if known.turn != state.turn {
                    mistakes.append("the state \"\(state)\" is declared twice: give one of them another id")
                }
            }
            if let timer = transition.timer, !timers.contains(timer) { timers.append(timer) }
            if let commitment = transition.commitment, !commitments.contains(commitment) {
                commitments.append(commitment)
            }
        }
        // A static let is initialized outside of any property: `#function` is then the name of the type.
        for id in states.map(\.id) where id == "state-of" || id.isEmpty || id.contains("(") {
            mistakes.append("a state has no name of its own: write static var lent: Self { open(…) }, not static let")
        }
        for id in commitments.map(\.id)
        where id == "commitment-of" || id.isEmpty || id.contains(where: { "(:".contains($0) }) {
            mistakes.append(
                "a promise has no name of its own: write static var repaired: Self { promise(…) }, not static let")
        }
        for id in timers.map(\.id) where id == "timer-of" || id.isEmpty || id.contains("(") {
            mistakes.append(
                "a timer has no name of its own: write static var overdue: Self { timer(…) }, not static let")
        }
        self.states = states.filter(\.isOpen) + states.filter { !$0.isOpen }
        self.timers = timers
        self.commitments = commitments
        self.mistakes = mistakes
        statesByID = Dictionary((states + [StateOf(.enteredInError)]).map { ($0.id, $0) }) { first, _ in first }
    }

    package func state(_ id: String) -> StateOf<S>? { statesByID[id] }
    package func timer(_ id: String) -> TimerOf<S>? { timers.first { $0.id == id } }
}

/// The states and upgrades of all services of a provider, for its tasks, which know only the types of the services.
package struct StateBook: Sendable {
    private var names: [String: any Sendable] = [:]

    package init() {}

    package mutating func add<S: Service>(_ names: TableNames<S>) { self.names[S.id] = names }

    func names<S: Service>(of service: S.Type) -> TableNames<S>? { names[S.id] as? TableNames<S> }

    /// Whether a service is in the book, under its type.
    func contains<S: Service>(_ service: S.Type) -> Bool { names(of: service) != nil }
}
