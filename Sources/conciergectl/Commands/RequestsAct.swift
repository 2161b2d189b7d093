import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct ActOnRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "act",
            Text(
                fr: "Faire une des actions qu'une demande permet.", en: "Do one of the actions that a request allows."),
            discussion: Text(
                fr: """
                    Ce qui peut se faire maintenant, prêt à taper : conciergectl requests show DEMANDE. À un terminal, ce qui \
                    manque est demandé. Plusieurs demandes se donnent à la suite ou avec des virgules ; l'action se fait sur \
                    l'une après l'autre.
                    """,
                en: """
                    What can be done now, ready to type: conciergectl requests show REQUEST. At a terminal, what is missing is \
                    asked for. Several requests are given one after another, or with commas; the action is done on each in \
                    turn.
                    """), aliases: ["do"])
    }

    @Argument(
        help: ArgumentHelp(
            fr: """
                Une demande ou plusieurs (le début d'un identifiant suffit), l'action par son identifiant ou son nom, puis \
                ses champs : 36E85-F51WJ remettre code=435703.
                """,
            en: """
                A request or several (the beginning of an id is enough), the action by its id or name, then its fields: \
                36E85-F51WJ hand-over code=435703.
                """,
            value: Text(fr: "demande… action champ=valeur", en: "request… action field=value")))
    var words: [String]

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        let words = try ActWords(words)
        let prompter = Prompter(Console.current, asJSON: common.json)
        try await common.withConnection { connection in
            // Everything is read and checked before the first request is changed.
            var steps: [Step] = []
            for id in words.ids {
                steps.append(try await step(id, words, like: steps.last, prompter, connection))
            }
            let key = repeatable.key()
            for (index, step) in steps.enumerated() {
                let reply: Answer<RequestReply>
                do throws(Failure) {
                    reply = try await act(step, key: index == 0 ? key : "\(key)-\(index + 1)", connection)
                } catch {
                    throw steps.count > 1 ? error.after(steps[..<index].map(\.request.id), of: step.request.id) : error
                }
                try await common.show(reply, on: connection) { connection, reply, console in
                    try show(reply.request, step, isAlone: steps.count == 1, console)
                    try console.print(await ToldNotices(of: reply.request.id, on: connection).lines(console))
                }
            }
        }
    }

    /// What is to be done to one request.
    private struct Step {
        var request: Wire.Request
        var service: Wire.Service
        var action: Wire.Action
        var input: JSONObject
        var understood: [Text]
    }

    /// Reads a request and checks the words for it. What was asked of the person for an earlier one counts for all.
    private func step(
        _ typed: String, _ words: ActWords, like earlier: Step?, _ prompter: Prompter?, _ connection: Connection
    ) async throws -> Step {
        let id = try await connection.requestID(typed)
        let request = try await connection.call(RequestMethods.Get(id: id)).read().request
        let service: Wire.Service
        if let earlier, earlier.service.id == request.service {
            service = earlier.service
        } else {
            do {
                service = try await connection.service(request.service)
            } catch var failure {
                if failure.status == .unavailable {
                    failure.details.append(Text(fr: "Rien n'a été changé.", en: "Nothing was changed."))
                }
                throw failure
            }
        }
        let action = try action(words.action, of: request, service, prompter)
        let values = FieldValues(
            fields: action.fields, refused: action.refusals, clock: FieldClock(Console.current))
        let input: JSONObject
        if let earlier, earlier.action == action {
            input = earlier.input
        } else {
            do {
                // Who types the action alone is asked for all of it.
                input = try values.read(
                    words.fields, asking: request.actions.contains(action.id) ? prompter : nil,
                    isWhole: words.fields.isEmpty)
            } catch let failure as Failure {
                throw request.actions.contains(action.id)
                    ? failure : notNow(failure, action, request, Catalogue([service]))
            }
        }
        return Step(
            request: request, service: service, action: action, input: input, understood: values.understood(input))
    }

    /// The action that is meant: one that is possible now rather than another, if both begin so.
    private func action(
        _ typed: String?, of request: Wire.Request, _ service: Wire.Service, _ prompter: Prompter?
    ) throws -> Wire.Action {
        let all = service.actions.candidates
        let possible = request.actions.compactMap { id in all.first { $0.id == id } }
        guard let typed else { return try asked(possible, of: request, service, prompter) }
        var found = NameMatch(all).find(typed)
        if case .several = found, case .one(let only) = NameMatch(possible).find(typed) { found = .one(only) }
        switch found {
        case .one(let candidate):
            if let action = service.action(candidate.id) { return action }
        case .several(let several): throw Failure.ambiguous(typed, several)
        case .none: break
        }
        throw Failure.unknown(
            typed, name: "conciergectl.UnknownAction", kind: .action, among: service.actions.map(\.id),
            shown: (possible.isEmpty ? all : possible).map(\.shown), advice: showAdvice(request.id))
    }

    private func asked(
        _ possible: [NameMatch.Candidate], of request: Wire.Request, _ service: Wire.Service, _ prompter: Prompter?
    ) throws -> Wire.Action {
        guard let prompter, !possible.isEmpty else {
            throw Failure.usage(
                Text(fr: "il manque l'action", en: "the action is missing"), advice: showAdvice(request.id))
        }
        guard let index = try prompter.choice(Text(fr: "Quelle action ?", en: "Which action?"), among: possible),
            let action = service.action(possible[index].id)
        else { throw Failure.givenUp }
        return action
    }

    /// Calls the action. Only the daemon decides whether the state allows it, because the state may have changed since
    /// conciergectl read it. If the daemon refuses the action, the failure lists what the present state allows.
    private func act(
        _ step: Step, key: String, _ connection: Connection
    ) async throws(Failure) -> Answer<RequestReply> {
        do {
            return try await connection.change(
                RequestMethods.Act(id: step.request.id, action: step.action.id, input: step.input), key: key)
        } catch {
            guard error.refusal == .refused,
                let now = try? await connection.call(RequestMethods.Get(id: step.request.id)).read().request
            else { throw error }
            throw error.with(now, step.service)
        }
    }

    private func show(_ request: Wire.Request, _ step: Step, isAlone: Bool, _ console: Console) throws {
        let catalogue = Catalogue([step.service])
        let name = step.action.name
        guard isAlone else {
            let state = catalogue.name(ofState: request.state, in: request.service)
            return try console.print(
                [
                    Text(
                        fr: "\(request.id)  Fait : \(name) (\(state)).", en: "\(request.id)  Done: \(name) (\(state)).")[
                            console.language
                        ].inOneLine
                ])
        }
        let card = RequestCard(request, catalogue, commandLine: common.commandLine)
        let done = Text(fr: "Fait : \(name).", en: "Done: \(name).")
        let understood = step.understood.map { $0[console.language].inOneLine }
        try console.print([done[console.language].inOneLine] + understood + card.short(console))
    }

    private func showAdvice(_ id: String) -> Text {
        Text(
            fr: "Ce qui peut se faire maintenant : \(common.commandLine) requests show \(id.shellQuoted)",
            en: "What can be done now: \(common.commandLine) requests show \(id.shellQuoted)")
    }

    private func notNow(
        _ failure: Failure, _ action: Wire.Action, _ request: Wire.Request, _ catalogue: Catalogue
    ) -> Failure {
        var failure = failure
        let state = catalogue.name(ofState: request.state, in: request.service)
        failure.advice = Text(
            fr: "De plus, « \(action.name) » n'est pas offert dans l'état « \(state) ».",
            en: "Moreover, \"\(action.name)\" is not offered in the state \"\(state)\".")
        return failure
    }
}

