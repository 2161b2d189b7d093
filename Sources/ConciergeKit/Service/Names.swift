// The states and timers of a service, each declared once with its words, in an extension of the type that takes the
// service:
//
//     extension StateOf<Loan> {
//         static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
//         static var returned: Self { closed(fr: "rendue", en: "returned") }
//     }
//
// The id follows from the name in code, and words that are missing in a language do not compile.

/// Whose turn it is while a request is in a state.
public enum Turn: String, Sendable, Hashable, CaseIterable {
    /// The people of the lodge.
    case staff
    /// A contractor, a practice, an association.
    case partner
    /// The person the request is for.
    case resident
    /// Nobody: time passes, or a task runs.
    case clock
}

/// A state of a service's requests.
///
/// It is a `static var` and never a `static let`: its id is the name of the property, `onHold` is `on-hold`. An id that
/// is stored outlives the name in code: `open(fr: …, en: …, turn: .staff, id: "on-hold")` keeps it.
public struct StateOf<S: Service>: Sendable, Hashable, CustomStringConvertible {
    /// As it is stored, and as it stands on the wire.
    public let id: String
    /// Whose turn it is; nil where the request is over.
    public let turn: Turn?
    // The property is computed at each use, and only who shows the state needs its words.
    private let french: @Sendable () -> Phrase
    private let english: @Sendable () -> Phrase

    private init(
        _ id: String, _ turn: Turn?, _ french: @escaping @Sendable () -> Phrase,
        _ english: @escaping @Sendable () -> Phrase
    ) {
        self.id = id
        self.turn = turn
        self.french = french
        self.english = english
    }

    /// A state in which a request waits for somebody or something.
    public static func open(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        turn: Turn, id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id ?? Naming.state(name), turn, fr, en)
    }

    /// A state in which a request is over, and holds no claim.
    public static func closed(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id ?? Naming.state(name), nil, fr, en)
    }

    /// That of a request while its opening rule runs: it is in none yet.
    static var none: Self { closed(fr: "", en: "", id: "") }

    /// What people call it.
    public var name: Text { Text(fr: french(), en: english()) }
    /// Whether a request in this state still waits for somebody or something.
    public var isOpen: Bool { turn != nil }
    /// The id.
    public var description: String { id }

    /// States are one by their id.
    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    /// States are one by their id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A timer of a service's requests: a durable wake-up. It is a `static var`, and its id follows from its name, as a
/// state's does.
public struct TimerOf<S: Service>: Sendable, Hashable, CustomStringConvertible {
    /// As it is stored, and as it stands on the wire.
    public let id: String
    private let french: @Sendable () -> Phrase
    private let english: @Sendable () -> Phrase

    /// A timer, with what happens when it fires in a few words.
    public static func timer(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id: id ?? Naming.state(name), french: fr, english: en)
    }

    /// What happens when it fires, in a few words.
    public var name: Text { Text(fr: french(), en: english()) }
    /// The id.
    public var description: String { id }

    /// Timers are one by their id.
    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    /// Timers are one by their id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Naming {
    /// `onHold` becomes `on-hold`.
    fileprivate static func state(_ name: StaticString) -> String {
        let text = name.description
        let isPlain = text.utf8.allSatisfy { $0 != UInt8(ascii: "_") && !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0) }
        return isPlain ? text : action(text)
    }
}

/// The states and timers of a service: those that its table names. States are in the table's order, the open ones
/// first.
package struct TableNames<S: Service>: Sendable {
    package let states: [StateOf<S>]
    package let timers: [TimerOf<S>]
    package let mistakes: [String]
    private let statesByID: [String: StateOf<S>]

    package init(_ lifecycle: [Transition<S>]) {
        var states: [StateOf<S>] = []
        var timers: [TimerOf<S>] = []
        var mistakes: [String] = []
        for transition in lifecycle {
            for state in transition.from + transition.to {
                guard let known = states.first(where: { $0 == state }) else {
                    states.append(state)
                    continue
                }
                if known.turn != state.turn { mistakes.append("the state \"\(state)\" is declared twice") }
            }
            if let timer = transition.timer, !timers.contains(timer) { timers.append(timer) }
        }
        // A static let is made within no property: `#function` is then the name of the type.
        for id in states.map(\.id) where id == "state-of" || id.isEmpty || id.contains("(") {
            mistakes.append("a state has no name of its own: a state is a static var, not a static let")
        }
        for id in timers.map(\.id) where id == "timer-of" || id.isEmpty || id.contains("(") {
            mistakes.append("a timer has no name of its own: a timer is a static var, not a static let")
        }
        self.states = states.filter(\.isOpen) + states.filter { !$0.isOpen }
        self.timers = timers
        self.mistakes = mistakes
        statesByID = Dictionary(states.map { ($0.id, $0) }) { first, _ in first }
    }

    package func state(_ id: String) -> StateOf<S>? { statesByID[id] }
    package func timer(_ id: String) -> TimerOf<S>? { timers.first { $0.id == id } }
}

/// The states of a provider's services, for its tasks, which know the services' types alone.
package struct StateBook: Sendable {
    private var names: [String: any Sendable] = [:]

    package init() {}

    package mutating func add<S: Service>(_ names: TableNames<S>) { self.names[S.id] = names }

    func state<S: Service>(_ id: String, of service: S.Type) -> StateOf<S>? {
        (names[S.id] as? TableNames<S>)?.state(id)
    }
}
