public import ConciergeKit

/// A slot with a practitioner, taken by a resident.
public struct Appointment: Service {
    /// The service's id.
    public static let id = "health.appointment"

    /// How an appointment stands: the words of FHIR R4, Appointment.status (hl7.org/fhir/R4/codesystem-appointmentstatus.html).
    public enum State: String, ServiceState {
        /// The slot is taken.
        case booked
        /// The resident is there.
        case arrived
        /// The appointment has taken place.
        case fulfilled
        /// It will not take place.
        case cancelled
        /// Nobody came.
        case noshow

        /// What people call it.
        public var name: Text {
            switch self {
            case .booked: Text(fr: "réservé", en: "booked")
            case .arrived: Text(fr: "arrivé", en: "arrived")
            case .fulfilled: Text(fr: "honoré", en: "fulfilled")
            case .cancelled: Text(fr: "annulé", en: "cancelled")
            case .noshow: Text(fr: "non honoré", en: "no-show")
            }
        }

        /// Until it has taken place, or is known not to.
        public var isOpen: Bool { self == .booked || self == .arrived }
    }

    /// What happens by itself before an appointment.
    public enum Timer: String, ServiceTimer {
        /// The resident is reminded.
        case reminder

        /// What people call it.
        public var name: Text { Text(fr: "rappel au résident", en: "the resident is reminded") }
    }

    /// What is kept of an appointment, and nothing else: never why somebody comes.
    public struct Record: Codable, Sendable {
        var practitioner: String
        var start: Instant
        var end: Instant
        /// Whether the resident needs transport to get there.
        var transport: Bool
    }

    struct Book: VisitInput {
        static let name = Text(fr: "Prendre rendez-vous", en: "Book an appointment")
        @Field(Text(fr: "Praticien", en: "Practitioner"), example: "dr-martin") var practitioner: String
        @Field(Text(fr: "Début", en: "Start"), example: "2026-11-24T09:20:00+01:00") var start: Instant
        @Field(Text(fr: "Besoin d'un transport", en: "Needs transport"), example: "true") var transport: Bool?
    }

    struct CheckIn: VisitInput {
        static let name = Text(fr: "Noter l'arrivée", en: "Note the arrival")
    }

    struct Fulfil: VisitInput {
        static let name = Text(fr: "Noter que le rendez-vous a eu lieu", en: "Note that it has taken place")
    }

    struct Cancel: VisitInput {
        static let name = Text(fr: "Annuler", en: "Cancel")
    }

    struct NoShow: VisitInput {
        static let name = Text(fr: "Noter une absence", en: "Note that nobody came")
    }

    /// What it is called.
    public var name: Text { Text(fr: "Rendez-vous de santé", en: "Health appointment") }
    /// What it is for.
    public var summary: Text {
        Text(
            fr: "Un créneau est réservé, rappelé, et honoré ou non.",
            en: "A slot is booked, the resident reminded, and the appointment kept or not.")
    }

    let settings: Settings
    let practice: Practice

    /// The table.
    public var lifecycle: [Transition<Self>] {
        opening(Book.self, to: .booked) { booking, moment throws(Refusal) in
            try book(booking, at: moment)
        }
        on(CheckIn.self, from: .booked, to: .arrived) { _, _ in }
        on(Fulfil.self, from: .arrived, to: .fulfilled) { _, _ in }
        on(Cancel.self, from: .booked, to: .cancelled) { _, appointment throws(Refusal) in
            try checkCutOff(of: appointment)
            let start = appointment.record.start
            appointment.notify(
                .resident, "cancelled",
                Text(
                    fr: "Votre rendez-vous du \(start) est annulé.",
                    en: "Your appointment on \(start) is cancelled."))
        }
        on(NoShow.self, from: .booked, to: .noshow) { _, appointment throws(Refusal) in
            guard appointment.moment.now >= appointment.record.start else {
                throw Refusal(
                    fr: "Le rendez-vous n'a pas encore commencé.", en: "The appointment has not begun yet.")
            }
        }
        after(.reminder, from: .booked, to: .booked) { remind(of: &$0) }
    }
}
