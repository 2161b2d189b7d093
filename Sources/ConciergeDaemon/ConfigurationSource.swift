import ConciergeKit

/// Where the configuration is read from, and for which providers.
struct ConfigurationSource: Sendable {
    let options: Options
    let providers: [RegisteredProvider]

    init(_ options: Options, _ providers: [RegisteredProvider]) {
        self.options = options
        self.providers = providers
    }

    /// Reads the files, and the daemon's own sections.
    func read() throws(ConfigurationError) -> (ConfigurationTree, DaemonConfiguration) {
        // A configuration that was named must be there; where none was, the defaults serve.
        let tree = try ConfigurationTree(
            mainFile: options.configurationFile, requiresMainFile: options.config != nil)
        return (tree, try DaemonConfiguration(tree, providers: providers.map(\.manifest.id)))
    }

    /// The same, with the sections of all providers, before anything is touched.
    func readAtStart() throws(StartFailure) -> (ConfigurationTree, DaemonConfiguration) {
        let ids = providers.map(\.manifest.id)
        if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
            throw StartFailure(
                status: StartFailure.badConfiguration,
                reason: "two providers of this build are called \"\(twice)\": one of them must be renamed")
        }
        do throws(ConfigurationError) {
            let (tree, configuration) = try read()
            for provider in providers { try provider.check(tree) }
            return (tree, configuration)
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, reason: error.description)
        }
    }
}
