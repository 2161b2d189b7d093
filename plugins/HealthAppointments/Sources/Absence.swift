import ConciergeKit

/// Days or hours during which a practitioner does not receive, although the timetable says so. Why is never stored.
///
/// It is a request, so that the rules of appointments see it, and that it has a history and an end.
struct Absence: Service {
    static let id = "health.absence"
    static let name = Text(fr: "Absence d'un praticien", en: "Absence of a practitioner")
    static let summary = Text(
        fr: "Pendant ce temps, aucun créneau du praticien ne peut être pris.",
        en: "Meanwhile no slot of the practitioner can be taken.")
    static let resident = Need.none
    static let place = Need.none

    struct Record: Codable {
        /// The practitioner's id.
        var practitioner: String
        var from: LocalDate
        /// The last day; nil for the first day alone.
        var until: LocalDate?
        /// The hours on a single day; nil for whole days.
        var hours: Hours?

        var lastDay: LocalDate { until ?? from }
    }

    struct Announce: ChangeInput {
        static let name = Text(fr: "Annoncer l'absence", en: "Announce the absence")
        @Field(fr: "Praticien", en: "Practitioner", example: "Dr Martin") var practitioner: String
        @Field(fr: "À partir du", en: "From", example: LocalDate("2026-11-24")) var from: LocalDate
        @Field(
            fr: "Jusqu'au ; le même jour sinon", en: "Until; the same day if not given",
            example: LocalDate("2026-11-25"))
        var until: LocalDate?
        @Field(fr: "Heures, un seul jour", en: "Hours, of a single day", example: Hours("14:00-18:00")) var hours:
            Hours?
    }

    struct ComeBack: ChangeInput {
        static let name = Text(fr: "Noter le retour", en: "Note the return")
    }

    let practice: Practice

    /// The key of the time during which a practitioner is away.
    static func key(of practitioner: String) -> String { "away:\(practitioner)" }

    func likeness(_ absence: Record) -> String? { nil }

    func headline(_ absence: Record) -> Text {
        let who = practice.name(of: absence.practitioner)
        let (first, last) = (absence.from, absence.lastDay)
        let days =
            first == last
            ? Text(fr: "\(first)", en: "\(first)") : Text(fr: "du \(first) au \(last)", en: "\(first) to \(last)")
        guard let hours = absence.hours else { return Text(fr: "\(who), \(days)", en: "\(who), \(days)") }
        return Text(fr: "\(who), \(days), \(hours)", en: "\(who), \(days), \(hours)")
    }

    var lifecycle: Lifecycle {
        opening(Announce.self, to: .announced) { absence, moment in
            let practitioner = try practice.practitioner(named: absence.practitioner)
            var draft = Draft(
                Record(
                    practitioner: practitioner.id, from: absence.from, until: absence.until, hours: absence.hours),
                at: moment)
            try block(&draft)
            return draft
        }
        on(ComeBack.self, from: .announced, to: .over)
        after(.end, from: .announced, to: .over)
        correctable(\.until, as: \Announce.$until) { absence in
            guard absence.state.isOpen else { return }
            absence.release(Self.key(of: absence.record.practitioner))
            try block(&absence)
        }
    }

    /// The time of an absence.
    func time(of absence: Record) -> Range<Instant> {
        if let hours = absence.hours { return hours.range(on: absence.from, in: practice.zone) }
        let midnight = TimeOfDay(minutes: 0)
        let begin = practice.zone.instant(of: absence.from, at: midnight)
        return begin..<practice.zone.instant(of: absence.lastDay.adding(days: 1), at: midnight)
    }

    /// Takes the time of an absence, and has the appointments cancelled that fall into it.
    private func block(_ absence: inout Draft) throws(Refusal) {
        let record = absence.record
        guard record.from <= record.lastDay else {
            throw Refusal(fr: "L'absence finit avant de commencer.", en: "The absence ends before it begins.")
        }
        guard record.hours == nil || record.from == record.lastDay else {
            throw Refusal(
                fr: "Des heures valent pour un seul jour : annoncez chaque jour.",
                en: "Hours are those of a single day: announce each day.")
        }
        let time = time(of: record)
        guard time.upperBound > absence.now else {
            throw Refusal(fr: "Ces jours sont passés.", en: "These days are past.")
        }
        let who = practice.name(of: record.practitioner)
        try absence.claim(time, of: Self.key(of: record.practitioner)) { _ in
            Text(
                fr: "Une absence de \(who) est déjà annoncée pendant ces jours.",
                en: "An absence of \(who) is announced already during these days.")
        }
        absence.start(.end, at: time.upperBound)
        absence.run(HealthAppointments.clearing, absence.id)
    }
}

extension StateOf<Absence> {
    static var announced: Self { open(fr: "annoncée", en: "announced", turn: .clock) }
    static var over: Self { closed(fr: "terminée", en: "over") }
}

extension TimerOf<Absence> {
    static var end: Self { timer(fr: "fin de l'absence", en: "the absence ends") }
}
