public import ConciergeKit

/// Repairs, from the resident's report until the resident confirms that it is fixed.
public struct Repairs: ServiceProvider {
    /// The id and name of the provider.
    public static let manifest = ProviderManifest(
        id: "repairs",
        version: "0.2.0",
        name: Text(fr: "Réparations", en: "Repairs"),
        summary: Text(
            fr: "Réparations suivies jusqu'à ce que le locataire dise que c'est réparé, et entretien des équipements.",
            en: "Repairs followed until the resident says that it is fixed, and the maintenance of equipment."),
        grade: .platinum)

    let settings: RepairSettings
    let contractors: ContractorBook
    let zone: Zone
    let diagnosis: DiagnosisTree

    /// Creates the provider. Work orders are written to `outbox/` in its directory; if that is not writable now, the
    /// provider serves all the same. A diagnosis of the landlord's own that cannot be read is a mistake of the
    /// configuration.
    public init(_ configuration: RepairSettings, in context: ProviderContext) async throws(ProviderError) {
        settings = configuration
        contractors = ContractorBook(configuration.contractors)
        zone = context.zone
        do throws(DiagnosisTree.Mistake) {
            diagnosis =
                if let path = configuration.diagnosis { try DiagnosisTree(file: path) } else {
                    try DiagnosisTree.shipped()
                }
        } catch {
            throw .invalidConfiguration(configuration.$diagnosis.wrong(error.description))
        }
    }

    /// Repairs, and the maintenance of equipment.
    public var services: [any Service] {
        [Repair(settings: settings, zone: zone), Maintenance(settings: settings, zone: zone)]
    }

    /// Work orders, reports, the diagnosis, and what the services do for each other.
    public var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.dispatch, timeLimit: .seconds(30), send),
            TaskDefinition(Self.recall, timeLimit: .seconds(30), takeBack),
            TaskDefinition(Self.overdueReport, reportOverdue),
            TaskDefinition(Self.diagnose, diagnose),
            TaskDefinition(Self.attach, attach),
            TaskDefinition(Self.tellDuplicates, tell),
            TaskDefinition(Self.planMaintenance, planMaintenance),
        ]
    }

    /// The report and the look for maintenance that is to be planned, every day.
    public var schedules: [Schedule] {
        [
            Schedule(Self.overdueReport, .daily(at: settings.reportAt, in: zone)),
            Schedule(Self.planMaintenance, .daily(at: settings.maintenanceAt, in: zone)),
        ]
    }

    /// How many visits a contractor can make at the same time.
    public var capacities: [Capacity] {
        contractors.entries.map { Capacity(Repair.visits(of: $0.id), units: $0.terms.crews) }
    }
}
