public import ConciergeKit
import JSON

/// A provider's type with its manifest and the schema of its settings, which the daemon knows before it makes the
/// provider.
public struct RegisteredProvider: Sendable {
    package let manifest: ProviderManifest
    /// The name of the module that contains the provider's type.
    package let module: String
    /// The declared settings of its section of the configuration.
    package let section: SectionSchema
    private let decodeSection: @Sendable (ConfigurationTree) throws(ConfigurationError) -> Void
    private let readSection: @Sendable (ConfigurationTree) throws(ConfigurationError) -> JSON
    private let makeProvider: @Sendable (ConfigurationTree, ProviderContext) async throws -> ProviderInstance

    /// Registers a provider's type.
    public init<P: ServiceProvider>(_ type: P.Type) {
        manifest = P.manifest
        module = String(String(reflecting: type).prefix { $0 != "." })
        section = P.Configuration.schema
        let path = ["providers", P.manifest.id]
        decodeSection = { tree throws(ConfigurationError) in
            _ = try tree.decode(P.Configuration.self, at: path)
        }
        readSection = { tree throws(ConfigurationError) in try tree.json(of: P.Configuration.self, at: path) }
        makeProvider = { tree, context in
            let configuration = try tree.decode(P.Configuration.self, at: path)
            do {
                return ProviderInstance(try await P(configuration, in: context))
            } catch ProviderError.invalidConfiguration(let mismatch) {
                throw tree.error(for: mismatch)
            }
        }
    }

    /// Checks that the provider's section can be decoded. It makes nothing.
    ///
    /// - Throws: `ConfigurationError` if the section cannot be decoded.
    package func check(_ tree: ConfigurationTree) throws(ConfigurationError) {
        try decodeSection(tree)
    }

    /// The settings that the provider's section gives, without those that it leaves out.
    package func givenSettings(in tree: ConfigurationTree) throws(ConfigurationError) -> [UInt8] {
        Array(try readSection(tree).text.utf8)
    }

    /// Makes the provider.
    ///
    /// - Throws: `ConfigurationError` if its section is invalid, and ``ProviderError`` if it cannot serve now.
    func make(from tree: ConfigurationTree, in context: ProviderContext) async throws -> ProviderInstance {
        try await makeProvider(tree, context)
    }
}
