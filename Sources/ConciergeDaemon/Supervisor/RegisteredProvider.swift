public import ConciergeKit

/// A provider's type as the daemon knows it before it is made.
public struct RegisteredProvider: Sendable {
    package let manifest: ProviderManifest
    /// Its section of the configuration, as its settings are declared.
    package let section: SectionSchema
    private let decodeSection: @Sendable (ConfigurationTree) throws(ConfigurationError) -> Void
    private let makeProvider: @Sendable (ConfigurationTree, ProviderContext) async throws -> ProviderInstance

    /// Registers a provider's type.
    public init<P: ServiceProvider>(_ type: P.Type) {
        manifest = P.manifest
        section = P.Configuration.schema
        let path = ["providers", P.manifest.id]
        decodeSection = { tree throws(ConfigurationError) in
            _ = try tree.decode(P.Configuration.self, at: path)
        }
        makeProvider = { tree, context in
            let configuration = try tree.decode(P.Configuration.self, at: path)
            do {
                return ProviderInstance(try await P(configuration, in: context))
            } catch ProviderError.invalidConfiguration(let mismatch) {
                throw tree.error(for: mismatch)
            }
        }
    }

    /// Refuses a section that cannot be decoded, before anything is touched.
    package func check(_ tree: ConfigurationTree) throws(ConfigurationError) {
        try decodeSection(tree)
    }

    /// Makes the provider.
    ///
    /// - Throws: `ConfigurationError` where its section is wrong, and ``ProviderError`` where it cannot serve now.
    func make(from tree: ConfigurationTree, in context: ProviderContext) async throws -> ProviderInstance {
        try await makeProvider(tree, context)
    }
}
