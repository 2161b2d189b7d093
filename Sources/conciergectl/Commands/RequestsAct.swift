import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct ActOnRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "act", abstract: "Do one of the actions that a request allows.",
        discussion: "What can be done now, ready to type: conciergectl requests show ID")

    @Argument(help: "The request's id.")
    var id: String

    @Argument(help: "The action's id.")
    var action: String

    @Argument(help: ArgumentHelp("What the action wants to know.", valueName: "field=value"))
    var fields: [String] = []

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let before = try await connection.call(RequestMethods.Get(id: id)).read().request
            let service = try await connection.service(before.service)
            guard let described = service.action(action) else { throw unknownAction(of: service) }
            let values = FieldValues(
                fields: described.fields, refused: described.refusals, zone: Console.current.zone)
            let input: JSONObject
            do throws(Failure) {
                input = try values.read(fields)
            } catch {
                throw before.actions.contains(action) ? error : notNow(error, before, Catalogue([service]))
            }

            let reply = try await act(input, connection, service)
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([service]), commandLine: common.commandLine)
                let done = Text(fr: "Fait : \(described.name).", en: "Done: \(described.name).")
                try console.print([done[console.language].inOneLine] + card.short(console))
            }
        }
    }

    /// Calls the action. Only the daemon decides whether the state allows it, because the state may have changed since
    /// conciergectl read it. If the daemon refuses the action, the failure lists what the present state allows.
    private func act(
        _ input: JSONObject, _ connection: Connection, _ service: Wire.Service
    ) async throws(Failure) -> Answer<RequestReply> {
        do {
            return try await connection.change(
                RequestMethods.Act(id: id, action: action, input: input), key: repeatable.key())
        } catch {
            guard error.refusal == .refused,
                let now = try? await connection.call(RequestMethods.Get(id: id)).read().request
            else { throw error }
            throw error.with(now, service)
        }
    }

    private func unknownAction(of service: Wire.Service) -> Failure {
        .unknown(
            action, name: "conciergectl.UnknownAction", kind: Text(fr: "l'action", en: "action"),
            among: service.actions.map(\.id),
            advice: Text(
                fr: "Ce qui peut se faire maintenant : \(common.commandLine) requests show \(id.shellQuoted)",
                en: "What can be done now: \(common.commandLine) requests show \(id.shellQuoted)"))
    }

    private func notNow(_ failure: Failure, _ request: Wire.Request, _ catalogue: Catalogue) -> Failure {
        var failure = failure
        let state = catalogue.name(ofState: request.state, in: request.service)
        failure.advice = Text(
            fr: "De plus, « \(action) » n'est pas offert dans l'état « \(state) ».",
            en: "Moreover, \"\(action)\" is not offered in the state \"\(state)\".")
        return failure
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
}
