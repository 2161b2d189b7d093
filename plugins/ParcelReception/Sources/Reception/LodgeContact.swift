import ConciergeKit

/// Which lodge has a parcel, and how residents reach it.
struct LodgeContact {
    /// What people call the lodge; nil where the directory does not say it.
    var name: String?
    /// Nil where the directory has no number.
    var phone: String?
    /// When it is open; nil where no working calendar is configured.
    var hours: Text?

    static let example = LodgeContact(
        name: "Les Tilleuls", phone: "03 53 01 40 12",
        hours: Text(fr: "du lundi au vendredi, 8 h – 12 h", en: "Monday to Friday, 08:00 – 12:00"))
}

extension Reception {
    /// The lodge where a parcel is, or from where it left. A lodge to which it was forwarded is known by its name alone;
    /// the resident's own lodge answers questions.
    func lodge(of parcel: Draft) -> LodgeContact {
        let place = parcel.moment.place
        let phone = place.flatMap { $0.phone.isEmpty ? nil : $0.phone }
        if let lodge = parcel.record.lodge { return LodgeContact(name: lodge, phone: phone, hours: nil) }
        let name = place.flatMap { $0.name.isEmpty ? nil : $0.name }
        return LodgeContact(name: name, phone: phone, hours: parcel.moment.openingHours)
    }
}

/// The sentences that several messages have in common.
enum Sentence {
    /// `à la loge (Les Tilleuls)`.
    static func atLodge(_ name: String?) -> Text {
        let name = name.map { " (\($0))" } ?? ""
        return Text(fr: "à la loge\(name)", en: "at the lodge\(name)")
    }

    static func kept(until day: LocalDate) -> Text {
        Text(fr: "Dernier jour pour le retirer : le \(day).", en: "The last day to collect it is \(day).")
    }

    static func open(_ hours: Text?) -> Text? {
        hours.map { Text(fr: "La loge est ouverte \($0).", en: "The lodge is open \($0).") }
    }

    static func code(_ code: String) -> Text {
        Text(fr: "Code de retrait : \(code).", en: "Collection code: \(code).")
    }

    static let others = Text(
        fr: "Une autre personne peut venir à votre place avec ce code.",
        en: "Somebody else may come in your place with this code.")

    static func call(_ phone: String?) -> Text? {
        phone.map { Text(fr: "Une question ? Appelez le \($0).", en: "Any questions? Call \($0).") }
    }

    static func callIfUnexpected(_ phone: String?) -> Text {
        let call = phone.map { Text(fr: "appelez le \($0)", en: "call \($0)") }
        let ask = call ?? Text(fr: "adressez-vous à la loge", en: "ask the lodge")
        return Text(fr: "Si cela vous surprend, \(ask).", en: "If this surprises you, \(ask).")
    }

    static func joined(_ sentences: Text?...) -> Text {
        Text(verbatim: " ", joining: sentences.compactMap(\.self))
    }
}
