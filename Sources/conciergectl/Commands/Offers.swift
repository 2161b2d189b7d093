import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowOffers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers", abstract: "Which services are offered, where, to whom, by whom; and to one resident.")

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Say what this resident of the directory may have, and why not the rest.", valueName: "id"))
    var resident: String?

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(OfferMethods.List(resident: resident)) { _, reply, console in
            try console.print(lines(reply, console))
        }
    }

    private func lines(_ reply: OfferMethods.List.Reply, _ console: Console) -> [String] {
        let language = console.language
        var lines: [String] = []
        if let name = reply.resident { lines += [console.paint(name.inOneLine, .bold), ""] }
        for service in reply.services {
            let mark =
                switch service.offered {
                case true?: "✓ "
                case false?: "✗ "
                case nil: ""
                }
            let colour: Colour? = service.offered.map { $0 ? .green : .yellow }
            let head = "\(mark)\(service.name[language]) (\(service.service))".inOneLine
            lines.append(console.paint(head, colour))
            func say(_ text: Text, indent: Int = 2) {
                lines += text[language].inOneLine.wrapped(to: console.width.map { $0 - indent })
                    .map { String(repeating: " ", count: indent) + $0 }
            }
            if let obstacles = service.obstacles {
                let why = Text(verbatim: " ; ", joining: obstacles)
                say(Text(fr: "réservé : \(why)", en: "it is for: \(why)"))
            }
            guard reply.resident == nil else { continue }
            if service.offers.isEmpty { say(Text(fr: "à tous", en: "to everybody")) }
            for offer in service.offers { for text in offer.words { say(text) } }
        }
        return lines
    }
}

extension OfferMethods.Offer {
    /// The offer in lines of text.
    fileprivate var words: [Text] {
        let all = Text(fr: "à tous", en: "to everybody")
        let whom = conditions.isEmpty ? all : Text(verbatim: " ; ", joining: conditions)
        var lines = [Text(fr: "\(id) : \(whom)", en: "\(id): \(whom)")]
        if let partner { lines.append(Text(fr: "  par \(partner)", en: "  by \(partner)")) }
        if let measure, let stop {
            lines.append(
                Text(
                    fr: "  à l'essai, pour mesurer : \(measure) ; arrêt si : \(stop)",
                    en: "  on trial, to measure: \(measure); ended if: \(stop)"))
        }
        return lines
    }
}
