import ConciergeKit

@testable import ConciergeEngine

/// A bell that tells that it was rung, with what was said into it.
struct Bell: Service {
    static let id = "toy.bell"
    static let name = words("Bell")
    static let summary = words("Is rung.")
    static var signals: [any Signal.Type] { [Rung.self, Fallen.self] }

    struct Record: Codable { var times = 0 }

    /// What a listener hears, and more.
    struct Rung: Signal {
        let said: String
        let at: Instant
        let times: Int
    }

    struct Fallen: Signal {}
    struct Undeclared: Signal {}

    struct HangUp: Input { static let name = words("Hang up") }
    struct Ring: Input {
        static let name = words("Ring")
        @Field(fr: "x", en: "x", example: "x") var said: String
        @Field(fr: "x", en: "x") var last: Bool?
    }
    struct TakeDown: Input { static let name = words("Take down") }
    struct Drop: Input {
        static let name = words("Drop")
        @Field(fr: "x", en: "x") var silently: Bool?
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(HangUp.self, to: .hanging) { _, moment in Draft(Record(), at: moment) }
        on(Ring.self, in: .hanging, or: .gone) { ring, bell in
            bell.record.times += 1
            bell.raise(Rung(said: ring.said, at: bell.now, times: bell.record.times))
            if ring.last ?? false { bell.go(to: .gone) }
        }
        on(Drop.self, in: .hanging, or: .gone) { drop, bell in
            if drop.silently ?? false { bell.raise(Undeclared()) } else { bell.raise(Fallen()) }
        }
        on(TakeDown.self, from: .hanging, to: .gone)
    }
}

extension StateOf<Bell> {
    static var hanging: Self { open(fr: "x", en: "x", turn: .staff) }
    static var gone: Self { closed(fr: "x", en: "x") }
}

/// Answers a bell in the way that was said into it.
struct Answering: Service {
    static let id = "toy.answering"
    static let name = words("Answering")
    static let summary = words("Answers.")
    static var signals: [any Signal.Type] { [Rung.self] }
    static let secrets: Set<String> = ["said"]

    struct Record: Codable {
        var said: String
        var at: Instant
    }
    struct Heard: Input {
        static let name = words("Heard")
        @Field(fr: "x", en: "x", example: "x", .secret) var said: String
        @Field(fr: "x", en: "x") var at: Instant
    }
    struct Fail: Error {}
    /// The same signal as the bell's: both are services of one provider.
    typealias Rung = Bell.Rung

    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(on: "toy.rung", as: Heard.self, to: .answered) { heard, moment in
            var answer = Draft(Record(said: heard.said, at: heard.at), at: moment)
            switch heard.said {
            case "refuse": throw Refusal(fr: "Non.", en: "No.")
            case "fail": throw Fail()
            case "claim":
                if !answer.tryClaim("answer") { answer.postpone(because: Text(fr: "Pris.", en: "Taken.")) }
            case "again": answer.raise(Rung(said: "again", at: moment.now, times: 0))
            default: break
            }
            return answer
        }
        on(End.self, from: .answered, to: .ended)
    }
}

extension StateOf<Answering> {
    static var answered: Self { open(fr: "x", en: "x", turn: .staff) }
    static var ended: Self { closed(fr: "x", en: "x") }
}

/// Needs what a bell does not say.
struct Demanding: Service {
    static let id = "toy.demanding"
    static let name = words("Demanding")
    static let summary = words("Demands.")

    struct Record: Codable {}
    struct Wanted: Input {
        static let name = words("Wanted")
        @Field(fr: "x", en: "x", example: "x") var colour: String
    }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(on: "toy.rung", as: Wanted.self, to: .open) { _, moment in Draft(Record(), at: moment) }
        on(End.self, from: .open, to: .ended)
    }
}

extension StateOf<Demanding> {
    static var open: Self { open(fr: "x", en: "x", turn: .staff) }
    static var ended: Self { closed(fr: "x", en: "x") }
}

/// Answers a bell for somebody.
struct Personal: Service {
    static let id = "toy.personal"
    static let name = words("Personal")
    static let summary = words("Is for somebody.")
    static let resident = Need.required

    struct Record: Codable {}

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(on: "toy.rung", as: NoInput.self, to: .done) { _, moment in Draft(Record(), at: moment) }
    }
}

extension StateOf<Personal> {
    static var done: Self { closed(fr: "x", en: "x") }
}
