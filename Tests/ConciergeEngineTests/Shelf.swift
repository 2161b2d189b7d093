import ConciergeKit

/// A service in its third version: a place on a shelf, kept for somebody.
struct Shelf: Service {
    static let id = "toy.shelf"

    enum State: String, ServiceState {
        case kept, gone
        case onHold = "on-hold"
        var name: Text { words(rawValue) }
        var isOpen: Bool { self != .gone }
    }

    enum Timer: String, ServiceTimer {
        case remind, sweep
        var name: Text { words(rawValue) }
    }

    /// `{"owner": …}`, states kept, parked, gone, lost; timers nag, sweep, ping.
    struct RecordV1: Codable, Sendable {
        var owner: String
    }

    /// `{"owner": …, "place": …}`; the state parked was waiting.
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

    static var upgrades: Upgrades<Self> {
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
        @Field(words("Owner")) var owner: String
    }
    struct Hold: Input { static let name = words("Hold") }
    struct Fetch: Input {
        static let name = words("Fetch")
        @Field(words("By")) var by: String
    }
    struct Clean: Input { static let name = words("Clean") }

    let name = words("Shelf")
    let summary = words("Shelf")

    var lifecycle: [Transition<Self>] {
        opening(Put.self, to: .kept) { put, moment in
            var shelf = Draft<Self>(Record(owner: put.owner, place: .init(row: "A", number: 1)), at: moment)
            shelf.claim("place:A1", otherwise: words("taken"))
            return shelf
        }
        on(Hold.self, from: .kept, to: .onHold) { _, _ in }
        on(Clean.self, from: .kept, to: .kept) { _, shelf in shelf.run("toy.clean") }
        on(Fetch.self, from: .kept, .onHold, to: .gone) { fetch, shelf throws(Refusal) in
            guard fetch.by == shelf.record.owner else { throw Refusal(words("not yours")) }
        }
        after(.remind, from: .kept, .onHold, to: .kept) { $0.notify(.resident, "remind", words($0.record.place.row)) }
        after(.sweep, from: .kept, to: .kept) { $0.record.swept += 1 }
        ended("toy.clean", from: .kept, to: .kept) { outcome, shelf in
            shelf.record.failure = outcome.failure ?? "none"
        }
    }
}
