import ConciergeKit

extension HealthAppointments {
    /// Which calendars were written, by the ids of the practitioners.
    struct Calendars: Codable {
        let written: [String]
    }

    static let calendars = TaskName<NoInput, Calendars>(
        "health.calendars", fr: "Écrire les agendas des praticiens", en: "Write the practitioners' calendars")

    /// How long a calendar keeps what is over.
    private static let kept = Duration.days(30)

    /// Writes a calendar for each practitioner, `calendars/ID.ics`, with what is held, booked and was cancelled. Who
    /// follows the file sees each change, because an appointment keeps its UID. It names no resident: the id of the
    /// request leads staff to them.
    func writeCalendars(_: NoInput, in context: TaskContext) async throws -> TaskReport<Calendars> {
        var events: [String: [CalendarEvent]] = [:]
        for id in practice.practitioners.keys { events[id] = [] }
        let oldest = context.now - Self.kept
        func add(_ appointment: RequestSnapshot<Appointment>) {
            guard let id = appointment.record.practitioner, let event = event(of: appointment),
                event.time.upperBound > oldest
            else { return }
            events[id, default: []].append(event)
        }
        for try await appointment in context.requests(of: Appointment.self) { add(appointment) }
        for try await appointment in context.requests(of: Appointment.self, closed: oldest..<Instant.latest) {
            add(appointment)
        }
        var written: [String] = []
        for (id, events) in events.sorted(by: { $0.key < $1.key }) {
            let path = "calendars/\(id).ics"
            let before = try await context.folder.read(path)
            let published = PublishedCalendar(before.map { String(decoding: $0, as: UTF8.self) })
            let file = CalendarFile(
                name: practice.name(of: id),
                events: events.map { published.next($0, at: context.now) }
                    .sorted { ($0.time.lowerBound, $0.uid) < ($1.time.lowerBound, $1.uid) })
            let bytes = Array(file.text.utf8)
            // A file without a change keeps its time.
            guard before != bytes else { continue }
            try await context.folder.put(path, bytes)
            written.append(id)
        }
        let names = written.map { Text(verbatim: practice.name(of: $0)) }
        return TaskReport(
            Calendars(written: written),
            names.isEmpty
                ? Text(fr: "Agendas inchangés.", en: "The calendars have not changed.")
                : Text(fr: "Agendas écrits : \(names).", en: "Calendars written: \(names)."))
    }

    private func event(of appointment: RequestSnapshot<Appointment>) -> CalendarEvent? {
        let record = appointment.record
        guard let start = record.start, let end = record.end, let id = record.practitioner else { return nil }
        let parts = [settings.place, practice.practitioners[id]?.room].compactMap(\.self)
        let status: CalendarEvent.Status =
            switch appointment.state {
            case .pending: .tentative
            case .cancelled: .cancelled
            default: .confirmed
            }
        return CalendarEvent(
            uid: "\(appointment.id)@health.concierged", sequence: record.sequence, changed: record.changedAt,
            time: start..<end, summary: "Rendez-vous \(appointment.id)",
            location: parts.isEmpty ? nil : parts.joined(separator: ", "), status: status)
    }
}
