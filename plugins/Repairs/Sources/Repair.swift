public import ConciergeKit

/// Something broken that is repaired within a promised time.
public struct Repair: Service {
    /// The service's id.
    public static let id = "repairs.repair"

    /// How far a repair is.
    public enum State: String, ServiceState {
        /// Nobody has looked at it yet.
        case reported
        /// Its urgency is known, and the promise runs.
        case triaged
        /// A contractor has it.
        case assigned
        /// The work is done; the resident has not spoken yet.
        case completed
        /// The resident says that it is fixed.
        case confirmed
        /// It is not done any more.
        case cancelled

        /// What people call it.
        public var name: Text {
            switch self {
            case .reported: Text(fr: "signalée", en: "reported")
            case .triaged: Text(fr: "qualifiée", en: "triaged")
            case .assigned: Text(fr: "confiée", en: "assigned")
            case .completed: Text(fr: "terminée", en: "completed")
            case .confirmed: Text(fr: "confirmée", en: "confirmed")
            case .cancelled: Text(fr: "annulée", en: "cancelled")
            }
        }

        /// A completed repair still waits for the resident's word.
        public var isOpen: Bool { self != .confirmed && self != .cancelled }

        /// Whether there is still work to be done within the promise.
        var isDue: Bool { self == .triaged || self == .assigned }
    }

    /// What happens by itself while the promise runs.
    public enum Timer: String, ServiceTimer {
        /// Staff are warned that the deadline is near.
        case warning
        /// The deadline has passed.
        case deadline

        /// What people call it.
        public var name: Text {
            switch self {
            case .warning: Text(fr: "l'échéance approche", en: "the deadline is near")
            case .deadline: Text(fr: "l'échéance est passée", en: "the deadline has passed")
            }
        }
    }

    /// What is kept of a repair. It says what is broken and where, never whose home it is.
    public struct Record: Codable, Sendable {
        var category: Category
        var location: String
        var description: String

        var urgency: Urgency?
        /// When it is to be completed: set by the triage once, and never moved.
        var due: Instant?
        /// When it was found that the deadline had passed before the repair was completed.
        var missedAt: Instant?
        /// Once completed: whether that was within the promise.
        var kept: Bool?

        var contractor: String?
        /// Work orders asked for so far: the number of the last.
        var orders = 0
        /// When the last work order was sent.
        var orderSentAt: Instant?
        /// Why a work order could not be sent.
        var orderError: String?

        /// Visits that found nobody, since the work last began.
        var noAccess = 0
        var completedAt: Instant?
        var workDone: String?
        var reopened = 0
        var cancelReason: String?
    }

    /// What it is called.
    public var name: Text { Text(fr: "Réparation", en: "Repair") }
    /// What it is for.
    public var summary: Text {
        Text(
            fr: "Une panne est qualifiée, confiée, réparée dans le délai promis, et close par le résident.",
            en: "Something broken is triaged, assigned, repaired in the promised time, and closed by the resident.")
    }

    let settings: Settings
}
