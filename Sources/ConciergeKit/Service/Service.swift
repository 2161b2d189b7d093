/// A service that a resident can request: a table of transitions with pure rules.
///
/// The table is data. The allowed actions, their fields, help, forms and the state diagram are derived from it. A table
/// with a state that cannot be reached, or cannot be left, is refused when the daemon starts.
///
/// A rule receives the input and a ``DraftOf`` the request; it changes the draft or throws a ``Refusal``. It never
/// waits, never reads a clock and never does I/O: all rules run one after the other on one thread, so a slow rule
/// delays all others.
public protocol Service: Sendable {
    /// The record of a request. It is stored as JSON, and later versions of the code must read it.
    associatedtype Record: Codable & Sendable

    /// `provider.service`, as in `parcel.reception`. It never changes once requests are stored.
    static var id: String { get }
    /// What people call it, in lists and forms: a noun.
    static var name: Text { get }
    /// What the service is for, in a sentence.
    static var summary: Text { get }
    /// Whether a request is for somebody. A request that lacks a required resident, or has one where there is none, is
    /// refused when it is opened.
    static var resident: Need { get }
    /// Whether a request is about a place: a residence, or a dwelling or a common part of one. It is checked as
    /// ``resident`` is.
    static var place: Need { get }
    /// What becomes of its open requests when the resident for whom they are moves out.
    static var movingOut: MovingOut { get }
    /// What a list shows of a request, in a few words: what staff look for, such as the shelf and the carrier of a
    /// parcel. It is shown to viewers, so it has nothing that ``secrets`` names. Like a rule it depends on nothing but the
    /// record and the settings.
    func headline(_ record: Record) -> Text
    /// What tells two requests about the same place apart: open ones with the same likeness are probably the same thing,
    /// reported twice, and whoever reports it is shown the first. Nil: never the same. It depends on nothing but the
    /// record and the settings.
    func likeness(_ record: Record) -> String?
    /// Names that the configuration knows for fields of its forms. None unless it says so.
    var knownNames: [KnownNames] { get }
    /// How people read the record. A member with the name of an input's field has the field's title and needs no line;
    /// of all others, a line says the title, or that people do not see it:
    ///
    /// ```swift
    /// var members: Members {
    ///     shown(\.time, fr: "Créneau", en: "Time")
    ///     shown(\.depositKept, as: \GiveBack.$kept)
    ///     hidden(\.quota)
    /// }
    /// ```
    ///
    /// What has no title is not shown to people. Programs get the whole record.
    @MembersBuilder<Self> var members: [MemberOf<Self>] { get }
    /// The table: every line that a request of this service may take. It is read once for each instance of the
    /// provider, when it is created.
    @LifecycleBuilder<Self> var lifecycle: [Transition<Self>] { get }
    /// The upgrades of requests that older versions of the service stored: from each version to the next, the oldest
    /// first. Without upgrades the version is 1. They may use the service's settings, but how many there are must not
    /// depend on these: the record's version is counted from them.
    ///
    /// A change of the stored record needs one more line here, and the old `Record` must be kept under its own name:
    ///
    /// ```swift
    /// var upgrades: Upgrades<Self> {
    ///     Upgrade(from: 1, RecordV1.self, to: RecordV2.self) { old in RecordV2(key: old.key, room: "?") }
    ///     Upgrade(from: 2, RecordV2.self, to: Record.self, states: ["mislaid": "lost"], timers: ["nag": nil]) { old in
    ///         Record(key: old.key, room: Room(old.room))
    ///     }
    /// }
    /// ```
    ///
    /// When a build starts for the first time, all stored requests are read. If a request cannot be read, or is in a
    /// state or has a timer that the table does not know, the provider does not serve and nothing is changed.
    @UpgradesBuilder<Self> var upgrades: Upgrades<Self> { get }
    /// Members of the record, by their names on the wire, that are shown to staff only: `pin`. A member with the name of
    /// a `.secret` field of an input is one of them without being named here.
    static var secrets: SecretNames { get }
    /// The signals that its rules raise: `[Uncollected.self]`.
    static var signals: SignalTypes { get }
    /// What it says to residents as types, for which a landlord may have templates of their own: `[Arrived.self]`.
    static var notices: NoticeTypes { get }
    /// A set or a list of names. Both are accepted, because Swift silently ignores a member of another type than the
    /// protocol's, and a secret would be shown.
    associatedtype SecretNames: SecretList = Set<String>
    /// A list of the signals' types, as Swift infers it from `[Uncollected.self]`.
    associatedtype SignalTypes: SignalList = [any Signal.Type]
    /// A list of the notices' types, as Swift infers it from `[Arrived.self]`.
    associatedtype NoticeTypes: NoticeList = [any Notice.Type]
}

