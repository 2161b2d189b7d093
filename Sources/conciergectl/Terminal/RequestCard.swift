import ConciergeProtocol
import Wording

/// The text that shows a request.
struct RequestCard: Sendable {
    let request: Wire.Request
    let catalogue: Catalogue
    /// The beginning of a command line for this daemon.
    let commandLine: String

    init(_ request: Wire.Request, _ catalogue: Catalogue, commandLine: String) {
        self.request = request
        self.catalogue = catalogue
        self.commandLine = commandLine
    }

    /// The text after a change: the id on a line of its own, then the request's state, its actions and its record.
    func short(_ console: Console) -> [String] {
        ["", "  " + console.paint(request.id.inOneLine, .bold), ""] + head(console).lines(console) + data(console)
            + actions(console)
    }

    /// The whole text, with the possible actions and the history.
    func full(_ history: [Wire.Entry], _ console: Console) -> [String] {
        var lines = [console.paint(request.id.inOneLine, .bold)] + head(console).lines(console)
        lines += data(console) + explanations(console) + possible(console) + correctable(console)
        return lines + RequestHistory(history, catalogue, console).lines
    }

    private func head(_ console: Console) -> Card {
        let language = console.language
        let times = TimeFormat(console)
        var card = Card()
        card.add(Text(fr: "Service", en: "Service"), catalogue.name(ofService: request.service)[language])
        var state = catalogue.name(ofState: request.state, in: request.service)[language]
        if !request.open { state += Text(fr: " (fermée)", en: " (closed)")[language] }
        state += request.mark[language]
        card.add(Text(fr: "État", en: "State"), state, colour: request.stateColour)
        card.add(
            Text(fr: "File d'attente", en: "In line"),
            request.place.map { Text(fr: "n° \($0)", en: "no. \($0)")[language] })
        card.add(Wire.Quarantine.label, request.quarantine?.words(console)[language], colour: .red)
        if request.isUnattended {
            card.add(
                Text(fr: "En attente", en: "Waits"),
                Text(
                    fr: "son module n'est pas en service ; la demande et ses délais l'attendent",
                    en: "its provider does not serve; the request and its timers wait for it")[language])
        }
        card.add(Text(fr: "Lieu", en: "Place"), request.about?.inWords)
        card.add(Text(fr: "Locataire", en: "Resident"), request.residentInWords?[language])
        card.add(Text(fr: "Logement", en: "Dwelling"), request.knownResident?.place)
        card.add(
            Text(fr: "Suivie par", en: "Followed by"),
            request.followers.map { _ in request.followersInWords[language] })
        card.add(Text(fr: "Ouverte", en: "Opened"), times.both(request.openedAt))
        card.add(Text(fr: "Fermée", en: "Closed"), request.closedAt.map { times.both($0) })
        for commitment in request.shownCommitments {
            card.add(commitment.label, commitment.words(times)[language], colour: commitment.colour)
        }
        for timer in request.ownTimers {
            let name = catalogue.name(ofTimer: timer.name, in: request.service)
            card.add(Text(fr: "Délai : \(name)", en: "Timer: \(name)"), times.both(timer.due))
        }
        return card
    }

    private func data(_ console: Console) -> [String] {
        var card = Card()
        for (title, value) in catalogue.record(of: request, console) { card.add(title, value[console.language]) }
        let lines = card.lines(console)
        return lines.isEmpty ? [] : ["", Text(fr: "Dossier", en: "Record")[console.language]] + lines
    }

    /// How each deadline came about, in sentences that can be read to the resident.
    private func explanations(_ console: Console) -> [String] {
        request.shownCommitments.flatMap { commitment -> [String] in
            guard let steps = commitment.steps, !steps.isEmpty else { return [] }
            let title = commitment.title ?? Text(verbatim: commitment.name)
            let heading = Text(fr: "Pourquoi cette échéance : \(title)", en: "Why this deadline: \(title)")
            return ["", heading[console.language].inOneLine]
                + steps.flatMap { step in
                    step[console.language].inOneLine.wrapped(to: console.width.map { $0 - 2 }).map { "  " + $0 }
                }
        }
    }

    /// The actions by name and id, without their fields.
    private func actions(_ console: Console) -> [String] {
        guard !request.actions.isEmpty else { return [] }
        var table = Table([Table.Column(Text(verbatim: "")), Table.Column(Text(verbatim: ""))])
        for id in request.actions {
            table.add(Cell(id), Cell(catalogue.services[request.service]?.action(id)?.name[console.language]))
        }
        let lines = table.lines(in: console.language, width: nil, colours: false).dropFirst().map { "  " + $0 }
        return ["", Text(fr: "Possible maintenant", en: "Possible now")[console.language]] + lines
    }

    private func possible(_ console: Console) -> [String] {
        let language = console.language
        if request.quarantine != nil {
            let release = Text(
                fr: "Pour la libérer, quand la cause est corrigée :", en: "To release it, once its cause is mended:")
            return ["", release[language], "  \(commandLine) requests release \(request.id)".inOneLine]
        }
        guard !request.actions.isEmpty else { return [] }
        var lines = ["", Text(fr: "Possible maintenant", en: "What can be done now")[language]]
        for id in request.actions {
            let action = catalogue.services[request.service]?.action(id)
            lines.append("  \((action?.name[language] ?? id).inOneLine)")
            let command = "\(commandLine) requests act \(request.id) \(id)\(action?.sampleArguments ?? "")"
            lines.append("    " + command.inOneLine)
            // At a terminal what is needed is asked for.
            if !console.isTerminal { lines += FieldList(action?.fields ?? []).lines.map { "      " + $0[language] } }
        }
        return lines
    }

    private func correctable(_ console: Console) -> [String] {
        guard request.quarantine == nil, let fields = catalogue.services[request.service]?.corrections, !fields.isEmpty
        else { return [] }
        return [
            "", Text(fr: "Ce qui se corrige", en: "What can be corrected")[console.language],
            "  \(commandLine) requests correct \(request.id) \(fields[0].sampleArgument)".inOneLine,
        ] + FieldList(fields).lines.map { "    " + $0[console.language] }
    }
}

extension Wire.Request {
    /// The name and the id of a resident of the directory, or the text that stands for one, and that it does.
    fileprivate var residentInWords: Text? {
        guard let resident else { return nil }
        if let knownResident { return Text(verbatim: "\(knownResident.name) (\(resident))") }
        guard unknownResident == true else { return Text(verbatim: resident) }
        return Text(fr: "\(resident) (pas dans l'annuaire)", en: "\(resident) (not in the directory)")
    }
}

extension Wire.Request.KnownResident {
    /// The dwelling and the residence.
    var place: String { residence.isEmpty ? dwelling : "\(dwelling), \(residence)" }
}
