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
            fr: "Le module : son identifiant ou son nom.",
            en: "The provider: its id or its name.", value: Text(fr: "module", en: "provider")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(id, among: .providers, { ManagerMethods.PauseProvider(id: $0) }) { held, connection in
            let tasks = try await connection.providers().first { $0.id == held.id }?.tasks ?? []
            let waiting = try await connection.waitingRuns(of: tasks)
            let count =
                waiting == 0
                ? Text(verbatim: "")
                : Text(
                    fr: " \(waiting, "traitement attend", "traitements attendent").",
                    en: " \(waiting, "run waits", "runs wait").")
            return Text(
                fr:
                    "Les traitements de \(held.name) attendent ; ses demandes et ses délais continuent.\(count) Pour les "
                    + "reprendre : \(common.commandLine) providers resume \(held.id)",
                en: "The runs of \(held.name) wait; its requests and timers go on.\(count) To let them go on: "
                    + "\(common.commandLine) providers resume \(held.id)")
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
            fr: "Le module : son identifiant ou son nom.",
            en: "The provider: its id or its name.", value: Text(fr: "module", en: "provider")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(id, among: .providers, { ManagerMethods.ResumeProvider(id: $0) }) { held, _ in
            Text(fr: "Les traitements de \(held.name) reprennent.", en: "The runs of \(held.name) go on.")
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
            try console.print(Wire.Provider.table(reply.providers, console), heads: [2, 0, 4])
        }
    }
}
