import ArgumentParser
import ConciergeProtocol
import Wording

struct Reload: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "reload",
            Text(
                fr: "Faire relire sa configuration à concierged.",
                en: "Have the daemon read its configuration again."),
            discussion: Text(
                fr: """
                    Une mauvaise configuration est refusée avec le code 78, et la précédente reste en vigueur.
                    """,
                en: "A bad configuration is refused with status 78, and the one before stays in force."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Reload()) { connection, _, console in
            try console.print(
                Text(fr: "La configuration a été relue.", en: "The configuration was read again."))
            // A reload is when one learns that a module does not serve.
            let providers = (try? await connection.providers()) ?? []
            for provider in providers where provider.state != .serving {
                let words = Text(
                    fr: "Le module « \(provider.name) » est \(provider.stateName). Pourquoi : conciergectl status",
                    en:
                        "The provider \"\(provider.name)\" does not serve: \(provider.stateName). Why: conciergectl status"
                )
                try console.print(words[console.language].inOneLine.wrapped(to: console.width))
            }
        }
    }
}
