import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct Providers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "The providers, what they offer, and whether they serve; pause, resume, release.",
        subcommands: [ListProviders.self, PauseProvider.self, ResumeProvider.self, ReleaseProvider.self],
        defaultSubcommand: ListProviders.self)
}

struct PauseProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hold a provider's runs back; its requests and timers go on.")

    @Argument(help: "The provider's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.PauseProvider(id: id), id, among: .providers) {
            Text(
                fr: "Les exécutions de \(id) attendent. Pour les relancer : \($0) providers resume \(id)",
                en: "The runs of \(id) wait. To let them go on: \($0) providers resume \(id)")
        }
    }
}

struct ResumeProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused provider's runs go on.")

    @Argument(help: "The provider's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.ResumeProvider(id: id), id, among: .providers) { _ in
            Text(fr: "Les exécutions de \(id) reprennent.", en: "The runs of \(id) go on.")
        }
    }
}

struct ListProviders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All providers.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Providers()) { _, reply, console in
            guard !reply.providers.isEmpty else {
                return try console.print(Text(fr: "Aucun fournisseur.", en: "No providers."))
            }
            try console.print(Wire.Provider.table(reply.providers, console))
        }
    }
}
