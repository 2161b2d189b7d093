import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct ListRequests: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Requests, newest first.")

    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: "Only those in this state.")
    var state: String?

    @Option(help: "Only those of this resident: an id, or words that find one resident of the directory.")
    var resident: String?

    @Option(help: "Only those about this place, as for requests open; a residence includes all of its places.")
    var about: String?

    @Flag(help: "Only those that are not closed.")
    var open = false

    @Flag(help: "Only those that wait because their provider does not serve.")
    var unattended = false

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        var call = RequestMethods.List()
        call.service = service
        call.state = state
        call.resident = resident
        call.about = about
        if open { call.open = true }
        if unattended { call.unattended = true }
        (call.limit, call.after) = (try page.checkedLimit(), page.after)
        try await common.answer(call, limit: page.size) { connection, reply, console in
            let requests = reply.requests
            let catalogue = try await connection.catalogue()
            guard !requests.isEmpty || reply.followed != nil else {
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
            if !requests.isEmpty { try console.print(Self.table(requests, catalogue, console)) }
            if let followed = reply.followed {
                let title = Text(fr: "Suivies, pour d'autres :", en: "Followed, for others:")
                try console.print((requests.isEmpty ? [] : [""]) + [title[console.language]])
                try console.print(Self.table(followed, catalogue, console))
            }
            page.remark(next: reply.next, console)
        }
    }

    static func table(_ requests: [Wire.Request], _ catalogue: Catalogue, _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Demande", en: "Request"), isWhole: true),
            Table.Column(Text(fr: "Quoi", en: "What")),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Lieu", en: "Place")),
            Table.Column(Text(fr: "Résident", en: "Resident")),
            Table.Column(Text(fr: "Échéance", en: "Due"), isWhole: true),
        ])
        for request in requests {
            var state = catalogue.name(ofState: request.state, in: request.service)
            if request.quarantine != nil {
                state = Text(
                    fr: "\(state) (\(Wire.Quarantine.name))", en: "\(state) (\(Wire.Quarantine.name))")
            }
            table.add(
                Cell(request.id),
                Cell((request.headline ?? catalogue.name(ofService: request.service))[console.language]),
                Cell(state[console.language] + request.mark[console.language], colour: request.stateColour),
                Cell(request.about?.inWords),
                Cell(request.residentInShort),
                Cell(request.nextDue.map { times.relative($0) }, colour: request.isLate ? .red : nil))
        }
        return table
    }
}

extension Connection {
    /// Calls a method that lists until it has `limit` elements or there are no more, and joins the pages to one reply.
    ///
    /// The daemon ends a page early if the elements are large, or if it would have to search for long.
    func pages<Method: PagedMethod>(
        _ call: Method, limit: Int
    ) async throws(Failure) -> Answer<Method.Reply> {
        var parameters = try Failure.parameters(of: call)
        var reply = try await self.call(Method.self, parameters)
        var elements = reply[Method.elements]?.arrayValue ?? []
        // If a server returned the same cursor again, the loop would never end.
        while let next = reply["next"], elements.count < limit, next != parameters["after"] {
            parameters["after"] = next
            if limit < .max { parameters["limit"] = JSON(limit - elements.count) }
            reply = try await self.call(Method.self, parameters)
            elements += reply[Method.elements]?.arrayValue ?? []
            reply[Method.elements] = .array(elements)
        }
        return Answer(reply)
    }
}

/// The options that select a part of a long list.
struct Page: ParsableArguments {
    @Option(help: "How many at most.")
    var limit: Int?

    @Option(help: ArgumentHelp("Go on where a list before ended.", valueName: "cursor"))
    var after: String?

    /// The maximum number of elements; without `--limit` the daemon's default.
    var size: Int { limit ?? 100 }

    func checkedLimit() throws(Failure) -> Int? {
        guard limit ?? 1 > 0 else { throw .usage(Text(fr: "--limit vaut au moins 1", en: "--limit is at least 1")) }
        return limit
    }

    /// If the list has more elements, writes how to see them.
    func remark(next: String?, _ console: Console) {
        guard let cursor = next?.shellQuoted else { return }
        console.remark(
            Text(fr: "Il y en a d'autres : --after \(cursor)", en: "There are more: --after \(cursor)"))
    }
}
