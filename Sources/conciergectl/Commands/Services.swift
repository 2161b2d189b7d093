import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowServices: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "services",
            Text(
                fr: """
                    Ce que les locataires peuvent demander : tous les services, ou un seul avec ses champs.
                    """,
                en: "What residents can ask for: all services, or one with all its fields."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le service à décrire.",
            en: "The service to describe.", value: .service))
    var id: String?

    @Flag(
        help: ArgumentHelp(
            fr: "Écrire le diagramme d'états du service (Mermaid), et rien d'autre.",
            en: "Write the service's state diagram (Mermaid) and nothing else."))
    var diagram = false

    @OptionGroup var common: Common

    func run() async throws {
        guard let id else {
            if diagram {
                throw Failure.usage(
                    Text(fr: "--diagram veut l'identifiant d'un service", en: "--diagram wants the id of a service"),
                    advice: Catalogue.advice)
            }
            return try await common.answer(ManagerMethods.Services()) { _, reply, console in
                guard !reply.services.isEmpty else {
                    return try console.print(Text(fr: "Aucun service.", en: "No services."))
                }
                try console.print(Wire.Service.table(reply.services, console), heads: [1, 0])
            }
        }
        if common.json && !diagram {
            return try await common.answer(ManagerMethods.Services(id: id)) { _, _, _ in }
        }
        try await common.withConnection { connection in
            let service = try await connection.service(id)
            let console = Console.current
            try console.print(diagram ? [service.diagram.trimmed] : service.lines(console, common.commandLine))
        }
    }
}

extension Wire.Service {
    static func table(_ services: [Wire.Service], _ console: Console) -> Table {
        var table = Table([
            Table.Column(Text(fr: "Service", en: "Service"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Pour quoi", en: "What for")),
        ])
        for service in services {
            table.add(
                Cell(service.id), Cell(service.name[console.language]), Cell(service.summary[console.language]))
        }
        return table
    }

    /// The service in full: its states, the fields of its opening and its actions, and the form in which it is stored.
    func lines(_ console: Console, _ commandLine: String) -> [String] {
        let language = console.language
        let closed = Text(fr: "fermé", en: "closed")
        func stateName(_ id: String) -> String { states.first { $0.id == id }?.name[language] ?? id }
        var lines = ["\(name[language]) (\(id))", "  \(summary[language])"].map(\.inOneLine)

        var table = Table([
            Table.Column(Text(fr: "État", en: "State"), isWhole: true), Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(verbatim: "")),
        ])
        for state in states {
            table.add(Cell(state.id), Cell(state.name[language]), Cell(state.open ? "" : closed[language]))
        }
        lines += ["", Text(fr: "États", en: "States")[language]]
        lines += table.lines(in: language, width: nil, colours: false).dropFirst().map { "  " + $0 }

        for (number, opening) in openings.enumerated() {
            lines += [
                "",
                openings.count == 1
                    ? Text(fr: "Pour ouvrir une demande", en: "To open a request")[language]
                    : opening.name[language],
            ]
            let named = number == 0 ? "" : " \(opening.id)"
            lines.append("  \(commandLine) requests open \(id)\(named)\(sampleResident)\(opening.sampleArguments)")
            lines += FieldList(opening.fields).lines.map { "    " + $0[language] }
        }

        if !actions.isEmpty { lines += ["", Text(fr: "Actions", en: "Actions")[language]] }
        for action in actions {
            let path = [action.from, action.to].map { $0.map(stateName).joined(separator: ", ") }.joined(
                separator: " → ")
            lines.append("  \(action.id)  \(action.name[language])  (\(path))".inOneLine)
            lines += FieldList(action.fields).lines.map { "    " + $0[language] }
        }
        if !notices.isEmpty {
            lines += [
                "",
                Text(
                    fr: "Messages, avec les valeurs de leurs modèles", en: "Notices, with the values of their templates"
                )[language],
            ]
        }
        for notice in notices {
            let values = notice.values.map { "{{\($0)}}" }.joined(separator: " ")
            lines.append("  \(notice.name)  \(values)")
            lines.append("    \(notice.example[language])".inOneLine)
        }
        let form = Text(
            fr: "Fiches en version \(recordVersion), empreinte \(fingerprint)",
            en: "Record version \(recordVersion), fingerprint \(fingerprint)")
        lines += ["", form[language]]
        return lines
    }
}

extension Wire.Service {
    /// The options that say whom a request is for and what it is about, where that is required, each with a space
    /// before it.
    fileprivate var sampleResident: String {
        (resident == .required || resident == .orPlace ? " --resident …" : "")
            + (place == .required ? " --about …" : "")
    }
}

extension Wire.Action {
    /// The required fields with their examples, a space before each.
    var sampleArguments: String {
        fields.filter(\.required).map { " " + $0.sampleArgument }.joined()
    }
}
