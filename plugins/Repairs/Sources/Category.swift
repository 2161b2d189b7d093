import ConciergeKit

/// The kind of thing that is broken.
enum Category: String, CaseIterable, FieldValue, Codable {
    case plumbing, leak, heating, electricity, lift, locks, damp, other

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
enum Urgency: String, CaseIterable, FieldValue, Codable {
    case u1 = "U1"
    case u2 = "U2"
    case u3 = "U3"
}
