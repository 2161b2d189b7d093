public import ConciergeKit

/// Furniture and other large things, collected in front of the house.
public struct BulkyWaste: ServiceProvider {
    /// The id is the section of the configuration, and the beginning of the ids of its services.
    public static let manifest = ProviderManifest(
        id: "bulky", version: "1.0.0",
        name: Text(fr: "Encombrants", en: "Bulky waste"),
        summary: Text(fr: "Enlèvement des encombrants.", en: "Large things are collected."))

    /// A provider without settings.
    public init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}
}
