import ConciergeKit

/// The urgency of a repair; ``RepairSettings`` has the time promised for each.
enum Urgency: String, Choice {
    case u1 = "U1"
    case u2 = "U2"
    case u3 = "U3"

    /// What it means, with the usual term. What is promised is what the settings say.
    var words: Text {
        switch self {
        case .u1: Text(fr: "U1 : danger immédiat (4 h)", en: "U1: immediate danger (4 hours)")
        case .u2: Text(fr: "U2 : gêne grave (24 h)", en: "U2: serious trouble (24 hours)")
        case .u3: Text(fr: "U3 : gêne courante (5 jours ouvrés)", en: "U3: ordinary trouble (5 working days)")
        }
    }

    var explanation: Text? {
        switch self {
        case .u1:
            Text(
                fr: "fuite de gaz ou d'eau qu'on n'arrête pas, fil à nu, personne bloquée dans l'ascenseur",
                en: "a leak of gas or water that cannot be stopped, a bare wire, somebody stuck in the lift")
        case .u2:
            Text(
                fr: "plus d'eau, de courant ou de chauffage, porte qui ne ferme plus, seuls WC bouchés",
                en: "no water, power or heating, a door that does not lock, the only toilet blocked")
        case .u3:
            Text(
                fr: "robinet qui goutte, volet coincé, prise qui ne marche plus",
                en: "a dripping tap, a jammed shutter, a socket that does not work")
        }
    }

    /// Whether it is less urgent than another.
    func isBelow(_ other: Urgency) -> Bool { rawValue > other.rawValue }
}
