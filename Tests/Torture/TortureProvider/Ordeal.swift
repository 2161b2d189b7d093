public import ConciergeKit

/// A request with a bit of everything: timers that follow each other and are moved, claims that change hands, runs whose
/// outcome moves it. What it does next follows from its history alone, so that a checker can replay it.
public struct Ordeal: Service {
    /// The service's id.
    public static let id = "torture.ordeal"
    /// The task that it asks for.
    static let errand = "torture.errand"

    /// Where it is.
    public enum State: String, ServiceState {
        /// Its bell is to ring.
        case waiting
        /// The bell has rung.
        case rung
        /// A run is on its way.
        case working
        /// The run did what it was to do.
        case done
        /// Runs failed too often.
        case failed
        /// Somebody called it off.
        case dropped

        /// What people call it.
        public var name: Text { Text(verbatim: rawValue) }

        /// Until it is done, has failed or was dropped.
        public var isOpen: Bool { self == .waiting || self == .rung || self == .working }
    }

    /// What happens by itself.
    public enum Timer: String, ServiceTimer {
        /// The moment that was given.
        case bell
        /// So long after the bell the work begins by itself.
        case patience

        /// What people call it.
        public var name: Text { Text(verbatim: rawValue) }
    }

    /// What is kept of it.
    public struct Record: Codable, Sendable {
        var seat: String?
        var failures: Int?
        var millis: Int?
        var tries = 0
    }

    struct Begin: Input {
        static let name = Text(fr: "Commencer", en: "Begin")
        @Field(Text(fr: "Appel", en: "Call")) var call: Int
        @Field(Text(fr: "Échéance", en: "Due")) var due: Instant
        @Field(Text(fr: "Place", en: "Seat")) var seat: String?
        @Field(Text(fr: "Échecs", en: "Failures")) var failures: Int?
        @Field(Text(fr: "Millisecondes", en: "Milliseconds")) var millis: Int?
        /// Fills the write-ahead log.
        @Field(Text(fr: "Lest", en: "Ballast"), limit: 200_000) var ballast: String?
    }

    struct Nudge: Input {
        static let name = Text(fr: "Déplacer l'échéance", en: "Move the bell")
        @Field(Text(fr: "Appel", en: "Call")) var call: Int
        @Field(Text(fr: "Échéance", en: "Due")) var due: Instant
    }

    struct Move: Input {
        static let name = Text(fr: "Changer de place", en: "Change seats")
        @Field(Text(fr: "Appel", en: "Call")) var call: Int
        @Field(Text(fr: "Place", en: "Seat")) var seat: String
    }

    struct Send: Input {
        static let name = Text(fr: "Envoyer", en: "Send")
        @Field(Text(fr: "Appel", en: "Call")) var call: Int
    }

    struct Drop: Input {
        static let name = Text(fr: "Abandonner", en: "Drop")
        @Field(Text(fr: "Appel", en: "Call")) var call: Int
    }

    /// How long after the bell the work begins by itself.
    public static let patience = Duration.milliseconds(150)
    /// How long after a run that failed the bell rings again.
    public static let rest = Duration.milliseconds(100)
    /// How many runs are asked for at most.
    public static let tries = 2

    /// What it is called.
    public var name: Text { Text(fr: "Épreuve", en: "Ordeal") }
    /// What it is for.
    public var summary: Text { Text(fr: "Un peu de tout.", en: "A bit of everything.") }

    /// The table.
    public var lifecycle: [Transition<Self>] {
        opening(Begin.self, to: .waiting) { begin, moment throws(Refusal) in
            var ordeal = Draft<Self>(
                Record(seat: begin.seat, failures: begin.failures, millis: begin.millis), at: moment)
            if let seat = begin.seat { ordeal.claim("seat:\(seat)", otherwise: Self.taken) }
            ordeal.start(.bell, at: begin.due)
            ordeal.notify(.resident, "begun", Text(fr: "C'est parti.", en: "It has begun."))
            return ordeal
        }
        on(Nudge.self, from: .waiting, to: .waiting) { nudge, ordeal in ordeal.start(.bell, at: nudge.due) }
        on(Move.self, from: .waiting, to: .waiting) { move, ordeal throws(Refusal) in
            if let seat = ordeal.record.seat { ordeal.release("seat:\(seat)") }
            ordeal.record.seat = move.seat
            ordeal.claim("seat:\(move.seat)", otherwise: Self.taken)
        }
        on(Send.self, from: .waiting, .rung, to: .working) { _, ordeal throws(Refusal) in Self.work(&ordeal) }
        on(Drop.self, from: .waiting, .rung, .working, to: .dropped) { _, _ in }
        after(.bell, from: .waiting, to: .rung) { ordeal in
            ordeal.start(.patience, after: Self.patience)
            ordeal.notify(.staff, "rung", Text(fr: "Ça sonne.", en: "It rings."))
        }
        after(.bell, from: .working, to: .working) { _ in }
        after(.patience, from: .rung, to: .working) { ordeal in Self.work(&ordeal) }
        ended(Self.errand, from: .working, to: .done, .waiting, .failed) { outcome, ordeal in
            guard outcome.failure != nil else { return }
            guard ordeal.record.tries < Self.tries else { return ordeal.go(to: .failed) }
            ordeal.go(to: .waiting)
            ordeal.start(.bell, after: Self.rest)
        }
    }

    private static let taken = Text(fr: "La place est prise.", en: "The seat is taken.")

    private static func work(_ ordeal: inout Draft<Self>) {
        ordeal.record.tries += 1
        ordeal.run(errand, Errand(failures: ordeal.record.failures, millis: ordeal.record.millis))
    }
}
