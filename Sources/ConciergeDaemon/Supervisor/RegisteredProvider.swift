package import ConciergeEngine
public import ConciergeKit

/// A provider's type as the daemon knows it before it is made.
public struct RegisteredProvider: Sendable {
    package let manifest: ProviderManifest
    private let decodeSection: @Sendable (ConfigurationTree) throws(ConfigurationError) -> Void
    private let makeOffer: @Sendable (ConfigurationTree, ProviderContext) async throws -> ProviderContents

    /// Registers a provider's type.
    public init<P: ServiceProvider>(_ type: P.Type) {
        manifest = P.manifest
        let section = ["providers", P.manifest.id]
        decodeSection = { tree throws(ConfigurationError) in
            _ = try tree.decode(P.Configuration.self, at: section)
        }
        makeOffer = { tree, context in
            let configuration = try tree.decode(P.Configuration.self, at: section)
            do {
                return try ProviderContents(try await P(configuration, in: context), zone: context.zone)
            } catch ProviderError.invalidConfiguration(let key, let reason) {
                throw tree.error(at: section + key.split(separator: ".").map(String.init), reason: reason)
            }
        }
    }

    /// Refuses a section that cannot be decoded, before anything is touched.
    package func check(_ tree: ConfigurationTree) throws(ConfigurationError) {
        try decodeSection(tree)
    }

    /// Makes the provider and takes what it offers.
    ///
    /// - Throws: `ConfigurationError` where its section is wrong, ``ProviderError`` where it cannot serve now, and
    ///   `InvalidProvider` where a table of it is wrong.
    package func contents(from tree: ConfigurationTree, in context: ProviderContext) async throws -> ProviderContents {
        try await makeOffer(tree, context)
    }
}
