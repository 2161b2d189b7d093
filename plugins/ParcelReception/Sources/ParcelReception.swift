public import ConciergeKit

/// Parcels taken in at the lodge, kept on a shelf, and handed over to the resident they are for.
public struct ParcelReception: ServiceProvider {
    /// The id and name of the provider.
    public static let manifest = ProviderManifest(
        id: "parcel",
        version: "0.2.0",
        name: Text(fr: "Colis", en: "Parcels"),
        summary: Text(
            fr: "Réception, garde et remise des colis des locataires.",
            en: "Residents' parcels taken in, kept and handed over."),
        grade: .platinum)

    private let settings: ParcelSettings
    private let zone: Zone

    /// Creates the provider with these settings.
    public init(_ configuration: ParcelSettings, in context: ProviderContext) async throws(ProviderError) {
        settings = configuration
        zone = context.zone
    }

    /// The reception.
    public var services: [any Service] { [Reception(settings: settings, zone: zone)] }

    /// The lists of the shelves, their audit, and the list of a carrier.
    public var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.shelf, listShelves), TaskDefinition(Self.shelfAudit, auditShelves),
            TaskDefinition(Self.announce, timeLimit: .minutes(5), announceParcels),
        ]
    }

    /// The audit, every morning before the lodge opens.
    public var schedules: [Schedule] {
        [Schedule(Self.shelfAudit, .daily(at: settings.auditAt, in: zone))]
    }
}
