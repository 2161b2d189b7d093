import ArgumentParser
import ConciergeProtocol

@main
struct ConciergeMail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concierge-mail",
        abstract: "Sends the messages of concierged to residents.",
        discussion: """
            Exit status: 0 every message was sent; 64 usage; 65 a message cannot be read, or was refused; 66 the file \
            cannot be read; 75 the server asks to wait, or its answer was lost; 78 bad configuration, here or at the \
            server.
            """,
        version: Product.version, subcommands: [Send.self, Work.self])
}
