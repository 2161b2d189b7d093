import ArgumentParser
import Wording

struct Scan: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "scan", Text(fr: "Lire des étiquettes l'une après l'autre.", en: "Read labels one after another."))
    }
    @OptionGroup var common: Common
    func run() async throws {}
}
