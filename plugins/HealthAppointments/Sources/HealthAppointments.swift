public import ConciergeKit

/// Appointments in the medical house, one slot each.
public struct HealthAppointments: ServiceProvider {
    /// The id and name of the provider.
    public static let manifest = ProviderManifest(
        id: "health",
        version: "0.1.0",
        name: Text(fr: "Rendez-vous de santé", en: "Health appointments"),
        summary: Text(
            fr: "Rendez-vous à la maison de santé, sans jamais garder le motif de la visite.",
            en: "Appointments in the medical house, never keeping the reason for the visit."),
        grade: .platinum)

    let settings: HealthSettings
    let practice: Practice

    /// Creates the provider with these settings.
    public init(_ configuration: HealthSettings, in context: ProviderContext) async throws(ProviderError) {
        practice = configuration.practice(in: context.zone)
        settings = configuration
    }

    /// The appointment, and the absence of a practitioner.
    public var services: [any Service] {
        [Appointment(settings: settings, practice: practice), Absence(practice: practice)]
    }

    /// What the front desk asks for, and the files for others.
    public var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.find, findSlots),
            TaskDefinition(Self.daySheet, makeDaySheet),
            TaskDefinition(Self.practitionerAway, announceAbsence),
            TaskDefinition(Self.clearing, clearAbsence),
            // The last of several runs writes what is true: none may overtake another.
            TaskDefinition(Self.calendars, concurrency: 1, writeCalendars),
            TaskDefinition(Self.fhir, concurrency: 1, exportFHIR),
        ]
    }

    /// The day sheet, every morning, and the calendars, which then show what staff have undone the day before.
    public var schedules: [Schedule] {
        [
            Schedule(Self.daySheet, .daily(at: settings.daySheetAt, in: practice.zone)),
            Schedule(Self.calendars, .daily(at: settings.daySheetAt, in: practice.zone)),
        ]
    }
}
