import ArgumentParser
import JSON
import Wording

struct ListRequests: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Requests, newest first.")

    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: "Only those in this state.")
    var state: String?

    @Option(help: "Only those of this resident.")
    var resident: String?

    @Flag(help: "Only those that are not closed.")
    var open = false

    @Flag(help: "Only those that wait because their provider does not serve.")
    var unattended = false

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        var parameters: JSONObject = [:]
        parameters.send(service, as: "service")
        parameters.send(state, as: "state")
        parameters.send(resident, as: "resident")
        if open { parameters["open"] = true }
        if unattended { parameters["unattended"] = true }
        try page.put(into: &parameters)
        try await common.answer(.list, parameters, listing: "requests", limit: page.size) {
            connection, reply, console in
            let requests = try reply.list("requests", of: Request.init)
            let catalogue = try await connection.catalogue()
            guard !requests.isEmpty else {
                if unattended {
                    return try console.print(
                        Text(fr: "Aucune demande sans fournisseur.", en: "No unattended requests."))
                }
                try await connection.check(service: service, state: state, in: catalogue)
                return try console.print(
                    open
                        ? Text(fr: "Aucune demande ouverte.", en: "No open requests.")
                        : Text(fr: "Aucune demande.", en: "No requests."))
            }
            try console.print(Self.table(requests, catalogue, console))
            page.remark(on: reply, console)
        }
    }

    static func table(_ requests: [Request], _ catalogue: Catalogue, _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Demande", en: "Request"), isWhole: true),
            Table.Column(Text(fr: "Service", en: "Service")),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Résident", en: "Resident")),
            Table.Column(Text(fr: "Ouverte", en: "Opened"), isWhole: true),
            Table.Column(Text(fr: "Échéance", en: "Due"), isWhole: true),
        ])
        for request in requests {
            var state = catalogue.name(ofState: request.state, in: request.service)
            if request.quarantine != nil {
                state = Text(
                    fr: "\(state) (\(Quarantine.name))", en: "\(state) (\(Quarantine.name))")
            }
            table.add(
                Cell(request.id), Cell(catalogue.name(ofService: request.service)[console.language]),
                Cell(state[console.language] + request.mark[console.language], colour: request.stateColour),
                Cell(request.resident),
                Cell(times.short(request.openedAt)), Cell(times.relative(request.timers.first?.due)))
        }
        return table
    }
}

extension Request {
    /// Behind the state: that nobody serves it now.
    var mark: Text { isUnattended ? Text(fr: " (sans fournisseur)", en: " (unattended)") : Text(verbatim: "") }
}

extension Connection {
    /// Calls a method that lists, page after page, until there are `limit` elements or no more: the daemon ends a page
    /// early where its elements are large, or where it would have to look for long. The replies become one.
    func pages(
        _ method: Method, _ parameters: JSONObject, of member: String, limit: Int
    ) async throws(Failure) -> JSONObject {
        var reply = try await call(method, parameters)
        var elements = reply[member]?.arrayValue ?? []
        var parameters = parameters
        // A server that gives the same place again would be asked without end.
        while let next = reply["next"], elements.count < limit, next != parameters["after"] {
            parameters["after"] = next
            if limit < .max { parameters["limit"] = JSON(limit - elements.count) }
            reply = try await call(method, parameters)
            elements += reply[member]?.arrayValue ?? []
            reply[member] = .array(elements)
        }
        return reply
    }
}

/// Which part of a long list.
struct Page: ParsableArguments {
    @Option(help: "How many at most.")
    var limit: Int?

    @Option(help: ArgumentHelp("Go on where a list before ended.", valueName: "cursor"))
    var after: String?

    /// How many there are at most: the daemon's measure, where nobody says.
    var size: Int { limit ?? 100 }

    func put(into parameters: inout JSONObject) throws(Failure) {
        if let limit {
            guard limit > 0 else {
                throw .usage(Text(fr: "--limit vaut au moins 1", en: "--limit is at least 1"))
            }
            parameters["limit"] = JSON(limit)
        }
        parameters.send(after, as: "after")
    }

    /// Says how to see the rest, where there is one.
    func remark(on reply: JSONObject, _ console: Console) {
        guard let next = reply.optionalString("next") else { return }
        let cursor = next.shellQuoted
        console.remark(
            Text(fr: "Il y en a d'autres : --after \(cursor)", en: "There are more: --after \(cursor)"))
    }
}
