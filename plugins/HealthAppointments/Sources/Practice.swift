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

    /// Slots as they are offered: each as the wall clock shows it, and as it can be typed.
    func offer(_ slots: [Instant]) -> Text {
        Text(verbatim: ", ", joining: slots.map { Text(fr: "\($0) (\(verbatim: $0))", en: "\($0) (\(verbatim: $0))") })
    }
}
