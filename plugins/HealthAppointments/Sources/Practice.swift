import ConciergeKit

/// Somebody with whom a slot can be booked.
struct Practitioner: Hashable, Sendable {
    let id: String
    let name: String
    let role: String?
    let timetable: Timetable

    /// The name, with the role where it is known: `Dr Martin (midwife)`.
    var title: String { role.map { "\(name) (\($0))" } ?? name }
}

/// The medical house: who receives, and by which clock.
struct Practice: Sendable {
    let practitioners: [String: Practitioner]
    let zone: Zone

    /// The practitioner of this id, or why there is none.
    func practitioner(_ id: String) throws(Refusal) -> Practitioner {
        if let practitioner = practitioners[id] { return practitioner }
        guard !practitioners.isEmpty else {
            throw Refusal(
                fr: "Aucun praticien n'est configuré ; aucun rendez-vous ne peut être pris.",
                en: "No practitioner is configured; no appointment can be booked.")
        }
        let known = practitioners.keys.sorted().joined(separator: ", ")
        throw Refusal(
            fr: "Le praticien « \(id) » n'est pas connu. Connus : \(known).",
            en: "The practitioner \"\(id)\" is not known. Known: \(known).")
    }

    /// What a practitioner is called, also one who has left the configuration.
    func name(of id: String) -> String { practitioners[id]?.name ?? id }

    /// An instant as it is said: `lundi 2026-11-23 à 09:20`.
    func words(_ instant: Instant) -> Text {
        let (date, time) = zone.local(instant)
        let day = words(date)
        return Text(fr: "\(day.fr) à \(time)", en: "\(day.en) \(time)")
    }

    /// A day as it is said: `lundi 2026-11-23`.
    func words(_ date: LocalDate) -> Text {
        let weekday = date.weekday.name
        return Text(fr: "\(weekday.fr) \(date)", en: "\(weekday.en) \(date)")
    }

    /// Slots as they are offered: each as the wall clock shows it, and as it can be typed.
    func offer(_ slots: [Instant]) -> Text {
        Text(
            fr: slots.map { "\(words($0).fr) (\($0))" }.joined(separator: ", "),
            en: slots.map { "\(words($0).en) (\($0))" }.joined(separator: ", "))
    }
}

extension Weekday {
    /// What people call it.
    var name: Text {
        switch self {
        case .monday: Text(fr: "lundi", en: "Monday")
        case .tuesday: Text(fr: "mardi", en: "Tuesday")
        case .wednesday: Text(fr: "mercredi", en: "Wednesday")
        case .thursday: Text(fr: "jeudi", en: "Thursday")
        case .friday: Text(fr: "vendredi", en: "Friday")
        case .saturday: Text(fr: "samedi", en: "Saturday")
        case .sunday: Text(fr: "dimanche", en: "Sunday")
        }
    }
}
