import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct Scan: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "scan",
            Text(
                fr: "Lire des étiquettes l'une après l'autre : prendre en charge, remettre.",
                en: "Read labels one after another: take in, hand over."),
            discussion: Text(
                fr: """
                    Une étiquette inconnue ouvre une demande, et ce qui manque est demandé. Pour une étiquette connue, les \
                    actions possibles sont proposées. Ctrl-D met fin.
                    """,
                en: """
                    A label that is not known opens a request, and what is missing is asked for. For one that is known, the \
                    possible actions are offered. Ctrl-D ends it.
                    """))
    }

    @Option(
        help: ArgumentHelp(
            fr: "Le service dont ce sont les étiquettes (sinon le seul qui en a).",
            en: "The service whose labels they are (default: the only one that has any).", value: .service))
    var service: String?

    @OptionGroup var common: Common

    func run() async throws {
        guard let prompter = Prompter(Console.current, asJSON: common.json) else {
            throw Failure.usage(
                Text(
                    fr: "scan pose des questions : il lui faut un terminal",
                    en: "scan asks questions: it needs a terminal"))
        }
        try await common.withConnection { connection in
            let desk = try await ScanDesk(
                service: try await chosen(connection), connection, prompter, common.commandLine)
            try await desk.run()
        }
    }

    private func chosen(_ connection: Connection) async throws(Failure) -> Wire.Service {
        if let service { return try await connection.service(service) }
        let catalogue = try await connection.catalogue()
        let services = catalogue.services.values.filter { $0.label != nil }.sorted { $0.id < $1.id }
        guard services.count < 2 else {
            throw .ambiguous(
                "scan", services.candidates,
                advice: Text(fr: "Dites lequel : --service", en: "Say which: --service"))
        }
        guard let service = services.first else {
            throw .usage(
                Text(fr: "aucun service n'a d'étiquettes à lire", en: "no service has labels to read"),
                advice: Catalogue.advice)
        }
        return service
    }
}

extension Wire.Service {
    /// The field of its opening that a scanner fills in; nil if there is none.
    var label: Wire.Field? { openings.first?.fields.first { $0.scanned == true } }
}

/// One sitting with the scanner.
private struct ScanDesk {
    private let service: Wire.Service
    private let opening: Wire.Action
    private let label: Wire.Field
    private let connection: Connection
    private let prompter: Prompter
    private let commandLine: String

    init(
        service: Wire.Service, _ connection: Connection, _ prompter: Prompter, _ commandLine: String
    ) async throws(Failure) {
        guard let opening = service.openings.first, let label = service.label else {
            throw .usage(
                Text(
                    fr: "le service « \(service.id) » n'a pas d'étiquettes à lire",
                    en: "the service \"\(service.id)\" has no labels to read"),
                advice: Catalogue.advice)
        }
        (self.service, self.opening, self.label) = (service, opening, label)
        (self.connection, self.prompter, self.commandLine) = (connection, prompter, commandLine)
    }

    private var console: Console { prompter.console }

    /// Reads labels until the end of the input. A refusal ends the label, not the sitting.
    func run() async throws {
        var scanned: String?
        while true {
            guard let text = try scanned ?? next() else { return }
            scanned = nil
            guard !text.isEmpty else { continue }
            do {
                scanned = try await take(text)
            } catch let failure as Failure where failure.status == .refused {
                say(failure)
            }
        }
    }

    private func say(_ failure: Failure) {
        let lines = failure.lines(in: console.language).flatMap { $0.inOneLine.wrapped(to: console.width) }
        console.diagnostics(lines.joined(separator: "\n") + "\n")
    }

    /// The next label; nil at the end of the input.
    private func next() throws -> String? {
        do {
            return try prompter.answer(to: label.title)
        } catch let failure as Failure where failure == .givenUp {
            return nil
        }
    }

