import ConciergeKit

/// An appointment: a practitioner's slot, booked for a resident.
struct Appointment: Service {
    static let id = "health.appointment"
    static let name = Text(fr: "Rendez-vous de santé", en: "Health appointment")
    static let summary = Text(
        fr: "Un créneau est réservé, rappelé, et honoré ou non.",
        en: "A slot is booked, the resident reminded, and the appointment kept or not.")
    static let movingOut = MovingOut.ends(by: Cancel.self)
    static let notices: [any Notice.Type] = [Reminder.self, Cancelled.self]

    /// The record of an appointment. It never contains the reason for the visit.
    struct Record: Codable {
        var practitioner: String
        var start: Instant
        var end: Instant
        /// Whether the resident needs transport to get there.
        var transport: Bool
    }

    struct Book: VisitInput {
        static let name = Text(fr: "Prendre rendez-vous", en: "Book an appointment")
        @Field(fr: "Praticien", en: "Practitioner", example: "dr-martin") var practitioner: String
        @Field(fr: "Début", en: "Start", example: Instant("2026-11-24T08:20:00Z")) var start: Instant
        @Field(fr: "Besoin d'un transport", en: "Needs transport", example: true) var transport = false
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

    let settings: HealthSettings
    let practice: Practice

    func headline(_ appointment: Record) -> Text {
        let who = practice.name(of: appointment.practitioner)
        return Text(fr: "\(who), le \(appointment.start)", en: "\(who), \(appointment.start)")
    }

    var members: Members { shown(\.end, fr: "Fin", en: "End") }

    var lifecycle: Lifecycle {
        opening(Book.self, to: .booked) { booking, moment in try book(booking, at: moment) }
        on(CheckIn.self, from: .booked, to: .arrived)
        on(Fulfil.self, from: .arrived, to: .fulfilled)
        on(Cancel.self, from: .booked, to: .cancelled) { _, appointment in
            try checkCutOff(of: appointment)
            appointment.notify(.resident, Cancelled(start: appointment.record.start))
        }
        on(NoShow.self, from: .booked, to: .noshow) { _, appointment in
            guard appointment.now >= appointment.record.start else {
                throw Refusal(
                    fr: "Le rendez-vous n'a pas encore commencé.", en: "The appointment has not begun yet.")
            }
        }
        after(.reminder, in: .booked) { remind(of: &$0) }
        correctable(\.transport, as: \Book.$transport)
    }
}

/// The states of an appointment, with the names of FHIR R4, Appointment.status
/// (hl7.org/fhir/R4/codesystem-appointmentstatus.html).
extension StateOf<Appointment> {
    static var booked: Self { open(fr: "réservé", en: "booked", turn: .resident) }
    static var arrived: Self { open(fr: "arrivé", en: "arrived", turn: .partner) }
    static var fulfilled: Self { closed(fr: "honoré", en: "fulfilled") }
    static var cancelled: Self { closed(fr: "annulé", en: "cancelled") }
    static var noshow: Self { closed(fr: "non honoré", en: "no-show") }
}

extension TimerOf<Appointment> {
    static var reminder: Self { timer(fr: "rappel au résident", en: "the resident is reminded") }
}
