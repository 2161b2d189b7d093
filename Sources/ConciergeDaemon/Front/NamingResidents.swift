import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Finds the resident that a caller means, and says who the resident of a request is. Without a directory a resident is a
/// text, and nothing is looked up.
struct NamingResidents: Sendable {
    let ledger: any Ledger

    /// Whether there is anything to look up.
    var hasDirectory: Bool { ledger.hasDirectory }

    /// The id of the resident who has this id, in whatever form it is typed; nil if nobody has it. It reads a few rows.
    func withID(_ text: String) async throws(LedgerError) -> String? {
        let key = Resident.key(of: text)
        return try await ledger.known([key])[key]?.resident.id
    }

    /// The id of the only resident whom a search finds. The text itself if it finds nobody: not everybody who asks for
    /// something is in the directory.
    ///
    /// - Throws: The residents who are found, if there are several.
    func found(by text: String) async throws -> String {
        let hits = try await ledger.residents(ResidentSearch(text), limit: Self.named + 1)
        guard hits.residents.count != 1 || hits.hasMore else { return hits.residents[0].id }
        guard !hits.residents.isEmpty else { return text }
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

    /// The id of the resident that a text means; the text itself if nobody is meant.
    func resolved(_ text: String) async throws -> String {
        if let id = try await withID(text) { return id }
        return try await found(by: text)
    }

    /// Says who the residents of requests are.
    func name(_ requests: inout [Wire.Request]) async throws(LedgerError) {
        guard hasDirectory else { return }
        let known = try await ledger.known(Set(requests.compactMap(\.resident).map(Resident.key)))
        for index in requests.indices {
            guard let resident = requests[index].resident else { continue }
            if let found = known[Resident.key(of: resident)] {
                requests[index].knownResident = Wire.Request.KnownResident(
                    name: found.resident.name, dwelling: found.resident.dwelling,
                    residence: found.residence?.name ?? found.resident.residence)
            } else {
                requests[index].unknownResident = true
            }
        }
    }

    /// Says who the resident of a request is.
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
