import ConciergeKit
import ConciergeTesting

/// A service in its third version: a place on a shelf that is kept for its owner.
struct Shelf: Service {
    static let id = "toy.shelf"

    static let name = words("Shelf")
    static let summary = words("Shelf")

    /// Version 1: `{"owner": …}`; states kept, parked, gone, lost; timers nag, sweep, ping.
    struct RecordV1: Codable, Sendable {
        var owner: String
    }

    /// Version 2: `{"owner": …, "place": …}`; the state parked is renamed to waiting.
    struct RecordV2: Codable, Sendable {
        var owner: String
        var place: String
    }

    struct Record: Codable, Sendable, Equatable {
        struct Place: Codable, Sendable, Equatable {
            var row: String
            var number: Int
        }
        var owner: String
        var place: Place
        var swept = 0
        var failure: String?
    }

    struct NoSuchPlace: Error, CustomStringConvertible { let description = "the place has no number" }

    var upgrades: Upgrades<Self> {
        Upgrade(
            from: 1, RecordV1.self, to: RecordV2.self, states: ["parked": "waiting", "lost": "gone"],
            timers: ["nag": "remind", "ping": nil]
        ) { old in
            RecordV2(owner: old.owner, place: "A1")
        }
        Upgrade(from: 2, RecordV2.self, to: Record.self, states: ["waiting": "on-hold"]) { old in
            guard let number = Int(old.place.dropFirst()) else { throw NoSuchPlace() }
            return Record(owner: old.owner, place: .init(row: String(old.place.prefix(1)), number: number))
        }
    }

    struct Put: Input {
        static let name = words("Put")
        @Field(fr: "Owner", en: "Owner") var owner: String
    }
    struct Hold: Input { static let name = words("Hold") }
    struct Fetch: Input {
        static let name = words("Fetch")
        @Field(fr: "By", en: "By") var by: String
    }
    struct Clean: Input { static let name = words("Clean") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Put.self, to: .kept) { put, moment in
            var shelf = Draft(Record(owner: put.owner, place: .init(row: "A", number: 1)), at: moment)
            try shelf.claim("place:A1", otherwise: words("taken"))
            return shelf
        }
        on(Hold.self, from: .kept, to: .onHold)
        on(Clean.self, in: .kept) { _, shelf in shelf.run(Loan.clean) }
        on(Fetch.self, from: .kept, .onHold, to: .gone) { fetch, shelf in
            guard fetch.by == shelf.record.owner else { throw Refusal(words("not yours")) }
        }
        after(.remind, from: .kept, .onHold, to: .kept) { $0.notify(.resident, "remind", words($0.record.place.row)) }
        after(.sweep, in: .kept) { $0.record.swept += 1 }
        ended(Loan.clean, in: .kept) { outcome, shelf in
            shelf.record.failure = outcome.failure ?? "none"
        }
    }
}

extension StateOf<Shelf> {
    static var kept: Self { open(fr: "kept", en: "kept", turn: .resident) }
    static var onHold: Self { open(fr: "on-hold", en: "on-hold", turn: .staff) }
    static var gone: Self { closed(fr: "gone", en: "gone") }
}

extension TimerOf<Shelf> {
    static var remind: Self { timer(fr: "remind", en: "remind") }
    static var sweep: Self { timer(fr: "sweep", en: "sweep") }
}
