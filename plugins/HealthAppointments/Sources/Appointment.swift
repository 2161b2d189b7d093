import ConciergeKit

/// An appointment: a practitioner's slot that is held or booked for a resident, or waited for.
struct Appointment: TimedService {
    static let id = "health.appointment"
    static let name = Text(fr: "Rendez-vous de santé", en: "Health appointment")
    static let summary = Text(
        fr: "Un créneau est réservé, rappelé, et honoré ou non.",
        en: "A slot is booked, the resident reminded, and the appointment kept or not.")
    static let resident = Need.required
    static let movingOut = MovingOut.ends(by: Cancel.self)
    static let notices: [any Notice.Type] = [
        Planned.self, Held.self, Listed.self, Cancelled.self, Released.self, NothingFree.self,
    ]

    /// The record of an appointment. It never contains the reason for the visit.
    struct Record: Codable {
        /// The practitioner's id; nil on the waiting list.
        var practitioner: String?
        /// What people call them.
        var practitionerName: String?
        var start: Instant?
        var end: Instant?
        /// Whether the resident needs transport to get there.
        var transport: Bool
        /// Until when a slot is held that is not booked yet.
        var heldUntil: Instant?
        /// The ids of the practitioners, and the days, for which the resident waits or has waited.
        var wanted: [String]?
        var wantedFrom: LocalDate?
        var wantedUntil: LocalDate?
        var arrivedAt: Instant?
        /// From whom the cancellation came; nil if it was the clock.
        var cancelledBy: Origin?
        /// How often what a calendar shows has changed: the SEQUENCE of iCalendar.
        var sequence = 0
        /// When what a calendar shows last changed.
        var changedAt: Instant
    }

    let settings: HealthSettings
    let practice: Practice

    /// One appointment is never the same as another, even for the same resident.
    func likeness(_ appointment: Record) -> String? { nil }

    func when(_ appointment: Record) -> Instant? {
        appointment.start
            ?? appointment.wantedFrom.map { practice.zone.instant(of: $0, at: TimeOfDay(minutes: 0)) }
    }

    var knownNames: [KnownNames] {
        [
            known(\Book.$practitioner, practice.all.map(\.name)),
            known(\Book.$kind, Set(practice.all.compactMap(\.kind)).sorted()),
        ]
    }

    func headline(_ appointment: Record) -> Text {
        if let id = appointment.practitioner, let start = appointment.start {
            let who = practice.name(of: id)
            // The day comes first: a narrow list cuts the end.
            return Text(fr: "\(start) · \(who)", en: "\(start) · \(who)")
        }
        let who = (appointment.wanted ?? []).map { Text(verbatim: practice.name(of: $0)) }
        guard let from = appointment.wantedFrom, let until = appointment.wantedUntil else {
            return Text(fr: "\(who)", en: "\(who)")
        }
        let days = Text.days(from, until)
        return Text(fr: "\(who), \(days)", en: "\(who), \(days)")
    }

    var members: Members {
        shown(\.practitionerName, as: \Book.$practitioner)
        hidden(\.practitioner)
        shown(\.end, fr: "Fin", en: "End")
        shown(\.heldUntil, fr: "Retenu jusqu'au", en: "Held until")
        shown(\.wanted, fr: "Attendu avec", en: "Waited for with")
        shown(\.wantedFrom, as: \Wait.$from)
        shown(\.wantedUntil, as: \Wait.$until)
        shown(\.arrivedAt, fr: "Arrivée", en: "Arrival")
        shown(\.cancelledBy, as: \Cancel.$by)
        hidden(\.sequence, \.changedAt)
    }

    var lifecycle: Lifecycle {
        opening(Book.self, to: .booked) { booking, moment in try book(booking, at: moment) }
        opening(Hold.self, to: .pending) { hold, moment in try self.hold(hold, at: moment) }
        opening(Wait.self, to: .waitlist, .pending) { wait, moment in try self.wait(wait, at: moment) }
        granted(from: .waitlist, to: .pending, .waitlist) { grant, appointment in offer(grant, to: &appointment) }
        after(.waitEnds, from: .waitlist, to: .cancelled) { giveUp(&$0) }
        on(Confirm.self, from: .pending, to: .booked) { confirm, appointment in
            try self.confirm(&appointment, overlap: confirm.overlap)
        }
        after(.holdEnds, from: .pending, to: .cancelled) { release(&$0) }
        on(Move.self, in: .booked, .pending) { move, appointment in try self.move(&appointment, by: move) }
        on(Cancel.self, from: .booked, .pending, .waitlist, to: .cancelled) { cancel, appointment in
            try self.cancel(&appointment, by: cancel.by)
        }
        after(.reminder, in: .booked) { remind(of: &$0) }
        on(CheckIn.self, from: .booked, to: .arrived) { _, appointment in try checkIn(&appointment) }
        after(.settle, from: .booked, .arrived, to: .unsettled)
        on(Fulfil.self, from: .arrived, .unsettled, to: .fulfilled)
        on(NoShow.self, from: .booked, .unsettled, to: .noshow) { _, appointment in try requireBegun(appointment) }
        correctable(\.transport, as: \Book.$transport)
    }
}

/// The states of an appointment, with the names of FHIR R4, Appointment.status
/// (hl7.org/fhir/R4/codesystem-appointmentstatus.html), and one that FHIR does not have.
extension StateOf<Appointment> {
    static var pending: Self { open(fr: "retenu", en: "held", turn: .resident, next: [Appointment.Confirm.self]) }
    static var booked: Self {
        open(
            fr: "réservé", en: "booked", turn: .resident,
            next: [Appointment.CheckIn.self, Appointment.NoShow.self])
    }
    static var waitlist: Self { open(fr: "en liste d'attente", en: "on the waiting list", turn: .clock) }
    static var arrived: Self { open(fr: "arrivé", en: "arrived", turn: .partner, next: [Appointment.Fulfil.self]) }
    /// The day is over, and nobody has noted whether it has taken place.
    static var unsettled: Self {
        open(
            fr: "à constater", en: "to be settled", turn: .staff,
            next: [Appointment.Fulfil.self, Appointment.NoShow.self])
    }
    static var fulfilled: Self { closed(fr: "honoré", en: "fulfilled") }
    static var cancelled: Self { closed(fr: "annulé", en: "cancelled") }
    static var noshow: Self { closed(fr: "non honoré", en: "no-show") }
}

extension TimerOf<Appointment> {
    static var reminder: Self { timer(fr: "rappel au locataire", en: "the resident is reminded") }
    static var holdEnds: Self { timer(fr: "fin de la réservation provisoire", en: "the hold ends") }
    static var waitEnds: Self { timer(fr: "fin de l'attente", en: "the waiting ends") }
    static var settle: Self { timer(fr: "à constater le soir", en: "staff are asked in the evening") }
}