/// The words of `act`: ids until the first word that is none, then the action and its fields.
struct ActWords: Hashable {
    var ids: [String]
    /// Nil if none is given.
    var action: String?
    var fields: [String]

    init(_ words: [String]) throws(Failure) {
        var rest = words[...]
        var ids: [String] = []
        while let word = rest.first {
            let parts = word.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
            // The first word is the id of a request, whatever it looks like: the daemon says if it is none.
            guard ids.isEmpty || word.contains(",") && !word.contains("=") || TypedID.isFurther(word) else { break }
            ids += parts
            rest.removeFirst()
        }
        self.ids = ids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        if let word = rest.first, !word.contains("=") {
            action = word
            rest.removeFirst()
        }
        fields = Array(rest)
        if ids.isEmpty { throw .usage(Text(fr: "il manque la demande", en: "the request is missing")) }
    }
}

extension Failure {
    /// This refusal, with the request's present state and the actions that it allows.
    fileprivate func with(_ request: Wire.Request, _ service: Wire.Service) -> Failure {
        let state = Catalogue([service]).name(ofState: request.state, in: service.id)
        let now = Text(
            fr: "La demande est dans l'état « \(state) ».", en: "The request is in the state \"\(state)\".")
        var failure = self
        failure.details = [now]
        if request.actions.isEmpty {
            failure.details.append(
                Text(fr: "Aucune action n'est possible maintenant.", en: "No action is possible now."))
        } else {
            failure.details.append(Text(fr: "Possible maintenant :", en: "Possible now:"))
            failure.details += request.actions.map { id in
                let name = service.action(id)?.name ?? Text(verbatim: id)
                return Text(fr: "  \(id)  (\(name))", en: "  \(id)  (\(name))")
            }
        }
        return failure
    }

    /// This failure of one request of several, with those that were changed before it.
    fileprivate func after(_ done: [String], of request: String) -> Failure {
        var failure = self
        failure.message = Text(fr: "\(request) : \(message)", en: "\(request): \(message)")
        failure.parameters["request"] = .string(request)
        failure.parameters["done"] = .array(done.map { .string($0) })
        let list = done.joined(separator: ", ")
        failure.advice =
            done.isEmpty
            ? Text(fr: "Rien n'a été changé.", en: "Nothing was changed.")
            : Text(
                fr: "C'est fait pour : \(list). Les suivantes n'ont pas été changées.",
                en: "It is done for: \(list). Those after it were not changed.")
        return failure
    }
}
