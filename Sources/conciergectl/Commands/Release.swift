import ArgumentParser
import ConciergeProtocol
import Wording

struct ReleaseRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Take a request out of quarantine: it had crashed the daemon.",
        discussion: "Its timers fire again and its crashes are counted anew. Have the cause mended first.")

    @Argument(help: "The request's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(RequestMethods.Release(id: id)) { connection, reply, console in
            let request = reply.request
            let catalogue = try await connection.catalogue(ofService: request.service)
            let released = Text(fr: "La demande est libérée.", en: "The request is released.")
            let card = RequestCard(request, catalogue, commandLine: common.commandLine)
            try console.print([released[console.language]] + card.short(console))
        }
    }
}

struct ReleaseProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Take a provider out of quarantine and make it: it had crashed the daemon.",
        discussion: "Its requests go on and its crashes are counted anew. Have the cause mended first.")

    @Argument(help: "The provider's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.ReleaseProvider(id: id)) { connection, _, console in
            let providers = try await connection.providers()
            let released = Text(fr: "Le fournisseur est libéré.", en: "The provider is released.")
            try console.print([released[console.language], ""])
            try console.print(Wire.Provider.table(providers.filter { $0.id == id }, console))
        }
    }
}
