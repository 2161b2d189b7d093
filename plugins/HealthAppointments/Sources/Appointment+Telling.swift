import ConciergeKit

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
