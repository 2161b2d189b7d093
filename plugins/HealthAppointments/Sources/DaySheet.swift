import ConciergeKit

/// The appointments of a day, for programs. The residents are found by the ids, and are not copied into the run.
struct Sheet: Codable {
    struct Item: Codable {
        let id: String
        let practitioner: String
        let start: Instant
        let end: Instant
        /// The wall clock time of the start.
        let time: String
        let state: String
        let transport: Bool
    }
    let day: String
    let appointments: [Item]
}

extension HealthAppointments {
    struct DaySheetInput: VisitInput {
        static let name = Text(fr: "Feuille du jour", en: "Day sheet")
        @Field(fr: "Jour ; aujourd'hui sinon", en: "Day; today if not given", example: LocalDate("2026-11-24"))
        var day: LocalDate?
        @Field(fr: "Praticien ; tous sinon", en: "Practitioner; all if not given", example: "Dr Martin")
        var practitioner: String?
    }

    static let daySheet = TaskName<DaySheetInput, Sheet>(
        "health.day-sheet", fr: "Établir la feuille du jour", en: "Make the day sheet")

    /// How long after their day appointments are settled at the latest that a day sheet still lists.
    private static let settledWithin = Duration.days(31)

    /// Lists the appointments of a day in the order of their starts: those to come, those under way, and those that
    /// have taken place or to which nobody came. Those that were cancelled are left out.
    func makeDaySheet(_ input: DaySheetInput, in context: TaskContext) async throws -> TaskReport<Sheet> {
        let day = input.day ?? context.zone.local(context.now).date
        var practitioner: String?
        if let name = input.practitioner { practitioner = try id(ofPractitioner: name) }
        let appointments = try await appointments(on: day, with: practitioner, in: context)
        let items = appointments.compactMap { appointment -> Sheet.Item? in
            let record = appointment.record
            guard let who = record.practitioner, let start = record.start, let end = record.end else { return nil }
            return Sheet.Item(
                id: appointment.id, practitioner: who, start: start, end: end,
                time: context.zone.local(start).time.description, state: appointment.state.id,
                transport: record.transport)
        }
        let words =
            items.isEmpty
            ? Text(fr: "\(day, .dayAndYear) : aucun rendez-vous.", en: "\(day, .dayAndYear): no appointments.")
            : Text(
                fr: "\(day, .dayAndYear) : \(items.count, "rendez-vous", "rendez-vous").",
                en: "\(day, .dayAndYear): \(items.count, "appointment", "appointments").")
        return TaskReport(
            Sheet(day: day.description, appointments: items), words,
            table: items.isEmpty ? nil : table(of: appointments))
    }

    private func id(ofPractitioner name: String) throws(TaskFailure) -> String {
        do throws(Refusal) {
            return try practice.practitioner(named: name).id
        } catch {
            throw .final(reason: error.reason.en)
        }
    }

    private func appointments(
        on day: LocalDate, with practitioner: String?, in context: TaskContext
    ) async throws -> [RequestSnapshot<Appointment>] {
        let midnight = TimeOfDay(minutes: 0)
        let begin = context.zone.instant(of: day, at: midnight)
        let time = begin..<context.zone.instant(of: day.adding(days: 1), at: midnight)
        func isListed(_ appointment: RequestSnapshot<Appointment>) -> Bool {
            guard let start = appointment.record.start, time.contains(start) else { return false }
            return practitioner == nil || appointment.record.practitioner == practitioner
        }
        var found: [RequestSnapshot<Appointment>] = []
        for try await appointment in context.requests(of: Appointment.self) where isListed(appointment) {
            found.append(appointment)
        }
        let closed = begin..<time.upperBound + Self.settledWithin
        for try await appointment in context.requests(of: Appointment.self, closed: closed)
        where isListed(appointment) && appointment.state != .cancelled {
            found.append(appointment)
        }
        return found.sorted { ($0.record.start ?? .latest, $0.id) < ($1.record.start ?? .latest, $1.id) }
    }

    private func table(of appointments: [RequestSnapshot<Appointment>]) -> ReportTable {
        var table = ReportTable([
            Text(fr: "Heure", en: "Time"), Text(fr: "Locataire", en: "Resident"),
            Text(fr: "Praticien", en: "Practitioner"), Text(fr: "Où", en: "Where"),
            Text(fr: "Transport", en: "Transport"), Text(fr: "État", en: "State"), Text(fr: "Demande", en: "Request"),
        ])
        for appointment in appointments {
            guard let start = appointment.record.start, let id = appointment.record.practitioner else { continue }
            table.add([
                .instant(start, .time), appointment.resident.map { .resident($0) } ?? .nothing,
                .text(practice.name(of: id)), practice.practitioners[id]?.room.map { .text($0) } ?? .nothing,
                appointment.record.transport ? .words(Text(fr: "oui", en: "yes")) : .nothing,
                .words(appointment.state.name), .request(appointment.id),
            ])
        }
        return table
    }
}
