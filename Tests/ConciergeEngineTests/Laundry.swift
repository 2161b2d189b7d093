import ConciergeKit

/// A laundry with machines that are booked by time, a quota of bookings, a waiting list, and keys.
struct Laundry: Service {
    static let id = "toy.laundry"
    static let name = words("Laundry")
    static let summary = words("Laundry")

    struct Record: Codable, Equatable {
        var time: Range<Instant>
        var unit = 0
        var key: String?
        var told: [String] = []
    }

    struct Book: Input {
        static let name = words("Book")
        @Field(fr: "From", en: "From") var start: Instant
        @Field(fr: "To", en: "To") var end: Instant
        @Field(fr: "Wait", en: "Wait") var wait = false
        @Field(fr: "Household", en: "Household") var household: String?
    }
    struct Move: Input {
        static let name = words("Move")
        @Field(fr: "From", en: "From") var start: Instant
        @Field(fr: "To", en: "To") var end: Instant
    }
    struct Take: Input {
        static let name = words("Take one of the keys")
        @Field(fr: "Wait", en: "Wait") var wait = false
    }
    struct GiveUp: Input { static let name = words("Give the quota back") }
    struct Accept: Input { static let name = words("Accept") }
    struct Cancel: Input { static let name = words("Cancel") }
    struct Look: Input { static let name = words("Look") }

    /// How many machines there are.
    var units = 2
    var quota = 3
    /// What the rule of a grant does.
    var grant: @Sendable (Claim, inout Draft) -> Void = { _, _ in }

    static let week = Instant("2026-11-30T00:00:00Z")!
    static let keys = ["K1", "K2"]

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Book.self, to: .booked, .waiting) { book, moment in
            let time = book.start..<book.end
            var booking = Draft(Record(time: time), at: moment)
            if let household = book.household {
                try booking.claim("quota:\(household)", atMost: quota, until: Self.week, otherwise: words("quota"))
            }
            if book.wait {
                if let unit = booking.claim(time, of: "laundry", units: units, orWait: .waiting) {
                    booking.record.unit = unit
                } else {
                    booking.record.told = ["place \(booking.place ?? 0)"]
                }
            } else {
                booking.record.unit = try booking.claim(time, of: "laundry", units: units) { free in
                    words("taken; free: " + free.map { "\($0.lowerBound)" }.joined(separator: " "))
                }
            }
            return booking
        }
        granted(from: .waiting, to: .offered, .booked, .waiting) { claim, booking in
            booking.record.unit = claim.unit
            booking.record.key = claim.time == nil ? claim.key : nil
            grant(claim, &booking)
            if booking.place == nil { booking.start(.offerEnds, after: .hours(2)) }
        }
        on(Accept.self, from: .offered, to: .booked)
        after(.offerEnds, from: .offered, to: .expired)
        on(Cancel.self, from: .booked, .offered, .waiting, to: .cancelled)
        on(Move.self, in: .booked) { move, booking in
            booking.release(booking.record.time, of: "laundry")
            booking.record.time = move.start..<move.end
            booking.record.unit = try booking.claim(booking.record.time, of: "laundry", units: units) { _ in
                words("taken")
            }
        }
        on(Take.self, in: .booked, or: .waiting) { take, booking in
            if take.wait {
                booking.record.key = booking.claim(oneOf: Self.keys, orWait: .waiting)
            } else {
                booking.record.key = try booking.claim(oneOf: Self.keys, otherwise: words("no key"))
            }
        }
        on(GiveUp.self, in: .booked) { _, booking in
            for claim in booking.claims where claim.until != nil { booking.release(claim.key) }
        }
        on(Look.self, in: .booked, .waiting, .offered) { _, booking in
            booking.record.told = booking.claims.map { claim in
                "\(claim.key) \(claim.unit)" + (claim.time == nil ? "" : " range")
                    + (claim.until == nil ? "" : " share")
            }
        }
    }
}

extension StateOf<Laundry> {
    static var booked: Self { open(fr: "booked", en: "booked", turn: .resident) }
    static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .clock) }
    static var offered: Self { open(fr: "offered", en: "offered", turn: .resident) }
    static var expired: Self { closed(fr: "expired", en: "expired") }
    static var cancelled: Self { closed(fr: "cancelled", en: "cancelled") }
}

extension TimerOf<Laundry> {
    static var offerEnds: Self { timer(fr: "offer ends", en: "offer ends") }
}
