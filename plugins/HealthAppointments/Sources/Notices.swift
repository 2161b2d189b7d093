import ConciergeKit

extension Appointment {
    /// All that a resident has to know of the appointment, when it is booked, moved or near. A later one takes the
    /// place of one that has not left yet, so that nobody is reminded of a time that holds no more.
    struct Planned: Notice {
        /// What has happened, as the beginning of a sentence.
        let news: Text
        let start: Instant
        /// With whom; nil if the resident has not consented to that.
        let who: Text?
        /// Where; nil if it is not configured.
        let place: String?
        /// How to cancel or move.
        let contact: Text

        static let name = "appointment"

        var words: Text {
            Text(
                fr: "\(news) : \(start)\(said(who)).\(placed(place)) \(contact)",
                en: "\(news): \(start)\(said(who)).\(placed(place)) \(contact)")
        }

        static let example = Planned(
            news: News.booked.words, start: exampleStart, who: exampleWho, place: "3 rue des Lilas",
            contact: exampleContact)
    }

    /// A slot is kept for the resident for a while.
    struct Held: Notice {
        let start: Instant
        /// Until when it is kept.
        let until: Instant
        /// With whom; nil if the resident has not consented to that.
        let who: Text?
        let place: String?
        /// How to confirm.
        let contact: Text

        var words: Text {
            Text(
                fr: """
                    Un créneau est retenu pour vous jusqu'au \(until) : \(start)\(said(who)).\(placed(place)) \
                    \(contact)
                    """,
                en: "A slot is held for you until \(until): \(start)\(said(who)).\(placed(place)) \(contact)")
        }

        static let example = Held(
            start: exampleStart, until: exampleStart - .hours(24), who: exampleWho, place: "3 rue des Lilas",
            contact: exampleContact)
    }

    /// The resident is on the waiting list.
    struct Listed: Notice {
        /// The days for which they wait, as the end of a sentence.
        let days: Text
        /// How to leave the list.
        let contact: Text

        var words: Text {
            Text(
                fr: """
                    Vous êtes sur la liste d'attente pour un rendez-vous \(days). Dès qu'un créneau se libère, nous le \
                    retenons pour vous et nous vous prévenons. \(contact)
                    """,
                en: """
                    You are on the waiting list for an appointment \(days). As soon as a slot comes free, we hold it \
                    for you and tell you. \(contact)
                    """)
        }

        static let example = Listed(
            days: .days(LocalDate(daysSinceEpoch: 20_809), LocalDate(daysSinceEpoch: 20_816)), contact: exampleContact)
    }

    /// The appointment does not take place.
    struct Cancelled: Notice {
        let start: Instant
        /// Whether the practice has cancelled it. Why is never said.
        let byPractice: Bool
        /// Free slots instead; nil if there are none, or if the resident has cancelled.
        let offers: Text?
        /// How to take another one.
        let contact: Text

        var words: Text {
            let instead = offers.map { Text(fr: " Créneaux libres : \($0).", en: " Free slots: \($0).") }
            let offers = instead ?? Text(verbatim: "")
            return byPractice
                ? Text(
                    fr: """
                        Votre rendez-vous du \(start) ne peut pas avoir lieu. Nous vous prions de nous en \
                        excuser.\(offers) \(contact)
                        """,
                    en: "Your appointment on \(start) cannot take place. We are sorry.\(offers) \(contact)")
                : Text(
                    fr: "Votre rendez-vous du \(start) est annulé.\(offers) \(contact)",
                    en: "Your appointment on \(start) is cancelled.\(offers) \(contact)")
        }

        static let example = Cancelled(
            start: exampleStart, byPractice: true, offers: Text(fr: "\(exampleStart)", en: "\(exampleStart)"),
            contact: exampleContact)
    }

    /// A slot is kept for the resident no more, or they are on the waiting list no more.
    struct Released: Notice {
        /// The slot; nil if they were on the waiting list.
        let start: Instant?
        /// How to take another one.
        let contact: Text

        var words: Text {
            guard let start else {
                return Text(
                    fr: "Vous n'êtes plus sur la liste d'attente. \(contact)",
                    en: "You are on the waiting list no more. \(contact)")
            }
            return Text(
                fr: "Le créneau du \(start) n'est plus retenu pour vous. \(contact)",
                en: "The slot on \(start) is held for you no more. \(contact)")
        }

        static let example = Released(start: exampleStart, contact: exampleContact)
    }

    /// The days for which the resident has waited are over.
    struct NothingFree: Notice {
        /// How to go on.
        let contact: Text

        var words: Text {
            Text(
                fr: "Aucun créneau ne s'est libéré pendant les jours que vous attendiez. \(contact)",
                en: "No slot came free on the days that you waited for. \(contact)")
        }

        static let example = NothingFree(contact: exampleContact)
    }

    private static let exampleStart = Instant(milliseconds: 1_798_788_600_000)
    private static let exampleWho = Text(fr: "avec Dr Martin", en: "with Dr Martin")
    private static let exampleContact = Text(
        fr: "Pour l'annuler ou le déplacer, appelez le 01 23 45 67 89.",
        en: "To cancel or move it, call 01 23 45 67 89.")
}

private func said(_ who: Text?) -> Text { who.map { Text(fr: ", \($0)", en: ", \($0)") } ?? Text(verbatim: "") }

private func placed(_ place: String?) -> Text {
    place.map { Text(fr: " Lieu : \($0).", en: " Place: \($0).") } ?? Text(verbatim: "")
}
