package import ConciergeKit

/// A request that uses most features: timers that follow each other and are moved, claims that pass from request to
/// request, and runs whose outcome changes the state. Its behaviour follows from its history alone, so that a checker
/// can replay it.
package struct Ordeal: Service {
    package static let id = "torture.ordeal"
    package static let name = Text(fr: "Épreuve", en: "Ordeal")
    package static let summary = Text(fr: "Un peu de tout.", en: "A bit of everything.")
    /// The task whose runs the request asks for.
    static let errand = TaskName<Errand, NoAnswer>("torture.errand", fr: "Course", en: "Errand")

    package struct Record: Codable, Sendable {
        var seat: String?
        var failures: Int?
        var millis: Int?
        var tries = 0
    }

    struct Begin: Input {
        static let name = Text(fr: "Commencer", en: "Begin")
        @Field(fr: "Appel", en: "Call") var call: Int
        @Field(fr: "Échéance", en: "Due") var due: Instant
        @Field(fr: "Place", en: "Seat") var seat: String?
        @Field(fr: "Échecs", en: "Failures") var failures: Int?
        @Field(fr: "Millisecondes", en: "Milliseconds") var millis: Int?
        /// A text of arbitrary content that fills the write-ahead log.
        @Field(fr: "Lest", en: "Ballast", in: ...200_000) var ballast: String?
    }

    struct Nudge: Input {
        static let name = Text(fr: "Déplacer l'échéance", en: "Move the bell")
        @Field(fr: "Appel", en: "Call") var call: Int
        @Field(fr: "Échéance", en: "Due") var due: Instant
    }

    struct Move: Input {
        static let name = Text(fr: "Changer de place", en: "Change seats")
        @Field(fr: "Appel", en: "Call") var call: Int
        @Field(fr: "Place", en: "Seat") var seat: String
    }

    struct Send: Input {
        static let name = Text(fr: "Envoyer", en: "Send")
        @Field(fr: "Appel", en: "Call") var call: Int
    }

    struct Drop: Input {
        static let name = Text(fr: "Abandonner", en: "Drop")
        @Field(fr: "Appel", en: "Call") var call: Int
    }

    /// How long after the bell the request asks for a run without an action of staff.
    package static let patience = Duration.milliseconds(150)
    /// How long after a failed run the bell rings again.
    package static let rest = Duration.milliseconds(100)
    /// The maximum number of runs that a request asks for.
    package static let tries = 2

    package func headline(_ record: Record) -> Text { Self.name }

    package var lifecycle: Lifecycle {
        opening(Begin.self, to: .waiting) { begin, moment in
            var ordeal = Draft(Record(seat: begin.seat, failures: begin.failures, millis: begin.millis), at: moment)
            if let seat = begin.seat { try ordeal.claim("seat:\(seat)", otherwise: Self.taken) }
            ordeal.start(.bell, at: begin.due)
            ordeal.notify(.resident, "begun", Text(fr: "C'est parti.", en: "It has begun."))
            return ordeal
        }
        on(Nudge.self, in: .waiting) { nudge, ordeal in ordeal.start(.bell, at: nudge.due) }
        on(Move.self, in: .waiting) { move, ordeal in
            if let seat = ordeal.record.seat { ordeal.release("seat:\(seat)") }
            ordeal.record.seat = move.seat
            try ordeal.claim("seat:\(move.seat)", otherwise: Self.taken)
        }
        on(Send.self, from: .waiting, .rung, to: .working) { _, ordeal in Self.work(&ordeal) }
        on(Drop.self, from: .waiting, .rung, .working, to: .dropped)
        after(.bell, from: .waiting, to: .rung) { ordeal in
            ordeal.start(.patience, after: Self.patience)
            ordeal.notify(.staff, "rung", Text(fr: "Ça sonne.", en: "It rings."))
        }
        after(.bell, in: .working) { _ in }
        after(.patience, from: .rung, to: .working) { ordeal in Self.work(&ordeal) }
        ended(Self.errand, from: .working, to: .done, .waiting, .failed) { outcome, ordeal in
            guard outcome.failure != nil else { return }
            guard ordeal.record.tries < Self.tries else { return ordeal.go(to: .failed) }
            ordeal.go(to: .waiting)
            ordeal.start(.bell, after: Self.rest)
        }
    }

    private static let taken = Text(fr: "La place est prise.", en: "The seat is taken.")

    private static func work(_ ordeal: inout Draft) {
        ordeal.record.tries += 1
        ordeal.run(
            errand, .init { ($0.failures, $0.millis) = (ordeal.record.failures, ordeal.record.millis) })
    }
}

extension StateOf<Ordeal> {
    /// The bell has not rung yet.
    static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .clock) }
    /// The bell has rung.
    static var rung: Self { open(fr: "rung", en: "rung", turn: .clock) }
    /// The request waits for the end of a run.
    static var working: Self { open(fr: "working", en: "working", turn: .clock) }
    static var done: Self { closed(fr: "done", en: "done") }
    /// The runs failed too often.
    static var failed: Self { closed(fr: "failed", en: "failed") }
    /// A client dropped the request.
    static var dropped: Self { closed(fr: "dropped", en: "dropped") }
}

extension TimerOf<Ordeal> {
    /// Due at the time that the client gave.
    static var bell: Self { timer(fr: "bell", en: "bell") }
    /// Due ``Ordeal/patience`` after the bell; then the request asks for a run.
    static var patience: Self { timer(fr: "patience", en: "patience") }
}
