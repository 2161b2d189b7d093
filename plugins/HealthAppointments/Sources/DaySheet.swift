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
        @Field(fr: "Praticien ; tous sinon", en: "Practitioner; all if not given", example: "dr-martin")
        var practitioner: String?
    }

    static let daySheet = TaskName<DaySheetInput, Sheet>(
        "health.day-sheet", fr: "Établir la feuille du jour", en: "Make the day sheet")

    /// Lists the appointments of a day that are still to come or under way, in the order of their starts.
    func makeDaySheet(_ input: DaySheetInput, in context: TaskContext) async throws -> TaskReport<Sheet> {
        let day = input.day ?? context.zone.local(context.now).date
        var appointments: [RequestSnapshot<Appointment>] = []
        for try await appointment in context.requests(of: Appointment.self)
        where context.zone.local(appointment.record.start).date == day
            && (input.practitioner == nil || appointment.record.practitioner == input.practitioner)
        {
            appointments.append(appointment)
        }
        appointments.sort { ($0.record.start, $0.id) < ($1.record.start, $1.id) }
        if appointments.isEmpty, let id = input.practitioner, practice.practitioners[id] == nil {
            throw TaskFailure.final(reason: "the practitioner \"\(id)\" is not known")
        }
        let items = appointments.map { appointment in
            Sheet.Item(
                id: appointment.id, practitioner: appointment.record.practitioner,
                start: appointment.record.start, end: appointment.record.end,
                time: context.zone.local(appointment.record.start).time.description,
                state: appointment.state.id, transport: appointment.record.transport)
        }
        return TaskReport(
            Sheet(day: day.description, appointments: items), words(for: items, on: day, in: practice))
    }
}

private func words(for items: [Sheet.Item], on day: LocalDate, in practice: Practice) -> Text {
    guard !items.isEmpty else {
        return Text(fr: "\(day, .dayAndYear) : aucun rendez-vous.", en: "\(day, .dayAndYear): no appointments.")
    }
    let lines = items.map { item in
        let who = "\(practice.name(of: item.practitioner)) (\(item.id))"
        return item.transport
            ? Text(fr: "\(item.start, .time) \(who) avec transport", en: "\(item.start, .time) \(who) with transport")
            : Text(fr: "\(item.start, .time) \(who)", en: "\(item.start, .time) \(who)")
    }
    let all = Text(verbatim: ", ", joining: lines)
    return Text(
        fr: "\(day, .dayAndYear), \(items.count, "rendez-vous", "rendez-vous") : \(all).",
        en: "\(day, .dayAndYear), \(items.count, "appointment", "appointments"): \(all).")
}
