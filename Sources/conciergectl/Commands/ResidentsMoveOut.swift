import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct MoveOutResident: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "move-out",
            Text(
                fr: "Un locataire a déménagé : régler ses demandes ouvertes, et le retirer de l'annuaire.",
                en: "A resident has moved out: settle their open requests, and take them out."),
            discussion: Text(
                fr: """
                    Chaque service dit ce que deviennent ses demandes ouvertes : elle reste au logement, prend fin, \
                    ou vous est présentée pour décision, avec les commandes. Le locataire ne suit plus ce qu'il \
                    suivait. Il quitte l'annuaire, et l'importation d'un fichier où il figure encore ne l'y ramène \
                    pas, sauf avec une date d'entrée plus récente. Le jour est aujourd'hui ou passé ; --dry-run \
                    montre ce qui se passerait n'importe quel jour. La commande peut être répétée.
                    """,
                en: """
                    Each service says what becomes of its open requests: it stays with the dwelling, ends, or is \
                    listed for you to decide, with the commands. What they follow, they follow no longer. They leave \
                    the directory, and an import whose file still has them does not bring them back, unless with a \
                    later day of moving in. The day is today or in the past; --dry-run shows what would happen on \
                    any day. The command may be repeated.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du locataire.",
            en: "The resident's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @Option(
        help: ArgumentHelp(
            fr: "Le jour du déménagement : hier, 31/01 ou 31/01/2027.",
            en: "The day on which they moved out: 31/01/2027, or 2027-01-31.", value: Text(fr: "jour", en: "day")))
    var on: String

    @Flag(
        help: ArgumentHelp(
            fr: "Montrer ce que deviendrait chaque demande, sans rien changer.",
            en: "Show what would become of each request, and change nothing."))
    var dryRun = false

    @OptionGroup var common: Common

    func run() async throws {
        let day = try LocalDate(typed: on, in: "--on", .back)
        let call = ResidentMethods.MoveOut(id: id, on: day.description, dryRun: dryRun ? true : nil)
        try await common.answer(call) { connection, reply, console in
            let catalogue = try await connection.catalogue()
            try console.print(
                MovingOutReport(reply, catalogue, commandLine: common.commandLine).lines(console.language))
        }
    }
}

/// The text that says what became of the requests of somebody who has moved out.
struct MovingOutReport {
    let reply: ResidentMethods.MoveOut.Reply
    let catalogue: Catalogue
    let commandLine: String

    init(_ reply: ResidentMethods.MoveOut.Reply, _ catalogue: Catalogue, commandLine: String) {
        self.reply = reply
        self.catalogue = catalogue
        self.commandLine = commandLine
    }

    func lines(_ language: Language) -> [String] {
        let resident = reply.resident
        let place = [resident.dwelling, reply.residence ?? resident.residence].filter { !$0.isEmpty }
        let day = LocalDate(reply.on)
        let when = day.map { Text(fr: "\($0, .dayAndYear)", en: "\($0, .dayAndYear)") } ?? Text(verbatim: reply.on)
        var lines = [
            Text(
                fr: "\(resident.name) (\(resident.id)), \(place.joined(separator: ", ")) : départ le \(when)",
                en: "\(resident.name) (\(resident.id)), \(place.joined(separator: ", ")): moves out on \(when)")[
                    language]
        ]
        lines += group(.stays, Text(fr: "Reste avec le logement", en: "Stays with the dwelling"), language)
        lines += group(.ends, Text(fr: "Prend fin", en: "Ends"), language)
        lines += group(.staff, Text(fr: "À vous de décider", en: "For you to decide"), language)
        if !reply.unfollowed.isEmpty {
            let ids = reply.unfollowed.joined(separator: ", ")
            lines += ["", Text(fr: "N'est plus suivie : \(ids)", en: "Followed no longer: \(ids)")[language]]
        }
        if reply.requests.isEmpty {
            lines += ["", Text(fr: "Aucune demande ouverte.", en: "No open requests.")[language]]
        }
        let end =
            reply.done
            ? Text(
                fr: "\(resident.id) n'est plus dans l'annuaire ; une importation ne le ramène pas.",
                en: "\(resident.id) is no longer in the directory; an import does not bring them back.")
            : Text(fr: "Rien n'a été changé (--dry-run).", en: "Nothing was changed (--dry-run).")
        return lines + ["", end[language]]
    }

    private func group(
        _ outcome: ResidentMethods.MoveOut.Item.Outcome, _ title: Text, _ language: Language
    ) -> [String] {
        let items = reply.requests.filter { $0.outcome == outcome }
        guard !items.isEmpty else { return [] }
        return ["", "\(title[language]) (\(items.count))"] + items.flatMap { lines(of: $0, language) }
    }

    private func lines(of item: ResidentMethods.MoveOut.Item, _ language: Language) -> [String] {
        let service = catalogue.services[item.service]
        let what = item.headline ?? catalogue.name(ofService: item.service)
        let state = catalogue.name(ofState: item.state, in: item.service)
        let action = item.action.map { service?.action($0)?.name ?? Text(verbatim: $0) }
        let more = [action?[language], item.place, state[language]].compactMap(\.self).joined(separator: " · ")
        var lines = ["  \(item.id)  \(what[language]) · \(more)".inOneLine]
        if let reason = item.reason { lines.append("    \(reason[language])".inOneLine) }
        guard item.outcome == .staff else { return lines }
        for id in item.actions {
            let arguments = service?.action(id)?.sampleArguments ?? ""
            lines.append("    \(commandLine) requests act \(item.id) \(id)\(arguments)".inOneLine)
        }
        return lines
    }
}
