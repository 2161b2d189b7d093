import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowToday: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "today",
            Text(
                fr: "Ce qu'il y a à faire : en retard, promis pour aujourd'hui, à décider, en attente d'autres.",
                en: "What there is to do: late, due today, to be decided, waiting for others, each with its next step.")
        )
    }

    @Option(
        help: ArgumentHelp(
            fr: "Combien de chaque au plus (20).", en: "How many of each at most (20).", value: .number))
    var limit: Int?

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(RequestMethods.Today(limit: limit)) { connection, reply, console in
            let catalogue = try await connection.catalogue()
            try console.print(
                Agenda(reply, catalogue, commandLine: common.commandLine).lines(console))
        }
    }
}

/// The text that shows what there is to do.
struct Agenda {
    let reply: RequestMethods.Today.Reply
    let catalogue: Catalogue
    let commandLine: String

    init(_ reply: RequestMethods.Today.Reply, _ catalogue: Catalogue, commandLine: String) {
        self.reply = reply
        self.catalogue = catalogue
        self.commandLine = commandLine
    }

    func lines(_ console: Console) -> [String] {
        let groups = reply.groups.filter { $0.count > 0 }
        guard !groups.isEmpty else {
            return [
                Text(fr: "Rien à faire : aucune demande ouverte.", en: "Nothing to do: no open requests.")[
                    console.language]
            ]
        }
        var lines: [String] = []
        for group in groups {
            if !lines.isEmpty { lines.append("") }
            lines.append(console.paint("\(group.kind.title[console.language]) (\(group.count))", .bold))
            for request in group.requests { lines += self.lines(of: request, in: group, console) }
            let left = group.count - group.requests.count
            if left > 0 {
                lines.append("  " + Text(fr: "… et \(left) de plus", en: "… and \(left) more")[console.language])
            }
        }
        return lines
    }

    private func lines(of request: Wire.Request, in group: RequestMethods.Today.Group, _ console: Console) -> [String] {
        let (language, times) = (console.language, TimeFormat(console))
        let width = console.width.map { $0 - 4 }
        let what = (request.headline ?? catalogue.name(ofService: request.service))[language]
        let names = [request.about?.inWords, request.residentInShort]
        let whom = names.compactMap(\.self).map { " · \($0)" }.joined()
        var state = catalogue.name(ofState: request.state, in: request.service)[language] + request.mark[language]
        if group.kind == .waiting, let turn = catalogue.turn(of: request) { state += ", " + turn[language] }
        var about = [state]
        for commitment in request.shownCommitments where commitment.isOpen {
            about.append(commitment.label[language] + " : " + commitment.words(times)[language])
        }
        let colour: Colour? = group.kind == .late ? .red : nil
        var lines = ["  \(request.id)  \(what)\(whom)".inOneLine.wrapped(to: console.width).joined(separator: "\n    ")]
        lines += about.flatMap { $0.inOneLine.wrapped(to: width) }.map { "    " + console.paint($0, colour) }
        for step in catalogue.nextSteps(of: request) {
            let command = "\(commandLine) requests act \(request.id) \(step.id)\(step.sampleArguments)"
            lines.append("    → \(step.name[language])".inOneLine)
            lines.append("      \(command.inOneLine)")
        }
        return lines
    }
}

extension Catalogue {
    /// Whose turn it is with a request, for people; nil if it is the staff's or not known.
    fileprivate func turn(of request: Wire.Request) -> Text? {
        switch services[request.service]?.states.first(where: { $0.id == request.state })?.turn {
        case "partner": Text(fr: "au tour du partenaire", en: "the partner's turn")
        case "resident": Text(fr: "au tour du locataire", en: "the resident's turn")
        case "clock": Text(fr: "un délai court", en: "a timer runs")
        default: nil
        }
    }

    /// The actions that usually lead on, as the service says; else the first of the table that leaves the state.
    fileprivate func nextSteps(of request: Wire.Request) -> [Wire.Action] {
        guard let service = services[request.service] else { return [] }
        let possible = request.actions.compactMap { service.action($0) }
        if let next = service.states.first(where: { $0.id == request.state })?.next {
            let steps = next.compactMap { id in possible.first { $0.id == id } }
            if !steps.isEmpty { return steps }
        }
        // A line that may be taken in several states and stays in each leads nowhere.
        let leading = possible.first { Set($0.from) != Set($0.to) && $0.to.contains { $0 != request.state } }
        return [leading ?? possible.first].compactMap(\.self)
    }
}

extension Wire.Word<RequestMethods.Today> {
    fileprivate var title: Text {
        switch self {
        case .late: Text(fr: "En retard", en: "Late")
        case .due: Text(fr: "Promis pour aujourd'hui", en: "Promised for today")
        case .decide: Text(fr: "À décider", en: "To be decided")
        case .waiting: Text(fr: "En attente d'autres", en: "Waiting for others")
        default: Text(verbatim: rawValue)
        }
    }
}
