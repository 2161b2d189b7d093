import ConciergeKit

/// A room or a machine, booked for a time, lent with its key and given back.
struct Booking: Service {
    static let id = "rooms.booking"
    static let name = Text(fr: "Réservation d'une salle", en: "Room booking")
    static let summary = Text(
        fr: "Une salle ou une machine est réservée, prêtée avec sa clé, et rendue.",
        en: "A room or a machine is booked, lent with its key, and given back.")
    static let resident = Need.required

    struct Record: Codable {
        var room: String
        /// Which of several machines, from 1; 0 while the request is in line.
        var unit = 0
        var time: Range<Instant>
        var people: Int
        /// The share of the household's bookings of that week.
        var quota: String
        var key: String?
        var deposit: Money = 0
        var depositKept: Money = 0
        var damage: String?
        var keyBackAt: Instant?
        var reminders = 0
    }

    struct Book: Input {
        static let name = Text(fr: "Réserver", en: "Book")
        @Field(fr: "Salle ou machine", en: "Room or machine", example: "laundry") var room: String
        @Field(fr: "Jour", en: "Day", example: LocalDate("2026-11-27")) var day: LocalDate
        @Field(fr: "Heures", en: "Hours", example: Hours("18:00-20:30")) var hours: Hours
        @Field(fr: "Personnes", en: "People", example: 12, in: 1...500) var people = 1
        @Field(fr: "Sur la liste d'attente si c'est pris", en: "On the waiting list if taken") var wait = false
    }

    struct Accept: Input { static let name = Text(fr: "Accepter la proposition", en: "Accept the offer") }

    struct Cancel: Input {
        static let name = Text(fr: "Annuler", en: "Cancel")
        @Field(fr: "Motif", en: "Reason", example: "Fête reportée") var reason: String?
    }

    struct HandOut: Input {
        static let name = Text(fr: "Remettre la clé", en: "Hand the key out")
        @Field(fr: "Clé", en: "Key", example: "K-17") var key: String
        @Field(fr: "Caution reçue", en: "Deposit taken", example: 50, in: 0...500) var deposit: Money = 0
    }

    struct GiveBack: Input {
        static let name = Text(fr: "Rendre la clé", en: "Give the key back")
        @Field(fr: "Dégâts", en: "Damage", example: "Une chaise cassée") var damage: String?
        @Field(fr: "Caution retenue", en: "Deposit kept", example: 20, in: 0...500) var kept: Money = 0
    }

    let settings: RoomsSettings
    let zone: Zone

    func headline(_ booking: Record) -> Text {
        let name = settings.rooms[booking.room]?.name ?? booking.room
        return booking.unit > 1
            ? Text(
                fr: "\(name) n° \(booking.unit), \(booking.time)", en: "\(name) no. \(booking.unit), \(booking.time)")
            : Text(fr: "\(name), \(booking.time)", en: "\(name), \(booking.time)")
    }

    var lifecycle: Lifecycle {
        opening(Book.self, to: .booked, .waiting) { book, moment in try take(book, at: moment) }
        granted(from: .waiting, to: .offered) { grant, booking in offer(grant, to: &booking) }
        on(Accept.self, from: .offered, to: .booked) { _, booking in confirm(&booking) }
        after(.offerEnds, from: .offered, to: .expired) { booking in
            giveUp(&booking, "offer-ended", fr: "La proposition est passée", en: "The offer has ended")
        }
        after(.tooLate, from: .waiting, to: .expired) { booking in
            giveUp(&booking, "nothing-came-free", fr: "Rien ne s'est libéré", en: "Nothing came free")
        }
        on(Cancel.self, from: .booked, .waiting, .offered, to: .cancelled) { _, booking in
            booking.release(booking.record.quota)
        }
        on(HandOut.self, from: .booked, to: .inUse) { handOut, booking in try hand(handOut, out: &booking) }
        after(.notBegun, from: .booked, to: .noshow)
        after(.ends, in: .inUse) { booking in
            booking.notify(
                .resident, "time-is-over",
                Text(
                    fr: "Votre créneau est fini : rapportez la clé \(booking.record.key ?? "").",
                    en: "Your time is over: bring the key \(booking.record.key ?? "") back."))
            booking.start(.late, after: settings.grace)
        }
        after(.late, from: .inUse, .late, to: .late) { booking in
            booking.record.reminders += 1
            booking.notify(
                .staff, "key-is-late",
                Text(
                    fr: "La clé \(booking.record.key ?? "") n'est pas rendue : \(headline(booking.record)).",
                    en: "The key \(booking.record.key ?? "") is not back: \(headline(booking.record))."))
            if booking.record.reminders < 5 { booking.start(.late, after: settings.remindEvery) }
        }
        on(GiveBack.self, from: .inUse, .late, to: .returned) { giveBack, booking in
            try settle(giveBack, of: &booking)
        }
    }
}

extension StateOf<Booking> {
    static var booked: Self { open(fr: "réservée", en: "booked", turn: .resident) }
    static var waiting: Self { open(fr: "en liste d'attente", en: "on the waiting list", turn: .clock) }
    static var offered: Self { open(fr: "proposée", en: "offered", turn: .resident) }
    static var inUse: Self { open(fr: "en cours", en: "in use", turn: .resident) }
    static var late: Self { open(fr: "clé en retard", en: "key is late", turn: .staff) }
    static var returned: Self { closed(fr: "rendue", en: "given back") }
    static var expired: Self { closed(fr: "passée", en: "expired") }
    static var noshow: Self { closed(fr: "non honorée", en: "no-show") }
    static var cancelled: Self { closed(fr: "annulée", en: "cancelled") }
}

extension TimerOf<Booking> {
    static var offerEnds: Self { timer(fr: "fin de la proposition", en: "the offer ends") }
    static var tooLate: Self { timer(fr: "fin de l'attente", en: "the waiting ends") }
    static var notBegun: Self { timer(fr: "libérée si elle n'a pas commencé", en: "released if it has not begun") }
    static var ends: Self { timer(fr: "fin du créneau", en: "the time ends") }
    static var late: Self { timer(fr: "clé en retard", en: "the key is late") }
}
