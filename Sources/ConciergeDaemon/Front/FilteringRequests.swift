import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Makes the query of a ledger from what a call says of the requests that it lists or counts.
struct FilteringRequests: Sendable {
    let ledger: any Ledger
    let served: ServedRegistry
    let residents: NamingResidents

    /// A query, with the residents whom the words of the call find.
    struct Filtered: Sendable {
        var query: RequestQuery
        /// The residents of the directory whom words find, if they are several.
        var meant: [Resident] = []
    }

    /// - Parameters:
    ///   - now: The moment by which is decided what is late.
    ///   - hides: Whether the caller may not see who the residents of requests are. Then no words find them.
    func filtered(_ call: some RequestFilter, at now: Instant, hidingNames hides: Bool) async throws -> Filtered {
        var query = RequestQuery()
        query.service = call.service.map { ServiceID($0) }
        query.state = call.state
        query.isOpen = call.open
        if call.late == true {
            query.lateAt = now
            // What is late is still to be done.
            if query.isOpen == nil { query.isOpen = true }
        }
        if query.isOpen == nil, let service = query.service, let state = query.state {
            // The state implies that the request is open, and the ledger has an index of open requests.
            query.isOpen = served.shownTable(of: service)?.states.first { $0.id == state }?.isOpen == true ? true : nil
        }
        if let unattended = call.unattended {
            let services = served.registry.serviceIDs
            // A closed request is never unattended.
            if unattended { (query.notOf, query.isOpen) = (services, true) } else { query.onlyOf = services }
        }
        if call.since != nil || call.until != nil {
            let (since, until) = (call.since ?? .earliest, call.until ?? .latest)
            guard since < until else {
                throw ControlError.invalid(
                    "until", Text(fr: "la fin n'est pas après le début", en: "the end is not after the beginning"))
            }
            query.opened = since..<until
        }
        if let about = call.about { query.about = try await residents.places.found(by: about) }
        if let residence = call.residence { query.residence = try await members(of: residence, hidingNames: hides) }
        var filtered = Filtered(query: query)
        if let text = call.resident { try await find(text, in: &filtered, hidingNames: hides) }
        return filtered
    }

    // MARK: Residents

    /// The number of residents up to which words mean all whom they find.
    private static let most = 50

    /// Finds the residents whom a text means: the one with this id, else those whom requests have by this text, else all
    /// whom it finds in the directory, or those of them whose whole name it is.
    private func find(_ text: String, in filtered: inout Filtered, hidingNames hides: Bool) async throws {
        let text = Folding.canonical(text)
        filtered.query.resident = text
        guard residents.hasDirectory else { return }
        if let id = try await residents.withID(text) {
            filtered.query.resident = Folding.canonical(id)
            return
        }
        var query = RequestQuery()
        (query.resident, query.limit) = (text, 1)
        guard !hides, try await ledger.requests(query).elements.isEmpty else { return }
        let hits = try await ledger.residents(ResidentSearch(text), limit: Self.most)
        guard !hits.residents.isEmpty else { return }
        guard !hits.hasMore else {
            throw ControlError.invalid(
                "resident",
                Text(
                    fr: "« \(text) » désigne plus de \(Self.most) locataires : ajoutez un mot",
                    en: "\"\(text)\" means more than \(Self.most) residents: add a word"))
        }
        let name = Folding.text(text)
        let exact = hits.residents.filter { Folding.text($0.name) == name }
        let meant = exact.isEmpty ? hits.residents : exact
        filtered.query.residents = Set(meant.map { Folding.canonical($0.id) })
        if meant.count > 1 { filtered.meant = meant.sorted { ($0.name, $0.key) < ($1.name, $1.key) } }
    }

    // MARK: Residences

    /// The number of residents of a residence up to which they are searched for by its name; beyond it, the whole directory is
    /// read.
    private static let searched = 5000

    private func members(of name: String, hidingNames hides: Bool) async throws -> ResidenceMembers {
        let key = Folding.text(name)
        let residence = try await ledger.entry(of: Residence.self, named: key)
        var names: Set<String> = [key]
        if let residence { names.formUnion([residence.key, Folding.text(residence.name)]) }
        var living: [Resident] = []
        for name in names.sorted() where residents.hasDirectory {
            let hits = try await ledger.residents(ResidentSearch(name), limit: Self.searched)
            living += hits.hasMore ? try await ledger.all(Resident.self) : hits.residents
        }
        living.removeAll { !names.contains(Folding.text($0.residence)) }
        guard residence != nil || !living.isEmpty else { throw try await unknown(residence: name) }
        // Who may not see where residents live gets what is about the residence itself.
        return ResidenceMembers(
            id: residence?.id ?? name, residents: hides ? [] : Set(living.map { Folding.canonical($0.id) }))
    }

    private func unknown(residence name: String) async throws -> ControlError {
        let known = try await ledger.all(Residence.self)
        let mistake = Text(fr: "la résidence « \(name) » n'existe pas", en: "there is no residence \"\(name)\"")
        return .invalid(
            "residence", mistake.adding(NearestName.suggestion(for: name, among: known.flatMap { [$0.id, $0.name] })))
    }
}
