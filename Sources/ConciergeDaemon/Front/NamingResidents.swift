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
        let hits = try await ledger.residents(ResidentSearch(text), limit: Self.compared)
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

    /// The residents who are named where a text means several.
    private static let named = 5
    /// The residents whose names are compared with a text.
    private static let compared = 20

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
