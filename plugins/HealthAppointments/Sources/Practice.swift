import ConciergeKit

/// A practitioner whose slots can be booked.
struct Practitioner: Hashable, Sendable {
    let id: String
    let name: String
    let role: String?
    let timetable: Timetable

    /// The name, with the role if it is known: `Dr Martin (midwife)`.
    var title: String { role.map { "\(name) (\($0))" } ?? name }
}

/// The medical house: its practitioners and its time zone.
struct Practice: Sendable {
    let practitioners: [String: Practitioner]
    let zone: Zone

    /// The practitioner with this id; throws a refusal if there is none.
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

    /// The name of a practitioner; the id if the practitioner is no longer configured.
    func name(of id: String) -> String { practitioners[id]?.name ?? id }

    /// A list of slots as text: each in wall clock time, and in the form in which it can be typed.
    func offer(_ slots: [Instant]) -> Text {
        Text(verbatim: ", ", joining: slots.map { Text(fr: "\($0) (\(verbatim: $0))", en: "\($0) (\(verbatim: $0))") })
    }
}
