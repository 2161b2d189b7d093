import ConciergeKit

/// What became of the appointments of a practitioner who is away, for programs.
struct AwayReport: Codable {
    /// The id of the request that keeps the time free of appointments.
    let absence: String
    /// The ids of the appointments that were cancelled.
    let cancelled: [String]
}

extension HealthAppointments {
    static let practitionerAway = TaskName<Absence.Announce, AwayReport>(
        "health.practitioner-away", fr: "Annoncer l'absence d'un praticien", en: "Announce a practitioner's absence")

    /// The appointments during an absence are cancelled, by the id of the absence.
    static let clearing = TaskName<String, NoAnswer>(
        "health.clear-absence", fr: "Annuler les rendez-vous pendant l'absence",
        en: "Cancel the appointments during an absence")

    /// Announces an absence, cancels the appointments that fall into it, and lists them. Their residents are told, and
    /// are offered other slots.
    func announceAbsence(
        _ absence: Absence.Announce, in context: TaskContext
    ) async throws -> TaskReport<AwayReport> {
        let announced: RequestSnapshot<Absence>
        switch try await context.open(absence, of: Absence.self, for: nil) {
        case .done(let request): announced = request
        case .refused(let reason): throw TaskFailure.final(reason: reason.en)
        }
        try await clear(announced, in: context)
        // The run that the absence asks for may have cancelled some of them, and an attempt before this one too.
        let time = Absence(practice: practice).time(of: announced.record)
        var cancelled: [RequestSnapshot<Appointment>] = []
        for try await appointment in context.requests(
            of: Appointment.self, closed: announced.openedAt..<Instant.latest)
        where appointment.record.cancelledBy == .practice && isWith(announced, appointment, during: time) {
            cancelled.append(appointment)
        }
        cancelled.sort { ($0.record.start ?? .latest, $0.id) < ($1.record.start ?? .latest, $1.id) }
        return TaskReport(
            AwayReport(absence: announced.id, cancelled: cancelled.map(\.id)),
            words(for: Absence(practice: practice).headline(announced.record), cancelled: cancelled.count),
            table: cancelled.isEmpty ? nil : table(of: cancelled))
    }

    /// Cancels the appointments during an absence.
    func clearAbsence(_ id: String, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
        guard let absence = try await context.request(id, of: Absence.self) else {
            throw TaskFailure.final(reason: "there is no absence \(id)")
        }
        let count = absence.state == .announced ? try await clear(absence, in: context) : 0
        return TaskReport(words(for: Absence(practice: practice).headline(absence.record), cancelled: count))
    }

    /// Returns how many were cancelled. What has begun stays as it is.
    @discardableResult
    private func clear(_ absence: RequestSnapshot<Absence>, in context: TaskContext) async throws -> Int {
        let time = Absence(practice: practice).time(of: absence.record)
        let cancel = Appointment.Cancel { $0.by = .practice }
        var count = 0
        for try await appointment in context.requests(of: Appointment.self)
        where [.booked, .pending].contains(appointment.state) && isWith(absence, appointment, during: time) {
            if case .done = try await context.submit(cancel, on: appointment) { count += 1 }
        }
        return count
    }

    private func isWith(
        _ absence: RequestSnapshot<Absence>, _ appointment: RequestSnapshot<Appointment>, during time: Range<Instant>
    ) -> Bool {
        guard appointment.record.practitioner == absence.record.practitioner, let start = appointment.record.start,
            let end = appointment.record.end
        else { return false }
        return start < time.upperBound && time.lowerBound < end
    }

    private func words(for absence: Text, cancelled: Int) -> Text {
        cancelled == 0
            ? Text(fr: "\(absence) : aucun rendez-vous à annuler.", en: "\(absence): no appointment to cancel.")
            : Text(
                fr: """
                    \(absence) : \(cancelled, "rendez-vous annulé", "rendez-vous annulés"). Un message attend chaque \
                    locataire ; ceux à dire de vive voix : conciergectl notices --by-hand.
                    """,
                en: """
                    \(absence): \(cancelled, "appointment is", "appointments are") cancelled. A notice waits for each \
                    resident; those to be told by hand: conciergectl notices --by-hand.
                    """)
    }

    private func table(of cancelled: [RequestSnapshot<Appointment>]) -> ReportTable {
        var table = ReportTable([
            Text(fr: "Rendez-vous", en: "Appointment"), Text(fr: "Locataire", en: "Resident"),
            Text(fr: "Demande", en: "Request"),
        ])
        for appointment in cancelled {
            guard let start = appointment.record.start else { continue }
            table.add([
                .instant(start), appointment.resident.map { .resident($0) } ?? .nothing, .request(appointment.id),
            ])
        }
        return table
    }
}