extension Service {
    /// A state of this service; another service's states do not fit into its table.
    public typealias State = StateOf<Self>
    /// A timer of this service; another service's timers do not fit into its table.
    public typealias Timer = TimerOf<Self>
    /// Something that this service promises; another service's does not fit into its table.
    public typealias Commitment = CommitmentOf<Self>
    /// Why a commitment of this service may pause.
    public typealias Pause = PauseOf<Self>
    /// A request of the service as a rule may change it.
    public typealias Draft = DraftOf<Self>
    /// What the lines of ``members`` make together.
    public typealias Members = [MemberOf<Self>]
    /// What the lines of a table make together. A lifecycle that is not written in the service's own type needs
    /// `@LifecycleBuilder<Self>`.
    public typealias Lifecycle = [Transition<Self>]

    /// A request may be for somebody.
    public static var resident: Need { .optional }
    /// A request may be about a place.
    public static var place: Need { .optional }
    /// Staff decide.
    public static var movingOut: MovingOut { .staff }
    /// Nothing: people see the members that have the name of a field.
    public var members: [MemberOf<Self>] { [] }
    /// Requests about the same place are probably the same thing.
    public func likeness(_ record: Record) -> String? { "" }
    /// The configuration knows no names for any field.
    public var knownNames: [KnownNames] { [] }
    /// No upgrades: the stored version is 1.
    public var upgrades: Upgrades<Self> { Upgrades() }
}

extension Service where SecretNames == Set<String> {
    /// No secrets.
    public static var secrets: Set<String> { [] }
}

extension Service where SignalTypes == [any Signal.Type] {
    /// No signals.
    public static var signals: [any Signal.Type] { [] }
}

extension Service where NoticeTypes == [any Notice.Type] {
    /// No notices as types.
    public static var notices: [any Notice.Type] { [] }
}

/// Whether a request of a service is for a resident, or about a place.
public enum Need: String, Sendable, Hashable, CaseIterable {
    /// Each request has one.
    case required
    /// A request may have one.
    case optional
    /// No request has one.
    case none
    /// As ``Service/resident``: each request is for a resident or about a place, or both. A lift that is broken has no
    /// resident, and a tap has.
    case orPlace = "or-place"
}

/// Makes one table of the lines in a ``Service/lifecycle``, which may contain `if`, `else` and `for`.
@resultBuilder
public enum LifecycleBuilder<S: Service> {
    /// One transition.
    public static func buildExpression(_ transition: Transition<S>) -> [Transition<S>] { [transition] }
    /// The transitions, in order.
    public static func buildBlock(_ parts: [Transition<S>]...) -> [Transition<S>] { parts.flatMap(\.self) }
    /// The transitions of an `if`, if its condition holds.
    public static func buildOptional(_ part: [Transition<S>]?) -> [Transition<S>] { part ?? [] }
    /// The transitions of an `if` that has an `else`.
    public static func buildEither(first part: [Transition<S>]) -> [Transition<S>] { part }
    /// The transitions of an `else`.
    public static func buildEither(second part: [Transition<S>]) -> [Transition<S>] { part }
    /// The transitions of a `for`.
    public static func buildArray(_ parts: [[Transition<S>]]) -> [Transition<S>] { parts.flatMap(\.self) }
}
