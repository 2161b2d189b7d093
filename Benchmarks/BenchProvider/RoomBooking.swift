import ConciergeKit

/// A booking of the one room for a range of time: refused, or in line, if the room is taken.
struct RoomBooking: Service {
    static let id = "booking.room"
    static let name = Text(fr: "Salle", en: "Room")
    static let summary = Text(fr: "La salle commune, de telle heure à telle heure.", en: "The common room, by time.")

    struct Record: Codable {
        var time: Range<Instant>
    }

    struct Open: Input {
        static let name = Text(fr: "Réserver", en: "Book")
        @Field(fr: "Début", en: "Start") var start: Instant
        @Field(fr: "Fin", en: "End") var end: Instant
        @Field(fr: "Attendre", en: "Wait") var wait = false
    }
    struct Cancel: Input { static let name = Text(fr: "Annuler", en: "Cancel") }

    static let room = "room"

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Open.self, to: .booked, .inLine) { open, moment in
            let time = open.start..<open.end
            var booking = Draft(Record(time: time), at: moment)
            if open.wait {
                _ = booking.claim(time, of: Self.room, orWait: .inLine)
            } else {
                try booking.claim(time, of: Self.room) { free in
                    let starts = free.map { "\($0.lowerBound)" }.joined(separator: ", ")
                    return Text(
                        fr: "La salle est prise. Libre à partir de : \(starts)", en: "Taken. Free from: \(starts)")
                }
            }
            return booking
        }
        granted(from: .inLine, to: .booked) { _, _ in }
        on(Cancel.self, from: .booked, .inLine, to: .cancelled)
    }
}

extension StateOf<RoomBooking> {
    static var booked: Self { open(fr: "réservée", en: "booked", turn: .resident) }
    static var inLine: Self { open(fr: "en attente", en: "in line", turn: .clock) }
    static var cancelled: Self { closed(fr: "annulée", en: "cancelled") }
}
