public import ConciergeKit

/// Furniture and other large things, collected in front of the house.
public struct BulkyWaste: ServiceProvider {
    /// The id is the section of the configuration, and the beginning of the ids of its services.
    public static let manifest = ProviderManifest(
        id: "bulky", version: "1.0.0",
        name: Text(fr: "Encombrants", en: "Bulky waste"),
        summary: Text(fr: "Enlèvement des encombrants.", en: "Large things are collected."))

    private let settings: BulkyWasteSettings
    private let zone: Zone

    /// A provider with these settings, whose days are those of the lodge's zone.
    public init(_ configuration: BulkyWasteSettings, in context: ProviderContext) async throws(ProviderError) {
        settings = configuration
        zone = context.zone
    }

    /// What residents can ask for.
    public var services: [any Service] { [Pickup(settings: settings, zone: zone)] }
}
