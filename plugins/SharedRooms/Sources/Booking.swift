import ConciergeKit

/// A room or a machine, booked for a time, lent with its key and given back.
struct Booking: Service {
    static let id = "rooms.booking"
    static let name = Text(fr: "Réservation d'une salle", en: "Room booking")
    static let summary = Text(
        fr: "Une salle ou une machine est réservée, prêtée avec sa clé, et rendue.",
        en: "A room or a machine is booked, lent with its key, and given back.")
    static let resident = Need.required
    static let movingOut = MovingOut.ends(by: Cancel.self)
    static let notices: [any Notice.Type] = [Offered.self, Booked.self, NotBooked.self, TimeIsOver.self]

    struct Record: Codable {
        var room: String
        /// Which of several machines, from 1; none while the request is in line.
        var unit: Int?
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

    func when(_ booking: Record) -> Instant? { booking.time.lowerBound }

    var knownNames: [KnownNames] { [known(\Book.$room, settings.rooms.keys.sorted())] }

    func headline(_ booking: Record) -> Text {
        let (name, time) = (settings.rooms[booking.room]?.name ?? booking.room, booking.time)
        guard let unit = booking.unit, unit > 1 else { return Text(fr: "\(name), \(time)", en: "\(name), \(time)") }
        return Text(fr: "\(name) n° \(unit), \(time)", en: "\(name) no. \(unit), \(time)")
    }

    var members: Members {
        shown(\.unit, fr: "Numéro", en: "Number")
        shown(\.time, fr: "Créneau", en: "Time")
        shown(\.depositKept, as: \GiveBack.$kept)
        shown(\.keyBackAt, fr: "Clé rendue", en: "Key given back")
        hidden(\.quota, \.reminders)
    }

    var lifecycle: Lifecycle {
        opening(Book.self, to: .booked, .waiting) { book, moment in try take(book, at: moment) }
        granted(from: .waiting, to: .offered) { grant, booking in offer(grant, to: &booking) }
        on(Accept.self, from: .offered, to: .booked) { _, booking in confirm(&booking) }
        after(.offerEnds, from: .offered, to: .expired) {
            end(&$0, because: Text(fr: "Proposition passée", en: "The offer ended"))
        }
        after(.tooLate, from: .waiting, to: .expired) {
            end(&$0, because: Text(fr: "Rien ne s’est libéré", en: "Nothing came free"))
        }
        on(Cancel.self, from: .booked, .waiting, .offered, to: .cancelled) { $1.release($1.record.quota) }
        on(HandOut.self, from: .booked, to: .inUse) { try hand($0, out: &$1) }
        after(.notBegun, from: .booked, to: .noshow)
        after(.ends, in: .inUse) { booking in
            let key = booking.record.key ?? ""
            booking.notify(
                .resident, TimeIsOver(key: key, what: headline(booking.record)), onlyInState: true)
            booking.start(.late, after: settings.grace)
        }
        after(.late, from: .inUse, .late, to: .late) { booking in
            booking.record.reminders += 1
            let key = booking.record.key ?? ""
            let what = headline(booking.record)
            booking.notify(
                .staff, "key-is-late", fr: "Clé \(key) non rendue : \(what).",
                en: "The key \(key) is not back: \(what).")
            if booking.record.reminders < 5 { booking.start(.late, after: settings.remindEvery) }
        }
        on(GiveBack.self, from: .inUse, .late, to: .returned) { try settle($0, of: &$1) }
        correctable(\.people, as: \Book.$people) { try admit($0.record.people, to: $0.record.room) }
    }
}

extension StateOf<Booking> {
    static var booked: Self { open(fr: "réservée", en: "booked", turn: .resident, next: [Booking.HandOut.self]) }
    static var waiting: Self { open(fr: "en liste d'attente", en: "on the waiting list", turn: .clock) }
    static var offered: Self { open(fr: "proposée", en: "offered", turn: .resident, next: [Booking.Accept.self]) }
    static var inUse: Self { open(fr: "en cours", en: "in use", turn: .resident, next: [Booking.GiveBack.self]) }
    static var late: Self { open(fr: "clé en retard", en: "key is late", turn: .staff, next: [Booking.GiveBack.self]) }
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
