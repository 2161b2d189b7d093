public import ConciergeKit

/// A request that waits for its timer and is closed by it.
public struct Matter: Service {
    /// The service's id.
    public static let id = "bench.matter"

    /// Where it is.
    public enum State: String, ServiceState {
        /// The timer has not fired.
        case waiting
        /// It has.
        case done

        /// What people call it.
        public var name: Text {
            switch self {
            case .waiting: Text(fr: "en attente", en: "waiting")
            case .done: Text(fr: "fini", en: "done")
            }
        }

        /// Until the timer fires.
        public var isOpen: Bool { self == .waiting }
    }

    /// What ends it.
    public enum Timer: String, ServiceTimer {
        /// The due moment that was given.
        case due

        /// What people call it.
        public var name: Text { Text(fr: "échéance", en: "due") }
    }

    /// What is kept of it.
    public struct Record: Codable, Sendable {
        var subject: String
        var place: String
    }

    struct Open: Input {
        static let name = Text(fr: "Ouvrir", en: "Open")
        @Field(Text(fr: "Objet", en: "Subject"), example: "The tap drips") var subject: String
        @Field(Text(fr: "Lieu", en: "Place"), example: "Building B") var place: String
        @Field(Text(fr: "Échéance", en: "Due")) var due: Instant?
    }

    /// The service.
    public init() {}

    /// What it is called.
    public var name: Text { Text(fr: "Affaire", en: "Matter") }
    /// What it is for.
    public var summary: Text { Text(fr: "Une demande mesurée.", en: "A request that is measured.") }

    /// The table.
    public var lifecycle: [Transition<Self>] {
        opening(Open.self, to: .waiting) { open, moment throws(Refusal) in
            var matter = Draft<Self>(Record(subject: open.subject, place: open.place), at: moment)
            matter.start(.due, at: open.due ?? moment.now + .days(30))
            return matter
        }
        after(.due, from: .waiting, to: .done) { _ in }
    }
}
