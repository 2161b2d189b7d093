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
                    You are on the waiting list for an appointment \(days). As soon as a slot comes free, we hold it for \
                    you and tell you. \(contact)
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

extension Appointment {
    /// Why a resident is told of a booked appointment.
    enum News {
        case booked
        case reminder
        case moved(from: Instant, by: Origin)

        var words: Text {
            switch self {
            case .booked: Text(fr: "Votre rendez-vous est pris", en: "Your appointment is booked")
            case .reminder: Text(fr: "Rappel de votre rendez-vous", en: "A reminder of your appointment")
            case .moved(let old, .resident):
                Text(
                    fr: "Votre rendez-vous du \(old) est déplacé. Nouvelle date",
                    en: "Your appointment on \(old) is moved. New time")
            case .moved(let old, .practice):
                Text(
                    fr: """
                        Nous avons dû déplacer votre rendez-vous du \(old), et nous vous prions de nous en excuser. \
                        Nouvelle date
                        """,
                    en: "We had to move your appointment on \(old), and we are sorry. New time")
            }
        }
    }

    /// What a resident may want to do about an appointment.
    enum Wish {
        case change(until: Instant?)
        /// It is too late to cancel.
        case absence
        case confirm
        case leaveList
        case another
    }

    /// How residents do what they may want to do.
    func contact(_ wish: Wish) -> Text {
        let how =
            settings.phone.map { Text(fr: "appelez le \($0)", en: "call \($0)") }
            ?? Text(fr: "dites-le à la loge", en: "tell the lodge")
        switch wish {
        case .change(let until):
            guard let until else {
                return Text(fr: "Pour l'annuler ou le déplacer, \(how).", en: "To cancel or move it, \(how).")
            }
            return Text(
                fr: "Pour l'annuler ou le déplacer, \(how) avant le \(until).",
                en: "To cancel or move it, \(how) before \(until).")
        case .absence: return Text(fr: "Si vous ne pouvez pas venir, \(how).", en: "If you cannot come, \(how).")
        case .confirm: return Text(fr: "Pour le confirmer, \(how).", en: "To confirm it, \(how).")
        case .leaveList: return Text(fr: "Pour quitter la liste, \(how).", en: "To leave the list, \(how).")
        case .another:
            return Text(fr: "Pour prendre un autre rendez-vous, \(how).", en: "For another appointment, \(how).")
        }
    }

    /// Tells the resident all about a booked appointment.
    func tell(_ appointment: inout Draft, _ news: News) {
        guard let start = appointment.record.start else { return }
        let cutOff = settings.cancelCutOff
        let last = start - cutOff
        let until = cutOff > .zero && last > appointment.now ? last : nil
        appointment.notify(
            .resident,
            Planned(
                news: news.words, start: start, who: who(in: appointment), place: place(of: appointment),
                contact: contact(cutOff > .zero && until == nil ? .absence : .change(until: until))),
            usefulUntil: start, onlyInState: true)
    }

    func tellHeld(_ appointment: inout Draft) {
        guard let start = appointment.record.start, let until = appointment.record.heldUntil else { return }
        appointment.notify(
            .resident,
            Held(
                start: start, until: until, who: who(in: appointment), place: place(of: appointment),
                contact: contact(.confirm)),
            usefulUntil: until, onlyInState: true)
    }

    func tellListed(_ appointment: inout Draft, until last: Instant) {
        guard let from = appointment.record.wantedFrom, let until = appointment.record.wantedUntil else { return }
        appointment.notify(
            .resident, Listed(days: .days(from, until), contact: contact(.leaveList)), usefulUntil: last,
            onlyInState: true)
    }

    /// With whom, for a resident who has consented to reading it: a message may lie open in a letter box.
    private func who(in appointment: Draft) -> Text? {
        guard let resident = appointment.knownResident,
            resident.consents(to: settings.detailsConsent, on: appointment.moment.today),
            let practitioner = appointment.record.practitioner.flatMap({ practice.practitioners[$0] })
        else { return nil }
        let name = practitioner.kind.map { "\(practitioner.name) (\($0))" } ?? practitioner.name
        return Text(fr: "avec \(name)", en: "with \(name)")
    }

    private func place(of appointment: Draft) -> String? {
        let room = appointment.record.practitioner.flatMap { practice.practitioners[$0]?.room }
        let parts = [settings.place, room].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
