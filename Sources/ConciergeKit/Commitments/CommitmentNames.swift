// What a service promises, and why a promise may pause, each declared once in an extension of the type that takes the
// service:
//
//     extension CommitmentOf<Repair> {
//         static var repaired: Self { promise(fr: "réparée", en: "repaired") }
//         static var attended: Self { obligation(fr: "visite faite", en: "attended") }
//     }
//
//     extension PauseOf<Repair> {
//         static var parts: Self { reason(fr: "pièces en commande", en: "waiting for parts") }
//     }

/// To whom a commitment is made.
public enum CommitmentKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// To the resident. Reopening keeps it as it is.
    case promise
    /// By a partner, to the office. The time in which the work was thought done does not count.
    case obligation
}

/// Something that a service promises to the resident, or that a partner owes: a term, and the working calendar by which
/// it is counted.
///
/// It must be a `static var`: its id is derived from the name of the property, as that of a state. What is stored of it
/// names this id.
public struct CommitmentOf<S: Service>: Sendable, Hashable, CustomStringConvertible {
    /// The id in the ledger and on the wire.
    public let id: String
    /// To whom it is made.
    public let kind: CommitmentKind
    private let french: @Sendable () -> Phrase
    private let english: @Sendable () -> Phrase

    /// A promise to the resident, in words that say what will have happened: `réparée`, `repaired`.
    public static func promise(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id: id ?? Naming.state(name), kind: .promise, french: fr, english: en)
    }

    /// What a partner owes, in words that say what will have happened: `visite faite`, `attended`.
    public static func obligation(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        id: String? = nil, _ name: StaticString = #function
    ) -> Self {
        Self(id: id ?? Naming.state(name), kind: .obligation, french: fr, english: en)
    }

    /// What will have happened, in a few words.
    public var name: Text { Text(fr: french(), en: english()) }
    /// The id.
    public var description: String { id }

    /// Commitments with the same id are equal.
    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    /// Commitments with the same id are equal.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// The timer that fires before the deadline.
    var approaching: TimerOf<S> {
        TimerOf(.approaching(id), fr: "échéance proche : \(name.fr)", en: "deadline near: \(name.en)")
    }

    /// The timer that fires once the deadline has passed.
    var missed: TimerOf<S> {
        TimerOf(.missed(id), fr: "échéance passée : \(name.fr)", en: "deadline passed: \(name.en)")
    }
}

/// A named reason for which a promise or an obligation may stand still for some time.
public struct PauseOf<S: Service>: Sendable {
    /// The reason, in words that the resident can be told: `pièces en commande`.
    public let words: Text

    /// A reason in both languages, in words that fit after a colon.
    public static func reason(fr: Phrase, en: Phrase) -> Self { Self(words: Text(fr: fr, en: en)) }
}

/// The timers of a commitment: their ids are of a form that no timer of a service has.
package enum DeadlineTimer: Sendable, Hashable {
    /// The deadline of the commitment with this id is near.
    case approaching(String)
    /// It has passed.
    case missed(String)

    private static let approach = "approaching:"
    private static let miss = "missed:"

    /// The timer with an id; nil if it is one that the service declares itself.
    package init?(_ id: String) {
        if id.hasPrefix(Self.miss) {
            self = .missed(String(id.dropFirst(Self.miss.count)))
        } else if id.hasPrefix(Self.approach) {
            self = .approaching(String(id.dropFirst(Self.approach.count)))
        } else {
            return nil
        }
    }

    /// The id in the ledger and on the wire: `missed:repaired`.
    package var id: String {
        switch self {
        case .approaching(let commitment): Self.approach + commitment
        case .missed(let commitment): Self.miss + commitment
        }
    }

    /// The commitment that it belongs to.
    package var commitment: String {
        switch self {
        case .approaching(let commitment), .missed(let commitment): commitment
        }
    }
}
