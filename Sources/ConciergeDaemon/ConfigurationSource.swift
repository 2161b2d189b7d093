import ConciergeEngine
import ConciergeKit

/// Reads the configuration for a set of providers.
struct ConfigurationSource: Sendable {
    let options: Options
    let providers: [RegisteredProvider]

    init(_ options: Options, _ providers: [RegisteredProvider]) {
        self.options = options
        self.providers = providers
    }

    /// Reads the files and the templates of messages, and decodes the daemon's own sections.
    func read() throws(ConfigurationError) -> (ConfigurationTree, DaemonConfiguration, MessageBook) {
        // A file named on the command line must exist. Otherwise the defaults apply without one.
        let tree = try ConfigurationTree(
            mainFile: options.configurationFile, requiresMainFile: options.config != nil)
        let configuration = try DaemonConfiguration(tree, providers: providers.map(\.manifest.id))
        return (tree, configuration, try MessageBook(configuration, tree))
    }

    /// Checks the messages against the providers that were made from the same configuration.
    func check(
        _ book: MessageBook, for made: [ProviderContents], _ tree: ConfigurationTree
    ) throws(ConfigurationError) {
        try book.check(made, registered: providers.map(\.manifest.id), tree)
    }

    /// Reads the configuration like ``read()``, and also refuses duplicate provider ids and checks the sections of all
    /// providers, before the start changes anything.
    func readAtStart() throws(StartFailure) -> (ConfigurationTree, DaemonConfiguration, MessageBook) {
        let ids = providers.map(\.manifest.id)
        if ids.contains(SendMail.provider) {
            throw StartFailure(
                status: StartFailure.badConfiguration,
                reason: "\"\(SendMail.provider)\" is the daemon's own: the provider of that name must be renamed")
        }
        if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
            throw StartFailure(
                status: StartFailure.badConfiguration,
                reason: "two providers of this build are called \"\(twice)\": one of them must be renamed")
        }
        do throws(ConfigurationError) {
            let (tree, configuration, book) = try read()
            for provider in providers { try provider.check(tree) }
            return (tree, configuration, book)
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, words: error.text)
        }
    }
}
