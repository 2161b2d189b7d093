import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

struct OpenRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a request with a service.",
        discussion: "The fields of a service and their examples: conciergectl services SERVICE")

    @Argument(help: "The service's id.")
    var service: String

    @Argument(help: ArgumentHelp("What the service wants to know.", valueName: "field=value"))
    var fields: [String] = []

    @Option(
        help: """
            Whose request it is: an id, or words that find one resident of the directory. Anything else is taken as a text.
            """)
    var resident: String?

    @Option(
        help: """
            What it is about: a residence of the directory by id or name, with a dwelling or a common part after a comma: \
            "Les Tilleuls, B 204", "Les Tilleuls, hall".
            """)
    var about: String?

    @Flag(help: "Open it also if you have just opened the same.")
    var again = false

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let described = try await connection.service(service)
            let (name, given) = opening(in: fields)
            guard let opening = described.openings.first(where: { name == nil || $0.id == name }) else {
                if let name, !described.openings.isEmpty {
                    let known = described.openings.map(\.id).joined(separator: ", ")
                    throw Failure.usage(
                        Text(
                            fr:
                                "le service « \(service) » n’ouvre pas de demande par « \(name) » ; il le fait par : \(known)",
                            en: "the service \"\(service)\" opens no request by \"\(name)\"; it does by: \(known)"),
                        advice: Catalogue.advice)
                }
                throw Failure.usage(
                    Text(
                        fr: "le service « \(service) » ouvre ses demandes de lui-même, sur des signaux",
                        en: "the service \"\(service)\" opens its requests by itself, on signals"),
                    advice: Catalogue.advice)
            }
            let values = FieldValues(
                fields: opening.fields, refused: opening.refusals, zone: Console.current.zone)
            var call = RequestMethods.Open(
                service: service, action: name, resident: resident, about: about, input: try values.read(given))
            call.again = again
            let reply = try await connection.change(call, key: repeatable.key())
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([described]), commandLine: common.commandLine)
                let done = Text(fr: "La demande est ouverte.", en: "The request is open.")
                try console.print([done[console.language]] + card.short(console))
                if let others = reply.others { try console.print(already(others, described, console)) }
            }
        }
    }

    /// The opening that the first word names, if that is no field, and the fields.
    private func opening(in words: [String]) -> (name: String?, fields: [String]) {
        guard let first = words.first, !first.contains("=") else { return (nil, words) }
        return (first, Array(words.dropFirst()))
    }

    /// The open requests of the service about the same place, and how to follow one of them instead.
    private func already(_ others: [Wire.Request], _ service: Wire.Service, _ console: Console) -> [String] {
        let (language, times) = (console.language, TimeFormat(console))
        var lines = ["", Text(fr: "Déjà signalé :", en: "Reported already:")[language]]
        for other in others {
            let state = Catalogue([service]).name(ofState: other.state, in: other.service)
            let what = [other.headline?[language], other.residentInShort, state[language], times.both(other.openedAt)]
            lines.append("  \(other.id)  \(what.compactMap(\.self).joined(separator: " · "))".inOneLine)
        }
        let resident = resident?.shellQuoted ?? Text(fr: "LOCATAIRE", en: "RESIDENT")[language]
        lines += [
            Text(fr: "Pour la suivre plutôt :", en: "To follow it instead:")[language],
            "  \(common.commandLine) requests follow \(others[0].id) --resident \(resident)".inOneLine,
        ]
        return lines
    }
}
