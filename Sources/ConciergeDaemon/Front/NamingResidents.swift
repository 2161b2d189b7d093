import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Finds the resident that a caller means, and says who the resident of a request is. Without a directory a resident is a
/// text, and nothing is looked up.
struct NamingResidents: Sendable {
    let ledger: any Ledger
    /// Whether nothing is opened for somebody who is not in the directory.
    var takesKnownOnly = false

    var places: NamingPlaces { NamingPlaces(ledger: ledger) }

    /// Whether there is anything to look up.
    var hasDirectory: Bool { ledger.hasDirectory }

    /// The id of the resident who has this id, in whatever form it is typed; nil if nobody has it. It reads a few rows.
    func withID(_ text: String) async throws(LedgerError) -> String? {
        try await ledger.entry(of: Resident.self, named: Resident.key(of: text))?.id
    }

    /// The id of the only resident whom a search finds, or of the only one of them whose whole name it is. The text itself
    /// if it finds nobody: not everybody who asks for something is in the directory.
    ///
    /// - Throws: The residents who are found, if there are several; that nobody is, where a request is only for residents
    ///   of the directory and this is about one to come.
    func found(by text: String, forNew: Bool = true) async throws -> String {
        let hits = try await hits(text)
        guard !hits.residents.isEmpty else {
            guard takesKnownOnly, forNew else { return text }
            throw ControlError.invalid(
                "resident",
                Text(
                    fr: "« \(text) » n'est pas dans l'annuaire", en: "\"\(text)\" is not in the directory"))
        }
        if !hits.hasMore {
            let name = Folding.text(text)
            let exact = hits.residents.filter { Folding.text($0.name) == name }
            if let only = exact.count == 1 ? exact.first : nil { return only.id }
            if hits.residents.count == 1 { return hits.residents[0].id }
        }
        let names = hits.residents.prefix(Self.named).map(\.inWords).joined(separator: ", ")
        let more = hits.hasMore || hits.residents.count > Self.named
        throw ControlError.invalid(
            "resident",
            Text(
                fr: "« \(text) » désigne plusieurs locataires : \(names)\(more ? "…" : "")",
                en: "\"\(text)\" means several residents: \(names)\(more ? "…" : "")"))
    }

    /// The id of the resident who has this id, in whatever form it is typed. No words find them: what is written into a
    /// dossier is for one person, and a slip in an id must not find another.
    ///
    /// - Throws: That nobody has it, with those who may be meant.
    func known(_ text: String) async throws -> String {
        if let id = try await withID(text) { return id }
        let nobody = Text(fr: "« \(text) » n'est pas dans l'annuaire", en: "\"\(text)\" is not in the directory")
        guard let meant = try await nearest(to: text) else { throw ControlError.invalid("resident", nobody) }
        throw ControlError.invalid(
            "resident",
            Text(
                fr: "\(nobody) ; vouliez-vous dire « \(meant.inWords) » ?",
                en: "\(nobody); did you mean \"\(meant.inWords)\"?"))
    }

    /// The resident whose id or name differs least from a text, among those whom a search finds by it or by the beginnings
    /// of its words, and those whose ids begin as it does; nil if none is near.
    private func nearest(to text: String) async throws -> Resident? {
        let whole = try await hits(text)
        if whole.residents.count == 1, !whole.hasMore { return whole.residents[0] }
        let beginnings = text.split(separator: " ").map { $0.prefix(2) }.joined(separator: " ")
        let key = Resident.key(of: text)
        var meant: [String: Resident] = [:]
        func add(_ residents: [Resident]) {
            for resident in residents {
                meant[Folding.text(resident.name)] = resident
                meant[resident.key] = resident
            }
        }
        add(whole.residents)
        add(try await hits(beginnings, limit: Self.neighbours).residents)
        for length in [key.count / 2, 1] {
            let start = String(key.prefix(length))
            add(try await ledger.directory(of: Resident.self, after: start, limit: Self.neighbours).entries)
        }
        return NearestName.nearest(to: key, among: meant.keys.sorted()).flatMap { meant[$0] }
    }

    private func hits(_ text: String, limit: Int = Self.compared) async throws(LedgerError) -> ResidentHits {
        try await ledger.residents(ResidentSearch(text), limit: limit)
    }

    /// The residents who are named where a text means several.
    private static let named = 5
    /// The residents whose names are compared with a text.
    private static let compared = 20
    /// The residents of each kind whose ids and names are compared with a slip.
    private static let neighbours = 500

    /// Says who the residents of requests and those who follow them are, and what their places are called.
    func name(_ requests: inout [Wire.Request]) async throws(LedgerError) {
        guard hasDirectory else { return }
        try await places.name(&requests)
        let named = requests.flatMap { [$0.resident].compactMap(\.self) + ($0.followers ?? []).map(\.resident) }
        let known = try await ledger.known(Set(named.map(Resident.key)))
        func find(_ resident: String) -> Wire.Request.KnownResident? {
            known[Resident.key(of: resident)].map {
                Wire.Request.KnownResident(
                    name: $0.resident.name, dwelling: $0.resident.dwelling,
                    residence: $0.residence?.name ?? $0.resident.residence)
            }
        }
        for index in requests.indices {
            if let resident = requests[index].resident {
                requests[index].knownResident = find(resident)
                if requests[index].knownResident == nil { requests[index].unknownResident = true }
            }
            for follower in (requests[index].followers ?? []).indices {
                guard let resident = requests[index].followers?[follower].resident else { continue }
                let known = find(resident)
                requests[index].followers?[follower].knownResident = known
                if known == nil { requests[index].followers?[follower].unknownResident = true }
            }
        }
    }

    /// Says what the place of a request is called.
    func namedPlace(_ request: Wire.Request) async throws(LedgerError) -> Wire.Request {
        guard request.about != nil else { return request }
        var requests = [request]
        try await places.name(&requests)
        return requests[0]
    }

    /// Says who the resident of a request is, who follows it, and what its place is called.
    func named(_ request: Wire.Request) async throws(LedgerError) -> Wire.Request {
        var requests = [request]
        try await name(&requests)
        return requests[0]
    }
}

extension Resident {
    /// `R-17 Zoé Lefèvre (B 204)`.
    fileprivate var inWords: String { "\(id) \(name) (\(dwelling))" }
}
