import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Finds requests by words.
///
/// There is no index of what requests say: an opening would have to write to it at some ten places. The open requests are
/// looked through first, then the closed ones, the newest first, some thousands for each call.
struct FindingRequests: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let residents: NamingResidents

    /// Where a search goes on.
    private struct Place {
        var isOpen = true
        var after: Int64?

        var text: String { (isOpen ? "o" : "c") + (after.map { String($0) } ?? "") }
    }

    /// The residents whom a word finds, up to which each of them is asked for. A word that finds more of them is compared with
    /// the residents of the requests that have all other words.
    private static let rare = 2000
    /// The requests that are listed by the beginning of an id.
    private static let mostByID = 20

    func find(_ call: RequestMethods.Find, for principal: Principal) async throws -> RequestMethods.Find.Reply {
        // A number on a label is printed in groups, and one word in the record.
        let joined = call.words.filter { !$0.isWhitespace }
        if call.after == nil, joined.count >= 8, joined.contains(where: \.isNumber),
            call.words.contains(where: \.isWhitespace)
        {
            var whole = call
            whole.words = joined
            let found = try await find(whole, for: principal)
            if !found.requests.isEmpty { return found }
        }
        let limit = try Reading.limit(call.limit)
        let hides = access.hidesSecrets(from: principal)
        var place = try Self.place(call.after)
        var search = try await search(call.words, hidingNames: hides)
        search.besides = Self.numbers(of: call.words)
        var found: [RequestView] = []
        if call.after == nil, let numbers = search.besides {
            var query = RequestQuery()
            (query.numbers, query.limit) = (numbers, Self.mostByID)
            found = try await ledger.requests(query).elements
        }
        var next: Place? = place
        while let here = next, found.count < limit {
            place = here
            var query = RequestQuery()
            (query.isOpen, query.search, query.after, query.limit) =
                (place.isOpen, search, place.after, limit - found.count)
            let page = try await ledger.requests(query)
            found += try await confirmed(page.elements, search)
            next = page.next.map { Place(isOpen: here.isOpen, after: $0) } ?? (here.isOpen ? Place(isOpen: false) : nil)
            // A page that ends early has looked at as much as one call may.
            if page.next != nil { break }
        }
        var requests = found.map { views.listed($0, hidingSecrets: hides) }
        if hides { try await residents.places.name(&requests) } else { try await residents.name(&requests) }
        return RequestMethods.Find.Reply(requests: requests, next: next?.text)
    }

    /// Those of some requests that are found for sure.
    private func confirmed(_ found: [RequestView], _ search: RequestSearch) async throws -> [RequestView] {
        guard search.words.contains(where: \.isFrequent) else { return found }
        let known = try await ledger.known(Set(found.compactMap(\.request.resident).map(Resident.key)))
        return found.filter { view in
            if let resident = view.request.resident, search.residents.contains(resident) { return true }
            let resident = view.request.resident.flatMap { known[Resident.key(of: $0)]?.resident }
            return search.finds(view.request, residentWords: resident.map(SearchWords.of))
        }
    }

    private func search(_ words: String, hidingNames hides: Bool) async throws -> RequestSearch {
        let tables = views.served.registry.providers.flatMap(\.services) + views.served.left.map(\.table)
        let records = Dictionary(tables.map { ($0.id, SearchedRecord($0)) }) { first, _ in first }
        var search = RequestSearch(words, in: records)
        guard !search.words.isEmpty else {
            throw ControlError.invalid(
                "words", Text(fr: "il faut une lettre ou un chiffre", en: "a letter or a digit is needed"))
        }
        search.residences = try await ledger.residenceNames()
        // Who may not see names does not find by them.
        guard !hides, residents.hasDirectory else { return search }
        search.residents = try await ids(of: words).ids
        for index in search.words.indices where !search.words[index].isBuilding {
            let hits = try await ids(of: search.words[index].text)
            (search.words[index].residents, search.words[index].isFrequent) = hits
        }
        return search
    }

    private func ids(of words: String) async throws -> (ids: Set<String>, hasMore: Bool) {
        let hits = try await ledger.residents(ResidentSearch(words), limit: Self.rare)
        return (Set(hits.residents.map { Folding.canonical($0.id) }), hits.hasMore)
    }

    /// The numbers of the requests whose ids begin with a text.
    private static func numbers(of text: String) -> ClosedRange<Int64>? {
        let text = text.filter { !$0.isWhitespace }
        return RequestID(text).map { $0.number...$0.number } ?? ShortID.numbers(beginning: text)
    }

    private static func place(_ after: String?) throws(ControlError) -> Place {
        guard let after else { return Place() }
        guard let phase = after.first, phase == "o" || phase == "c" else { throw Reading.badCursor }
        let rest = after.dropFirst()
        return Place(isOpen: phase == "o", after: rest.isEmpty ? nil : try Reading.cursor(String(rest)))
    }
}
