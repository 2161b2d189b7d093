import ArgumentParser
import ConciergeProtocol
import Wording

struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the daemon read its configuration again.",
        discussion: "A bad configuration is refused with status 78, and the one before stays in force.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Reload()) { _, _, console in
            try console.print(
                Text(fr: "La configuration a été relue.", en: "The configuration was read again."))
        }
    }
}
