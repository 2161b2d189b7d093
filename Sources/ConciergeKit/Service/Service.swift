/// Something a resident can ask for: a table of transitions with pure rules.
///
/// The table is data. Which actions are allowed now, their fields, help, forms and the state diagram are derived from
/// it, and a table in which a state cannot be reached, or cannot be left, is refused when the daemon starts.
///
/// A rule gets what was given and a ``DraftOf`` the request; it changes the draft or throws a ``Refusal``. It never
/// waits, never reads a clock, never does I/O: many rules run one after the other on one thread, so a slow one makes
/// all others wait.
public protocol Service: Sendable {
    /// What is kept of a request. It is stored as JSON and outlives the code that wrote it.
    associatedtype Record: Codable & Sendable

    /// `provider.service`, as in `parcel.reception`. It never changes once requests are stored.
    static var id: String { get }
    /// What it is called.
    static var name: Text { get }
    /// What it is for, in a sentence.
    static var summary: Text { get }
    /// The table.
    @LifecycleBuilder<Self> var lifecycle: [Transition<Self>] { get }
    /// How requests that older versions of the service stored are brought up to date: from each version to the next,
    /// the oldest first. None where nothing is said, which is version 1.
    ///
    /// Whoever changes what is stored adds one line, and keeps what `Record` was under a name of its own:
    ///
    /// ```swift
    /// static var upgrades: Upgrades<Self> {
    ///     Upgrade(from: 1, RecordV1.self, to: RecordV2.self) { old in RecordV2(key: old.key, room: "?") }
    ///     Upgrade(from: 2, RecordV2.self, to: Record.self, states: ["mislaid": "lost"], timers: ["nag": nil]) { old in
    ///         Record(key: old.key, room: Room(old.room))
    ///     }
    /// }
    /// ```
    ///
    /// When a build starts for the first time, all stored requests are looked at. Where one of them cannot be read, or
    /// is in a state or has a timer that the table does not know, the provider does not serve and nothing is changed.
    @UpgradesBuilder<Self> static var upgrades: Upgrades<Self> { get }
    /// Members of the record, by their names on the wire, that are shown to staff and to nobody else: `code`.
    static var secrets: Set<String> { get }
}

extension Service {
    /// A state of its requests.
    public typealias State = StateOf<Self>
    /// A timer of its requests.
    public typealias Timer = TimerOf<Self>
    /// One of its requests as a rule may change it.
    public typealias Draft = DraftOf<Self>
    /// Its table.
    public typealias Lifecycle = [Transition<Self>]

    /// None: what is stored is version 1.
    public static var upgrades: Upgrades<Self> { Upgrades() }
    /// None.
    public static var secrets: Set<String> { [] }
}

/// Collects the transitions of a service.
@resultBuilder
public enum LifecycleBuilder<S: Service> {
    /// One transition.
    public static func buildExpression(_ transition: Transition<S>) -> [Transition<S>] { [transition] }
    /// The transitions, in their order.
    public static func buildBlock(_ parts: [Transition<S>]...) -> [Transition<S>] { parts.flatMap(\.self) }
    /// Those of an `if`, where it holds.
    public static func buildOptional(_ part: [Transition<S>]?) -> [Transition<S>] { part ?? [] }
    /// Those of an `if` with `else`.
    public static func buildEither(first part: [Transition<S>]) -> [Transition<S>] { part }
    /// Those of an `else`.
    public static func buildEither(second part: [Transition<S>]) -> [Transition<S>] { part }
    /// Those of a `for`.
    public static func buildArray(_ parts: [[Transition<S>]]) -> [Transition<S>] { parts.flatMap(\.self) }
}
