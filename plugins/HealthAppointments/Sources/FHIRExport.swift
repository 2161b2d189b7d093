import ConciergeKit
import Foundation

extension HealthAppointments {
    /// What was exported.
    struct Export: Codable {
        let file: String
        let appointments: Int
        let slots: Int
    }

    static let fhir = TaskName<NoInput, Export>(
        "health.fhir", fr: "Exporter les rendez-vous (FHIR R4)", en: "Export the appointments (FHIR R4)")

    /// How long an export has what is over.
    private static let exported = Duration.days(30)

    /// Writes the practitioners with their schedules, all slots until the horizon, and the appointments, as a bundle of
    /// FHIR R4 into `fhir/appointments.json`. It names no resident.
    func exportFHIR(_: NoInput, in context: TaskContext) async throws -> TaskReport<Export> {
        let oldest = context.now - Self.exported
        var appointments: [FHIRAppointment] = []
        var busy: [Slot: FHIRSlot] = [:]
        func add(_ appointment: RequestSnapshot<Appointment>) {
            appointments.append(FHIRAppointment(appointment))
            guard appointment.state != .cancelled, let slot = Slot(of: appointment.record),
                let end = appointment.record.end
            else { return }
            busy[slot] = FHIRSlot(slot, until: end, appointment.state == .pending ? .tentative : .busy)
        }
        for try await appointment in context.requests(of: Appointment.self) { add(appointment) }
        for try await appointment in context.requests(of: Appointment.self, closed: oldest..<Instant.latest) {
            add(appointment)
        }
        let occupancy = try await Occupancy(practice, in: context)
        let agenda = Agenda(practice, now: context.now, horizon: settings.horizon, daysOff: context.daysOff)
        var slots = Array(busy.values)
        for slot in agenda.slots(of: practice.all, after: context.now, limit: .max) where busy[slot] == nil {
            slots.append(
                FHIRSlot(
                    slot, until: practice.time(of: slot).upperBound, occupancy.isAway(slot) ? .unavailable : .free))
        }
        slots.sort { ($0.start, $0.id) < ($1.start, $1.id) }
        let names = Set(practice.practitioners.keys).union(busy.keys.map(\.practitioner)).sorted()
        let bundle = FHIRBundle(
            timestamp: context.now,
            entry: (names.flatMap { resources(of: $0, agenda) } + slots.map { .slot($0) }
                + appointments.map { .appointment($0) }).map { FHIRBundle.Entry(resource: $0) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = "fhir/appointments.json"
        try await context.folder.put(file, try encoder.encode(bundle) + Data("\n".utf8))
        let (count, slotCount) = (appointments.count, slots.count)
        return TaskReport(
            Export(file: file, appointments: count, slots: slotCount),
            Text(
                fr: """
                    \(count, "rendez-vous", "rendez-vous") et \(slotCount, "créneau", "créneaux") exportés dans \(file).
                    """,
                en: """
                    \(count, "appointment", "appointments") and \(slotCount, "slot", "slots") exported to \(file).
                    """))
    }

    private func resources(of practitioner: String, _ agenda: Agenda) -> [FHIRBundle.Resource] {
        [
            .practitioner(
                FHIRPractitioner(id: practitioner, name: [.init(text: practice.name(of: practitioner))])),
            .schedule(
                FHIRSchedule(
                    id: practitioner, actor: [FHIRReference(reference: "Practitioner/\(practitioner)")],
                    planningHorizon: FHIRPeriod(start: agenda.now, end: agenda.end))),
        ]
    }
}
