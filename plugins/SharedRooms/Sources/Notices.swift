import ConciergeKit

extension Booking {
    /// What somebody waited for has come free.
    struct Offered: Notice {
        /// The room and the time.
        let what: Text
        /// Until when it is kept for them.
        let until: Instant

        var words: Text {
            Text(
                fr: "Une place s'est libérée : \(what). Répondez avant le \(until).",
                en: "A place came free: \(what). Answer before \(until).")
        }

        static let example = Offered(what: exampleRoom, until: Instant(milliseconds: 1_798_788_600_000))
    }

    /// The room is theirs.
    struct Booked: Notice {
        let what: Text

        var words: Text { Text(fr: "C’est réservé : \(what).", en: "It is booked: \(what).") }

        static let example = Booked(what: exampleRoom)
    }

    /// What they waited for did not come to them.
    struct NotBooked: Notice {
        let reason: Text
        let what: Text

        var words: Text { Text(fr: "\(reason) : \(what).", en: "\(reason): \(what).") }

        static let example = NotBooked(
            reason: Text(fr: "Rien ne s’est libéré", en: "Nothing came free"), what: exampleRoom)
    }

    /// The booked time has ended.
    struct TimeIsOver: Notice {
        let key: String
        let what: Text

        var words: Text {
            Text(fr: "Rapportez la clé \(key) : \(what).", en: "Bring the key \(key) back: \(what).")
        }

        static let example = TimeIsOver(key: "K-1", what: exampleRoom)
    }

    private static let exampleRoom = Text(fr: "Buanderie, vendredi 18 h – 20 h", en: "Laundry, Friday 18:00 – 20:00")
}
