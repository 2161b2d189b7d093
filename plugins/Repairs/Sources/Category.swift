import ConciergeKit

/// The kind of thing that is broken.
enum Category: String, Choice {
    case plumbing, leak, heating, electricity, lift, locks, damp, other

    var words: Text {
        switch self {
        case .plumbing: Text(fr: "plomberie", en: "plumbing")
        case .leak: Text(fr: "fuite", en: "leak")
        case .heating: Text(fr: "chauffage", en: "heating")
        case .electricity: Text(fr: "électricité", en: "electricity")
        case .lift: Text(fr: "ascenseur", en: "lift")
        case .locks: Text(fr: "serrures", en: "locks")
        case .damp: Text(fr: "humidité", en: "damp")
        case .other: Text(fr: "autre", en: "other")
        }
    }

    /// Whether visits that find nobody may end the repair. Damp, leaks that reach others, and safety never wait for a
    /// resident who is out (London Borough of Hammersmith & Fulham, repairs policy).
    var endsWithoutAccess: Bool {
        switch self {
        case .plumbing, .locks, .other: true
        case .leak, .heating, .electricity, .lift, .damp: false
        }
    }
}

/// The urgency of a repair; ``RepairSettings`` has the time promised for each.
enum Urgency: String, Choice {
    case u1 = "U1"
    case u2 = "U2"
    case u3 = "U3"

    /// The same in each language: a class of the landlord's.
    var words: Text { Text(verbatim: rawValue) }
}
