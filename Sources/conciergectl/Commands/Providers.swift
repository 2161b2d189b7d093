import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct Providers: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "providers",
            Text(
                fr: """
                    Les modules, ce qu'ils offrent, s'ils sont en service ; mettre en pause, reprendre, libérer.
                    """,
                en: "The providers, what they offer, and whether they serve; pause, resume, release."),
            subcommands: [ListProviders.self, PauseProvider.self, ResumeProvider.self, ReleaseProvider.self],
            defaultSubcommand: ListProviders.self)
    }
}

struct PauseProvider: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "pause",
            Text(
                fr: "Retenir les traitements d'un module ; ses demandes et ses délais continuent.",
                en: "Hold a provider's runs back; its requests and timers go on."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du module.",
            en: "The provider's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.PauseProvider(id: id), id, among: .providers) {
            Text(
                fr: "Les traitements de \(id) attendent. Pour les reprendre : \($0) providers resume \(id)",
                en: "The runs of \(id) wait. To let them go on: \($0) providers resume \(id)")
        }
    }
}

struct ResumeProvider: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "resume",
            Text(
                fr: "Reprendre les traitements d'un module mis en pause.",
                en: "Let a paused provider's runs go on."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du module.",
            en: "The provider's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.ResumeProvider(id: id), id, among: .providers) { _ in
            Text(fr: "Les traitements de \(id) reprennent.", en: "The runs of \(id) go on.")
        }
    }
}

struct ListProviders: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list", Text(fr: "Tous les modules.", en: "All providers."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Providers()) { _, reply, console in
            guard !reply.providers.isEmpty else {
                return try console.print(Text(fr: "Aucun module.", en: "No providers."))
            }
            try console.print(Wire.Provider.table(reply.providers, console))
        }
    }
}