    /// - Returns: The label that was read in the place of an answer, if one was.
    private func take(_ text: String) async throws -> String? {
        let held = try await requests(labelled: text)
        guard let request = held.first else {
            try await open(text)
            return nil
        }
        let state = Catalogue([service]).name(ofState: request.state, in: service.id)
        let what = [
            request.id, (request.headline ?? service.name)[console.language], request.residentInShort,
            state[console.language],
        ]
        try console.print(what.compactMap(\.self).joined(separator: " · ").inOneLine.wrapped(to: console.width))
        return try await offer(request)
    }

    /// The open requests with that label: the scanner may put characters of its own before it, and people spaces into it.
    private func requests(labelled text: String) async throws(Failure) -> [Wire.Request] {
        var list = RequestMethods.List()
        (list.service, list.open) = (service.id, true)
        let code = Self.code(text)
        return try await connection.pages(list, limit: .max).read().requests.filter { request in
            guard let value = request.data.members[label.name]?.stringValue else { return false }
            let kept = Self.code(value)
            return kept == code || (kept.count >= 8 && code.hasSuffix(kept))
        }
    }

    /// Letters and figures alone, in capitals.
    private static func code(_ text: String) -> String {
        text.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private func open(_ text: String) async throws {
        var resident: String?
        if service.resident != .none {
            resident = try await prompter.resident(isOptional: service.resident != .required, connection)
        }
        let clock = FieldClock(console)
        let values = FieldValues(fields: opening.fields, refused: opening.refusals, clock: clock)
        var input: JSONObject = [label.name: try label.value(of: text, clock: clock)]
        let others = opening.fields.filter { $0.name != label.name }
        for field in others where field.required || field.asked == true {
            if let value = try prompter.value(of: field, clock) { input[field.name] = value }
        }
        func open() async throws -> RequestMethods.Open.Reply {
            var call = RequestMethods.Open(service: service.id, resident: resident, input: input)
            call.again = false
            return try await connection.change(call, key: Repeatable.newKey()).read()
        }
        let reply: RequestMethods.Open.Reply
        do {
            reply = try await open()
        } catch let failure as Failure where failure.status == .refused {
            // What may be left out otherwise may be what is missing, such as the reason for a wrong check digit.
            say(failure)
            let left = others.filter { input[$0.name] == nil }
            var isChanged = false
            for field in left {
                guard let value = try prompter.value(of: field, clock) else { continue }
                input[field.name] = value
                isChanged = true
            }
            guard isChanged else { return }
            reply = try await open()
        }
        try say(opening.name, reply.request, values.understood(input))
    }

    private func offer(_ request: Wire.Request) async throws -> String? {
        let actions = request.actions.compactMap { service.action($0) }
        guard !actions.isEmpty else { return nil }
        let names = actions.candidates
        try console.print(
            names.enumerated().map { "  \($0 + 1)  \($1.name[console.language])".inOneLine })
        let typed = try prompter.answer(
            to: Text(fr: "Action, ou l'étiquette suivante", en: "Action, or the next label"))
        guard !typed.isEmpty else { return nil }
        let action: Wire.Action
        if let number = Int(typed), actions.indices.contains(number - 1) {
            action = actions[number - 1]
        } else if case .one(let found) = NameMatch(names).find(typed), let chosen = service.action(found.id) {
            action = chosen
        } else {
            return typed
        }
        let values = FieldValues(fields: action.fields, refused: action.refusals, clock: FieldClock(console))
        let input = try values.read([], asking: prompter, isWhole: true)
        let call = RequestMethods.Act(id: request.id, action: action.id, input: input)
        let reply = try await connection.change(call, key: Repeatable.newKey()).read()
        try say(action.name, reply.request, values.understood(input))
        return nil
    }

    private func say(_ done: Text, _ request: Wire.Request, _ understood: [Text]) throws {
        let state = Catalogue([service]).name(ofState: request.state, in: service.id)
        let line = Text(fr: "\(request.id)  Fait : \(done) (\(state)).", en: "\(request.id)  Done: \(done) (\(state)).")
        try console.print(([line] + understood).map { $0[console.language].inOneLine } + [""])
    }
}
