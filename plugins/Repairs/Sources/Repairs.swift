public import ConciergeKit

/// Repairs, from the resident's report until the resident confirms that it is fixed.
public struct Repairs: ServiceProvider {
    /// The id and name of the provider.
    public static let manifest = ProviderManifest(
        id: "repairs",
        version: "0.1.0",
        name: Text(fr: "Réparations", en: "Repairs"),
        summary: Text(
            fr: "Réparations suivies jusqu'à ce que le résident dise que c'est réparé.",
            en: "Repairs followed until the resident says that it is fixed."),
        grade: .platinum)

    private let settings: RepairSettings
    private let zone: Zone

    /// Creates the provider. Work orders are written to `outbox/` in its directory; if that is not writable now, the
    /// provider serves all the same.
    public init(_ configuration: RepairSettings, in context: ProviderContext) async throws(ProviderError) {
        settings = configuration
        zone = context.zone
    }

    /// The repair.
    public var services: [any Service] { [Repair(settings: settings)] }

    /// The dispatch of a work order, and the report of what is overdue.
    public var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.dispatch, timeLimit: .seconds(30), send),
            TaskDefinition(Self.overdueReport, reportOverdue),
        ]
    }

    /// The report, every day.
    public var schedules: [Schedule] {
        [Schedule(Self.overdueReport, .daily(at: settings.reportAt, in: zone))]
    }
}
